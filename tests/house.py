"""The house in one picture: its rooms, and which of them use which, by the imports as they stand.

`python -m tests.house` prints the picture that the README shows. An arrow that follows from others
is left out; there is a picture only while no room uses itself by way of others.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from graphlib import TopologicalSorter
from pathlib import Path

HOUSE = Path(__file__).parent.parent
EDGES = "reference/edges"

WINGS: Mapping[str, Mapping[str, str]] = {
    "reference: the algorithm": {
        "reference": "numbers, the model, counts",
        "reference/specification": "structures as values",
        "reference/structures": "threshold search",
        "reference/solvers": "G g = r",
        "reference/training": "one iteration, and many",
    },
    "reference/edges: files, data, commands": {
        f"{EDGES}/system": "terminal, processes, files",
        f"{EDGES}/products": "W·x in bulk",
        f"{EDGES}/networks": "W(0), drawn",
        f"{EDGES}/data": "points and labels",
        f"{EDGES}/setup": "what a run is to be",
        "reference/ports/vectorized": "an iteration on arrays",
        f"{EDGES}/runs": "firingtree train",
        f"{EDGES}/comparison": "firingtree compare",
        f"{EDGES}/sweep": "firingtree sweep",
        f"{EDGES}/walkthrough": "firingtree walkthrough",
        f"{EDGES}/bench": "firingtree bench",
    },
    "invariants: what must hold": {
        "invariants": "sentences, and the monitor",
        "invariants/conformance": "ports held against the reference",
    },
    "proofs: what is claimed, and how much of it is so": {
        "proofs/ledger": "the claims",
        "proofs/certified": "bounds with proven errors",
        "proofs/smt": "Python read into logic",
        "proofs/theorems": "of the specification",
        "proofs/reduction": "what search decides",
        "proofs/symbolic": "identities and limits",
        "proofs/measured": "counted or drawn",
        "proofs/evidence": "facts and verdicts",
        "proofs/claims": "a check for each claim",
        "proofs/audit": "firingtree audit",
    },
}
"""Rooms by wing, with what is in them. A folder without a room belongs to the one it lies in."""

Arrows = Mapping[str, Set[str]]
"""The rooms, each with those that it uses."""


def room(path: str) -> str:
    """The room that this file or folder is in: the one nearest above it.

    What lies in no room of its own is a wing's door: the command line, and `firingtree prove`.
    """
    while path and path not in _rooms():
        path = path.rpartition("/")[0]
        if path == EDGES:
            return ""
    return path


def imported(source: str) -> Iterator[str]:
    """The dotted names of everything that is imported; of `from a import b`, a.b."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = "." * node.level + (node.module or "")
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def arrows(files: Mapping[str, str], placed: Callable[[str], str] = room) -> Arrows:
    """Which rooms use which, by the sources of their files, where these are placed so."""
    found: dict[str, set[str]] = {}
    for path, source in files.items():
        here = placed(path)
        used = {placed(name.replace(".", "/")) for name in imported(source)}
        found.setdefault(here, set()).update(used - {here, ""})
    return found


def sources() -> dict[str, str]:
    """Every file of the three packages."""
    return {
        str(file.relative_to(HOUSE)): file.read_text(encoding="utf-8")
        for package in ("reference", "invariants", "proofs")
        for file in sorted((HOUSE / package).rglob("*.py"))
    }


def floors(house: Arrows) -> list[str]:
    """The rooms, each after all that it uses. Errors: `graphlib.CycleError`."""
    return list(TopologicalSorter(house).static_order())


def reduced(house: Arrows) -> dict[str, set[str]]:
    """The fewest arrows from which all others follow."""
    below: dict[str, set[str]] = {}
    for name in floors(house):
        below[name] = set(house[name]).union(*(below[used] for used in house[name]))
    return {
        name: {one for one in used if not any(one in below[other] for other in used)}
        for name, used in house.items()
    }


def picture(house: Arrows) -> Iterator[str]:
    """The picture in Mermaid's language, a line at a time."""
    yield "flowchart TD"
    for number, (wing, rooms) in enumerate(WINGS.items()):
        yield f'  subgraph wing{number}["{wing}"]'
        yield from (
            f'    {_node(name)}["{_short(name)}<br>{told}"]' for name, told in rooms.items()
        )
        yield "  end"
    fewest = reduced(house)
    for name in _rooms():
        yield from (f"  {_node(name)} --> {_node(used)}" for used in sorted(fewest[name]))


def _rooms() -> Iterable[str]:
    return [name for rooms in WINGS.values() for name in rooms]


def _short(name: str) -> str:
    """The name without its wing's, which stands over it."""
    return re.sub(r"^(reference/edges|reference|proofs)/", "", name)


def _node(name: str) -> str:
    return name.replace("/", "_")


if __name__ == "__main__":
    print("\n".join(picture(arrows(sources()))))
