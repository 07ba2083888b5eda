"""What the structures mean: each as an algebraic datatype with pure, total functions.

A few lines an operation, nothing is changed in place, and nothing is counted but where counting is
the point. These very functions are read into logic and proved correct for trees of every size
(`proofs`); the arrays that training uses refine them, which tests show operation by operation.

tournament    a node holds the larger of its children
ordered       a balanced search tree keyed by (score, neuron)
firing        firing sets kept up to date; neurons that fire nowhere
"""
