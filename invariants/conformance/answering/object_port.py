"""A port that is a Python object: its methods take and give plain numbers, this speaks for it.

    load(points, labels, weights, signs, b, scale)
    query(point, threshold)     →  fired; the nodes looked at are in `visited` afterwards
    update(neuron, weight)
    delta(neuron, delta)
    step()                      →  (fired, residual, solution)
    dump()                      →  (weights, leaves, inner)
    children()                  →  for each point's tree, each inner node's children

`load` must be there; an operation whose method is missing is not claimed. `inner` has the values of
each point's inner nodes, and `children` is asked for if tree_shape is "own". `contract`, a mapping
or a `Contract`, and `name`, `version` and `issues` are attributes that may be there.

A method refuses by raising: IndexError is `bad_index`, ValueError is `not_finite` if a number that
came was NaN or infinite and `bad_shape` otherwise, ArithmeticError is `singular`, MemoryError is
`too_large`, and NotImplementedError skips. Whatever else is raised is `internal`.
"""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Protocol, TypeAlias, runtime_checkable

import msgspec
from msgspec import UNSET

from invariants.conformance.protocol.messages import (
    PROTOCOLS,
    AnyReply,
    AnyRequest,
    Bye,
    Code,
    Contract,
    Done,
    Dump,
    Dumped,
    Fired,
    Hailed,
    Hello,
    Load,
    Operation,
    Query,
    Refusal,
    Reply,
    Skip,
    Step,
    Stepped,
    Tree,
    Update,
)
from invariants.conformance.protocol.wire import bits_of, floats, rows_of_floats

Numbers: TypeAlias = Sequence[float]
Table: TypeAlias = Sequence[Sequence[float]]
Neurons: TypeAlias = Sequence[int]

BINARY64_CONTRACT = Contract(
    input_bits=53,
    accumulate_bits=53,
    leaf_bits=53,
    solve_bits=53,
    rounding="nearest",
    subnormals="kept",
    leaf_update="recompute",
    choice="fixed",
    tree_shape="none",
    cost=False,
)
"""Of an object that says nothing else: Python's own floats, a list of scores."""


@runtime_checkable
class Loads(Protocol):
    """What every port object does."""

    def load(
        self, points: Table, labels: Numbers, weights: Table, signs: Neurons, b: float, scale: float
    ) -> None:
        """This is the state from now on."""


@runtime_checkable
class Queries(Protocol):
    """May be asked who fires."""

    def query(self, point: int, threshold: float) -> Neurons:
        """Who fires."""


@runtime_checkable
class Visits(Protocol):
    """Counts the nodes that its last query looked at."""

    visited: int


@runtime_checkable
class Updates(Protocol):
    """May be given weights."""

    def update(self, neuron: int, weight: Numbers) -> None:
        """This neuron has this weight."""


@runtime_checkable
class Deltas(Protocol):
    """May be given changes of weights."""

    def delta(self, neuron: int, delta: Numbers) -> None:
        """This neuron's weight has grown by this."""


@runtime_checkable
class Steps(Protocol):
    """May be asked to step."""

    def step(self) -> tuple[Sequence[Neurons], Numbers, Numbers]:
        """One Gauss-Newton step: who fired, f − y, and g."""


@runtime_checkable
class Dumps(Protocol):
    """May be asked what it holds."""

    def dump(self) -> tuple[Table, Table, Table]:
        """Weights, leaves, inner nodes."""


@runtime_checkable
class Shaped(Protocol):
    """Has trees of its own shape."""

    def children(self) -> Sequence[Sequence[Neurons]]:
        """For each point's tree, each inner node's children."""


OPERATIONS: Mapping[Operation, type] = {
    "query": Queries,
    "update": Updates,
    "delta": Deltas,
    "step": Steps,
    "dump": Dumps,
}

REFUSALS: Mapping[str, Code] = {
    "bad-shape": "bad_shape",
    "bad-index": "bad_index",
    "not-finite": "not_finite",
    "no-firing-neuron": "singular",
    "singular-gram": "singular",
}
"""The reference's own errors, as a port tells them."""


class ObjectPort:
    """Answers lines with what the object's methods return or raise."""

    def __init__(self, held: object) -> None:
        """Errors: `TypeError` if the object cannot load."""
        if not isinstance(held, Loads):
            raise TypeError(f"{type(held).__name__} has no method load, which every port must have")
        self._held = held
        contract = getattr(held, "contract", BINARY64_CONTRACT)
        self._contract = msgspec.convert(contract, Contract, from_attributes=True)
        self._decoder = msgspec.json.Decoder(AnyRequest)
        self.parted = False

    def exchange(self, line: bytes, request: str = "") -> bytes:
        """The line that answers this one."""
        return msgspec.json.encode(self.reply(line)) + b"\n"

    def reply(self, line: bytes) -> AnyReply:
        """The reply to a line; one that cannot be read is refused as `internal`."""
        try:
            request = self._decoder.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            seq, code = _envelope(line)
            return Reply[Done](seq=seq, error=Refusal(code, str(error)))
        try:
            return self._answer(request)
        except NotImplementedError as error:
            told = str(error) or "not implemented"
            return Reply[Done](seq=request.seq, skip=Skip(told, ""))
        except Exception as error:
            told = f"{type(error).__name__}: {error}"
            return Reply[Done](seq=request.seq, error=Refusal(_code(error, request), told))

    def _answer(self, request: AnyRequest) -> AnyReply:
        held, seq = self._held, request.seq
        match request:
            case Hello():
                return Reply(seq=seq, ok=self._hailed())
            case Bye():
                self.parted = True
                return Reply(seq=seq, ok=Done())
            case Load():
                self._load(request)
                return Reply(seq=seq, ok=Done())
            case Query() if isinstance(held, Queries):
                (threshold,) = floats(request.threshold)
                return Reply(seq=seq, ok=self._fired(held.query(request.point, threshold)))
            case Update() if request.weight is not UNSET and request.delta is not UNSET:
                raise ValueError("an update has a weight or a delta, not both")
            case Update() if request.weight is not UNSET and isinstance(held, Updates):
                held.update(request.neuron, floats(request.weight))
                return Reply(seq=seq, ok=Done())
            case Update() if request.delta is not UNSET and isinstance(held, Deltas):
                held.delta(request.neuron, floats(request.delta))
                return Reply(seq=seq, ok=Done())
            case Update() if request.weight is UNSET and request.delta is UNSET:
                raise ValueError("an update has a weight or a delta")
            case Step() if isinstance(held, Steps):
                return Reply(seq=seq, ok=_stepped(*held.step()))
            case Dump() if isinstance(held, Dumps):
                return Reply(seq=seq, ok=self._dumped(*held.dump()))
            case _:
                raise NotImplementedError(f"no method for {type(request).__name__.lower()}")

    def _hailed(self) -> Hailed:
        return Hailed(
            name=str(getattr(self._held, "name", type(self._held).__name__)),
            version=str(getattr(self._held, "version", "")),
            language="Python",
            issues=str(getattr(self._held, "issues", "")),
            protocol=list(PROTOCOLS),
            operations=[name for name, kind in OPERATIONS.items() if isinstance(self._held, kind)],
            contract=self._contract,
        )

    def _load(self, request: Load) -> None:
        (b,), (scale,) = floats(request.b), floats(request.scale)
        self._held.load(
            rows_of_floats(request.points),
            floats(request.labels),
            rows_of_floats(request.weights),
            request.signs,
            b,
            scale,
        )

    def _fired(self, fired: Neurons) -> Fired:
        answer = [int(r) for r in fired]
        if self._contract.cost and isinstance(self._held, Visits):
            return Fired(fired=answer, visited=int(self._held.visited))
        return Fired(fired=answer)

    def _dumped(self, weights: Table, leaves: Table, inner: Table) -> Dumped:
        if self._contract.tree_shape == "none":
            return Dumped(weights=_lines(weights), leaves=_lines(leaves))
        trees = [Tree(inner=line) for line in _lines(inner)]
        if self._contract.tree_shape == "own" and isinstance(self._held, Shaped):
            trees = [
                Tree(inner=tree.inner, children=[[int(node) for node in below] for below in shape])
                for tree, shape in zip(trees, self._held.children(), strict=True)
            ]
        return Dumped(weights=_lines(weights), leaves=_lines(leaves), trees=trees)


def _stepped(fired: Sequence[Neurons], residual: Numbers, solution: Numbers) -> Stepped:
    return Stepped(
        fired=[[int(r) for r in neurons] for neurons in fired],
        residual=_line(residual),
        solution=_line(solution),
    )


def _line(values: Numbers) -> list[str]:
    return [bits_of(float(value)) for value in values]


def _lines(values: Table) -> list[list[str]]:
    return [_line(line) for line in values]


def _code(error: Exception, request: AnyRequest) -> Code:
    """What a port says of this error."""
    known = REFUSALS.get(getattr(error, "code", ""))
    if known is not None:
        return known
    match error:
        case IndexError():
            return "bad_index"
        case ValueError():
            return "bad_shape" if _all_finite(request) else "not_finite"
        case ArithmeticError():
            return "singular"
        case MemoryError():
            return "too_large"
        case _:
            return "internal"


def _all_finite(request: AnyRequest) -> bool:
    """No number of the request is NaN or infinite."""
    match request:
        case Load():
            lines = [*rows_of_floats(request.points), *rows_of_floats(request.weights)]
            lines += [floats(part) for part in (request.labels, request.b, request.scale)]
        case Query():
            lines = [floats(request.threshold)]
        case Update():
            given = [part for part in (request.weight, request.delta) if part is not UNSET]
            lines = [floats(part) for part in given]
        case _:
            lines = []
    return all(isfinite(value) for line in lines for value in line)


class _Envelope(msgspec.Struct):
    seq: int = 0
    cmd: str = ""


def _envelope(line: bytes) -> tuple[int, Code]:
    """The seq of a line that is no request, as far as one can be read, and its code."""
    try:
        found = msgspec.json.decode(line, type=_Envelope)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return 0, "internal"
    known = {"hello", "load", "query", "update", "step", "dump", "bye"}
    return found.seq, "bad_shape" if found.cmd in known else "unsupported"
