"""One target under atheris: `python -m tests.fuzz.one_target NAME FOLDER SECONDS SEED`.

FOLDER holds the corpus, which grows from run to run, and what crashed.
"""

import resource
import sys
import warnings
from importlib import import_module
from pathlib import Path
from random import Random

import atheris
import psutil

from tests.fuzz.target import Target

INSTRUMENTED = ["reference", "invariants", "proofs", "csv", "tomllib", "zipfile"]
"""Packages whose branches tell whether an input is new."""

MEMORY = 1 << 30
"""Bytes that an input may take."""

LONGEST_INPUT = 1 << 17
"""Bytes."""

LONGEST = 10
"""Seconds that an input may take."""

STRUCTURED = 0.8
"""The share of inputs that are altered as what they are; the others, as bytes."""


def main(name: str, folder: Path, seconds: int, seed: int) -> None:
    """Fuzz for so long. The process ends here: with 0, or something else after a crash."""
    with atheris.instrument_imports(include=INSTRUMENTED):
        target: Target = import_module("tests.fuzz.table").TARGETS[name]
    warnings.simplefilter("error")
    places = {part: folder / part for part in ("corpus", "seeds", "crashes", "scratch")}
    for place in places.values():
        place.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(target.seeds(places["scratch"])):
        (places["seeds"] / str(number)).write_bytes(content)

    def mutated(data: bytes, longest: int, drawn: int) -> bytes:
        random = Random(drawn)
        if random.random() < STRUCTURED:
            return target.mutated(data, random)[:longest]
        return bytes(atheris.Mutate(data, longest))

    used = psutil.Process().memory_info().vms
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, resource.RLIM_INFINITY))
    options = (
        f"-max_total_time={seconds}",
        f"-timeout={LONGEST}",
        f"-seed={seed}",
        f"-max_len={LONGEST_INPUT}",
        f"-artifact_prefix={places['crashes']}/",
        "-rss_limit_mb=2048",
        "-len_control=0",
        "-print_final_stats=1",
    )
    corpus, seeds = str(places["corpus"]), str(places["seeds"])
    atheris.Setup(
        [sys.argv[0], *options, corpus, seeds],
        lambda data: target.outcome(places["scratch"], data),
        custom_mutator=mutated,
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
