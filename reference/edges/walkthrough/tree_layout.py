"""Where the nodes of a drawn tree stand: in columns from the left, in rows from the root down."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from reference.edges.walkthrough.drawn_tree import DrawnNode


@dataclass(frozen=True, slots=True)
class Placed:
    """A node and its place, and those of its children from the left."""

    node: DrawnNode
    x: float
    depth: int
    children: "list[Placed]"

    def all(self) -> "list[Placed]":
        """This place, and all below it."""
        return [self, *(place for child in self.children for place in child.all())]


def placed(root: DrawnNode) -> Placed:
    """The tree, where no two nodes stand at one place.

    A neuron's node has a column of its own; another stands in the middle of its children.
    """
    return _placed(root, 0, count())


def _placed(node: DrawnNode, depth: int, columns: Iterator[int]) -> Placed:
    left = [] if node.left is None else [_placed(node.left, depth + 1, columns)]
    own = next(columns) if node.neuron else None
    right = [] if node.right is None else [_placed(node.right, depth + 1, columns)]
    children = [*left, *right]
    x = sum(child.x for child in children) / len(children) if own is None else own
    return Placed(node, x, depth, children)
