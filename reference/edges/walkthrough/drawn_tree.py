"""A tree as it is to be drawn: each node with its value and with what an operation did to it."""

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

    def nodes(self) -> "list[DrawnNode]":
        """This node, and all below it."""
        return [self, *(node for child in self.children for node in child.nodes())]

    def marked(self, *marks: Mark) -> int:
        """How many nodes have one of these marks."""
        return sum(node.mark in marks for node in self.nodes())


SEEN = (Mark.FIRES, Mark.OPENED, Mark.PASSED)
"""The marks of what a query looks at."""
