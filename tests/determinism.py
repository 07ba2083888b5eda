"""What runs leave, as digests: the same whoever makes them, on whatever machine.

    python -m tests.determinism            prints them, as JSON
    python -m tests.determinism keep       keeps them in tests/golden_digests.json

`everywhere` is what no processor, thread, mathematics library or Python may change: plain Python,
elementwise numpy, integers. `here` is what BLAS, LAPACK or scipy have a hand in: the same bytes
under the same libraries on the same kind of processor. Elsewhere `beyond` must still be empty: it
lists where the vectorized engine is further from the plain one than the bounds of both, or differs
in anything that is counted.

Seconds, memory taken and versions are left out; they are the only things a file has besides.
"""

import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from hashlib import sha256
from io import StringIO
from math import sqrt
from pathlib import Path

import msgspec
import numpy as np
from threadpoolctl import threadpool_info

from proofs.claims.structure import init
from proofs.evidence.effort import Effort
from reference.edges.command_line import status_of
from reference.edges.networks.live_sampler import draw_live
from reference.training.trace import Record

GOLDEN = Path(__file__).parent / "golden_digests.json"

ROWS = "1,2,3,0\n2,1,-1,1\n1,1,0,0\n3,-1,1,1\n-1,4,1,0\n2,3,3,1\n"

SMALL = "--data small.csv --points 4 --width 256 --alpha 0.1 --steps 4 --seed 3"
DIGITS = "--data digits --points 8 --width 64 --alpha 0.1 --steps 3 --seed 6"
LIVE = (
    "--data digits --points 4 --width 16384 --alpha 0.3 --steps 3"
    " --method live --init live --structure scan"
)
SWEPT = "--data small.csv --points 3 --width 16,2^5 --alpha 0.05,0.6 --steps 1"

PLAIN = {
    "tournament": f"{SMALL} --invariants full",
    "ordered": f"{SMALL} --structure ordered --weights implicit",
    "dense": f"{SMALL} --method gauss-newton --step-rule damped",
    "live": f"{SMALL} --method live --step-rule backtracking --bias-spread 0.1",
    "cg": f"{SMALL} --solver cg --norms kept",
    "sketch": f"{SMALL} --solver sketch --activation printed",
    "sgd": f"{SMALL} --method sublinear-sgd --batch 2",
    "descent": f"{SMALL} --method live-gradient-descent",
    "exact": "--data small.csv --points 3 --width 16 --alpha 0.1 --steps 2 --scalar exact",
    "digits": DIGITS,
    "diabetes": "--data diabetes --points 8 --width 64 --alpha 0.1 --steps 3",
}
"""Trainings that are the same everywhere. None draws a weight from the normal law's far tail."""

PAIRED = {
    "digits": DIGITS,
    "small-cg": f"{SMALL} --solver cg",
    "small-sgd": f"{SMALL} --method sublinear-sgd --batch 2",
    "drawn-live": LIVE,
}
"""Trainings by both engines."""

OF_THE_MACHINE = re.compile(
    rb'"(seconds|spent)": *\{[^{}]*\},?\s*|"(version|sha256)": *"[^"]*",?\s*', re.ASCII
)
"""What is measured, what is named after it, and what version this is."""


class Digests(msgspec.Struct, frozen=True):
    """What was left, by name: SHA-256; and the BLAS kernels that were used for it."""

    everywhere: dict[str, str]
    here: dict[str, str]
    beyond: list[str]
    kernels: list[str]


class _Checked(msgspec.Struct):
    bounds: list[dict[str, float]]


class Run(msgspec.Struct):
    """What is compared of a run's JSON."""

    steps: list[Record]
    invariants: _Checked


def digests() -> Digests:
    """All of them, from runs in a folder that does not outlive this."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        Path("small.csv").write_text(ROWS, encoding="utf-8")
        everywhere = {name: _digest(content) for name, content in _left_everywhere()}
        here = {name: _digest(content) for name, content in _left_here()}
        return Digests(everywhere, here, list(_beyond()), _kernels())


def _left_everywhere() -> Iterator[tuple[str, bytes]]:
    for name, options in PLAIN.items():
        yield from _trained(name, options)
    _called("vectors build --folder vectors")
    yield from _files("vectors")
    yield "audit/structure/init", msgspec.json.encode(init(Effort.QUICK))
    points = np.array([[0.6, 0.8, 0.0], [0.0, 0.28, 0.96]])
    drawn = draw_live(5, 1 << 40, points, 6.0)
    yield "sampler/places", drawn.places.tobytes()
    yield "sampler/signs", drawn.signs.tobytes() + f"{drawn.dead_signs} {drawn.candidates}".encode()


def _left_here() -> Iterator[tuple[str, bytes]]:
    for name, options in PAIRED.items():
        yield from _trained(f"vectorized-{name}", f"{options} --engine vectorized")
    yield from _trained("plain-drawn-live", LIVE)
    _called(f"sweep swept {SWEPT} --workers 1")
    yield from _files("swept/runs")


def _files(folder: str) -> Iterator[tuple[str, bytes]]:
    for path in sorted(Path(folder).iterdir()):
        yield str(path), path.read_bytes()


def _trained(name: str, options: str) -> Iterator[tuple[str, bytes]]:
    """The three files of a training."""
    files = {"--trace": f"{name}.jsonl", "--json": f"{name}.json", "--network": f"{name}.npz"}
    _called(f"train {options} {' '.join(f'{option} {file}' for option, file in files.items())}")
    for file in files.values():
        yield file, Path(file).read_bytes()


def _called(arguments: str) -> None:
    """The command has ended well, or without convergence; what it says is not kept."""
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()) as told:
        status = status_of(arguments.split())
    if status not in (0, 3):
        raise RuntimeError(f"firingtree {arguments}: status {status}: {told.getvalue()}")


def _digest(content: bytes) -> str:
    return sha256(OF_THE_MACHINE.sub(b"", content)).hexdigest()


def _beyond() -> Iterator[str]:
    """The runs whose engines are not within their bounds of each other, with the step."""
    for name in PAIRED:
        plain = "plain-drawn-live" if name == "drawn-live" else f"plain-{name}"
        if name != "drawn-live":
            list(_trained(plain, PAIRED[name]))
        found = [
            msgspec.json.decode(Path(f"{each}.json").read_bytes(), type=Run)
            for each in (plain, f"vectorized-{name}")
        ]
        yield from (f"{name}, step {step}" for step in steps_apart(*found))


def steps_apart(one: Run, other: Run) -> Iterator[int]:
    """The steps at which something counted differs, or the residuals by more than the bounds.

    With ‖r‖ = √(2·loss), and each output at most `output_error` from the exact run's.
    """
    if len(one.steps) != len(other.steps):
        yield min(len(one.steps), len(other.steps))
    for a, b, at_a, at_b in zip(
        one.steps, other.steps, one.invariants.bounds, other.invariants.bounds, strict=False
    ):
        room = sqrt(len(a.fired)) * (at_a["output_error"] + at_b["output_error"])
        apart = abs(sqrt(2 * a.loss) - sqrt(2 * b.loss))
        counted = a.firing_digest == b.firing_digest and a.operations == b.operations
        if not counted or not apart <= room or at_a["borderline"] or at_b["borderline"]:
            yield a.step


def _kernels() -> list[str]:
    """Those of the BLAS libraries that are loaded."""
    return sorted({str(one.get("architecture")) for one in threadpool_info()})


def main(arguments: list[str]) -> None:
    """Print, or keep."""
    found = digests()
    if arguments == ["keep"]:
        kept = msgspec.json.format(msgspec.json.encode(found.everywhere), indent=1)
        GOLDEN.write_bytes(kept + b"\n")
    else:
        sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")


if __name__ == "__main__":
    main(sys.argv[1:])
