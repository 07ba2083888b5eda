"""A verdict as a person reads it."""

from collections.abc import Iterator, Sequence

from invariants.conformance.answering.port_errors import shown
from invariants.conformance.report.verdict import Failure, Skipped, Verdict, in_words

SHOWS = """\
What this shows: on the inputs above, every answer was the one that exact arithmetic allows a
program with the declared bits. What it does not: anything about sizes that were not sent, about
speed, or about operations that are not claimed; nor that the declared bits are the ones you
wanted."""

MOVED = {"recompute": "recomputed", "delta": "moved by differences"}
"""What `leaf_update` says."""

ALSO = 5
"""Other places of the same failure that are named, and reasons for skips."""

LINE = 160
"""Characters of a request or reply that are shown."""

MOST_LINES = 8
"""Lines of an exchange that are shown of a failing program."""


def told(verdict: Verdict) -> Iterator[str]:
    """Line by line."""
    contract, results = verdict.contract, verdict.vectors
    yield shown(f"port      {verdict.port} {verdict.version} ({verdict.language})")
    yield (
        f"contract  {contract.input_bits} bits held, {contract.accumulate_bits} computed, "
        f"{contract.leaf_bits} kept, {contract.solve_bits} solved; rounding {contract.rounding}, "
        f"subnormals {contract.subnormals}; scores {MOVED[contract.leaf_update]}; "
        f"trees {contract.tree_shape}; cost {'counted' if contract.cost else 'not counted'}"
    )
    for part in verdict.parts:
        yield (
            f"{part.name:9} {part.programs:,} programs, {part.requests:,} requests, "
            f"{part.decisions:,} decisions: {part.boundary:,} at the boundary, {part.ties:,} ties, "
            f"{part.free:,} free"
        )
    reasons = sorted(set(results.not_offered.values()))
    for reason in reasons:
        count = sum(one == reason for one in results.not_offered.values())
        yield f"not sent  {count} vectors: {reason}"
    if results.known:
        yield f"known     {', '.join(results.known)}"
    if verdict.not_claimed:
        yield f"not claimed: {', '.join(verdict.not_claimed)}"
    yield from skips_told(verdict.skips)
    if verdict.round_trip_ms is not None:
        yield f"round trip {verdict.round_trip_ms:.3f} ms a request (median)"
    for remark in verdict.remarks:
        yield f"remark    {remark}"
    for shortest, *others in by_check(verdict.failures):
        yield ""
        yield from failure_told(shortest)
        if others:
            places = ", ".join(other.found_in for other in others[:ALSO])
            more = f" and {len(others) - ALSO} more" if len(others) > ALSO else ""
            yield f"  also in   {places}{more}"
    yield ""
    yield outcome_told(verdict)
    if verdict.outcome == "conforms":
        yield SHOWS


def skips_told(skips: Sequence[Skipped]) -> Iterator[str]:
    """What was skipped, a line a reason."""
    for skip in skips[:ALSO]:
        yield shown(f"skipped   {skip.times} times: {skip.reason} {skip.link}".rstrip())
    if len(skips) > ALSO:
        times = sum(skip.times for skip in skips[ALSO:])
        yield f"skipped   {times} times for {len(skips) - ALSO} more reasons"


def by_check(failures: Sequence[Failure]) -> list[list[Failure]]:
    """Failures of one check together, the shortest program first, and so the checks."""
    groups: dict[str, list[Failure]] = {}
    for failure in sorted(failures, key=lambda one: len(one.requests)):
        groups.setdefault(failure.check, []).append(failure)
    return list(groups.values())


def outcome_told(verdict: Verdict) -> str:
    """The outcome in a line."""
    return f"{verdict.outcome}: {in_words(verdict)}; seed {verdict.seed}, {verdict.seconds:.1f} s"


def failure_told(failure: Failure) -> Iterator[str]:
    """One failure: its headline, what decided, the program, and how to see it again."""
    yield f"DIVERGES  {failure.check}: {failure.sentence}"
    yield f"  in        {failure.found_in}, {failure.place}"
    yield shown(f"  expected  {failure.expected}")
    yield shown(f"  found     {failure.found}")
    for name, value in failure.numbers.items():
        yield shown(f"  {name:9} {value}")
    *agreeing, request, reply = failure.lines
    last = agreeing[-MOST_LINES:]
    if len(last) < len(agreeing):
        yield f"  … {(len(agreeing) - len(last)) // 2} earlier requests, answered rightly"
    for line in last:
        yield f"  agrees    {shown(line, LINE)}"
    for line in (request, reply):
        yield f"  diverges  {shown(line, LINE)}"
    if failure.replay:
        yield f"  again     firingtree conform --replay {failure.replay} -- <your port>"
