"""Satisfiability by orthogonal vectors, for formulas that are conjunctions of clauses.

The variables are split into two halves. Each assignment of the first half becomes a vector of A,
each of the second half one of B, with a coordinate a clause: 1 if the assignment leaves the clause
unsatisfied. So a pair is orthogonal exactly if each clause is satisfied by one half or the other.

    v variables, s clauses   →   2^⌊v/2⌋ and 2^⌈v/2⌉ vectors in dimension s

If N = 2^⌈v/2⌉ against N vectors took N^(2 − ε), satisfiability would take 2^((1 − ε/2)·v), which
SETH denies, up to factors polynomial in s. A formula with k literals a clause has at most
(2v + 1)^k clauses, so the dimension is a power of log N.

Source: Williams, A new algorithm for optimal 2-constraint satisfaction, 2005.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, product

from proofs.reduction.orthogonal_vectors import Bits, Instance

Clause = frozenset[int]
"""Literals: +k is variable k, −k its negation, k from 1 on. No variable occurs both ways."""

Formula = tuple[Clause, ...]
"""Each clause must hold; the empty clause never does."""


def satisfiable(formula: Formula, variables: int) -> bool:
    """Does some assignment satisfy every clause? By trying all 2^v."""
    return any(
        all(_satisfies(assignment, clause) for clause in formula)
        for assignment in _assignments(range(1, variables + 1))
    )


def vectors_of(formula: Formula, variables: int) -> Instance:
    """The orthogonal vectors problem that is answered yes exactly if the formula is satisfiable."""
    middle = variables // 2
    halves = range(1, middle + 1), range(middle + 1, variables + 1)
    left, right = ([_unsatisfied(given, formula) for given in _assignments(h)] for h in halves)
    return Instance(left, right)


def formulas(variables: int, clauses: int) -> Iterator[Formula]:
    """Every formula of one clause up to so many different ones over these variables."""
    every = list(_clauses(variables))
    for count in range(1, clauses + 1):
        yield from combinations(every, count)


def _clauses(variables: int) -> Iterator[Clause]:
    """Each variable occurs, occurs negated, or does not: 3^v clauses."""
    for signs in product((0, 1, -1), repeat=variables):
        yield frozenset(sign * k for k, sign in enumerate(signs, 1) if sign)


def _assignments(variables: Sequence[int]) -> Iterator[Clause]:
    """The true literals of each assignment of these variables."""
    for signs in product((1, -1), repeat=len(variables)):
        yield frozenset(sign * k for sign, k in zip(signs, variables, strict=True))


def _satisfies(assignment: Clause, clause: Clause) -> bool:
    """Is one of the clause's literals true?"""
    return not assignment.isdisjoint(clause)


def _unsatisfied(assignment: Clause, formula: Formula) -> Bits:
    """1 for each clause that the assignment leaves unsatisfied."""
    return tuple(int(not _satisfies(assignment, clause)) for clause in formula)
