"""`make determinism`: the digests of `tests.determinism`, however they can be had on this machine.

Under one change of the environment after another; by every BLAS kernel that this processor runs;
by every Python from 3.11 on that is on the PATH, each with the pinned libraries in a folder of its
own. Each must give the digests that are kept, with engines within their bounds of each other. A
change of the environment must change no byte at all; whether kernels or libraries do is told.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from shutil import which

import msgspec

from tests.determinism import GOLDEN, Digests

HOUSE = Path(__file__).parent.parent
FOLDER = HOUSE / "out" / "determinism"

ENVIRONMENTS: dict[str, dict[str, str]] = {
    "hashes": {"PYTHONHASHSEED": "1"},
    "one thread": {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
    "two threads": {"OPENBLAS_NUM_THREADS": "2", "OMP_NUM_THREADS": "2"},
    "time zone": {"TZ": "Pacific/Chatham"},
    "language": {"LC_ALL": "tr_TR.UTF-8", "LANGUAGE": "tr"},
    "-O": {"PYTHONOPTIMIZE": "1"},
    "-OO": {"PYTHONOPTIMIZE": "2"},
}
"""One change each."""

KERNELS = {"Prescott": "pni", "Nehalem": "sse4_2", "Haswell": "avx2", "SkylakeX": "avx512f"}
"""OpenBLAS's, with what a processor must have to run them."""


def main() -> int:
    """A line for each way; 1 if anything differs that must not."""
    kept = msgspec.json.decode(GOLDEN.read_bytes(), type=dict[str, str])
    plainly = found(sys.executable, {})
    wrong = [told("as it is", plainly, kept, plainly, strict=True)]
    for name, environment in ENVIRONMENTS.items():
        run = found(sys.executable, environment)
        wrong.append(told(name, run, kept, plainly, strict=True))
    for kernel in kernels():
        run = found(sys.executable, {"OPENBLAS_CORETYPE": kernel})
        wrong.append(told(f"kernel {kernel}", run, kept, plainly, strict=False))
    for python in pythons():
        run = found(installed(python), {})
        wrong.append(told(python, run, kept, plainly, strict=False))
    print(f"determinism: {wrong.count(False)} of {len(wrong)} ways are right")
    return int(any(wrong))


def told(
    name: str, run: Digests, kept: Mapping[str, str], plainly: Digests, *, strict: bool
) -> bool:
    """One line; True if anything differs that must not."""
    everywhere = differing(run.everywhere, kept)
    here = differing(run.here, plainly.here)
    wrong = bool(everywhere or run.beyond or (strict and here))
    said = f"{len(run.everywhere.items() & kept.items())} of {len(kept)} as kept"
    said += (
        f", {len(run.here.items() & plainly.here.items())} of {len(run.here)} more as they are here"
    )
    said += f", {len(run.beyond)} steps out of bounds; kernels {', '.join(run.kernels)}"
    print(f"{'WRONG' if wrong else 'right':6}{name:16}{said}", flush=True)
    for each in [*everywhere, *run.beyond, *(here if strict else [])]:
        print(f"        {each}")
    return wrong


def differing(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """What only one of them has, or both have differently."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def found(python: str, environment: Mapping[str, str]) -> Digests:
    """The digests by this Python, with this in its environment."""
    done = subprocess.run(
        [python, "-m", "tests.determinism"],
        cwd=HOUSE,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        check=True,
    )
    return msgspec.json.decode(done.stdout, type=Digests)


def kernels() -> Iterator[str]:
    """Those that this processor can run; none where Linux does not say what it can."""
    processor = Path("/proc/cpuinfo")
    flags = processor.read_text(encoding="utf-8").split() if processor.exists() else []
    yield from (kernel for kernel, flag in KERNELS.items() if flag in flags)


def pythons() -> Iterator[str]:
    """python3.11, python3.12, … that run, but for the version that runs this."""
    for minor in range(11, 40):
        name = f"python3.{minor}"
        if which(name) is None or sys.version_info.minor == minor:
            continue
        if subprocess.run([name, "-c", ""], capture_output=True, check=False).returncode == 0:
            yield name


def installed(python: str) -> str:
    """A Python of this version with the pinned libraries and this checkout."""
    folder = FOLDER / python
    own = str(folder / "bin" / "python")
    pip = [own, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if not (folder / "installed").exists():
        subprocess.run([python, "-m", "venv", "--clear", folder], check=True)
        lock = ["--require-hashes", "-r", "requirements-lock.txt"]
        subprocess.run([*pip, *lock], cwd=HOUSE, check=True)
        subprocess.run(
            [*pip, "--no-build-isolation", "--no-deps", "-e", "."], cwd=HOUSE, check=True
        )
        (folder / "installed").touch()
    return own


if __name__ == "__main__":
    sys.exit(main())
