"""The off-by-one that everybody makes, `>=` for `>` in a query, planted in each structure.

It shows on ties and nowhere else, so whatever claims to check a structure must be seen to catch it.
"""

import ast
import inspect
from types import ModuleType

import pytest

from reference.ids import Point
from reference.scalar import BINARY64
from reference.structures import flat_scan, ordered_tree, tournament_tree
from reference.structures.threshold_search import ThresholdSearch
from tests.dense_model import disagreements

TIES = [[[1.0]], [[1.0, 0.0, 1.0]], [[0.5, 1.0, 0.5, 1.0, 0.25], [0.0, -0.0, 0.5, 0.0, -1.0]]]
"""One neuron, and ties on the left and on the right of every kind of node."""

SITES = [
    (tournament_tree, "TournamentTrees", 3),
    (ordered_tree, "OrderedTrees", 1),
    (flat_scan, "FlatScan", 1),
]
"""Which module, which class, and how many comparisons with the threshold its query makes."""

MUTANTS = [(module, name, site) for module, name, sites in SITES for site in range(sites)]


class Loosen(ast.NodeTransformer):
    """Within `query`, one comparison `> threshold` becomes `>= threshold`; no site, none does."""

    def __init__(self, site: int | None) -> None:
        self.site = site
        self.found = 0
        self._in_query = False

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self._in_query = node.name == "query"
        return self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        match node:
            case ast.Compare(ops=[ast.Gt()], comparators=[ast.Name("threshold")]) if self._in_query:
                if self.found == self.site:
                    node.ops = [ast.GtE()]
                self.found += 1
        return node


def planted(module: ModuleType, site: int | None) -> tuple[ModuleType, int]:
    """A fresh copy of the module with the mutant in it, and how many sites there are."""
    loosen = Loosen(site)
    tree = ast.fix_missing_locations(loosen.visit(ast.parse(inspect.getsource(module))))
    mutant = ModuleType(f"{module.__name__}_mutant")
    exec(compile(tree, mutant.__name__, "exec"), mutant.__dict__)
    return mutant, loosen.found


def caught(module: ModuleType, name: str) -> list[str]:
    """Where the module's structure answers otherwise than the dense model."""
    found: list[str] = []
    for columns in TIES:
        search: ThresholdSearch[float] = getattr(module, name)(BINARY64, columns)
        found += disagreements(search, columns)
    return found


@pytest.mark.parametrize(("module", "name", "sites"), SITES)
def test_an_unchanged_copy_is_not_accused(module: ModuleType, name: str, sites: int) -> None:
    copy, found = planted(module, site=None)
    assert found == sites
    assert caught(copy, name) == []


@pytest.mark.parametrize(("module", "name", "site"), MUTANTS)
def test_the_dense_model_catches_every_planted_tie(
    module: ModuleType, name: str, site: int
) -> None:
    mutant, _ = planted(module, site)
    assert caught(mutant, name) != []


@pytest.mark.parametrize(("module", "name", "site"), MUTANTS)
def test_without_a_tie_the_mutant_cannot_be_seen(module: ModuleType, name: str, site: int) -> None:
    mutant, _ = planted(module, site)
    search: ThresholdSearch[float] = getattr(mutant, name)(BINARY64, [[0.5, 1.0, 0.25]])
    assert [search.query(Point(0), t).fired for t in (0.75, 0.3)] == [[1], [0, 1]]


# The invariants' monitor names these same mutants: its tests go here, over MUTANTS and `planted`.
