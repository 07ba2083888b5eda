"""An environment into which the wheel was installed by pip, and nothing else."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from tests.packaging.distributions import HOUSE


@dataclass(frozen=True, slots=True)
class Installed:
    """The environment's folder, and when the work on it began, by `perf_counter`."""

    folder: Path
    begun: float

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """What one of its programs says, started in the present folder."""
        return subprocess.run(
            [self.folder / "bin" / program, *arguments],
            env=_without_python(),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def told(self, *arguments: str) -> str:
        """What `firingtree` says, which succeeds."""
        done = self.run("firingtree", *arguments)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout


def installed_from(wheel: Path, folder: Path) -> Installed:
    """A new environment with this wheel; what it needs is taken in the versions of the lock."""
    begun = perf_counter()
    subprocess.run([sys.executable, "-m", "venv", folder], check=True, env=_without_python())
    lock = (HOUSE / "requirements-lock.txt").read_text(encoding="utf-8")
    pins = re.findall(r"^[\w.-]+==[^\\\n]+", lock, re.MULTILINE)
    (folder / "pins.txt").write_text("\n".join(pins), encoding="utf-8")
    install: list[str | Path] = [
        folder / "bin" / "pip",
        "install",
        "--quiet",
        "--constraint",
        folder / "pins.txt",
    ]
    subprocess.run([*install, wheel], check=True, env=_without_python())
    return Installed(folder, begun)


def _without_python() -> dict[str, str]:
    """This process's environment, with nothing that leads Python back to the checkout."""
    left_out = ("PYTHON", "VIRTUAL_ENV")
    return {name: text for name, text in os.environ.items() if not name.startswith(left_out)}
