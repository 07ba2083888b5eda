"""The trees that a port dumps: their shapes, what holds in them, what a query in one looks at."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from msgspec import UNSET

from invariants.conformance.protocol.messages import Tree


@dataclass(frozen=True, slots=True)
class Shape:
    """For each inner node its children. Nodes below m are leaves, node m + k is inner node k."""

    m: int
    children: Sequence[Sequence[int]]

    @classmethod
    def canonical(cls, m: int) -> "Shape":
        """The complete tree of 2m − 1 nodes, root 1: children of k are 2k, 2k + 1; leaf r is m + r.

        >>> Shape.canonical(3).children
        [[4, 0], [1, 2]]
        """
        return cls(m, [[_renumbered(c, m) for c in (2 * k, 2 * k + 1)] for k in range(1, m)])

    @classmethod
    def of(cls, tree: Tree, m: int) -> "Shape":
        """The shape that was dumped, the canonical one if none was."""
        return cls.canonical(m) if tree.children is UNSET else cls(m, tree.children)

    @property
    def most_children(self) -> int:
        """Of any node."""
        return max(map(len, self.children), default=0)

    def flaw(self) -> str | None:
        """Why this is no tree over the m leaves, if it is none."""
        nodes = self.m + len(self.children)
        parents = [0] * nodes
        for k, below in enumerate(self.children):
            if not below:
                return f"inner node {k} has no child"
            for node in below:
                if node >= nodes:
                    return f"inner node {k} has a child {node}, and there are {nodes} nodes"
                parents[node] += 1
        orphans = [node for node, count in enumerate(parents) if not count]
        shared = [node for node, count in enumerate(parents) if count > 1]
        if shared:
            return f"{self._named(shared[0])} hangs below two nodes"
        if len(orphans) != 1:
            named = ", ".join(map(self._named, orphans[:4])) or "no node"
            return f"{named} without a parent: expected the root alone"
        if len(self.heights()) < nodes:
            return "some nodes hang below each other in a circle"
        return None

    def heights(self) -> dict[int, int]:
        """How far each node that can be reached from the leaves is above the lowest of them.

        Cost: one look at each child, in whatever order the nodes come.
        """
        above = {node: k for k, below in enumerate(self.children) for node in below}
        missing = [len(below) for below in self.children]
        known = dict.fromkeys(range(self.m), 0)
        reached = list(known)
        while reached:
            k = above.get(reached.pop())
            if k is None:
                continue
            missing[k] -= 1
            if not missing[k]:
                known[self.m + k] = 1 + max(known[node] for node in self.children[k])
                reached.append(self.m + k)
        return known

    def _named(self, node: int) -> str:
        return f"the leaf of neuron {node}" if node < self.m else f"inner node {node - self.m}"


def wrong_inner_nodes(
    shape: Shape, leaves: Sequence[Fraction], inner: Sequence[Fraction]
) -> list[tuple[int, Fraction]]:
    """The inner nodes that are not the larger of their children, and what they should be."""
    values = [*leaves, *inner]
    wrong = []
    for k, below in enumerate(shape.children):
        larger = max(values[node] for node in below)
        if inner[k] != larger:
            wrong.append((k, larger))
    return wrong


def canonical_visits(scores: Sequence[Fraction], threshold: Fraction) -> int:
    """1 + 2·A: the root, and both children of each of the A inner nodes above the threshold."""
    m = len(scores)
    nodes = [*scores, *scores]
    for k in range(m - 1, 0, -1):
        nodes[k] = max(nodes[2 * k], nodes[2 * k + 1])
    return 1 + 2 * sum(nodes[k] > threshold for k in range(1, m))


def most_visits(shape: Shape, answers: int) -> int:
    """1 + c·k·h: below the root only children of nodes with an answer below them are looked at."""
    return 1 + shape.most_children * answers * max(shape.heights().values())


def _renumbered(k: int, m: int) -> int:
    """Node k of the canonical layout, in the numbers of a dump."""
    return k - m if k >= m else m + k - 1
