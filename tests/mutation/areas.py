"""What is changed, area by area, and the tests that must notice: `areas.toml`."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

PROFILE = "mutation"
TOLD = Path("tests/mutation/areas.toml")


@dataclass(frozen=True, slots=True)
class Area:
    """Files that belong together, and the tests that run for a change of one of them.

    For a line that no test reaches in its own process, `apart` run: tests that start another one.
    `profile` is Hypothesis's, see `tests/conftest.py`.
    """

    name: str
    files: Sequence[str]
    tests: Sequence[str]
    apart: Sequence[str] = ()
    profile: str = PROFILE


class _Told(msgspec.Struct, forbid_unknown_fields=True):
    mutated: list[str]
    tests: list[str]
    apart: list[str] = []
    profile: str = PROFILE


class _File(msgspec.Struct, forbid_unknown_fields=True):
    areas: dict[str, _Told]
    left_out: dict[str, str] = {}


def _told(root: Path) -> _File:
    return msgspec.convert(tomllib.loads((root / TOLD).read_text(encoding="utf-8")), _File)


def areas(root: Path) -> dict[str, Area]:
    """Every area, by name, in the order of the file; what several ask for is the first one's."""
    left: set[str] = {file for pattern in left_out(root) for file in matching(root, pattern)}
    found: dict[str, Area] = {}
    for name, told in _told(root).areas.items():
        files = {file for pattern in told.mutated for file in matching(root, pattern)} - left
        found[name] = Area(name, sorted(files), told.tests, told.apart, told.profile)
        left |= files
    return found


def left_out(root: Path) -> Mapping[str, str]:
    """Patterns of files that are not changed, and why."""
    return _told(root).left_out


def matching(root: Path, pattern: str) -> list[str]:
    """The Python files that match, as paths from the root."""
    return sorted(str(path.relative_to(root)) for path in root.glob(pattern))
