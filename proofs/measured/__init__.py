"""What is counted or drawn, with intervals.

exponents         how counted cost grows with the width
live_exponents    the same of a whole training, where only live neurons are drawn
sketch_failures   how often a sketch of so many rows fails
small_trainings   trainings in rationals, drawn on a grid; derivatives, offsets, tie_rules,
                  exact_steps, live_trainings look at them
revivals          what wakes dead neurons, by hand
search_costs      what it costs to know who fires
laws              samples held against laws, with power; sampler_law: the live sampler's
trainings_by_width, live_bound
                  whole trainings of drawn live neurons, and the most that each can cost
twin_trainings    the paper's method and the live one from the same network
initial_outputs   outputs of networks before training
firing_counts     how many neurons of a drawn network fire
firing_over_time  firing sets and the radius in whole trainings
kernel_samples    points for the limit kernel, drawn and sought
trainings         trainings to their end, BLAS on one thread
movements         how far neurons move, against the radius
touched_neurons   which share of neurons and nodes an iteration touches
unions            U(t) along trainings
second_factor     the paper's updates, counted
first_order       Gauss-Newton, gradient descent and SGD to one loss
regimes           how trainings end, over α, the width and the data
small_structures, threshold_programs
                  structures over few scores, all of them; programs drawn
changed_nodes     which nodes above a changed leaf change
structure_counts  what structures count in an iteration, width by width
iteration_costs   an iteration against the bounds; exponents by method
weight_readings   MOVE and REFRESH as weights are kept
whole_trainings, movers
                  what trainings count as a whole; who moves in a step
systems, readings  equations for a step, drawn; what else they might have meant
solver_rounds, exact_rounds, first_steps
                  rounds of iterative solvers, in floats and in rationals; what a first step costs
preconditioners, orthonormal_sketches, sketch_costs, sketch_reuse
                  what a sketch leaves of the condition, fails at, costs, and is worth later on
block_inversion   systems solved by halves, with Strassen's products
measure_command, measure_pictures, live_command, live_picture, measured_files
                  `firingtree measure`: all three, with intervals, and drawn
"""
