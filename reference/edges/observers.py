"""Who watches a run, by the level asked for.

The reference does not know the package that checks invariants: whoever installs an entry point in
the group `firingtree.observers` is found here.
"""

from importlib.metadata import entry_points
from typing import Protocol

from reference.edges.input_errors import ObserverMissing
from reference.observer import Nobody, Observer


class ObserverMaker(Protocol):
    """What an entry point of the group is."""

    def __call__(self, level: str) -> Observer[float]:
        """An observer that checks at this level."""


def observer(level: str) -> Observer[float]:
    """The observer of this level. Errors: `observer-missing`."""
    if level == "off":
        return Nobody()
    found = entry_points(group="firingtree.observers", name="invariants")
    if not found:
        raise ObserverMissing(level)
    make: ObserverMaker = next(iter(found)).load()
    return make(level)
