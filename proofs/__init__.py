"""What is proved of the reference for all sizes.

symbolic        identities and sums, by sympy
prove_command   `firingtree prove`: runs them all
"""
