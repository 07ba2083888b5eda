"""What sympy proves for all sizes.

proof    a proof: the claim that it serves, what it says, the computation that decides it
sizes    sizes as symbols, on which the closed forms' own code runs
counts, solver_counts
         closed forms of the counters are the sums of the algorithm's loops
recurrences
         what a tree of a height has, writes and shows
orders   orders of magnitude for all exponents at once
costs, cost_orders
         what an iteration costs by label and method; which bounds that keeps, and where
model    the activations' offset; the Jacobian off ties and at them; the Gram matrix; tie rules
initial_outputs
         moments and tails of a random network's outputs
dead_neurons
         what dead neurons withstand beside plain steps
tails    the normal tail from both sides; how many neurons fire
kernel   how often two points fire together; the steps of the window bound
bound    the lower bound's reductions; what meets it, and what it does not speak of
live_sampler, sublinear_total, live_bound
         the sampler's law, part by part; what whole trainings cost with it, and at most
exponents
         which exponents of width, sparsity and cost go together
width    the width demanded, in whole numbers
least_squares
         the step as the shortest solution
sketching, rounds
         what sketches keep and cost; how fast iterations on the preconditioned system are
cheaper_solver, without_cubes
         where the exact Gram matrix is cheaper; what solves without n³
movement how far one step moves a neuron; how many are touched
"""
