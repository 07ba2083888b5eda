"""What must be true of a run: one predicate a sentence, and the monitor that watches for it.

invariant      what an invariant is, and how it is violated
tournament, ordered, leaves, firing, step, counting
               the predicates
score_error    how far a stored score may be from its inner product
monitor        calls the predicates while a run goes on
"""
