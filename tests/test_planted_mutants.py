"""The off-by-one that everybody makes, `>=` for `>` threshold, planted in each structure.

It shows on ties and nowhere else, so whatever claims to check a structure must be seen to catch it.
"""

import ast
import inspect
from types import ModuleType

import pytest

from reference.ids import Neuron, Point
from reference.scalar import BINARY64
from reference.structures import flat_scan, incremental_sets, ordered_tree, tournament_tree
from reference.structures.threshold_search import ThresholdSearch
from tests.dense_model import disagreements

TIES = [[[1.0]], [[1.0, 0.0, 1.0]], [[0.5, 1.0, 0.5, 1.0, 0.25], [0.0, -0.0, 0.5, 0.0, -1.0]]]
"""One neuron, and ties on the left and on the right of every kind of node."""

SITES = [
    (tournament_tree, "TournamentTrees", 3),
    (ordered_tree, "OrderedTrees", 1),
    (flat_scan, "FlatScan", 1),
    (incremental_sets, "IncrementalSets", 2),
]
"""Which module, which class, and at how many places it compares with the threshold: in its query,
or, where sets are kept for one threshold, when they are built and changed."""

DECIDING = ("__init__", "query", "replace")

MUTANTS = [(module, name, site) for module, name, sites in SITES for site in range(sites)]


class Loosen(ast.NodeTransformer):
    """Where it is decided who is above, one `> threshold` becomes `>= threshold`; no site, none."""

    def __init__(self, site: int | None) -> None:
        self.site = site
        self.found = 0
        self._deciding = False

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self._deciding = node.name in DECIDING
        return self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        match node:
            case ast.Compare(ops=[ast.Gt()], comparators=[ast.Name("threshold")]) if self._deciding:
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


def built(
    module: ModuleType, name: str, columns: list[list[float]], threshold: float
) -> ThresholdSearch[float]:
    """The module's structure over these scores, ready for this threshold."""
    kept = [threshold] if name == "IncrementalSets" else []
    search: ThresholdSearch[float] = getattr(module, name)(BINARY64, columns, *kept)
    return search


def caught(module: ModuleType, name: str) -> list[str]:
    """Where the module's structure answers otherwise than the dense model: at each score, as it is
    built and after a change to the same scores.
    """
    found: list[str] = []
    for columns in TIES:
        for threshold in sorted({score for column in columns for score in column}):
            search = built(module, name, columns, threshold)
            found += disagreements(search, columns, [threshold])
            search.replace([Neuron(r) for r in range(search.m)], columns)
            found += disagreements(search, columns, [threshold])
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
    for threshold, above in ((0.75, [1]), (0.3, [0, 1])):
        search = built(mutant, name, [[0.5, 1.0, 0.25]], threshold)
        assert search.query(Point(0), threshold).fired == above


# The invariants' monitor names these same mutants: its tests go here, over MUTANTS and `planted`.
