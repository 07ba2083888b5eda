"""The reference: training a wide two-layer network at a cost sublinear in its width.

Plain Python over a scalar that is `float` or `fractions.Fraction`, standard library only. Read it
in this order:

    scalar, ids, errors            what a number, a neuron and a point are; what can go wrong
    matrix, inner_products         rows, and sums over them in one fixed order
    activation, network, weights   the model, the data it is trained on, how its weights are kept
    firing_sets, gram, jacobian    which neurons fire where, and the matrices this makes
    motion                         how a step moves the weights
    counters, closed_forms         what each label cost: counted, predicted
    violation                      what a watcher says
    structures/                    threshold search: two trees, a flat scan, incremental sets
    solvers/                       G g = r: factorized, by conjugate gradients, by a sketch of Jᵀ
    training/                      one iteration; iterations until the loss is reached
    specification/                 the structures as values: what is proved

Claim ids such as `model/gram` name the claims of the paper that a file bears on.

`reference.edges` holds everything that touches the world: files, data sets, numpy, the terminal.
Nothing here imports it.
"""
