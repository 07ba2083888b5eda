"""A tree as it is to be drawn: each node with its value and with what an operation did to it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto


class Mark(Enum):
    """What a query or a change did to a node."""

    FIRES = auto()
    """Looked at, above b, a neuron's: an answer."""

    OPENED = auto()
    """Looked at, above b: its children are looked at too."""

    PASSED = auto()
    """Looked at, not above b."""

    UNSEEN = auto()
    """Not looked at."""

    REWRITTEN = auto()
    """Written anew."""

    KEPT = auto()
    """Not written."""


@dataclass(frozen=True, slots=True)
class DrawnNode:
    """A node: its neuron, if it has one; its value, and the earlier one if it was rewritten."""

    neuron: str
    value: float
    earlier: float | None
    mark: Mark
    left: "DrawnNode | None" = None
    right: "DrawnNode | None" = None

    @property
    def children(self) -> "list[DrawnNode]":
        """Those that there are, from the left."""
        return [child for child in (self.left, self.right) if child is not None]

    def nodes(self) -> "Iterator[DrawnNode]":
        """This node, and all below it."""
        yield self
        for child in self.children:
            yield from child.nodes()

    def count(self, wanted: "Callable[[DrawnNode], bool]") -> int:
        """How many nodes are so."""
        return sum(wanted(node) for node in self.nodes())

    def marked(self, *marks: Mark) -> int:
        """How many nodes have one of these marks."""
        return self.count(lambda node: node.mark in marks)


SEEN = (Mark.FIRES, Mark.OPENED, Mark.PASSED)
"""The marks of what a query looks at."""
