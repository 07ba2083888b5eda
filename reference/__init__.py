"""The reference: Gauss-Newton training of a wide two-layer network, sublinear in its width.

Plain Python over a scalar that is `float` or `fractions.Fraction`, standard library only. Read it
in this order:

    scalar, ids, errors            what a number, a neuron and a point are; what can go wrong
    matrix, inner_products         rows, and sums over them in one fixed order
    activation, network            the model and the data it is trained on
    firing_sets, gram              which neurons fire where, and the matrix this makes
    threshold_search               the data structure, and the three that implement it:
      tournament_tree, ordered_tree, flat_scan, structures
    counters, closed_forms, clock  what each label cost: counted, predicted, timed
    method, motion                 how a method knows the scores, and how a step moves them
    factorization, step_rule       from a residual to a step
    trainer, landscape             the parts of a run, and the loss around where it stands
    gauss_newton                   one iteration: QUERY, PREDICT, SOLVE, MOVE, REFRESH
    training, stopping             iterations until the loss is reached, or a reason why not
    observer, violation, trace     what a watcher sees and says, and what is written down

Claim ids such as `model/gram` name the claims of the paper that a file bears on.

`reference.edges` holds everything that touches the world: files, data sets, numpy, the terminal.
Nothing here imports it.
"""
