"""The reference: Gauss-Newton training of a wide two-layer network, sublinear in its width.

Plain Python over a scalar that is `float` or `fractions.Fraction`, standard library only. Read it
in this order:

    scalar, ids                    what a number, a neuron and a point are
    activation, network            the model and the data it is trained on
    firing_sets, gram              which neurons fire where, and the matrix this makes
    threshold_search               the data structure, and the three that implement it:
      tournament_tree, ordered_tree, flat_scan
    factorization, step_rule       from a residual to a step
    score_keeper, gauss_newton     one iteration: QUERY, PREDICT, SOLVE, MOVE, REFRESH
    training                       iterations until the loss is reached, or a reason why not
    counters, closed_forms         what each label cost, counted and predicted
    observer, trace                what a watcher sees, and what is written down

`reference.edges` holds everything that touches the world: files, data sets, numpy, the terminal.
Nothing here imports it.
"""
