"""The textbook port with one mistake each, and the headline that it must get."""

from struct import pack, unpack

import msgspec

from invariants.conformance.answering.object_port import Neurons, Numbers
from invariants.conformance.planted.textbook import TextbookPort, Vector


class NotStrict(TextbookPort):
    """≥ for >."""

    def fires(self, score: float, threshold: float) -> bool:
        """A tie fires."""
        return score >= threshold


class StaleAncestor(TextbookPort):
    """Inner nodes grow, and never shrink."""

    def inner(self, nodes: Vector, k: int) -> float:
        """What stood there counts as well."""
        return max(nodes[k], nodes[2 * k], nodes[2 * k + 1])


class LostOddLeaf(TextbookPort):
    """The last leaf is not looked at where m is odd. (Visits would tell at once.)"""

    contract = msgspec.structs.replace(TextbookPort.contract, cost=False)

    def below(self, k: int, m: int) -> list[int]:
        """An odd one out is left out."""
        return [child for child in (2 * k, 2 * k + 1) if child < 2 * m - m % 2]


class TreeLeftBehind(TextbookPort):
    """An update forgets the last of several trees."""

    def refresh(self, neuron: int) -> None:
        """In all trees but one."""
        last = list(self.trees[-1])
        super().refresh(neuron)
        if len(self.trees) > 1:
            self.trees[-1] = last


class EarlyStop(TextbookPort):
    """A search stops at the first child with answers."""

    def descend(self, nodes: Vector, k: int, threshold: float) -> list[int]:
        """The right child only if the left one had none."""
        m = len(nodes) // 2
        self.visited += 1
        if not self.fires(nodes[k], threshold):
            return []
        if k >= m:
            return [k - m]
        left = self.descend(nodes, 2 * k, threshold)
        return left or self.descend(nodes, 2 * k + 1, threshold)


class PermutedIds(TextbookPort):
    """Neurons are called by their neighbours' numbers."""

    def told(self, fired: list[int]) -> list[int]:
        """Each by the next number."""
        return sorted((r + 1) % len(self.weights) for r in fired)


class HeapOrder(TextbookPort):
    """Answers come in the order of the tree's nodes."""

    def told(self, fired: list[int]) -> list[int]:
        """As they were found."""
        return fired


class Duplicate(TextbookPort):
    """One answer comes twice."""

    def told(self, fired: list[int]) -> list[int]:
        """The first again."""
        return sorted([*fired, *fired[:1]])


class MissingScale(TextbookPort):
    """Outputs without 1/√m."""

    def residual(self, i: int, fired: Neurons) -> float:
        """As if the scale were 1."""
        kept, self.scale = self.scale, 1.0
        found = super().residual(i, fired)
        self.scale = kept
        return found


class WrongSign(TextbookPort):
    """Steps go up the gradient."""

    def share(self, r: int, g: float) -> float:
        """Without the minus."""
        return -super().share(r, g)


class SinglePrecision(TextbookPort):
    """Sums in binary32, under a contract of 53 bits."""

    def score(self, w: Numbers, x: Numbers) -> float:
        """Rounded after each operation."""
        total = 0.0
        for a, c in zip(w, x, strict=True):
            total = rounded(total + rounded(a * c))
        return total


class ChangedAfterError(TextbookPort):
    """An update is written before it is checked."""

    def update(self, neuron: int, weight: Numbers) -> None:
        """Too long a weight is cut off, taken, and then refused."""
        if 0 <= neuron < len(self.weights) and len(weight) > len(self.points[0]):
            self.weights[neuron] = list(weight[: len(self.points[0])])
        super().update(neuron, weight)


class TooManyVisits(TextbookPort):
    """Every node is looked at."""

    def query(self, point: int, threshold: float) -> Neurons:
        """And counted."""
        fired = super().query(point, threshold)
        self.visited = 2 * len(self.weights) - 1
        return fired


class SilentNeuronsMove(TextbookPort):
    """A step touches a neuron that did not fire."""

    def step(self) -> tuple[list[Neurons], Numbers, Numbers]:
        """The first silent one's weight is halved."""
        fired, residual, solution = super().step()
        silent = set(range(len(self.weights))) - {r for neurons in fired for r in neurons}
        for r in sorted(silent)[:1]:
            self.weights[r] = [w / 2 for w in self.weights[r]]
            self.refresh(r)
        return list(fired), residual, solution


class WrongSolver(TextbookPort):
    """The system is solved as if it were diagonal and of one entry."""

    def gram(self, fired: object) -> list[Vector]:
        """Without the counts."""
        square = self.scale**2
        return [[square if i == j else 0.0 for j in self.indices] for i in self.indices]


MUTANTS: dict[type[TextbookPort], str] = {
    NotStrict: "firing/threshold",
    StaleAncestor: "dump/inner-node",
    LostOddLeaf: "firing/threshold",
    TreeLeftBehind: "update/leaves",
    EarlyStop: "firing/threshold",
    PermutedIds: "firing/threshold",
    HeapOrder: "query/ascending",
    Duplicate: "query/distinct",
    MissingScale: "step/residual",
    WrongSign: "step/weights",
    SinglePrecision: "load/leaves",
    ChangedAfterError: "error/unchanged",
    TooManyVisits: "query/visits",
    SilentNeuronsMove: "step/untouched",
    WrongSolver: "step/solution",
}
"""Each with its headline."""


def rounded(value: float) -> float:
    """To binary32."""
    found: float
    (found,) = unpack(">f", pack(">f", value))
    return found
