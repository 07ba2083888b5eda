"""`python -m tests.fuzz MINUTES [NAME]...`: every target in turn, for so many minutes in all.

A line a target says what was done, and at the end stands what was found. Corpora are kept in
out/fuzz, so another run goes on from them. The seed is the day's unless FUZZ_SEED is set, and told.
"""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.fuzz.table import TARGETS

FOLDER = Path("out/fuzz")
STARTED = 30
"""Seconds beyond its time after which a target that does not end is ended."""


def main(minutes: float, names: Sequence[str]) -> int:
    """1 if anything crashed, hung, or took too much memory; 0 otherwise."""
    seed = int(os.environ.get("FUZZ_SEED", datetime.now(UTC).strftime("%Y%m%d")))
    seconds = max(1, round(60 * minutes / len(names)))
    print(f"{len(names)} targets, {seconds} s each, seed {seed}; corpora in {FOLDER}", flush=True)
    found = [crash for name in names for crash in _fuzzed(name, seconds, seed)]
    for crash in found:
        print(f"crash: {crash}; to see it again: python -m tests.fuzz.again {crash}")
    return 1 if found else 0


def _fuzzed(name: str, seconds: int, seed: int) -> Sequence[Path]:
    """What this target crashed on."""
    folder = FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    before = set((folder / "crashes").glob("*"))
    command = [sys.executable, "-m", "tests.fuzz.one_target", name, str(folder)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*command, str(seconds), str(seed)], stdout=log, stderr=log)
        try:
            status = process.wait(seconds + STARTED + seconds // 2)
        except subprocess.TimeoutExpired:
            process.kill()
            status = process.wait()
    print(f"{name:16} {_told((folder / 'log').read_text(errors='replace'))}", flush=True)
    crashes = sorted(set((folder / "crashes").glob("*")) - before)
    return crashes or ([folder / "log"] if status else [])


def _told(log: str) -> str:
    """Inputs, branches and corpus, as libFuzzer told them last."""
    counts = re.findall(r"cov: (\d+) ft: (\d+) corp: (\d+)", log) or [("0", "0", "0")]
    inputs = re.findall(r"stat::number_of_executed_units:\s+(\d+)", log) or ["?"]
    branches, features, corpus = counts[-1]
    return f"{inputs[-1]} inputs, {branches} branches, {features} features, corpus {corpus}"


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), sys.argv[2:] or list(TARGETS)))
