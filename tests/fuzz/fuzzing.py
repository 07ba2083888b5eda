"""One target under atheris, in a process of its own."""

import os
import resource
import sys
import warnings
from hashlib import sha256
from pathlib import Path
from random import Random

import atheris
import psutil

from tests.fuzz.target import Target

MEMORY = 1 << 30
"""Bytes that an input may take."""

LONGEST_INPUT = 1 << 17
"""Bytes."""

SECONDS = 10
"""An input may take so many."""

STRUCTURED = 0.8
"""The share of inputs that are altered as what they are; the others, as bytes."""


def fuzz(target: Target, folder: Path, seconds: int, seed: int) -> None:
    """Fuzz for so long; what is told goes to `log`, what is kept to `corpus` and `crashes`.

    The process ends here: with 0, or after a crash with something else.
    """
    places = {part: folder / part for part in ("corpus", "seeds", "crashes", "scratch")}
    for place in places.values():
        place.mkdir(parents=True, exist_ok=True)
    log = os.open(folder / "log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(log, stream)
    for number, content in enumerate(target.seeds(places["scratch"])):
        (places["seeds"] / str(number)).write_bytes(content)
    warnings.simplefilter("error")
    used = psutil.Process().memory_info().vms
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, resource.RLIM_INFINITY))

    def mutated(data: bytes, longest: int, drawn: int) -> bytes:
        random = Random(drawn)
        if random.random() < STRUCTURED:
            return target.mutated(data, random)[:longest]
        return bytes(atheris.Mutate(data, longest))

    def read(data: bytes) -> None:
        try:
            target.outcome(places["scratch"], data)
        except BaseException:
            (places["crashes"] / sha256(data).hexdigest()[:16]).write_bytes(data)
            raise

    options = (
        f"-max_total_time={seconds}",
        f"-timeout={SECONDS}",
        f"-seed={seed}",
        f"-max_len={LONGEST_INPUT}",
        f"-artifact_prefix={places['crashes']}/",
        "-rss_limit_mb=2048",
        "-len_control=0",
        "-print_final_stats=1",
    )
    atheris.Setup(
        [sys.argv[0], *options, str(places["corpus"]), str(places["seeds"])],
        read,
        custom_mutator=mutated,
    )
    atheris.Fuzz()
