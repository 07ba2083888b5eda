"""Commands without their work, for tests of how they write what came of it."""

from collections.abc import Iterator, Sequence

import pytest

from invariants.conformance.command import vectors_command
from proofs.audit import running
from proofs.evidence.evidence import Decision, Fact, Grade
from proofs.evidence.results import Found
from proofs.ledger.claim import Verdict
from tests.sweeps import here

VECTORS = dict.fromkeys(("a.jsonl", "b.jsonl", "c.jsonl"), b"a vector\n" * 4444 + b"end\n")
"""Three files of 40,000 bytes."""


def without_work(patch: pytest.MonkeyPatch) -> None:
    """Until undone, sweeps run here, audits and vectors are made up, and every step is kept."""
    here(patch)
    patch.setattr(vectors_command, "files", lambda: VECTORS)
    patch.setattr(running, "do_locally", _found)
    patch.setattr("reference.edges.runs.checkpoint.perf_counter", lambda: 0.0)


def _found(tasks: Sequence[object], *_: object) -> Iterator[tuple[int, Found]]:
    for index in range(len(tasks)):
        yield index, Found(Decision(Verdict.PROVED, [Fact("made up", Grade.EXACT)]))
