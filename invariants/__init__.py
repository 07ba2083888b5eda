"""What must be true of a run: one predicate a sentence, and the monitor that watches for it.

invariant      what an invariant is, and how it is violated
tournament, ordered, incremental, leaves, firing, step, counting
               the predicates
score_error    how one step's roundings change the error of a score
running_error  these errors over a run, neuron by neuron
definiteness   a proven lower bound on the smallest eigenvalue of a matrix
trajectory_error, certificate
               how far a run in floats is from the exact run, and which firing decisions are certain
number_format, exactness, rounding
               other people's number formats: when a sum is exact there, how far off it can be
conformance/   somebody else's port held against the reference
monitor        calls all of this while a run goes on
"""
