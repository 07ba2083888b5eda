"""Mutation testing: does every small change of the source make some test fail?

`make mutation` plants the changes one at a time, in a copy of the tree, and runs the tests that
reach them. A change that no test fails at has survived: then a test is missing, or the change makes
no difference. Which it is, `survivors.toml` says of each.
"""
