"""The vectorized engine: the sums of an iteration in numpy, BLAS and LAPACK.

It implements what `reference.training.engine` asks for, the weights and the scores, on arrays;
everything else (methods, step rules, counters, stopping, traces, invariants) is the reference's own
code. Sums are made in whatever order is fast, so its bits differ from the reference's. The monitor
watches it through the same interfaces and the same bounds: where both runs certify every firing
decision, both have the firing sets of exact arithmetic, hence the same ones.

arrays              the types, and arrays seen as the reference sees them
firing_arrays       firing sets as a matrix of flags, points × neurons
motion_arrays       the direction −Jᵀg, as shares of the points
weight_arrays       weights by coordinate, or coefficients on the points
scan_arrays         who fires: stored scores compared with b, all of them
tournament_arrays   who fires: tournament trees, level by level for all points at once
score_arrays        scores stored in one of these, or computed afresh
array_engine        the four sums
lapack_solver       G g = r by Cholesky
start_arrays        networks drawn whole, scanned in blocks, or drawn live
parts               all of it put together for a configuration

Matrices lie with points (or coordinates) as rows and neurons as columns, so that one point's scores
are contiguous, and go through a processor's cache in blocks of columns.
"""
