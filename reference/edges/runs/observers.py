"""Who watches a run, by the lane and the level asked for.

The reference does not know the package that checks invariants: whoever installs an entry point in
the group `firingtree.observers` is found here.
"""

from fractions import Fraction
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol

from reference.edges.runs.run_errors import ObserverMissing
from reference.training.observer import Nobody, Observer


class FloatObserverMaker(Protocol):
    """What the entry point `invariants` of the group is."""

    def __call__(self, level: str) -> Observer[float]:
        """An observer that checks at this level."""


class ExactObserverMaker(Protocol):
    """What the entry point `exact-invariants` of the group is."""

    def __call__(self, level: str) -> Observer[Fraction]:
        """An observer that checks at this level."""


def observer(level: str) -> Observer[float]:
    """The observer of floats of this level. Errors: `observer-missing`."""
    if level == "off":
        return Nobody()
    make: FloatObserverMaker = _found("invariants", level).load()
    return make(level)


def exact_observer(level: str) -> Observer[Fraction]:
    """The observer of rationals of this level. Errors: `observer-missing`."""
    if level == "off":
        return Nobody()
    make: ExactObserverMaker = _found("exact-invariants", level).load()
    return make(level)


def _found(name: str, level: str) -> EntryPoint:
    found = entry_points(group="firingtree.observers", name=name)
    if not found:
        raise ObserverMissing(level)
    return next(iter(found))
