"""Talking to a port: each request numbered, each reply decoded strictly, judged, and logged."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol

import msgspec
from msgspec import UNSET

from invariants.conformance.answering.port_errors import (
    SHOWN,
    PortContract,
    PortOutOfStep,
    PortReply,
    PortSpeaksOther,
    shown,
)
from invariants.conformance.judging.checks import Divergence
from invariants.conformance.judging.judge import Judge, request_named
from invariants.conformance.judging.knowledge import Tally
from invariants.conformance.protocol.messages import (
    PROTOCOLS,
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
    Operation,
    Query,
    Reply,
    Skip,
    Step,
    Stepped,
    Update,
)
from reference.errors import listed


class Port(Protocol):
    """Whatever answers lines."""

    def exchange(self, line: bytes, request: str) -> bytes:
        """The line that answers this one; `request` names it in errors."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its reply."""

    request: AnyRequest
    reply: AnyReply


@dataclass(eq=False)
class Diverged(Exception):
    """The port's last reply is wrong. `log` is the program that led there, from its load on."""

    divergences: list[Divergence]
    log: list[Exchange]

    def __str__(self) -> str:
        return str(self.divergences[0])


@dataclass(slots=True)
class Conversation:
    """One port from its hello on.

    `program` is what was asked since the last load, `log` what of it was answered; `skips` counts
    what the port skipped, by reason and link, and `answered` what it carried out, by its kind.
    """

    port: Port
    hailed: Hailed
    judge: Judge
    seq: int = 1
    requests: int = 0
    program: list[AnyRequest] = field(default_factory=list)
    log: list[Exchange] = field(default_factory=list)
    answered: Counter[str] = field(default_factory=Counter)
    skips: dict[tuple[str, str], int] = field(default_factory=dict)
    done: Tally = field(default_factory=Tally)

    def ask(self, request: AnyRequest) -> AnyReply:
        """The port's reply, which is right. Errors: `Diverged`, and the port's own."""
        if isinstance(request, Load):
            self.log, self.program = [], []
        numbered = msgspec.structs.replace(request, seq=self.seq)
        self.program.append(numbered)
        reply = _exchanged(self.port, numbered)
        self.seq += 1
        self.requests += 1
        self.answered[type(request).__name__.lower()] += reply.ok is not UNSET
        self.log.append(Exchange(numbered, reply))
        if reply.skip is not UNSET:
            self._skipped(reply.skip)
        found = self.judge.judge(request, reply)
        if found:
            raise Diverged(found, list(self.log))
        return reply

    def may(self, request: AnyRequest) -> bool:
        """The port claims this operation."""
        needed = operation_of(request)
        return needed is None or needed in self.hailed.operations

    def may_follow(self, request: AnyRequest) -> bool:
        """What the request leaves behind will be known: by itself, or from a dump."""
        if "dump" in self.hailed.operations:
            return True
        return isinstance(request, Load | Query) or (
            isinstance(request, Update) and request.weight is not UNSET
        )

    def begin(self) -> None:
        """A new judge, who knows nothing of the past; what was judged so far is remembered."""
        self.done = self.done + self.judge.tally
        self.judge = Judge(self.hailed.contract)
        self.log, self.program = [], []

    @property
    def skipped(self) -> int:
        """How many requests the port has skipped."""
        return sum(self.skips.values())

    @property
    def tally(self) -> Tally:
        """All decisions judged in this conversation."""
        return self.done + self.judge.tally

    def _skipped(self, skip: Skip) -> None:
        key = (skip.reason, skip.link)
        self.skips[key] = self.skips.get(key, 0) + 1


def operation_of(request: AnyRequest) -> Operation | None:
    """What a port must claim for this request; None if nothing."""
    match request:
        case Query():
            return "query"
        case Update():
            return "delta" if request.weight is UNSET else "update"
        case Step():
            return "step"
        case Dump():
            return "dump"
        case Hello() | Load() | Bye():
            return None


def greet(port: Port) -> Conversation:
    """A conversation with a port that has said hello.

    Errors: `port-protocol`, `port-contract`, and the port's own.
    """
    reply = _exchanged(port, Hello(seq=0, protocol=list(PROTOCOLS)))
    if not isinstance(reply.ok, Hailed):
        told = reply.error.code if reply.error is not UNSET else "skipped"
        raise PortContract(detail=f"it was answered with {told}")
    hailed = reply.ok
    if not set(hailed.protocol) & set(PROTOCOLS):
        raise PortSpeaksOther(spoken=listed(hailed.protocol), known=listed(PROTOCOLS))
    twice = [name for name, times in Counter(hailed.operations).items() if times > 1]
    if twice:
        raise PortContract(detail=f"operations are named twice: {', '.join(twice)}")
    return Conversation(port, hailed, Judge(hailed.contract))


HAILED = msgspec.json.Decoder(Reply[Hailed])
DONE = msgspec.json.Decoder(Reply[Done])
FIRED = msgspec.json.Decoder(Reply[Fired])
STEPPED = msgspec.json.Decoder(Reply[Stepped])
DUMPED = msgspec.json.Decoder(Reply[Dumped])


def decoded(request: AnyRequest, line: bytes) -> AnyReply:
    """The line as a reply to this request. Errors: `msgspec.MsgspecError`, `UnicodeDecodeError`."""
    match request:
        case Hello():
            return HAILED.decode(line)
        case Query():
            return FIRED.decode(line)
        case Step():
            return STEPPED.decode(line)
        case Dump():
            return DUMPED.decode(line)
        case Load() | Update() | Bye():
            return DONE.decode(line)


def _exchanged(port: Port, request: AnyRequest) -> AnyReply:
    """The reply to this request. Errors: `port-reply`, `port-out-of-step`, and the port's own."""
    name = f"request {request.seq} ({request_named(request)})"
    line = port.exchange(msgspec.json.encode(request) + b"\n", name)
    text = shown(line.rstrip(b"\n").decode(errors="replace"))
    text += f" ({len(line):,} bytes)" if len(text) > SHOWN else ""
    try:
        reply = decoded(request, line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        other = _seq_of(line)
        if other not in (None, request.seq):
            raise PortOutOfStep("", name, request.seq, other or 0, text) from error
        raise PortReply(request=name, detail=shown(str(error)), line=text) from error
    if reply.seq != request.seq:
        raise PortOutOfStep("", name, request.seq, reply.seq, text)
    return reply


class _Numbered(msgspec.Struct):
    seq: int


def _seq_of(line: bytes) -> int | None:
    """The seq of a line that is no reply to what was asked, if it has one."""
    try:
        return msgspec.json.decode(line, type=_Numbered).seq
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
