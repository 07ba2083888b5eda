"""Where a benchmark was run: no figure means anything without it."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec
import psutil
import scipy.linalg  # noqa: F401 - so that scipy's own BLAS is loaded, and named
from threadpoolctl import threadpool_info

from reference.edges.system.local_workers import cores

PACKAGES = ("firingtree", "numpy", "scipy", "scikit-learn", "torch", "sortedcontainers")
"""Whose versions are stated, where they are installed."""

BUSY = 0.5
"""From this load a core on, a machine is said to be busy."""


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """The processor, the memory (bytes), the versions, and each BLAS with its threads.

    `load` is what else went on: the machine's load average over a minute, before the benchmark.
    """

    cpu: str
    cores: int
    memory: int
    system: str
    python: str
    packages: dict[str, str]
    blas: list[str]
    load: float

    @property
    def words(self) -> str:
        """All of it in a line."""
        packages = ", ".join(f"{name} {number}" for name, number in self.packages.items())
        return (
            f"{self.cpu}, {self.cores} cores, {self.memory / 2**30:.1f} GiB, load {self.load:.1f}; "
            f"Python {self.python}, {packages}; {', '.join(self.blas)}"
        )

    @property
    def busy(self) -> str:
        """A warning if other work was going on; empty if not."""
        if self.load < BUSY * self.cores:
            return ""
        return (
            f"other work is going on here (load {self.load:.1f} on {self.cores} cores): threads of "
            f"BLAS wait for each other then, and seconds say little"
        )


def this_machine() -> Machine:
    """The machine that this runs on."""
    return Machine(
        cpu=_processor(),
        cores=cores(),
        memory=psutil.virtual_memory().total,
        system=platform.platform(),
        python=platform.python_version(),
        packages={name: found for name in PACKAGES if (found := _version(name))},
        blas=_libraries(),
        load=round(os.getloadavg()[0], 2),
    )


def _processor() -> str:
    """Its model's name."""
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text(errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def _version(package: str) -> str:
    """Empty if it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _libraries() -> list[str]:
    """Every BLAS that is loaded: numpy and scipy may each bring one."""
    found = []
    for library in threadpool_info():
        if library["user_api"] == "blas":
            owner = Path(library["filepath"]).parent.name.partition(".")[0]
            kind = f"{library['internal_api']} {library['version']}"
            kernels = library.get("architecture", "unknown kernels")
            found.append(f"{owner}'s {kind} ({kernels}), {library['num_threads']} threads")
    return found
