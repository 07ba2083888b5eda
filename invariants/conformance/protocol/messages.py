"""The messages between the harness and a port: one JSON object a line, each way.

A request has `seq` and `cmd`. The reply repeats `seq` and has exactly one of `ok`, `skip` and
`error`. What each message means is told in PROTOCOL.md, one folder up; `schema.json` is made from
these types. Everything is strict: a field that is not named here is an error, and so is a missing
one.

Numbers never travel as decimals. They are integers with one exponent of two for the whole array, or
the bits of binary64 as 16 hex digits each; a narrower format is a subset of binary64.
"""

from typing import Annotated, Generic, Literal, TypeVar

from msgspec import UNSET, Meta, Struct, UnsetType

PROTOCOLS = (1,)
"""The versions of the protocol that this harness speaks."""

LONGEST_LINE = 8 << 20
"""Bytes, the newline included."""

Integer = Annotated[int, Meta(gt=-(1 << 53), lt=1 << 53)]
"""An integer that every parser of JSON keeps."""

Index = Annotated[int, Meta(ge=0, lt=1 << 53)]
"""A neuron or a point, counted from 0."""

Exponent = Annotated[int, Meta(ge=-1074, le=1023)]
"""Of two."""

Bits = Annotated[str, Meta(pattern="^[0-9a-f]{16}$", max_length=16)]
"""A number: the bits of binary64, most significant digit first."""

Significand = Literal[8, 11, 24, 53]
"""How many bits a format keeps: bfloat16, binary16, binary32, binary64."""

Operation = Literal["query", "update", "delta", "step", "dump"]
"""What a port may leave out; `hello`, `load` and `bye` it may not."""

Code = Literal[
    "bad_shape", "not_finite", "bad_index", "singular", "unsupported", "too_large", "internal"
]
"""Why a request was refused. The list is closed, and the text beside a code is never compared."""


class Message(Struct, frozen=True, forbid_unknown_fields=True):
    """Anything on the wire."""


# ---- numbers -------------------------------------------------------------------------------------


class Vector(Message, frozen=True):
    """Numbers along one axis: int · 2^exp, or bits. A single number is a vector of one."""

    exp: Exponent | UnsetType = UNSET
    int: list[Integer] | UnsetType = UNSET
    bits: list[Bits] | UnsetType = UNSET

    def __post_init__(self) -> None:
        _check_form(self)


class Matrix(Message, frozen=True):
    """Numbers in rows, in the same two forms."""

    exp: Exponent | UnsetType = UNSET
    int: list[list[Integer]] | UnsetType = UNSET
    bits: list[list[Bits]] | UnsetType = UNSET

    def __post_init__(self) -> None:
        _check_form(self)


def _check_form(numbers: Vector | Matrix) -> None:
    given = tuple(part is not UNSET for part in (numbers.exp, numbers.int, numbers.bits))
    if given not in ((True, True, False), (False, False, True)):
        raise ValueError('numbers are {"exp": …, "int": …} or {"bits": …}')


# ---- requests ------------------------------------------------------------------------------------


class Request(Message, frozen=True, tag_field="cmd", tag=str.lower, kw_only=True):
    """A line to the port. `seq` grows by one a request."""

    seq: int = 0


class Hello(Request, frozen=True):
    """Who are you, and what do you claim?"""

    protocol: list[int]


class Load(Request, frozen=True):
    """This is the state from now on: n points in R^d, n labels, m neurons, their signs, b, 1/√m."""

    points: Matrix
    labels: Vector
    weights: Matrix
    signs: list[int]
    b: Vector
    scale: Vector


class Query(Request, frozen=True):
    """Which neurons score strictly above the threshold at this point?"""

    point: int
    threshold: Vector


class Update(Request, frozen=True):
    """This neuron has a new weight, or its weight plus a delta."""

    neuron: int
    weight: Vector | UnsetType = UNSET
    delta: Vector | UnsetType = UNSET


class Step(Request, frozen=True):
    """One full Gauss-Newton step on all points."""


class Dump(Request, frozen=True):
    """What do you hold?"""


class Bye(Request, frozen=True):
    """Answer and end."""


AnyRequest = Hello | Load | Query | Update | Step | Dump | Bye


# ---- replies -------------------------------------------------------------------------------------


class Contract(Message, frozen=True):
    """What a port's numbers and its trees promise."""

    input_bits: Significand
    accumulate_bits: Significand
    leaf_bits: Significand
    solve_bits: Annotated[int, Meta(ge=1, le=53)]
    rounding: Literal["nearest", "other"]
    subnormals: Literal["kept", "flushed"]
    leaf_update: Literal["recompute", "delta"]
    choice: Literal["fixed", "free"]
    tree_shape: Literal["canonical", "own", "none"]
    cost: bool


class Hailed(Message, frozen=True):
    """Who answers, and what it claims. Operations that are not named are not sent."""

    name: str
    version: str
    language: str
    issues: str
    protocol: list[int]
    operations: list[Operation]
    contract: Contract


class Done(Message, frozen=True):
    """It is so."""


class Fired(Message, frozen=True):
    """The neurons above the threshold, ascending; nodes looked at, if the port counts them."""

    fired: list[Index]
    visited: Index | UnsetType = UNSET


class Stepped(Message, frozen=True):
    """What the step saw: who fired on each point, f − y, and the g that it moved along."""

    fired: list[list[Index]]
    residual: list[Bits]
    solution: list[Bits]


class Tree(Message, frozen=True):
    """The inner nodes of one point's tree, and of an own shape each one's children.

    Node r < m is the leaf of neuron r, node m + k the inner node k.
    """

    inner: list[Bits]
    children: list[list[Index]] | UnsetType = UNSET


class Dumped(Message, frozen=True):
    """m weights of d numbers; for each point m scores, neuron by neuron; for each point a tree."""

    weights: list[list[Bits]]
    leaves: list[list[Bits]]
    trees: list[Tree] | UnsetType = UNSET


class Skip(Message, frozen=True):
    """The port cannot do this yet."""

    reason: Annotated[str, Meta(min_length=1)]
    link: str


class Refusal(Message, frozen=True):
    """The request is at fault, and nothing has changed."""

    code: Code
    detail: str = ""


Ok = TypeVar("Ok", Hailed, Done, Fired, Stepped, Dumped)


class Reply(Message, Generic[Ok], frozen=True):
    """A line from the port."""

    seq: int
    ok: Ok | UnsetType = UNSET
    skip: Skip | UnsetType = UNSET
    error: Refusal | UnsetType = UNSET

    def __post_init__(self) -> None:
        if sum(part is not UNSET for part in (self.ok, self.skip, self.error)) != 1:
            raise ValueError("a reply has exactly one of ok, skip and error")


AnyReply = Reply[Hailed] | Reply[Done] | Reply[Fired] | Reply[Stepped] | Reply[Dumped]
