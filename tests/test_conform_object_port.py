"""Python objects as ports: what their methods return and raise is what goes over the wire."""

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
import pytest
import typeguard

from invariants.conformance.answering.conversation import decoded
from invariants.conformance.answering.object_port import (
    BINARY64_CONTRACT,
    Neurons,
    Numbers,
    ObjectPort,
    Table,
)
from invariants.conformance.answering.reference_port import ReferencePort
from invariants.conformance.cases.case import DUMP, STEP, above, becomes, column, grows
from invariants.conformance.drawn.programs import run_program
from invariants.conformance.planted.textbook import TextbookPort
from invariants.conformance.protocol.messages import (
    AnyReply,
    AnyRequest,
    Bye,
    Code,
    Done,
    Dumped,
    Fired,
    Hailed,
    Hello,
    Query,
    Stepped,
    Update,
)
from invariants.conformance.protocol.wire import bits_of, in_bits, in_integers
from reference.errors import BadIndex, BadShape, NoFiringNeuron, NotFinite
from reference.ids import Point
from reference.structures.threshold_search import Structure
from tests.conform_ports import QuaternaryPort, headline, of_floats, talk_to

HELLO = Hello(protocol=[1])
LOAD = of_floats([[0.5, -0.0]], [[1.0, 2.0], [3.0, 4.0]], b=0.25, labels=[1.5], scale=0.5)


class Bare:
    """Does what every port must."""

    def load(
        self, points: Table, labels: Numbers, weights: Table, signs: Neurons, b: float, scale: float
    ) -> None:
        self.came = (points, labels, weights, signs, b, scale)


class Whole(Bare):
    """Answers what it was told to, or raises it."""

    contract: object = BINARY64_CONTRACT

    def __init__(self, answer: object) -> None:
        self.answer: Any = answer
        self.asked: object = ()
        self.visited: object = 7

    def query(self, point: int, threshold: float) -> Any:
        return self._answered(point, threshold)

    def update(self, neuron: int, weight: Numbers) -> None:
        self._answered(neuron, weight)

    def delta(self, neuron: int, delta: Numbers) -> None:
        self._answered("delta", neuron, delta)

    def step(self) -> Any:
        return self._answered()

    def dump(self) -> Any:
        return self._answered()

    def _answered(self, *asked: object) -> Any:
        self.asked = asked
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


COUNTED = {**msgspec.to_builtins(BINARY64_CONTRACT), "cost": True}
CANONICAL = {**msgspec.to_builtins(BINARY64_CONTRACT), "tree_shape": "canonical"}


def declared(held: Whole, contract: Mapping[str, object]) -> Whole:
    """With this contract."""
    held.contract = contract
    return held


def exchanged(held: object, request: AnyRequest) -> AnyReply:
    """The reply as the harness reads it."""
    return decoded(request, ObjectPort(held).exchange(msgspec.json.encode(request) + b"\n"))


def hailed(held: object) -> Hailed:
    """What the object claims."""
    reply = exchanged(held, HELLO)
    assert isinstance(reply.ok, Hailed)
    return reply.ok


def code(reply: AnyReply) -> str:
    """Why it was refused."""
    assert not isinstance(reply.error, msgspec.UnsetType), reply
    return reply.error.code


# ---- hello ---------------------------------------------------------------------------------------


def test_an_object_that_cannot_load_is_no_port() -> None:
    with pytest.raises(TypeError, match="object has no method load"):
        ObjectPort(object())


def test_missing_methods_are_not_claimed_and_skipped_if_asked() -> None:
    told = hailed(Bare())
    assert told.operations == []
    assert (told.name, told.version, told.language, told.issues) == ("Bare", "", "Python", "")
    assert told.contract == BINARY64_CONTRACT
    requests: list[AnyRequest] = [above(0), becomes(0, 1), grows(0, 1), STEP, DUMP]
    for request in requests:
        reply = exchanged(Bare(), request)
        assert not isinstance(reply.skip, msgspec.UnsetType)
        assert reply.skip.reason.startswith("no method for ")
    assert headline(run_program(talk_to(Bare()), [column(1), *requests])) == ""


def test_the_methods_that_are_there_are_claimed() -> None:
    assert hailed(Whole([])).operations == ["query", "update", "delta", "step", "dump"]

    class Half(Bare):
        """Two of them; an attribute of that name is none."""

        step = None

        def delta(self, neuron: int, delta: Numbers) -> None:
            """Nothing."""

        def dump(self) -> tuple[Table, Table, Table]:
            return [], [], []

    assert hailed(Half()).operations == ["delta", "dump"]


def test_names_and_contracts_are_told_as_they_are_declared() -> None:
    class Declared(Bare):
        """A mapping is a contract as well."""

        name = "mine"
        version = 2
        issues = "https://example.org"
        contract: Mapping[str, object] = {
            "input_bits": 24,
            "accumulate_bits": 11,
            "leaf_bits": 8,
            "solve_bits": 20,
            "rounding": "other",
            "subnormals": "flushed",
            "leaf_update": "delta",
            "choice": "free",
            "tree_shape": "own",
            "cost": True,
        }

    told = hailed(Declared())
    assert (told.name, told.version, told.issues) == ("mine", "2", "https://example.org")
    assert msgspec.to_builtins(told.contract) == Declared.contract
    assert hailed(TextbookPort()).contract is not None
    assert hailed(TextbookPort()).contract == TextbookPort.contract


@pytest.mark.parametrize("changes", [{"input_bits": 52}, {"rounding": "up"}, {"extra": 1}])
def test_a_contract_of_other_words_is_an_error_at_once(changes: dict[str, object]) -> None:
    contract = {**msgspec.to_builtins(BINARY64_CONTRACT), **changes}
    with pytest.raises(msgspec.ValidationError):
        ObjectPort(declared(Whole([]), contract))


def test_bye_is_answered_and_remembered() -> None:
    port = ObjectPort(Bare())
    assert not port.parted
    assert port.exchange(b'{"cmd":"bye","seq":9}\n') == b'{"seq":9,"ok":{}}\n'
    assert port.parted


# ---- what methods are given ----------------------------------------------------------------------


def test_methods_get_plain_numbers() -> None:
    held = Whole([1])
    assert exchanged(held, LOAD).ok == Done()
    assert held.came == ([[0.5, -0.0]], [1.5], [[1.0, 2.0], [3.0, 4.0]], [1, 1], 0.25, 0.5)
    assert str(held.came[0][0][1]) == "-0.0"
    requests: list[tuple[AnyRequest, object]] = [
        (Query(point=3, threshold=in_integers(-2, 5)), (3, 1.25)),
        (Update(neuron=4, weight=in_bits([0.1])), (4, [0.1])),
        (Update(neuron=5, delta=in_bits([0.1])), ("delta", 5, [0.1])),
    ]
    for request, asked in requests:
        exchanged(held, request)
        assert held.asked == asked


# ---- what they return ----------------------------------------------------------------------------


def test_visits_are_told_if_they_are_declared_and_there() -> None:
    assert exchanged(Whole([0, 2]), above(0)).ok == Fired(fired=[0, 2])
    assert exchanged(declared(Whole([0]), COUNTED), above(0)).ok == Fired(fired=[0], visited=7)
    without = declared(Whole([0]), COUNTED)
    del without.visited
    assert exchanged(without, above(0)).ok == Fired(fired=[0])


def test_dumps_have_trees_as_declared() -> None:
    table = ([[1.0], [2.0]], [[3.0, 4.0]], [[5.0]])
    one, two, three, four, five = ([bits_of(float(k))] for k in range(1, 6))
    plain = exchanged(Whole(table), DUMP).ok
    assert plain == Dumped(weights=[one, two], leaves=[three + four])
    canonical = exchanged(declared(Whole(table), CANONICAL), DUMP).ok
    assert isinstance(canonical, Dumped)
    assert isinstance(canonical.trees, list)
    assert [tree.inner for tree in canonical.trees] == [five]
    assert canonical.trees[0].children is msgspec.UNSET
    port = QuaternaryPort()
    assert exchanged(port, column(3, 1)).ok == Done()
    own = exchanged(port, DUMP).ok
    assert isinstance(own, Dumped)
    assert isinstance(own.trees, list)
    assert [tree.children for tree in own.trees] == [[[0, 1]]]


def test_steps_are_told_with_all_bits() -> None:
    reply = exchanged(Whole(([[0], [1, 2]], [0.1, -0.0], [5e-324, 1e308])), STEP)
    assert reply.ok == Stepped(
        fired=[[0], [1, 2]],
        residual=[bits_of(0.1), bits_of(-0.0)],
        solution=[bits_of(5e-324), bits_of(1e308)],
    )


def test_numpy_s_numbers_and_arrays_are_numbers() -> None:
    """typeguard would insist on lists, as the types say; the port itself does not."""
    with typeguard.suppress_type_checks():
        counted = declared(Whole(np.array([0, 2], np.uint8)), COUNTED)
        counted.visited = np.int32(5)
        assert exchanged(counted, above(0)).ok == Fired(fired=[0, 2], visited=5)
        thirds = np.array([1 / 3, -0.0], np.float32)
        stepped = exchanged(Whole((np.array([[1]]), thirds, thirds.tolist())), STEP).ok
        assert isinstance(stepped, Stepped)
        assert stepped.fired == [[1]]
        assert stepped.residual == stepped.solution == ["3fd5555560000000", "8000000000000000"]
        table = (np.eye(2, dtype=np.float16), np.array([[1.5, 2.0]]), [[np.float64(2.0)]])
        dumped = exchanged(declared(Whole(table), CANONICAL), DUMP).ok
        assert isinstance(dumped, Dumped)
        assert dumped.weights == [[bits_of(1.0), bits_of(0.0)], [bits_of(0.0), bits_of(1.0)]]
        assert dumped.leaves == [[bits_of(1.5), bits_of(2.0)]]


# ---- what they raise -----------------------------------------------------------------------------

FINITE: list[AnyRequest] = [LOAD, above(0), becomes(0, 1), grows(0, 1), STEP, DUMP]
NAN = in_bits([1.0, float("nan")])
NOT_FINITE: list[AnyRequest] = [
    msgspec.structs.replace(LOAD, labels=NAN),
    msgspec.structs.replace(LOAD, b=in_bits([float("inf")])),
    msgspec.structs.replace(LOAD, scale=in_bits([float("-inf")])),
    msgspec.structs.replace(LOAD, points=of_floats([[float("nan")]], [[1.0]]).points),
    msgspec.structs.replace(LOAD, weights=of_floats([[1.0]], [[float("nan")]]).weights),
    Query(point=0, threshold=in_bits([float("nan")])),
    Update(neuron=0, weight=NAN),
    Update(neuron=0, delta=NAN),
]

RAISED: list[tuple[Exception, Code]] = [
    (IndexError("no such neuron"), "bad_index"),
    (ValueError("of another length"), "bad_shape"),
    (ArithmeticError("singular"), "singular"),
    (ZeroDivisionError(), "singular"),
    (OverflowError(), "singular"),
    (MemoryError(), "too_large"),
    (KeyError("missing"), "internal"),
    (TypeError("not a number"), "internal"),
    (RuntimeError(), "internal"),
    (AssertionError(), "internal"),
    (BadIndex("neuron", 9, 3), "bad_index"),
    (BadShape("coordinates", 2, 3), "bad_shape"),
    (NotFinite("numbers", 0), "not_finite"),
]


class Raising(Whole):
    """Raises at a load as well."""

    def load(
        self, points: Table, labels: Numbers, weights: Table, signs: Neurons, b: float, scale: float
    ) -> None:
        self._answered()


@pytest.mark.parametrize(("error", "expected"), RAISED, ids=[repr(error) for error, _ in RAISED])
def test_an_exception_is_a_refusal_by_its_type(error: Exception, expected: Code) -> None:
    for request in FINITE:
        reply = exchanged(Raising(error), request)
        assert code(reply) == expected
        assert not isinstance(reply.error, msgspec.UnsetType)
        assert type(error).__name__ in reply.error.detail


@pytest.mark.parametrize("request_made", NOT_FINITE)
def test_a_value_error_over_a_number_that_is_none_is_not_finite(request_made: AnyRequest) -> None:
    assert code(exchanged(Raising(ValueError()), request_made)) == "not_finite"
    assert code(exchanged(Raising(IndexError()), request_made)) == "bad_index"


def test_what_is_not_implemented_is_skipped_with_its_reason() -> None:
    reasons = {"later": NotImplementedError("later"), "not implemented": NotImplementedError()}
    for reason, error in reasons.items():
        for request in FINITE:
            reply = exchanged(Raising(error), request)
            assert not isinstance(reply.skip, msgspec.UnsetType)
            assert reply.skip.reason == reason


def test_an_interrupt_is_no_refusal() -> None:
    with pytest.raises(KeyboardInterrupt):
        exchanged(Raising(KeyboardInterrupt()), above(0))


SHAPES: list[AnyRequest] = [
    Query(point=0, threshold=in_integers(0)),
    Query(point=0, threshold=in_integers(0, 1, 1)),
    Update(neuron=0),
    Update(neuron=0, weight=in_integers(0, 1), delta=in_integers(0, 1)),
    msgspec.structs.replace(LOAD, b=in_integers(0)),
    msgspec.structs.replace(LOAD, scale=in_integers(0, 1, 1)),
]


@pytest.mark.parametrize("request_made", SHAPES)
def test_what_no_method_can_be_given_is_a_bad_shape(request_made: AnyRequest) -> None:
    held = Whole([])
    assert code(exchanged(held, request_made)) == "bad_shape"
    assert held.asked == ()
    assert not hasattr(held, "came")


# ---- lines ---------------------------------------------------------------------------------------

GARBAGE: list[tuple[bytes, int, Code]] = [
    (b"\n", 0, "internal"),
    (b"garbage\n", 0, "internal"),
    (b"\xff\xfe\n", 0, "internal"),
    (b"[1,2]\n", 0, "internal"),
    (b"null\n", 0, "internal"),
    (b"[" * 100_000 + b"\n", 0, "internal"),
    (b'{"seq":"x","cmd":"step"}\n', 0, "internal"),
    (b'{"cmd":"train","seq":4}\n', 4, "unsupported"),
    (b'{"seq":5}\n', 5, "unsupported"),
    (b'{"cmd":"query","seq":6}\n', 6, "bad_shape"),
    (b'{"cmd":"query","seq":7,"point":0.5,"threshold":{"exp":0,"int":[1]}}\n', 7, "bad_shape"),
    (b'{"cmd":"query","seq":8,"point":0,"threshold":{"exp":0}}\n', 8, "bad_shape"),
    (b'{"cmd":"step","seq":9,"size":1}\n', 9, "bad_shape"),
]


@pytest.mark.parametrize(
    ("line", "seq", "expected"), GARBAGE, ids=[str(one[0][:40]) for one in GARBAGE]
)
def test_a_line_that_cannot_be_read_is_refused(line: bytes, seq: int, expected: Code) -> None:
    reply = ObjectPort(Whole([])).reply(line)
    assert reply.seq == seq
    assert code(reply) == expected


def test_a_reply_is_one_line_that_repeats_the_number() -> None:
    port = ObjectPort(TextbookPort())
    requests: list[AnyRequest] = [HELLO, LOAD, above(0), STEP, DUMP, above(0, point=9), Bye()]
    for seq, request in enumerate(requests, 5):
        line = port.exchange(msgspec.json.encode(msgspec.structs.replace(request, seq=seq)))
        assert line.count(b"\n") == 1
        assert line.endswith(b"\n")
        assert decoded(request, line).seq == seq


# ---- the reference -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("engine", "structure", "shape"),
    [
        ("plain", Structure.TOURNAMENT, "canonical"),
        ("plain", Structure.ORDERED, "none"),
        ("plain", Structure.SCAN, "none"),
        ("vectorized", Structure.TOURNAMENT, "canonical"),
        ("vectorized", Structure.SCAN, "none"),
    ],
)
def test_the_engines_are_ports_that_claim_all(
    engine: str, structure: Structure, shape: str
) -> None:
    held = ReferencePort(engine, structure)
    told = hailed(held)
    assert told.name == f"firingtree {engine} {structure.value}"
    assert told.operations == ["query", "update", "delta", "step", "dump"]
    assert told.contract.tree_shape == shape
    program: list[AnyRequest] = [column(3, 1, 2), DUMP, above(1), becomes(0, 0), above(-1), DUMP]
    assert headline(run_program(talk_to(held), program)) == ""


@pytest.mark.parametrize(
    ("engine", "structure"),
    [("vectorized", Structure.ORDERED), ("plain", Structure.INCREMENTAL)],
)
def test_a_structure_that_keeps_no_scores_for_any_threshold_is_no_port(
    engine: str, structure: Structure
) -> None:
    with pytest.raises(ValueError, match="has no structure"):
        ReferencePort(engine, structure)


def test_the_reference_s_own_errors_are_codes() -> None:
    assert code(exchanged(Raising(NoFiringNeuron([Point(0)], 4, 1.0)), STEP)) == "singular"
    held = ReferencePort()
    for request in (above(0), becomes(0, 1), grows(0, 1), STEP, DUMP):
        assert code(exchanged(held, request)) == "bad_index"
    exchanged(held, column(1))
    assert code(exchanged(held, above(0, point=1))) == "bad_index"
    assert code(exchanged(held, above(0, point=-1))) == "bad_index"
    assert code(exchanged(held, becomes(0, 1, 1))) == "bad_shape"
