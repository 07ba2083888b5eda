"""The commands that are killed: how each begins, how it goes on, and what it leaves."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.commands import DATA

TRAIN = "--data small.csv --points 4 --width 64 --alpha 0.1 --until 0 --method gradient-descent"
SWEEP = "--data small.csv --points 3 --width 16,2^5 --alpha 0.05,0.6 --seed 0..3 --steps 3"
AUDIT = "model/offset kernel/duplicates sparsity/norms"


@dataclass(frozen=True, slots=True)
class Victim:
    """A command in a folder of its own.

    `begin` are its arguments, `resume` those once the file `resumable` is there. It makes about so
    many `writes`. `varying` names the keys of JSON that differ from run to run, by the name of its
    file or folder; all other bytes are compared.
    """

    name: str
    begin: str
    resume: str
    resumable: str
    writes: int
    varying: Mapping[str, Collection[str]] = field(default_factory=dict)

    def arguments(self, folder: Path) -> list[str]:
        """To begin in this folder, or to go on."""
        there = (folder / self.resumable).exists()
        return (self.resume if there else self.begin).split()

    def left(self, folder: Path) -> dict[str, object]:
        """Every file in the folder: its bytes, or its JSON without what varies."""
        found: dict[str, object] = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                keys = self.varying.get(path.name, self.varying.get(path.parent.name))
                content = path.read_bytes()
                name = str(path.relative_to(folder))
                found[name] = content if keys is None else _without(json.loads(content), keys)
        return found


def _without(value: object, keys: Collection[str]) -> object:
    if isinstance(value, dict):
        return {key: _without(part, keys) for key, part in value.items() if key not in keys}
    if isinstance(value, list):
        return [_without(part, keys) for part in value]
    return value


def train(steps: int) -> Victim:
    """Short steps, so that much of its time is writing. Of seconds only the labels are compared."""
    outputs = "--trace run.jsonl --json run.json --network run.npz"
    return Victim(
        "train",
        f"train {TRAIN} --steps {steps} --checkpoint run {outputs}",
        f"train --resume run {outputs}",
        "run/state.ckpt",
        min(2 * steps, 30) + 5,
        {"run.json": ("seconds",), "seconds.json": LABELS},
    )


LABELS = ("init", "query", "predict", "solve", "move", "refresh", "watch")
"""Whose seconds a run tells."""


def sweep(options: str = "--workers 2") -> Victim:
    """Sixteen runs, a record each. They tell seconds and memory, and the checksum of all that."""
    begin = f"sweep all {SWEEP} --json all.json {options}"
    spent = ("spent", "sha256")
    return Victim("sweep", begin, begin, "", 18, {"runs": spent, "all.json": spent})


def vectors_build() -> Victim:
    """All vector files."""
    return Victim("vectors build", "vectors build --folder v", "vectors build --folder v", "", 5)


def audit(options: str = "--workers 2") -> Victim:
    """Three claims, a result each, and the page."""
    begin = f"audit {AUDIT} --quick --results audit.json --html audit.html {options}"
    return Victim("audit", begin, begin, "", 4)


def prepared(folder: Path) -> Path:
    """The folder, with the data that the commands read."""
    folder.mkdir(exist_ok=True)
    (folder / "small.csv").write_text(DATA)
    return folder
