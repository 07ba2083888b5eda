"""The vectors that are made of the cases: what they need, and what is expected of a port.

What is expected is what the reference answers, and the judge has found it right: in the exact lane
bit for bit, in the banded one within the bands of the vector's own format.
"""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import UNSET

from invariants.conformance.answering.conversation import Conversation, greet, operation_of
from invariants.conformance.answering.object_port import BINARY64_CONTRACT, ObjectPort
from invariants.conformance.answering.reference_port import ReferencePort
from invariants.conformance.cases import (
    banded_cases,
    error_cases,
    query_cases,
    step_cases,
    update_cases,
)
from invariants.conformance.cases.case import Case
from invariants.conformance.cases.flags import FLAGS
from invariants.conformance.judging.judge import Judge
from invariants.conformance.judging.query_checks import decisions
from invariants.conformance.judging.state import fault
from invariants.conformance.protocol.messages import (
    AnyReply,
    AnyRequest,
    Contract,
    Dump,
    Dumped,
    Fired,
    Load,
    Operation,
    Query,
    Significand,
    Step,
    Stepped,
    Update,
)
from invariants.conformance.protocol.wire import Row, row, rows
from invariants.conformance.vectors.vector_files import (
    SCHEMA,
    VERSION,
    Expectation,
    Header,
    Needs,
    Vector,
    Vectors,
    content_hash,
    file_bytes,
)

AREAS = {
    "query": query_cases.CASES,
    "update": update_cases.CASES,
    "step": step_cases.CASES,
    "error": error_cases.CASES,
    "banded": banded_cases.CASES,
}
"""The cases of each file."""

CHECKS: Mapping[type, Sequence[str]] = {
    Load: ["load/leaves"],
    Query: ["firing/threshold"],
    Update: ["update/leaves", "update/untouched"],
    Step: ["step/residual", "step/solution", "step/weights"],
    Dump: ["dump/inner-node", "dump/tree"],
}
"""What a request is about, faults aside."""

BITS: Sequence[Significand] = (8, 11, 24, 53)
"""Of the formats, narrowest first."""


def built() -> Vectors:
    """All vectors, in the order of their files' names. Cost: a second or so."""
    found = [vector for area in sorted(AREAS) for vector in vectors_of(area)]
    return Vectors(VERSION, found)


def files() -> dict[str, bytes]:
    """Each file by its name."""
    return {f"{area}.jsonl": _file(area, vectors_of(area)) for area in sorted(AREAS)}


def _file(area: str, vectors: Sequence[Vector]) -> bytes:
    named = sorted({flag for vector in vectors for flag in vector.flags})
    flags = {name: FLAGS[name] for name in named}
    return file_bytes(Header(SCHEMA, VERSION, 1, area, len(vectors), flags), vectors)


def vectors_of(area: str) -> list[Vector]:
    """The vectors of this area's cases."""
    return [_vector(area, case) for case in AREAS[area]]


def _vector(area: str, case: Case) -> Vector:
    """A case, with the fewest bits at which it is exact, and what is expected."""
    requests = [msgspec.structs.replace(one, seq=k) for k, one in enumerate(case.requests, 1)]
    tries = BITS if case.bits is None else [bits for bits in BITS if bits == case.bits]
    for bits in tries:
        expect = _expectations(requests, bits, exact=case.bits is None)
        if expect is not None:
            break
    else:
        raise ValueError(f"{area}/{case.slug} is exact in no format")
    return Vector(
        id=f"{area}/{case.slug}",
        hash=content_hash(requests, expect),
        lane="exact" if case.bits is None else "banded",
        needs=Needs(bits, _operations(requests), "subnormal" in case.flags),
        flags=list(case.flags),
        checks=sorted({name for one in requests for name in CHECKS.get(type(one), ())}),
        requests=requests,
        expect=expect,
        source=case.source,
    )


def _expectations(
    requests: Sequence[AnyRequest], bits: Significand, *, exact: bool
) -> list[Expectation] | None:
    """What a port of so many bits must answer; None if it need not answer exactly."""
    talk = greet(ObjectPort(ReferencePort()))
    talk.judge = Judge(_contract(bits))
    expect = []
    for request in requests:
        sound = fault(request, talk.judge.state) is None
        if exact and sound and not _held(request, talk):
            return None
        if exact and not talk.judge.exactly(request):
            return None
        reply = talk.ask(request)
        if exact and not talk.judge.known.exact:
            return None
        expect.append(_expected(talk, request, reply, exact=exact))
    return expect


def _contract(bits: Significand) -> Contract:
    """The reference's, with so many bits in every format."""
    return msgspec.structs.replace(
        BINARY64_CONTRACT,
        input_bits=bits,
        accumulate_bits=bits,
        leaf_bits=bits,
        solve_bits=bits,
        tree_shape="canonical",
        leaf_update="delta",
        cost=True,
    )


def _held(request: AnyRequest, talk: Conversation) -> bool:
    """The request's numbers are numbers of the port's format."""
    held = talk.judge.known.arithmetic.held.kept
    return all(held.holds(value) for line in _numbers(request) for value in line)


def _numbers(request: AnyRequest) -> list[Row]:
    match request:
        case Load():
            parts = (request.labels, request.b, request.scale)
            return [*rows(request.points), *rows(request.weights), *map(row, parts)]
        case Query():
            return [row(request.threshold)]
        case Update():
            return [row(part) for part in (request.weight, request.delta) if part is not UNSET]
        case _:
            return []


def _expected(
    talk: Conversation, request: AnyRequest, reply: AnyReply, *, exact: bool
) -> Expectation:
    """What this reply, which is right, says of all right ones."""
    if reply.error is not UNSET:
        return Expectation(error=reply.error.code)
    state = talk.judge.state
    match request, reply.ok:
        case Query(), Fired() if state is not None and not exact:
            (threshold,) = row(request.threshold)
            decided = decisions(talk.judge.known, state, request.point, threshold)
            return Expectation(must=sorted(decided.must), may=sorted(decided.may))
        case Query(), Fired() as answer:
            return Expectation(fired=[answer.fired], visited=answer.visited)
        case Step(), Stepped() as answer:
            return Expectation(
                fired=answer.fired, residual=answer.residual, solution=answer.solution
            )
        case Dump(), Dumped() as answer if exact:
            inner = [] if answer.trees is UNSET else [tree.inner for tree in answer.trees]
            return Expectation(weights=answer.weights, leaves=answer.leaves, inner=inner)
        case Dump(), Dumped() as answer:
            return Expectation(weights=answer.weights)
        case _:
            return Expectation()


def _operations(requests: Sequence[AnyRequest]) -> list[Operation]:
    """What a port must claim to be asked all of this."""
    found: list[Operation] = []
    for request in requests:
        operation = operation_of(request)
        if operation is not None and operation not in found:
            found.append(operation)
    return found
