"""Ports to judge: right ones with unusual contracts, and any of them with one reply changed."""

import json
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from msgspec.structs import replace

from invariants.conformance.answering.conversation import Conversation, Diverged, greet
from invariants.conformance.answering.object_port import Neurons, Numbers, ObjectPort, Table
from invariants.conformance.drawn.programs import run_program
from invariants.conformance.planted.textbook import TextbookPort, check, known, sum_of
from invariants.conformance.protocol.messages import AnyRequest, Contract, Load
from invariants.conformance.protocol.wire import in_bits, rows_in_bits

Answer: TypeAlias = dict[str, Any]
"""A reply as JSON reads it."""

Edit: TypeAlias = Callable[[Answer], None]
"""A change of a reply."""


# ---- talking -------------------------------------------------------------------------------------


class Tampered:
    """The object as a port, with a change to its answer to request `at`; the load is request 1."""

    def __init__(self, held: object, at: int, edit: Edit) -> None:
        self._port, self._at, self._edit = ObjectPort(held), at, edit

    def exchange(self, line: bytes, request: str) -> bytes:
        """The line that answers this one, changed or not."""
        answer: Answer = json.loads(self._port.exchange(line, request))
        if answer["seq"] == self._at:
            self._edit(answer)
        return json.dumps(answer).encode() + b"\n"


def put(*path_and_value: object) -> Edit:
    """What stands at this path below `ok` becomes the value, which comes last."""
    *path, last, value = path_and_value

    def edit(answer: Answer) -> None:
        _below(answer, path)[last] = value

    return edit


def cut(*path: object) -> Edit:
    """What stands at this path below `ok` is taken away."""

    def edit(answer: Answer) -> None:
        del _below(answer, path[:-1])[path[-1]]

    return edit


def refuse(code: str) -> Edit:
    """The request is refused with this code."""
    return _instead({"error": {"code": code}})


def skip(answer: Answer) -> None:
    """The request is skipped."""
    _instead({"skip": {"reason": "not built", "link": "https://example.org/1"}})(answer)


def carry_out(**ok: object) -> Edit:
    """The request, whatever it was, is carried out, with this to tell."""
    return _instead({"ok": ok})


def _instead(what: Answer) -> Edit:
    def edit(answer: Answer) -> None:
        seq = answer["seq"]
        answer.clear()
        answer.update(what, seq=seq)

    return edit


def _below(answer: Answer, path: Sequence[object]) -> Any:
    found: Any = answer["ok"]
    for key in path:
        found = found[key]
    return found


def talk_to(held: object) -> Conversation:
    """A conversation with this object as a port."""
    return greet(ObjectPort(held))


def tampered(
    program: Sequence[AnyRequest], at: int, edit: Edit, held: object = None
) -> Diverged | None:
    """Where the textbook port, or this one, diverges with this change to its answer `at`."""
    return run_program(greet(Tampered(held or TextbookPort(), at, edit)), program)


def headline(found: Diverged | None) -> str:
    """The check that failed first, or nothing."""
    return found.divergences[0].check if found else ""


def of_floats(
    points: Table, weights: Table, b: float = 0.0, labels: Numbers = (), scale: float = 1.0
) -> Load:
    """A load of floats; labels 0, signs 1."""
    return Load(
        points=rows_in_bits(points),
        labels=in_bits(labels or [0.0] * len(points)),
        weights=rows_in_bits(weights),
        signs=[1] * len(weights),
        b=in_bits([b]),
        scale=in_bits([scale]),
    )


# ---- right ports ---------------------------------------------------------------------------------


def declaring(held: TextbookPort, **fields: object) -> TextbookPort:
    """The port with other words in its contract."""
    held.contract = replace(held.contract, **fields)
    return held


def uncounted() -> TextbookPort:
    """A port that does not count visits."""
    return declaring(TextbookPort(), cost=False)


def without_trees() -> TextbookPort:
    """A port that shows no trees."""
    return declaring(TextbookPort(), tree_shape="none")


def in_bits_of(bits: int, **fields: object) -> Contract:
    """The textbook port's contract in a narrower format."""
    narrow = {f"{part}_bits": bits for part in ("input", "accumulate", "leaf", "solve")}
    return replace(TextbookPort.contract, **narrow, **fields)


def binary32(value: float) -> float:
    """The nearest number of binary32."""
    return float(np.float32(value))


def binary16(value: float) -> float:
    """The nearest number of binary16."""
    return float(np.float16(value))


def up_to_binary32(value: float) -> float:
    """The least number of binary32 that is not below the value."""
    near = np.float32(value)
    return float(near if float(near) >= value else np.nextafter(near, np.float32(np.inf)))


class NarrowPort(TextbookPort):
    """Each operation rounded to binary32."""

    contract = in_bits_of(24)

    def computed(self, value: float) -> float:
        """As an operation's result."""
        return binary32(value)

    def kept(self, score: float) -> float:
        """As a leaf."""
        return score

    def score(self, w: Numbers, x: Numbers) -> float:
        total = 0.0
        for a, c in zip(w, x, strict=True):
            total = self.computed(total + self.computed(a * c))
        return self.kept(total)

    def refresh(self, neuron: int) -> None:
        self.weights[neuron] = [self.computed(w) for w in self.weights[neuron]]
        super().refresh(neuron)

    def share(self, r: int, g: float) -> float:
        return self.computed(super().share(r, g))

    def residual(self, i: int, fired: Neurons) -> float:
        m, total = len(self.weights), 0.0
        for r in fired:
            above = self.computed(self.trees[i][m + r] - self.b)
            total = self.computed(total + self.signs[r] * above)
        return self.computed(self.computed(self.scale * total) - self.labels[i])


class Binary16Port(NarrowPort):
    """Each operation rounded to binary16."""

    contract = in_bits_of(11)

    def computed(self, value: float) -> float:
        return binary16(value)


class UpwardPort(NarrowPort):
    """Each operation rounded upward."""

    contract = in_bits_of(24, rounding="other")

    def computed(self, value: float) -> float:
        return up_to_binary32(value)


class NarrowLeaves(TextbookPort):
    """Sums in binary64, leaves in binary16."""

    contract = replace(TextbookPort.contract, leaf_bits=11)

    def score(self, w: Numbers, x: Numbers) -> float:
        return binary16(super().score(w, x))


class MovedAsSent(TextbookPort):
    """Leaves are moved by ⟨delta, x⟩, and weights by a sum that rounds."""

    contract = replace(TextbookPort.contract, leaf_update="delta")

    def update(self, neuron: int, weight: Numbers) -> None:
        before = self.weights[known(neuron, len(self.weights))]
        check(weight, len(before))
        self.move(neuron, weight, [new - old for new, old in zip(weight, before, strict=True)])

    def delta(self, neuron: int, delta: Numbers) -> None:
        before = self.weights[known(neuron, len(self.weights))]
        check(delta, len(before))
        weight = [old + change for old, change in zip(before, delta, strict=True)]
        self.move(neuron, weight, self.difference(weight, before, delta))

    def difference(self, after: Numbers, before: Numbers, delta: Numbers) -> Numbers:
        """By what leaves are moved."""
        return delta

    def step(self) -> tuple[Sequence[Neurons], Numbers, Numbers]:
        m, weights = len(self.weights), [list(w) for w in self.weights]
        trees = [list(nodes) for nodes in self.trees]
        told = super().step()
        for r, before in enumerate(weights):
            for nodes, kept in zip(self.trees, trees, strict=True):
                nodes[m + r] = kept[m + r]
            after = self.weights[r]
            self.move(r, after, [new - old for new, old in zip(after, before, strict=True)])
        return told

    def move(self, neuron: int, weight: Numbers, by: Numbers) -> None:
        """The neuron's weight is this, and its leaves follow."""
        m = len(self.weights)
        leaves = [nodes[m + neuron] for nodes in self.trees]
        self.weights[neuron] = list(weight)
        for nodes, leaf, x in zip(self.trees, leaves, self.points, strict=True):
            nodes[m + neuron] = leaf + sum_of([a * c for a, c in zip(by, x, strict=True)])
            for k in _above(m + neuron):
                nodes[k] = self.inner(nodes, k)


class MovedAsStored(MovedAsSent):
    """Leaves are moved by the difference of the stored weights."""

    def difference(self, after: Numbers, before: Numbers, delta: Numbers) -> Numbers:
        return [new - old for new, old in zip(after, before, strict=True)]


class QuaternaryPort(TextbookPort):
    """Trees of its own: four children a node, as long as there are four, and a root always."""

    contract = replace(TextbookPort.contract, tree_shape="own")

    def query(self, point: int, threshold: float) -> Neurons:
        nodes = self.nodes(known(point, len(self.trees)))
        check([threshold], 1)
        shape, m, self.visited = self.shape(), len(self.weights), 1
        fired, opened = [], [len(nodes) - 1] if nodes[-1] > threshold else []
        while opened:
            below = shape[opened.pop() - m]
            self.visited += len(below)
            opened += [node for node in below if node >= m and nodes[node] > threshold]
            fired += [node for node in below if node < m and nodes[node] > threshold]
        return sorted(fired)

    def dump(self) -> tuple[Table, Table, Table]:
        weights, leaves, _ = super().dump()
        return weights, leaves, [self.nodes(i)[len(weights) :] for i in self.indices]

    def children(self) -> list[list[list[int]]]:
        """The same for every point."""
        return [self.shape() for _ in self.indices]

    def shape(self) -> list[list[int]]:
        """Level by level, from below."""
        shape: list[list[int]] = []
        level = list(range(len(self.weights)))
        while len(level) > 1 or not shape:
            groups = [level[start : start + 4] for start in range(0, len(level), 4)]
            level = [len(self.weights) + len(shape) + k for k in range(len(groups))]
            shape += groups
        return shape

    def nodes(self, i: int) -> list[float]:
        """The values of a point's tree, leaves first and the root last."""
        nodes = self.trees[i][len(self.weights) :]
        for below in self.shape():
            nodes.append(max(nodes[node] for node in below))
        return nodes


def _above(k: int) -> list[int]:
    """The nodes above node k of a canonical tree, from below."""
    return [k >> up for up in range(1, k.bit_length())]
