"""Ports that are wrong on purpose: a harness that has never caught one shows nothing.

textbook      a small port that is right
mutants       twelve and more that are not, each in a line or two, with the headline it must get
misbehaving   programs that cannot be judged: they hang, crash, flood, and answer garbage
self_test     all of them against the harness
"""
