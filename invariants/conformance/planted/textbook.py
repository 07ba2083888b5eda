"""A port as one writes it from the page, in plain Python floats: tournament trees in one list each.

Right as it stands. The mutants override one of its small methods each.
"""

from collections.abc import Sequence
from math import isfinite

import msgspec

from invariants.conformance.answering.object_port import BINARY64_CONTRACT, Neurons, Numbers, Table

Vector = list[float]


class TextbookPort:
    """A port object."""

    name = "textbook"
    contract = msgspec.structs.replace(BINARY64_CONTRACT, tree_shape="canonical", cost=True)

    def __init__(self) -> None:
        self.points: list[Vector] = []
        self.weights: list[Vector] = []
        self.trees: list[Vector] = []
        self.visited = 0

    def load(
        self, points: Table, labels: Numbers, weights: Table, signs: Neurons, b: float, scale: float
    ) -> None:
        """The state is this one; whatever is wrong with it is found first."""
        if not points or not points[0] or not weights:
            raise ValueError("at least one point, one coordinate and one neuron")
        for line in (*points, *weights):
            check(line, len(points[0]))
        check(labels, len(points))
        check([float(sign) for sign in signs], len(weights))
        check([b, scale], 2)
        if any(abs(sign) != 1 for sign in signs):
            raise ValueError("signs are ±1")
        self.points, self.weights = [list(x) for x in points], [list(w) for w in weights]
        self.labels, self.signs, self.b, self.scale = list(labels), list(signs), b, scale
        self.trees = [self.tree(x) for x in self.points]

    def query(self, point: int, threshold: float) -> Neurons:
        """Descends below nodes above the threshold, level by level."""
        nodes = self.trees[known(point, len(self.trees))]
        check([threshold], 1)
        self.visited = 0
        return self.told(self.descend(nodes, 1, threshold))

    def update(self, neuron: int, weight: Numbers) -> None:
        """The weight is another, and so are its leaves and what stands above them."""
        known(neuron, len(self.weights))
        check(weight, len(self.points[0]))
        self.weights[neuron] = list(weight)
        self.refresh(neuron)

    def delta(self, neuron: int, delta: Numbers) -> None:
        """The same by a difference."""
        before = self.weights[known(neuron, len(self.weights))]
        check(delta, len(before))
        self.update(neuron, [w + change for w, change in zip(before, delta, strict=True)])

    def step(self) -> tuple[Sequence[Neurons], Numbers, Numbers]:
        """One Gauss-Newton step."""
        if not self.points:
            raise IndexError("nothing is loaded")
        fired = [self.above(nodes) for nodes in self.trees]
        if not all(fired):
            raise ArithmeticError("no neuron fires on some point")
        residual = [self.residual(i, neurons) for i, neurons in enumerate(fired)]
        solution = solved(self.gram(fired), residual)
        for r in sorted({r for neurons in fired for r in neurons}):
            shares = [self.share(r, solution[i]) if r in fired[i] else 0.0 for i in self.indices]
            for c in range(len(self.points[0])):
                self.weights[r][c] += sum_of([shares[i] * self.points[i][c] for i in self.indices])
            self.refresh(r)
        return fired, residual, solution

    def dump(self) -> tuple[Table, Table, Table]:
        """Weights, leaves, inner nodes."""
        m = len(self.weights)
        if not m:
            raise IndexError("nothing is loaded")
        return self.weights, [t[m:] for t in self.trees], [t[1:m] for t in self.trees]

    # ---- what mutants override -------------------------------------------------------------------

    def score(self, w: Numbers, x: Numbers) -> float:
        """⟨w, x⟩."""
        return sum_of([a * c for a, c in zip(w, x, strict=True)])

    def fires(self, score: float, threshold: float) -> bool:
        """Strictly above."""
        return score > threshold

    def told(self, fired: list[int]) -> list[int]:
        """Ascending."""
        return sorted(fired)

    def descend(self, nodes: Vector, k: int, threshold: float) -> list[int]:
        """The neurons below node k that fire."""
        m = len(nodes) // 2
        self.visited += 1
        if not self.fires(nodes[k], threshold):
            return []
        if k >= m:
            return [k - m]
        return [r for child in self.below(k, m) for r in self.descend(nodes, child, threshold)]

    def below(self, k: int, m: int) -> list[int]:
        """Of inner node k."""
        return [2 * k, 2 * k + 1]

    def refresh(self, neuron: int) -> None:
        """The neuron's leaf in every tree, and what stands above it."""
        for nodes, x in zip(self.trees, self.points, strict=True):
            k = len(self.weights) + neuron
            nodes[k] = self.score(self.weights[neuron], x)
            while k > 1:
                k //= 2
                nodes[k] = self.inner(nodes, k)

    def inner(self, nodes: Vector, k: int) -> float:
        """The value of inner node k."""
        return max(nodes[2 * k], nodes[2 * k + 1])

    def share(self, r: int, g: float) -> float:
        """By how much of a point a neuron moves."""
        return -self.scale * self.signs[r] * g

    def residual(self, i: int, fired: Neurons) -> float:
        """scale · Σ a_r (s_i,r − b) − y_i."""
        m = len(self.weights)
        above = [self.signs[r] * (self.trees[i][m + r] - self.b) for r in fired]
        return self.scale * sum_of(above) - self.labels[i]

    # ---- the rest ------------------------------------------------------------------------------

    @property
    def indices(self) -> range:
        """All points."""
        return range(len(self.points))

    def tree(self, x: Vector) -> Vector:
        """A tree of 2m nodes, of which node 0 is not used."""
        leaves = [self.score(w, x) for w in self.weights]
        nodes = [0.0] * len(leaves) + leaves
        for k in range(len(leaves) - 1, 0, -1):
            nodes[k] = max(nodes[2 * k], nodes[2 * k + 1])
        return nodes

    def above(self, nodes: Vector) -> list[int]:
        """Who fires at b."""
        return sorted(self.descend(nodes, 1, self.b))

    def gram(self, fired: Sequence[Neurons]) -> list[Vector]:
        """G_ij = scale² · ⟨x_i, x_j⟩ · |S_i ∩ S_j|."""
        sets = [set(neurons) for neurons in fired]
        return [
            [
                self.scale**2 * sum_of([a * c for a, c in zip(x, y, strict=True)]) * len(s & t)
                for y, t in zip(self.points, sets, strict=True)
            ]
            for x, s in zip(self.points, sets, strict=True)
        ]


def solved(matrix: list[Vector], right: Vector) -> Vector:
    """Gaussian elimination with partial pivoting. Errors: `ZeroDivisionError`."""
    n = len(right)
    rows = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    for k in range(n):
        best = max(range(k, n), key=lambda i: abs(rows[i][k]))
        rows[k], rows[best] = rows[best], rows[k]
        for i in range(k + 1, n):
            share = rows[i][k] / rows[k][k]
            rows[i] = [a - share * c for a, c in zip(rows[i], rows[k], strict=True)]
    solution = [0.0] * n
    for k in range(n - 1, -1, -1):
        known_part = sum_of([rows[k][j] * solution[j] for j in range(k + 1, n)])
        solution[k] = (rows[k][n] - known_part) / rows[k][k]
    return solution


def sum_of(terms: Sequence[float]) -> float:
    """From the left."""
    total = 0.0
    for term in terms:
        total += term
    return total


def check(values: Numbers, length: int) -> None:
    """So many finite numbers. Errors: `ValueError`."""
    if len(values) != length or not all(map(isfinite, values)):
        raise ValueError(f"expected {length} finite numbers")


def known(index: int, below: int) -> int:
    """An index that exists. Errors: `IndexError`."""
    if not 0 <= index < below:
        raise IndexError(f"{index} is not one of 0 … {below - 1}")
    return index
