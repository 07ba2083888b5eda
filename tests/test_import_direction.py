"""No arrow points back: core ← edges ← invariants ← proofs, and nothing imports the tests."""

import sys

import pytest

from tests.house import HOUSE, imported

pytestmark = pytest.mark.plain

ROOMS = ("reference", "invariants", "proofs", "tests")
EDGES = ("reference/edges/", "reference/ports/")
OUR_OWN = {
    "core": {"core"},
    "edges": {"core", "edges"},
    "invariants": {"core", "edges", "invariants"},
    "proofs": {"core", "edges", "invariants", "proofs"},
    "tests": {"core", "edges", "invariants", "proofs", "tests"},
}


def room(path: str) -> str:
    """Which room a file is in; `reference` has two, its core and its edges."""
    top = path.split("/")[0]
    if top == "reference":
        return "edges" if path.startswith(EDGES) else "core"
    return top


def wrong_imports(path: str, source: str) -> set[str]:
    """What this file must not import: a room behind it; in the core, what is not Python's own."""
    here, wrong = room(path), set()
    for name in set(imported(source)):
        top = name.split(".")[0]
        if top in ROOMS:
            allowed = room(name.replace(".", "/") + "/") in OUR_OWN[here]
        else:
            allowed = bool(top) and (here != "core" or top in sys.stdlib_module_names)
        if not allowed:
            wrong.add(name)
    return wrong


FILES = sorted(str(p.relative_to(HOUSE)) for name in ROOMS for p in (HOUSE / name).rglob("*.py"))


@pytest.mark.parametrize("path", FILES)
def test_a_module_imports_only_what_lies_before_it(path: str) -> None:
    assert wrong_imports(path, (HOUSE / path).read_text(encoding="utf-8")) == set()


def test_the_files_of_the_house_were_found() -> None:
    deep = "reference/structures/tournament_tree.py"
    assert {deep, "tests/test_import_direction.py"} <= set(FILES)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("reference/gram.py", "import numpy"),
        ("reference/gram.py", "import numpy.linalg as la"),
        ("reference/gram.py", "from reference.edges.data.tables import table"),
        ("reference/gram.py", "from reference import edges"),
        ("reference/gram.py", "import reference.ports.vectorized"),
        ("reference/gram.py", "def late():\n    from invariants import monitor"),
        ("reference/gram.py", "from .edges import tables"),
        ("reference/edges/data/tables.py", "from invariants.monitor import monitor"),
        ("reference/edges/data/tables.py", "import tests"),
        ("invariants/monitor.py", "import proofs.ledger"),
        ("invariants/monitor.py", "from tests import strategies"),
        ("proofs/ledger.py", "from tests.strategies import setups"),
    ],
)
def test_an_arrow_that_points_back_is_found(path: str, source: str) -> None:
    assert len(wrong_imports(path, source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("reference/gram.py", "from reference.scalar import S\nfrom reference import counters"),
        ("reference/edges/data/tables.py", "import numpy\nfrom reference.edges import points"),
        ("proofs/ledger.py", "import sympy, invariants, reference.edges.data.tables"),
    ],
)
def test_an_arrow_that_points_forward_is_let_through(path: str, source: str) -> None:
    assert wrong_imports(path, source) == set()
