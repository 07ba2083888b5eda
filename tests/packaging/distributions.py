"""An sdist and a wheel, and what lies in them."""

import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

HOUSE = Path(__file__).parent.parent.parent
BUILT = HOUSE / "out" / "dist"
"""Where `make package` leaves them."""


@dataclass(frozen=True, slots=True)
class Distributions:
    """The two files."""

    sdist: Path
    wheel: Path

    def in_sdist(self) -> set[str]:
        """The names of its files, beneath its one folder."""
        with tarfile.open(self.sdist) as archive:
            return {name.partition("/")[2] for name in archive.getnames()}

    def in_wheel(self) -> dict[str, bytes]:
        """Its files by name."""
        with zipfile.ZipFile(self.wheel) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def described(self, name: str) -> str:
        """A file of the wheel's `.dist-info`."""
        (found,) = [text for path, text in self.in_wheel().items() if path.endswith(f"info/{name}")]
        return found.decode()


def distributions_in(folder: Path) -> Distributions:
    """Those of a folder that holds no others."""
    (sdist,) = folder.glob("*.tar.gz")
    (wheel,) = folder.glob("*.whl")
    return Distributions(sdist, wheel)


def built_apart(source: Path, folder: Path) -> Distributions:
    """Both made from these sources, the wheel without the detour over an sdist."""
    build = [sys.executable, "-m", "build", "--no-isolation", "--sdist", "--wheel"]
    subprocess.run([*build, "--outdir", folder, source], check=True, stdout=subprocess.DEVNULL)
    return distributions_in(folder)


def tracked(*paths: str) -> set[str]:
    """The checkout's files under these paths, as git knows them."""
    listing = subprocess.run(
        ["git", "ls-files", *paths], cwd=HOUSE, check=True, capture_output=True, text=True
    )
    return set(listing.stdout.splitlines())
