"""The reference: training a wide two-layer network at a cost sublinear in its width.

Plain Python over a scalar that is `float` or `fractions.Fraction`, standard library only. Read it
in this order:

    scalar, ids, errors            what a number, a neuron and a point are; what can go wrong
    matrix, inner_products         rows, and sums over them in one fixed order
    activation, network, weights   the model, the data it is trained on, how its weights are kept
    firing_sets, gram, jacobian    which neurons fire where, and the matrices this makes
    structures/                    threshold search: two trees, a flat scan, incremental sets
    solvers/                       G g = r: factorized, by conjugate gradients, by a sketch of Jᵀ
    counters, closed_forms, clock  what each label cost: counted, predicted, timed
    method, scores, motion         the methods; how they know the scores, how a step moves them
    learning_rate, step_rule       how long a step is
    trainer, landscape             the parts of a run, and the loss around where it stands
    iteration                      one iteration: QUERY, PREDICT, SOLVE, MOVE, REFRESH
    batches, training, stopping    iterations until the loss is reached, or a reason why not
    observer, violation, trace     what a watcher sees and says, and what is written down

Claim ids such as `model/gram` name the claims of the paper that a file bears on.

`reference.edges` holds everything that touches the world: files, data sets, numpy, the terminal.
Nothing here imports it.
"""
