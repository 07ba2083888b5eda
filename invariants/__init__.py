"""What must be true of a run: one predicate a sentence, and the monitor that watches for it.

invariant      what an invariant is, and how it is violated
tournament, ordered, incremental, leaves, firing, step, counting
               the predicates
score_error    how one step's roundings change the error of a score
running_error  these errors over a run, neuron by neuron
definiteness   a proven lower bound on the smallest eigenvalue of a matrix
trajectory_error, certificate
               how far a run in floats is from the exact run, and which firing decisions are certain
monitor        calls all of this while a run goes on
"""
