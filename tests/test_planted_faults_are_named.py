"""Faults planted in the source of the structures stop a run, by the name of what they violate.

Each is caught at the level touched, whether it was there when the structure was built or came after
that.
"""

import ast
import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from types import ModuleType

import pytest

from invariants import firing, incremental, leaves, ordered, tournament
from invariants.invariant import Invariant
from invariants.monitor import Level, Monitor, float_monitor
from reference.activation import Activation
from reference.ids import Neuron, Point
from reference.inner_products import PlainInnerProducts
from reference.scalar import BINARY64, RATIONAL, Arithmetic, S
from reference.structures import flat_scan, incremental_sets, ordered_tree, tournament_tree
from reference.structures.threshold_search import Structure
from reference.training.observer import Nobody
from reference.training.step_rule import StepRule
from reference.training.stopping import Limits
from reference.training.training import Run
from reference.violation import InvariantViolated
from tests.small_training import Setup, setup, trainer

pytestmark = pytest.mark.plain

# ---- where the faults matter ---------------------------------------------------------------------


def on_a_line(scores: list[int], label: Fraction) -> Setup:
    """One point, 1, so that the weights are the scores; b = 1, and every number is dyadic."""
    given = setup([[1]], [0], [[Fraction(s)] for s in scores], [1] * len(scores), shift=1)
    return Setup(given.points, (label,), given.weights, given.signs, given.shift)


LANDS_LEFT = on_a_line([2, 3, -1, -1], Fraction(1, 2))
LANDS_RIGHT = on_a_line([3, 2, -1, -1], Fraction(1, 2))
LANDS_ALONE = on_a_line([2], Fraction(0))
"""The first step takes a score from 2 to b exactly: a left leaf, a right leaf, the only leaf."""

EVERY_LANDING = [LANDS_LEFT, LANDS_RIGHT, LANDS_ALONE]

TWINS = on_a_line([3, 3, -1, -1], Fraction(1))
"""Two neurons have equal scores before and after every step."""

CROWD = setup(
    points=[[1, 0], [0, 1], [1, 2]],
    labels=[1, -1, 2],
    weights=[[Fraction(p), Fraction(q)] for p in (3, 2, -1, 4) for q in (2, 3, -1, -5)],
    signs=[1, -1, 1, 1, -1, 1, -1, 1] * 2,
    shift=1,
)
"""Most of sixteen neurons move, past each other, at each of three points."""

# ---- the faults ----------------------------------------------------------------------------------

Rewrite = Callable[[ast.AST], ast.AST]


def shortened(iterable: ast.expr) -> ast.expr:
    """The same without its last item."""
    return ast.parse(f"list({ast.unparse(iterable)})[:-1]", mode="eval").body


def lets_equality_pass(node: ast.AST) -> ast.AST:
    match node:
        case ast.Compare(left, [ast.Gt()], [ast.Name("threshold") as right]):
            return ast.Compare(left, [ast.GtE()], [right])
        case ast.Compare(ast.Name("mine") as left, [ast.Lt()], [right]):
            return ast.Compare(left, [ast.LtE()], [right])
        case _:
            return node


def skips_the_root(node: ast.AST) -> ast.AST:
    match node:
        case ast.For(target, ast.Name("inner") as inner, body):
            return ast.For(target, shortened(inner), body, [])
        case _:
            return node


def skips_the_last_point(node: ast.AST) -> ast.AST:
    match node:
        case ast.Call(ast.Name("zip"), [ast.Attribute(attr="trees" | "lists"), *_]) as pairs:
            return shortened(pairs)
        case _:
            return node


def never_puts_in(node: ast.AST) -> ast.AST:
    match node:
        case ast.Expr(ast.Call(ast.Attribute(attr="add"))):
            return ast.Pass()
        case _:
            return node


def never_takes_out(node: ast.AST) -> ast.AST:
    match node:
        case ast.Expr(ast.Call(ast.Attribute(attr="discard"))):
            return ast.Pass()
        case _:
            return node


def stops_at_once(node: ast.AST) -> ast.AST:
    match node:
        case ast.While(_, body):
            return ast.While(ast.Constant(False), body, [])
        case _:
            return node


def never_turns(node: ast.AST) -> ast.AST:
    return ast.Pass() if isinstance(node, ast.If) else node


class Planter(ast.NodeTransformer):
    """Within the functions of this name, one of the nodes that can be rewritten is, or all are."""

    def __init__(self, function: str, rewrite: Rewrite, site: int | None) -> None:
        self._function = function
        self._rewrite = rewrite
        self._site = site
        self._inside = False
        self.sites = 0

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self._inside = node.name == self._function
        self.generic_visit(node)
        self._inside = False
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        rewritten = self._rewrite(node) if self._inside else node
        if rewritten is not node:
            self.sites += 1
        return rewritten if self._site in (None, self.sites - 1) else node


@dataclass(frozen=True)
class Fault:
    """A rewritten function: where it is, and at which of how many sites it is rewritten."""

    structure: Structure
    path: str
    rewrite: Rewrite
    sites: int = 1
    site: int | None = None

    def __str__(self) -> str:
        return f"{self.path} {self.rewrite.__name__} {self.site}"

    def plant(self, patch: pytest.MonkeyPatch) -> None:
        """The module's function is the one of a fresh, rewritten module."""
        module = MODULES[self.structure]
        owner, _, name = self.path.rpartition(".")
        planter = Planter(name, self.rewrite, self.site)
        tree = planter.visit(ast.parse(inspect.getsource(module)))
        assert planter.sites == self.sites
        fresh = ModuleType(f"{module.__name__}_rewritten")
        exec(compile(ast.fix_missing_locations(tree), fresh.__name__, "exec"), fresh.__dict__)
        there: object = getattr(module, owner) if owner else module
        rewritten: object = getattr(getattr(fresh, owner) if owner else fresh, name)
        patch.setattr(there, name, rewritten)


MODULES = {
    Structure.TOURNAMENT: tournament_tree,
    Structure.ORDERED: ordered_tree,
    Structure.SCAN: flat_scan,
    Structure.INCREMENTAL: incremental_sets,
}
TREE, ORDERED, SCAN, SETS = Structure
NOWHERE = -2
"""A site that no function has."""

TIE_FAULTS = [
    (Fault(TREE, "TournamentTrees.query", lets_equality_pass, 3, 0), [LANDS_ALONE]),
    (Fault(TREE, "TournamentTrees.query", lets_equality_pass, 3, 1), [LANDS_LEFT]),
    (Fault(TREE, "TournamentTrees.query", lets_equality_pass, 3, 2), [LANDS_RIGHT]),
    (Fault(TREE, "TournamentTrees.query", lets_equality_pass, 3), EVERY_LANDING),
    (Fault(ORDERED, "OrderedTree.query", lets_equality_pass), EVERY_LANDING),
    (Fault(SCAN, "FlatScan.query", lets_equality_pass), EVERY_LANDING),
]

SET_FAULTS = [
    (Fault(SETS, "IncrementalSets.replace", lets_equality_pass), EVERY_LANDING),
    (Fault(SETS, "IncrementalSets.replace", never_takes_out), [*EVERY_LANDING, CROWD]),
    (Fault(SETS, "IncrementalSets.replace", never_puts_in), [CROWD]),
]

FAULTS = [
    *((fault, given, firing.THRESHOLD) for fault, examples in TIE_FAULTS for given in examples),
    *((fault, given, incremental.MEMBERS) for fault, examples in SET_FAULTS for given in examples),
    (Fault(TREE, "_repair", skips_the_root), CROWD, tournament.INNER_NODE),
    (Fault(TREE, "TournamentTrees.replace", skips_the_last_point), CROWD, leaves.INNER_PRODUCT),
    (Fault(ORDERED, "OrderedTrees.replace", skips_the_last_point), CROWD, leaves.INNER_PRODUCT),
    (Fault(SCAN, "FlatScan.replace", skips_the_last_point), CROWD, leaves.INNER_PRODUCT),
    (Fault(SETS, "IncrementalSets.replace", skips_the_last_point), CROWD, leaves.INNER_PRODUCT),
    (Fault(ORDERED, "OrderedTree._rebalanced", stops_at_once), CROWD, ordered.BALANCE),
    (Fault(ORDERED, "OrderedTree._balanced", never_turns, 4), CROWD, ordered.BALANCE),
    (Fault(ORDERED, "OrderedTree._goes_left", lets_equality_pass), TWINS, ordered.ORDER),
]

every_fault = pytest.mark.parametrize(("fault", "given", "violated"), FAULTS, ids=str)
early_or_late = pytest.mark.parametrize("early", [True, False], ids=["early", "late"])

# ---- the runs ------------------------------------------------------------------------------------


def run_with(
    fault: Fault | None,
    given: Setup,
    arithmetic: Arithmetic[S],
    monitor: Monitor[S],
    structure: Structure,
    early: bool,
) -> Run[S]:
    """The run with the fault, planted before the structure is built or after that."""
    with pytest.MonkeyPatch.context() as patch:
        if fault is not None and early:
            fault.plant(patch)
        parts = trainer(given, arithmetic, Activation.SHIFTED, StepRule.FULL, structure)
        monitor.built(parts, {})
        if fault is not None and not early:
            fault.plant(patch)
        run = Run(parts, Limits(2, 0.0), monitor)
        while run.reason is None:
            run.step()
        return run


@early_or_late
@every_fault
def test_in_floats_a_planted_fault_is_named(
    fault: Fault, given: Setup, violated: Invariant, early: bool
) -> None:
    with pytest.raises(InvariantViolated) as caught:
        run_with(fault, given, BINARY64, float_monitor("touched"), fault.structure, early)
    assert {found.name for found in caught.value.violations} == {violated.name}


@early_or_late
@every_fault
def test_in_rationals_a_planted_fault_is_named(
    fault: Fault, given: Setup, violated: Invariant, early: bool
) -> None:
    monitor = Monitor(Level.TOUCHED, PlainInnerProducts(RATIONAL))
    with pytest.raises(InvariantViolated) as caught:
        run_with(fault, given, RATIONAL, monitor, fault.structure, early)
    assert {found.name for found in caught.value.violations} == {violated.name}


@pytest.mark.parametrize("structure", Structure)
@pytest.mark.parametrize("given", [*EVERY_LANDING, TWINS, CROWD])
def test_without_a_fault_the_same_runs_violate_nothing(structure: Structure, given: Setup) -> None:
    run = run_with(None, given, BINARY64, float_monitor("full"), structure, early=True)
    assert run.trainer.network.weights.moved


@pytest.mark.parametrize("fault", [fault for fault, *_ in FAULTS], ids=str)
def test_a_copy_in_which_no_site_is_rewritten_violates_nothing(fault: Fault) -> None:
    copied = replace(fault, site=NOWHERE)
    run_with(copied, CROWD, BINARY64, float_monitor("full"), fault.structure, early=True)


@pytest.mark.parametrize("given", EVERY_LANDING)
@pytest.mark.parametrize("structure", Structure)
def test_the_tie_comes_from_a_step(structure: Structure, given: Setup) -> None:
    """No first answer is wrong: it is what moved that is checked again, and found wrong."""
    parts = trainer(given, BINARY64, Activation.SHIFTED, StepRule.FULL, structure)
    neurons = [Neuron(r) for r in range(parts.network.m)]
    assert parts.network.shift not in parts.scores.at(Point(0), neurons)
    Run(parts, Limits(1, 0.0), Nobody()).step()
    assert parts.network.shift in parts.scores.at(Point(0), neurons)
