"""Orthogonal vectors decided by threshold search, and satisfiability by orthogonal vectors.

A structure that is fast in both its operations would decide whether two sets of 0/1 vectors hold an
orthogonal pair faster than anybody knows how to, and with it whether a formula can be satisfied.
Here the two reductions run.

    formula ──satisfiability──▶ two sets of vectors ──threshold_instance──▶ m updates, n queries

    orthogonal_vectors   the problem, decided by its definition
    satisfiability       a formula in clauses becomes such a problem
    threshold_instance   such a problem becomes neurons, points of unit length and a threshold
    vector_search        structures as a lower bound sees them: init, update(r, w), query(i, τ)
    answering            a problem put to a structure, in phases, and what was counted
    small_instances      every problem up to a size, and drawn larger ones, compared
    one_dimension        a structure for points on a line, which is fast in both

What it shows: the reductions are right on every instance that is run, and structures answer right
where answers hang on ties. What it cannot show: that either problem is hard. That is a conjecture.

Claims bound/seth, bound/tightness.
"""
