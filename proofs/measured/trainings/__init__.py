"""Trainings: what moves, how far, and how they end.

trainings         in floats, BLAS on one thread
small_trainings   in rationals, on a grid; derivatives, offsets, tie_rules, exact_steps look at them
firing_over_time  firing sets, and the radius
movements         how far neurons move, against the radius
touched_neurons   which share of neurons and nodes an iteration touches
unions            U(t)
movers            who moves in a step
regimes           how they end, over α, the width and the data
first_order       Gauss-Newton, gradient descent and SGD to one loss
"""
