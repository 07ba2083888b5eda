"""Everything that a port is put through: vectors, then programs lane by lane, then the verdict."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from hypothesis import seed
from hypothesis.stateful import run_state_machine_as_test

from invariants.conformance.answering.conversation import Conversation, Diverged
from invariants.conformance.answering.object_port import OPERATIONS
from invariants.conformance.drawn.machine import Broken, Lane, machine_for, settings_for
from invariants.conformance.drawn.programs import run_program, shortest_divergence
from invariants.conformance.judging.judge import request_named
from invariants.conformance.judging.knowledge import Tally
from invariants.conformance.plan import MOST_FREE, Plan
from invariants.conformance.protocol.messages import AnyRequest, Dump, Query, Step
from invariants.conformance.protocol.wire import in_integers
from invariants.conformance.report.verdict import (
    Failure,
    Outcome,
    Part,
    Skipped,
    VectorResults,
    Verdict,
    failure,
    part,
)
from invariants.conformance.vectors.recorded import recorded_divergence
from invariants.conformance.vectors.vector_files import Vector, Vectors, not_offered

Watch = Callable[[str, int, int], None]
"""Hears of progress: the part, how many programs of it have begun, and how many there will be."""


def unwatched(name: str, begun: int, programs: int) -> None:
    """Nobody looks."""


@dataclass(slots=True)
class Examination:
    """One port's way through a plan."""

    talk: Conversation
    plan: Plan
    seed: int
    watch: Watch = unwatched
    parts: list[Part] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def run(
        self, vectors: Vectors, known: Mapping[str, str], trips: Sequence[float] = ()
    ) -> Verdict:
        """The verdict; `known` names vectors that may fail. Errors: the port's own."""
        start = time.monotonic()
        self._before_any_load()
        results = self._vectors(vectors, known, self._played)
        for lane, programs in self.plan.lanes(self.talk.judge.known.arithmetic):
            if programs:
                self._lane(lane, programs)
        return self._verdict(results, start, trips)

    def run_recorded(self, vectors: Vectors, known: Mapping[str, str]) -> Verdict:
        """The verdict on recorded replies to all vectors, one after another."""
        start = time.monotonic()
        results = self._vectors(vectors, known, lambda one: recorded_divergence(self.talk, one))
        return self._verdict(results, start, ())

    def _verdict(self, results: VectorResults, start: float, trips: Sequence[float]) -> Verdict:
        hailed = self.talk.hailed
        return Verdict(
            port=hailed.name,
            version=hailed.version,
            language=hailed.language,
            issues=hailed.issues,
            contract=hailed.contract,
            seed=self.seed,
            outcome=self._outcome(results),
            parts=self.parts,
            vectors=results,
            failures=self.failures,
            not_claimed=[name for name in OPERATIONS if name not in hailed.operations],
            skips=[Skipped(*key, times) for key, times in self.talk.skips.items()],
            remarks=self.remarks,
            round_trip_ms=1000 * median(trips) if trips else None,
            seconds=time.monotonic() - start,
        )

    def _before_any_load(self) -> None:
        """Without a state there is no point and no neuron."""
        requests: list[AnyRequest] = [Query(point=0, threshold=in_integers(0, 0)), Dump(), Step()]
        for request in requests:
            found = run_program(self.talk, [request])
            if found is not None:
                self.failures.append(failure(f"{request_named(request)} before any load", found))

    def _played(self, vector: Vector) -> Diverged | None:
        """Where the port first answers a vector wrongly; one that is not for it is not sent."""
        if not_offered(vector, self.talk.hailed) is not None:
            return None
        return run_program(self.talk, vector.requests)

    def _vectors(
        self,
        vectors: Vectors,
        known: Mapping[str, str],
        played: Callable[[Vector], Diverged | None],
    ) -> VectorResults:
        """Each vector that the port's contract and operations allow."""
        before, requests = self.talk.tally, self.talk.requests
        passed: list[str] = []
        failed: list[str] = []
        expected: list[str] = []
        left_out: dict[str, str] = {}
        for k, vector in enumerate(vectors.vectors):
            self.watch("vectors", k, len(vectors.vectors))
            reason, skips = not_offered(vector, self.talk.hailed), self.talk.skipped
            divergence = played(vector)
            if reason is None and divergence is None and self.talk.skipped > skips:
                reason = "skipped by the port"
            if reason is not None:
                left_out[vector.id] = reason
                continue
            found = self._failed(vector, divergence, vector.id in known)
            if found and vector.id in known:
                expected.append(vector.id)
            elif found or vector.id in known:
                failed.append(vector.id)
            else:
                passed.append(vector.id)
        run = len(passed) + len(failed) + len(expected)
        asked = self.talk.requests - requests
        self.parts.append(part("vectors", run, asked, before, self.talk.tally))
        return VectorResults(vectors.version, passed, failed, expected, left_out)

    def _failed(self, vector: Vector, found: Diverged | None, known: bool) -> bool:
        """Whether the port fails it; a known failure that passes is told as a remark."""
        if found is not None and not known:
            self.failures.append(failure(vector.id, found))
        if found is None and known:
            self.remarks.append(f"{vector.id} is listed as a known failure, and passes: remove it")
        return found is not None

    def _lane(self, lane: Lane, programs: int) -> None:
        """Programs of a lane, until one fails; that one is made as short as can be."""
        before, requests = self.talk.tally, self.talk.requests
        begun = 0

        def count() -> None:
            nonlocal begun
            begun += 1
            self.watch(lane.name, min(begun, programs), programs)

        found = first_divergence(self.talk, lane, programs, self.seed, count)
        self.talk.begin()
        asked = self.talk.requests - requests
        self.parts.append(part(lane.name, begun, asked, before, self.talk.tally))
        if found is not None:
            shown = shortest_divergence(self.talk, found)
            self.failures.append(failure(f"lane {lane.name}", shown))

    def _outcome(self, results: VectorResults) -> Outcome:
        if self.failures or results.failed:
            return "diverges"
        total = sum((_tally(each) for each in self.parts), Tally())
        if not any(self.talk.answered[shows] for shows in ("query", "step", "dump")):
            self.remarks.append("nothing was tested: no query, step or dump was answered")
            return "too little tested"
        if "query" in self.talk.hailed.operations and total.boundary < self.plan.least_boundary:
            least = self.plan.least_boundary
            self.remarks.append(f"{total.boundary} boundary decisions, fewer than {least}")
            return "too little tested"
        for each in self.parts:
            if each.name == "banded" and each.free > MOST_FREE * each.decisions:
                self.remarks.append(
                    f"{each.free} of {each.decisions} decisions of the general part were free, "
                    f"more than {MOST_FREE:.0%}: the declared bits leave too much open"
                )
                return "too little tested"
        return "conforms"


def first_divergence(
    talk: Conversation, lane: Lane, programs: int, number: int, begun: Callable[[], None]
) -> Diverged | None:
    """The divergence that Hypothesis finds and shrinks, if any.

    Errors: the port's own, at once and unshrunk.
    """
    seen: list[Diverged] = []
    machine = seed(number)(machine_for(talk, lane, begun, seen))
    try:
        run_state_machine_as_test(machine, settings=settings_for(programs))
    except Broken as broken:
        raise broken.error from None
    except Diverged as found:
        return found
    except Exception:
        if not seen:
            raise
        return min(seen, key=lambda found: len(found.log))
    return None


def _tally(each: Part) -> Tally:
    return Tally(each.decisions, each.boundary, each.ties, each.free)
