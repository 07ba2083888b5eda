"""The checks: one file an area, one function a claim, named as its slug.

A check establishes facts and comes to a verdict. It computes what it says: no figure is written in
by hand, and every random draw has its seed.
"""
