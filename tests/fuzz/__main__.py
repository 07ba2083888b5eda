"""`python -m tests.fuzz MINUTES [NAME]...`: every target in turn, for so many minutes in all.

A line a target says what was done, and at the end stands what was found. Corpora are kept in
out/fuzz, so another run goes on from them. The seed is the day's unless FUZZ_SEED is set, and told.
"""

import os
import re
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr
from datetime import UTC, datetime
from importlib import import_module
from io import StringIO
from multiprocessing import get_context
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

import atheris

from tests.fuzz.fuzzing import fuzz
from tests.fuzz.target import Target

FOLDER = Path("out/fuzz")

INSTRUMENTED = ["reference", "invariants", "proofs", "csv", "tomllib", "zipfile"]
"""Packages whose branches tell whether an input is new."""

PATIENCE = 60
"""Seconds beyond twice its time after which a target that does not end is ended."""


def main(minutes: float, names: Sequence[str]) -> int:
    """1 if anything crashed, hung, or took too much memory; 0 otherwise."""
    with redirect_stderr(StringIO()), atheris.instrument_imports(include=INSTRUMENTED):
        targets: Mapping[str, Target] = import_module("tests.fuzz.table").TARGETS
    chosen = [targets[name] for name in names or targets]
    seed = int(os.environ.get("FUZZ_SEED", datetime.now(UTC).strftime("%Y%m%d")))
    seconds = max(1, round(60 * minutes / len(chosen)))
    print(f"{len(chosen)} targets, {seconds} s each, seed {seed}; corpora in {FOLDER}", flush=True)
    found = [crash for target in chosen for crash in _fuzzed(target, seconds, seed)]
    for crash in found:
        print(f"crash: {crash}; to see it again: python -m tests.fuzz.again {crash}")
    return 1 if found else 0


def _fuzzed(target: Target, seconds: int, seed: int) -> Sequence[Path]:
    """What this target crashed on; its log, if it ended badly without saying on what."""
    folder = FOLDER / target.name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "log").touch()
    before, spent = set((folder / "crashes").glob("*")), _spent()
    process = get_context("fork").Process(target=fuzz, args=(target, folder, seconds, seed))
    process.start()
    process.join(2 * seconds + PATIENCE)
    process.kill()
    process.join()
    told = _told((folder / "log").read_text(errors="replace"))
    print(f"{target.name:16}{told}, {_spent() - spent:.0f} s of CPU", flush=True)
    crashes = sorted(set((folder / "crashes").glob("*")) - before)
    return crashes or ([folder / "log"] if process.exitcode else [])


def _spent() -> float:
    """Seconds of CPU that targets have taken so far."""
    usage = getrusage(RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _told(log: str) -> str:
    """Inputs, branches and corpus, as libFuzzer told them last."""
    counts = re.findall(r"^#(\d+).* cov: (\d+) ft: (\d+) corp: (\d+)", log, re.MULTILINE)
    inputs, branches, features, corpus = (f"{int(count):,}" for count in (counts or ["0000"])[-1])
    return f"{inputs} inputs, {branches} branches, {features} features, corpus {corpus}"


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), sys.argv[2:]))
