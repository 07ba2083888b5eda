"""What is right.

state               the state that a port should hold; which requests have which fault
arithmetic          the bounds that its contract leaves to each of its sums
knowledge, changes  what is known of the port, and what each request makes of it
judge               the comparator: every reply, in order
query_checks, step_checks, dump_checks, trees
                    what it looks at; `checks` has the sentences
"""
