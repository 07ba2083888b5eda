"""The changes that no test fails at, each with the reason why that is right: `survivors.toml`."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from tests.mutation.mutants import Identity, mutants

TOLD = Path("tests/mutation/survivors.toml")


class _Survivor(msgspec.Struct, forbid_unknown_fields=True):
    where: str
    line: str
    becomes: str
    reason: str
    nth: int = 1


def survivors(root: Path) -> Mapping[Identity, str]:
    """Every listed survivor and its reason."""
    told = tomllib.loads((root / TOLD).read_text(encoding="utf-8"))
    listed: dict[Identity, str] = {}
    for path, entries in msgspec.convert(told, dict[str, list[_Survivor]]).items():
        for one in entries:
            identity = Identity(path, one.where, one.line, one.becomes, one.nth)
            if identity in listed:
                raise ValueError(f"listed twice: {identity}")
            listed[identity] = one.reason
    return listed


def stale(root: Path, listed: Mapping[Identity, str]) -> list[Identity]:
    """Those that are no change of the source any more."""
    existing = {
        mutant.identity
        for file in sorted({identity.file for identity in listed})
        if (root / file).exists()
        for mutant in mutants(root, file)
    }
    return [identity for identity in listed if identity not in existing]
