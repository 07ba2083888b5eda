"""What sympy proves for all sizes.

proof    a proof: the claim that it serves, what it says, the computation that decides it
counts   closed forms of the counters are the sums of the algorithm's loops
model    the activations' offset; the Gram matrix and the signs
"""
