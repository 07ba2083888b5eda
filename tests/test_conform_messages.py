"""Messages: each goes through JSON unchanged; the types and the published schema pass the same."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import msgspec
import pytest

from invariants.conformance.answering.conversation import decoded
from invariants.conformance.answering.object_port import BINARY64_CONTRACT
from invariants.conformance.protocol.messages import (
    LONGEST_LINE,
    AnyReply,
    AnyRequest,
    Bye,
    Done,
    Dump,
    Dumped,
    Fired,
    Hailed,
    Hello,
    Load,
    Matrix,
    Query,
    Refusal,
    Reply,
    Skip,
    Step,
    Stepped,
    Tree,
    Update,
    Vector,
)
from invariants.conformance.protocol.schema import REPLIES, REQUESTS, text
from invariants.conformance.protocol.wire import (
    NotANumber,
    bits_of,
    floats,
    in_bits,
    in_integers,
    number,
    row,
    rows,
    rows_in_bits,
    rows_in_integers,
    rows_of_floats,
)
from tests.json_schema import accepts

PUBLISHED = Path(__file__).parent.parent / "invariants" / "conformance" / "schema.json"
SCHEMA: Mapping[str, Any] = json.loads(PUBLISHED.read_bytes())
REQUEST = msgspec.json.Decoder(AnyRequest)
ONE = bits_of(1.0)

LOAD = Load(
    points=rows_in_integers(-2, [[1, 0], [2, -1]]),
    labels=in_bits([0.5, -0.0]),
    weights=rows_in_bits([[0.1, -0.0], [5e-324, 1e308]]),
    signs=[1, -1],
    b=in_integers(1023, 0),
    scale=in_integers(-1074, (1 << 53) - 1),
    seq=3,
)

SENT: Sequence[AnyRequest] = [
    Hello(protocol=[1, 2]),
    LOAD,
    Query(point=0, threshold=in_integers(-10, 320), seq=7),
    Query(point=-1, threshold=in_bits([float("nan"), float("inf")]), seq=8),
    Update(neuron=2, weight=in_integers(0, 0, 1), seq=9),
    Update(neuron=2, delta=in_bits([0.1, 0.2]), seq=10),
    Update(neuron=2, weight=in_integers(0), delta=in_bits([]), seq=11),
    Update(neuron=2, seq=12),
    Step(seq=13),
    Dump(seq=14),
    Bye(seq=15),
]

HAILED = Hailed(
    name="a port",
    version="",
    language="C",
    issues="",
    protocol=[1],
    operations=["query", "update", "delta", "step", "dump"],
    contract=BINARY64_CONTRACT,
)

CAME: Sequence[tuple[AnyRequest, AnyReply]] = [
    (Hello(protocol=[1]), Reply(seq=0, ok=HAILED)),
    (LOAD, Reply(seq=1, ok=Done())),
    (Query(point=0, threshold=in_integers(0, 1)), Reply(seq=2, ok=Fired(fired=[], visited=0))),
    (Query(point=0, threshold=in_integers(0, 1)), Reply(seq=2, ok=Fired(fired=[0, 1]))),
    (Update(neuron=0), Reply(seq=3, error=Refusal("bad_shape", "why"))),
    (Update(neuron=0), Reply(seq=4, skip=Skip("not built", "https://example.org"))),
    (Step(), Reply(seq=5, ok=Stepped(fired=[[0], []], residual=[ONE, ONE], solution=[ONE]))),
    (Dump(), Reply(seq=6, ok=Dumped(weights=[[ONE]], leaves=[[ONE], []]))),
    (Dump(), Reply(seq=6, ok=Dumped(weights=[], leaves=[], trees=[Tree([ONE], [[0, 1]])]))),
    (Dump(), Reply(seq=6, ok=Dumped(weights=[], leaves=[], trees=[Tree([])]))),
    (Bye(), Reply(seq=7, ok=Done())),
]

# ---- through JSON and back -----------------------------------------------------------------------


@pytest.mark.parametrize("request_made", SENT)
def test_a_request_comes_back_as_it_went(request_made: AnyRequest) -> None:
    line = msgspec.json.encode(request_made)
    assert REQUEST.decode(line) == request_made
    assert line.isascii()
    assert json.loads(line)["cmd"] == type(request_made).__name__.lower()
    assert json.loads(line)["seq"] == request_made.seq


@pytest.mark.parametrize(("request_made", "reply"), CAME)
def test_a_reply_comes_back_as_it_went(request_made: AnyRequest, reply: AnyReply) -> None:
    line = msgspec.json.encode(reply)
    assert decoded(request_made, line) == reply
    assert set(json.loads(line)) == {"seq", *({"ok", "skip", "error"} & set(json.loads(line)))}
    spaced = json.dumps(json.loads(line), indent=3).encode()
    assert decoded(request_made, spaced) == reply


def test_every_kind_of_message_is_tried_here() -> None:
    assert {type(request) for request in SENT} == set(REQUESTS)
    assert {type(request).__name__.lower() for request, _ in CAME} == set(REPLIES)


def test_the_page_s_own_lines_are_messages() -> None:
    page = PUBLISHED.with_name("PROTOCOL.md").read_text()
    lines = [line.strip() for line in page.splitlines() if line.strip().startswith('{"')]
    whole = [line for line in lines if line.endswith("}") and '"seq"' in line and "…" not in line]
    requests = [line for line in whole if '"cmd"' in line]
    assert len(requests) > 6
    for line in requests:
        REQUEST.decode(line.encode())
        assert accepts(SCHEMA, json.loads(line), SCHEMA)


# ---- numbers -------------------------------------------------------------------------------------


def test_both_forms_of_numbers_are_the_same_rationals() -> None:
    assert row(in_integers(-2, 3, -1, 0)) == row(in_bits([0.75, -0.25, -0.0]))
    assert rows(rows_in_integers(1, [[3], [-1]])) == rows(rows_in_bits([[6.0], [-2.0]]))
    assert floats(in_integers(-1074, 1)) == floats(in_bits([5e-324])) == [5e-324]
    assert rows_of_floats(rows_in_integers(3, [[1, 2]])) == [[8.0, 16.0]]
    for value in (0.1, -0.0, 5e-324, 1.7976931348623157e308):
        assert floats(in_bits([value]))[0].hex() == value.hex()
        assert number(bits_of(value)) == row(in_bits([value]))[0]


@pytest.mark.parametrize("bits", ["7ff0000000000000", "fff0000000000000", "7ff8000000000001"])
def test_infinities_and_nan_can_be_sent_and_are_no_rationals(bits: str) -> None:
    vector = REQUEST.decode(
        b'{"cmd":"query","point":0,"threshold":{"bits":["%s"]}}' % bits.encode()
    )
    assert isinstance(vector, Query)
    assert floats(vector.threshold)[0] not in (0.0, 1.0)
    with pytest.raises(NotANumber, match=bits):
        row(vector.threshold)
    with pytest.raises(NotANumber, match=bits):
        rows(Matrix(bits=[[ONE, bits]]))
    assert len(rows_of_floats(Matrix(bits=[[ONE, bits]]))[0]) == 2


FORMS: Sequence[tuple[dict[str, object], bool]] = [
    ({"exp": 0, "int": []}, True),
    ({"exp": -1074, "int": [(1 << 53) - 1, 1 - (1 << 53)]}, True),
    ({"exp": 1023, "int": [0]}, True),
    ({"bits": []}, True),
    ({"bits": ["ffffffffffffffff"]}, True),
    ({}, False),
    ({"exp": 0}, False),
    ({"int": [1]}, False),
    ({"exp": 0, "int": [1], "bits": [ONE]}, False),
    ({"exp": 0, "bits": [ONE]}, False),
    ({"int": [1], "bits": [ONE]}, False),
    ({"exp": 0, "int": [1], "scale": 2}, False),
    ({"exp": -1075, "int": [1]}, False),
    ({"exp": 1024, "int": [1]}, False),
    ({"exp": 0, "int": [1 << 53]}, False),
    ({"exp": 0, "int": [-(1 << 53)]}, False),
    ({"exp": 0, "int": [0.5]}, False),
    ({"exp": 0, "int": [True]}, False),
    ({"exp": 0, "int": ["1"]}, False),
    ({"exp": 0.5, "int": [1]}, False),
    ({"exp": None, "int": None, "bits": [ONE]}, False),
    ({"bits": ["3ff000000000000"]}, False),
    ({"bits": ["3ff00000000000000"]}, False),
    ({"bits": ["3FF0000000000000"]}, False),
    ({"bits": ["0x3ff00000000000"]}, False),
    ({"bits": ["3ff0000000000000\n"]}, False),
    ({"bits": [" 3ff000000000000"]}, False),
    ({"bits": [1.0]}, False),
    ({"bits": ONE}, False),
]


@pytest.mark.parametrize(("form", "right"), FORMS, ids=[json.dumps(form) for form, _ in FORMS])
def test_numbers_have_exactly_one_of_two_forms(form: dict[str, object], right: bool) -> None:
    line = json.dumps(form).encode()
    nested = {key: [value] if isinstance(value, list) else value for key, value in form.items()}
    assert passes(line, Vector) == right
    assert passes(json.dumps(nested).encode(), Matrix) == right
    assert accepts(SCHEMA["$defs"]["Vector"], form, SCHEMA) == right
    assert accepts(SCHEMA["$defs"]["Matrix"], nested, SCHEMA) == right


def passes(line: bytes, kind: Any) -> bool:
    """The line is a value of this type."""
    try:
        msgspec.json.decode(line, type=kind)
    except msgspec.ValidationError:
        return False
    return True


# ---- strictness ----------------------------------------------------------------------------------

OTHERS: Sequence[Any] = (None, True, "x", "", -1, 1.5, 1 << 53, 1 << 70, [], {}, [[]], [ONE])
"""What comes in the place of something else."""


def corruptions(value: Any) -> Iterator[Any]:
    """The value with one thing in it left out, added, or replaced."""
    yield from OTHERS
    if isinstance(value, dict):
        yield {**value, "comment": 1}
        for key, inner in value.items():
            yield {other: kept for other, kept in value.items() if other != key}
            for corrupted in corruptions(inner):
                yield {**value, key: corrupted}
    elif isinstance(value, list) and value:
        yield value[1:]
        for corrupted in corruptions(value[0]):
            yield [corrupted, *value[1:]]
            yield [*value, corrupted]


def as_json(message: AnyRequest | AnyReply) -> dict[str, Any]:
    """As JSON reads it."""
    found: dict[str, Any] = json.loads(msgspec.json.encode(message))
    return found


@pytest.mark.parametrize("request_made", SENT)
def test_types_and_schema_agree_on_corrupted_requests(request_made: AnyRequest) -> None:
    refused = 0
    right = as_json(request_made)
    assert accepts(SCHEMA, right, SCHEMA)
    for corrupted in corruptions(right):
        if isinstance(corrupted, dict) and "seq" not in corrupted:
            assert not accepts(SCHEMA, corrupted, SCHEMA)
            continue
        passing = passes(json.dumps(corrupted).encode(), AnyRequest)
        assert accepts(SCHEMA, corrupted, SCHEMA) == passing, corrupted
        refused += not passing
    assert refused > 20


@pytest.mark.parametrize(("request_made", "reply"), CAME)
def test_types_and_schema_agree_on_corrupted_replies(
    request_made: AnyRequest, reply: AnyReply
) -> None:
    command = type(request_made).__name__.lower()
    refused = 0
    right = as_json(reply)
    assert accepts(SCHEMA["replies"][command], right, SCHEMA)
    for corrupted in corruptions(right):
        try:
            decoded(request_made, json.dumps(corrupted).encode())
            passing = True
        except msgspec.ValidationError:
            passing = False
        assert accepts(SCHEMA["replies"][command], corrupted, SCHEMA) == passing, corrupted
        refused += not passing
    assert refused > 20


def test_an_integer_written_as_a_decimal_is_one_to_the_schema_alone() -> None:
    """JSON Schema cannot tell 2.0 from 2; the types can."""
    line = b'{"cmd":"step","seq":2.0}'
    assert accepts(SCHEMA, json.loads(line), SCHEMA)
    assert not passes(line, AnyRequest)


WRONG_REPLIES: Sequence[tuple[AnyRequest, object]] = [
    (Bye(), {"ok": {}}),
    (Bye(), {"seq": 1}),
    (Bye(), {"seq": 1, "ok": {}, "skip": {"reason": "x", "link": ""}}),
    (Bye(), {"seq": 1, "ok": {}, "error": {"code": "internal"}}),
    (Bye(), {"seq": 1, "error": {"code": "internal"}, "skip": {"reason": "x", "link": ""}}),
    (Bye(), {"seq": 1, "ok": {"fired": []}}),
    (Bye(), {"seq": 1, "ok": {}, "cmd": "bye"}),
    (Bye(), {"seq": 1, "skip": {"reason": "", "link": ""}}),
    (Bye(), {"seq": 1, "skip": {"reason": "x"}}),
    (Bye(), {"seq": 1, "error": {"code": "no_memory"}}),
    (Bye(), {"seq": 1, "error": {"detail": "x"}}),
    (SENT[2], {"seq": 1, "ok": {}}),
    (SENT[2], {"seq": 1, "ok": {"fired": [-1]}}),
    (SENT[2], {"seq": 1, "ok": {"fired": [1.5]}}),
    (SENT[2], {"seq": 1, "ok": {"fired": [1 << 53]}}),
    (SENT[2], {"seq": 1, "ok": {"fired": [], "visited": None}}),
    (SENT[2], {"seq": 1, "ok": {"fired": [], "visited": -1}}),
    (Step(), {"seq": 1, "ok": {"fired": [[0]], "residual": [0.5], "solution": [ONE]}}),
    (Step(), {"seq": 1, "ok": {"fired": [0], "residual": [ONE], "solution": [ONE]}}),
    (Dump(), {"seq": 1, "ok": {"weights": [[ONE]]}}),
    (Dump(), {"seq": 1, "ok": {"weights": [[ONE]], "leaves": [[ONE]], "trees": [{}]}}),
    (Dump(), {"seq": 1, "ok": {"weights": {"exp": 0, "int": [[1]]}, "leaves": [[ONE]]}}),
]


@pytest.mark.parametrize(("request_made", "wrong"), WRONG_REPLIES)
def test_a_reply_that_breaks_the_page_is_refused(request_made: AnyRequest, wrong: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        decoded(request_made, json.dumps(wrong).encode())
    command = type(request_made).__name__.lower()
    assert not accepts(SCHEMA["replies"][command], wrong, SCHEMA)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("input_bits", 16),
        ("accumulate_bits", 52),
        ("leaf_bits", "53"),
        ("solve_bits", 0),
        ("solve_bits", 54),
        ("rounding", "up"),
        ("subnormals", True),
        ("leaf_update", "moved"),
        ("choice", "any"),
        ("tree_shape", None),
        ("cost", 1),
    ],
)
def test_a_contract_has_the_words_and_numbers_of_the_page(field: str, wrong: object) -> None:
    right = as_json(CAME[0][1])
    for changed in (wrong, "missing"):
        hello = deepcopy(right)
        hello["ok"]["contract"][field] = changed
        if changed == "missing":
            del hello["ok"]["contract"][field]
        with pytest.raises(msgspec.ValidationError):
            decoded(Hello(protocol=[1]), json.dumps(hello).encode())
        assert not accepts(SCHEMA["replies"]["hello"], hello, SCHEMA)


def test_a_request_is_made_of_numbers_of_one_form_from_the_start() -> None:
    with pytest.raises(ValueError, match="numbers are"):
        Vector(exp=0, bits=[ONE])
    with pytest.raises(ValueError, match="numbers are"):
        Matrix()
    with pytest.raises(ValueError, match="exactly one of ok, skip and error"):
        Reply[Done](seq=0)


# ---- the published schema ------------------------------------------------------------------------


def test_the_published_schema_is_the_one_that_the_types_make() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "invariants.conformance.protocol.schema"],
        capture_output=True,
        check=True,
    )
    assert made.stdout == PUBLISHED.read_bytes() == text().encode()


def test_every_object_of_the_schema_lists_all_its_keys() -> None:
    for name, definition in SCHEMA["$defs"].items():
        assert definition["type"] == "object", name
        assert definition["additionalProperties"] is False, name
        assert set(definition["required"]) <= set(definition["properties"]), name


def test_the_schema_names_all_commands_and_their_replies() -> None:
    names = [reference["$ref"].removeprefix("#/$defs/") for reference in SCHEMA["oneOf"]]
    assert names == [kind.__name__ for kind in REQUESTS]
    for kind, name in zip(REQUESTS, names, strict=True):
        definition = SCHEMA["$defs"][name]
        assert definition["properties"]["cmd"] == {"enum": [kind.__name__.lower()]}
        assert {"cmd", "seq"} <= set(definition["required"])
    assert list(SCHEMA["replies"]) == [name.lower() for name in names]


def test_the_page_says_how_long_a_line_may_be() -> None:
    page = PUBLISHED.with_name("PROTOCOL.md").read_text(encoding="utf-8")
    (told,) = re.findall("at most ([0-9]+) MiB", page)
    assert int(told) << 20 == LONGEST_LINE
