"""One port put through a plan, once a seed: `python -m tests.examine PLAN SEEDS COMMAND…`.

The verdicts are printed as JSON.
"""

import sys
from pathlib import Path

import msgspec

from invariants.conformance.answering.conversation import greet
from invariants.conformance.answering.process_port import ProcessPort
from invariants.conformance.answering.warded_process import Limits
from invariants.conformance.examination import Examination
from invariants.conformance.plan import Plan
from invariants.conformance.report.verdict import Verdict
from invariants.conformance.vectors.vector_files import read_vectors

VECTORS = Path(__file__).parent / "vectors"


def examine(plan: Plan, seed: int, command: list[str]) -> Verdict:
    """On the committed vectors, so that no engine need be imported."""
    port = ProcessPort(command, Limits())
    try:
        return Examination(greet(port), plan, seed).run(read_vectors(VECTORS), {}, port.trips)
    finally:
        port.close()


if __name__ == "__main__":
    wanted = msgspec.json.decode(sys.argv[1], type=Plan)
    seeds = msgspec.json.decode(sys.argv[2], type=list[int])
    verdicts = [examine(wanted, seed, sys.argv[3:]) for seed in seeds]
    sys.stdout.buffer.write(msgspec.json.encode(verdicts))
