"""Sorts that must agree: int where Fraction is meant, and tuples before it is known of what."""

from collections.abc import Sequence

from proofs.smt import terms
from proofs.smt.proof_errors import SortsDiffer
from proofs.smt.terms import INT, REAL, Sort, Term

EMPTY = terms.operation("seq.empty", (), Sort("any sequence"))
"""() before it is known of what."""


def fitted(value: Term, sort: Sort) -> Term:
    """The value, as one of this sort. Errors: `sorts-differ`."""
    if value is EMPTY and sort.name.startswith("(Seq"):
        return terms.operation("seq.empty", (), sort)
    if value.sort == INT and sort == REAL:
        return terms.as_real(value)
    if value.sort != sort:
        raise SortsDiffer(value.sort.name, sort.name)
    return value


def alike(left: Term, right: Term) -> tuple[Term, Term]:
    """Both of one sort."""
    if left is EMPTY or (left.sort == INT and right.sort == REAL):
        return fitted(left, right.sort), right
    return left, fitted(right, left.sort)


def either(condition: Term, then: Term, otherwise: Term) -> Term:
    """A choice between two values of one sort."""
    return terms.choice(condition, *alike(then, otherwise))


def numbers(values: Sequence[Term]) -> bool:
    """Integers or fractions."""
    return all(value.sort in (INT, REAL) for value in values)


def is_sequence(value: Term) -> bool:
    """A tuple, be it known of what or not."""
    return value is EMPTY or value.sort.name.startswith("(Seq")


def joined(values: Sequence[Term]) -> Term:
    """A tuple of these values."""
    whole = EMPTY
    for value in values:
        unit = terms.operation("seq.unit", (value,), terms.sequence_of(value.sort))
        whole = concatenated(whole, unit)
    return whole


def concatenated(left: Term, right: Term) -> Term:
    """One sequence after the other."""
    if left is EMPTY or right is EMPTY:
        return right if left is EMPTY else left
    return terms.operation("seq.++", (left, fitted(right, left.sort)), left.sort)
