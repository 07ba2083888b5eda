"""What must be true of a tournament tree: nodes 1 … 2m − 1, the children of k at 2k and 2k + 1."""

from collections.abc import Iterable, Sequence

from invariants.invariant import Invariant
from reference.ids import Neuron
from reference.scalar import S
from reference.violation import Violation

INNER_NODE = Invariant(
    "tournament/inner-node",
    "Every inner node holds the larger of its two children.",
    touched="the inner nodes above the neurons that moved",
    full="every inner node",
)

ANSWERS = Invariant(
    "tournament/answers",
    "Every answer is one of the m neurons, once, ascending: padding never answers.",
    touched="every answer",
    full="every answer",
)


def inner_nodes_hold_the_larger_child(
    nodes: Sequence[S], inner: Iterable[int], path: str
) -> list[Violation]:
    """INNER_NODE for these nodes of one tree. Cost: one comparison and one equality a node."""
    violations = []
    for k in inner:
        left = nodes[2 * k]
        right = nodes[2 * k + 1]
        larger = left if left > right else right
        if nodes[k] != larger:
            place = f"{path} / node {k} ({descent(k)})"
            violations.append(INNER_NODE.violated(place, larger, nodes[k]))
    return violations


def answers_are_neurons(fired: Sequence[Neuron], m: int, path: str) -> list[Violation]:
    """ANSWERS for one query. Cost: one comparison an answer."""
    below = -1
    for position, r in enumerate(fired):
        if not below < r < m:
            place = f"{path} / answer {position}"
            return [ANSWERS.violated(place, f"a neuron in {below + 1} … {m - 1}", r)]
        below = r
    return []


def descent(k: int) -> str:
    """The way from the root to node k.

    >>> descent(12)
    'root right left left'
    """
    turns = ["left" if bit == "0" else "right" for bit in f"{k:b}"[1:]]
    return " ".join(["root", *turns])
