"""`firingtree bench`: what things cost, side by side in one run.

machine              where it was measured: processor, versions, BLAS and its threads
measurement          medians, ratios of pairs, and the document that a benchmark leaves
own_process          work in a process of its own, whose peak memory is its own
numpy_rivals         Gauss-Newton and gradient descent as one writes them straight in numpy
contestants          runs of ours and of the rivals behind one interface: start, step

iteration            seconds of an iteration against m, from one W(0), one iteration each in turn
end_to_end           set-up and all steps, ours against the rival
crossing             from which width one is faster than another
loss_race            to equal loss: ours, numpy, scikit-learn, PyTorch, each in its own process
library_rivals       how scikit-learn and PyTorch are trained there
stream               the updates and queries of a real training
structure_race       the same stream through every structure
sorted_keys          the outside peer among structures
peak_memory          what methods hold at most, beside what was estimated
level_overhead       a checked step over an unchecked one

Each benchmark has a command (`…_command`), and all but the last share pictures (`…_picture`); the
group is in `bench_command`. No benchmark's figures are comparable with those of another run: what
is to be compared goes side by side in one.
"""
