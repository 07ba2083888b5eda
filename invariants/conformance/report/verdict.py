"""What was shown of a port, and what went wrong: typed, so that it can be read by programs too."""

from typing import Literal

import msgspec

from invariants.conformance.answering.conversation import Diverged, Exchange
from invariants.conformance.judging.knowledge import Tally
from invariants.conformance.protocol.messages import AnyRequest, Contract

Outcome = Literal["conforms", "diverges", "too little tested"]
"""In the order of the exit statuses 0, 1 and 3."""

STATUS = {"conforms": 0, "diverges": 1, "too little tested": 3}
"""What the command ends with; 2 is for ports that cannot be judged."""


class Failure(msgspec.Struct, frozen=True):
    """One check that failed: where it was found, its headline, and the program that shows it."""

    found_in: str
    check: str
    sentence: str
    place: str
    expected: str
    found: str
    numbers: dict[str, str]
    requests: list[AnyRequest]
    lines: list[str]
    replay: str = ""


class Part(msgspec.Struct, frozen=True):
    """A lane, or all vectors: how much was run and decided."""

    name: str
    programs: int
    requests: int
    decisions: int
    boundary: int
    ties: int
    free: int


class VectorResults(msgspec.Struct, frozen=True):
    """Of each vector one of four fates."""

    version: str
    passed: list[str]
    failed: list[str]
    known: list[str]
    not_offered: dict[str, str]


class Skipped(msgspec.Struct, frozen=True):
    """Requests that the port skipped, by its own reason."""

    reason: str
    link: str
    times: int


class Verdict(msgspec.Struct, frozen=True):
    """The whole."""

    port: str
    version: str
    language: str
    issues: str
    contract: Contract
    seed: int
    outcome: Outcome
    parts: list[Part]
    vectors: VectorResults
    failures: list[Failure]
    not_claimed: list[str]
    skips: list[Skipped]
    remarks: list[str]
    round_trip_ms: float | None
    seconds: float


def failure(found_in: str, found: Diverged) -> Failure:
    """The failure that a divergence is."""
    first = found.divergences[0]
    return Failure(
        found_in,
        first.check,
        first.sentence,
        first.place,
        first.expected,
        first.found,
        first.numbers,
        [exchange.request for exchange in found.log],
        [line for exchange in found.log for line in told(exchange)],
    )


def told(exchange: Exchange) -> list[str]:
    """An exchange as it went over the wire."""
    return [
        msgspec.json.encode(exchange.request).decode(),
        msgspec.json.encode(exchange.reply).decode(),
    ]


def part(name: str, programs: int, requests: int, before: Tally, after: Tally) -> Part:
    """What a part added to the tally."""
    return Part(
        name,
        programs,
        requests,
        after.decisions - before.decisions,
        after.boundary - before.boundary,
        after.ties - before.ties,
        after.free - before.free,
    )


def in_words(verdict: Verdict) -> str:
    """The one sentence that says what was shown."""
    contract, count = verdict.contract, verdict.vectors
    bits = min(contract.input_bits, contract.accumulate_bits, contract.leaf_bits)
    boundary = sum(each.boundary for each in verdict.parts)
    decisions = sum(each.decisions for each in verdict.parts)
    free = sum(each.free for each in verdict.parts)
    skipped = sum(each.times for each in verdict.skips)
    return (
        f"E({bits}) + B({contract.accumulate_bits}), vectors {count.version}: "
        f"{len(count.passed)} passed, {len(count.failed)} failed, {len(count.known)} known, "
        f"{len(count.not_offered)} not offered; {sum(each.programs for each in verdict.parts):,} "
        f"programs, {skipped} skips; {boundary:,} boundary decisions, "
        f"{free / max(1, decisions):.1%} of all left to the port"
    )
