"""Faults planted in the vectorized engine stop a run, by the name of what they violate.

A port is watched like anyone else: through the interfaces, at the level touched and at full.
"""

import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from types import ModuleType

import msgspec
import pytest

from invariants import counting, firing, leaves, step, tournament
from invariants.invariant import Invariant
from invariants.monitor import float_monitor
from reference.activation import Activation
from reference.edges.runs.run_builder import build_run
from reference.edges.setup.configuration import Configuration
from reference.ports.vectorized import (
    array_engine,
    firing_arrays,
    lapack_solver,
    motion_arrays,
    scan_arrays,
    score_arrays,
    tournament_arrays,
    weight_arrays,
)
from reference.ports.vectorized.lapack_solver import LapackSolver
from reference.scalar import BINARY64
from reference.structures.threshold_search import Structure
from reference.training.method import Method
from reference.training.step_rule import FullSteps, StepRule
from reference.training.stopping import Limits
from reference.training.training import Run
from reference.violation import InvariantViolated
from reference.weights import Reading
from tests.array_trainings import ARRAY_WAYS, array_trainer, on_a_line
from tests.small_training import Setup
from tests.test_vectorized_trajectories import PROBLEM, assert_near, configured, walked
from tests.trainings import Way

TREE, SCAN = Structure.TOURNAMENT, Structure.SCAN

# ---- faults --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    """One line of a function, written wrongly."""

    module: ModuleType
    path: str
    right: str
    wrong: str

    def __str__(self) -> str:
        return f"{self.path}: {self.wrong.strip()}"

    def plant(self, patch: pytest.MonkeyPatch) -> None:
        """The function is the wrong one, until undone."""
        owner, _, name = self.path.rpartition(".")
        there: object = getattr(self.module, owner) if owner else self.module
        found = inspect.getattr_static(there, name)
        made = getattr(found, "fget", None) or getattr(found, "func", None) or found
        source = textwrap.dedent(inspect.getsource(made))
        assert source.count(self.right) == 1
        names: dict[str, object] = dict(vars(self.module))
        exec(compile(source.replace(self.right, self.wrong), str(self), "exec"), names)
        changed = names[name]
        if hasattr(changed, "__set_name__"):
            changed.__set_name__(there, name)
        patch.setattr(there, name, changed)


def violated(run: Callable[[], object]) -> set[str]:
    """The names of what this violates."""
    with pytest.raises(InvariantViolated) as caught:
        run()
    return {found.name for found in caught.value.violations}


# ---- on ties -------------------------------------------------------------------------------------

LANDS_ALONE = on_a_line([2], Fraction(0))
LANDS_LEFT = on_a_line([2, *[3] * 3, *[-1] * 12], Fraction(3, 4))
LANDS_RIGHT = on_a_line([3, 2, 3, 3, *[-1] * 12], Fraction(3, 4))
LANDS_TOGETHER = on_a_line([2] * 4 + [-1] * 12, Fraction(0))
"""The first step takes a score from 2 to b exactly: the only leaf's, a left leaf's, a right one's,
and all that fire, so that the root comes to b."""

LANDINGS = [LANDS_ALONE, LANDS_LEFT, LANDS_RIGHT, LANDS_TOGETHER]


def on_the_line(given: Setup, way: Way, level: str) -> Run[float]:
    """Two steps at most, watched."""
    parts = array_trainer(given, FullSteps(BINARY64, LapackSolver()), way, Activation.SHIFTED)
    monitor = float_monitor(level)
    monitor.built(parts, {})
    run = Run(parts, Limits(2, 0.0), monitor)
    while run.reason is None:
        run.step()
    return run


ROOT_PASSES = Fault(
    tournament_arrays,
    "TournamentArrays.firing",
    "level = np.ones_like(rows)\n    above = self.nodes[level, rows] > threshold",
    "level = np.ones_like(rows)\n    above = self.nodes[level, rows] >= threshold",
)
"""It answers with a leaf at b that is alone; else it only looks at two nodes in vain."""

TIE_FAULTS = [
    (
        Fault(
            scan_arrays,
            "ScanArrays.firing",
            "flags = self.values > threshold",
            "flags = self.values >= threshold",
        ),
        Way(SCAN),
        LANDINGS,
        firing.THRESHOLD,
    ),
    (ROOT_PASSES, Way(TREE), [LANDS_ALONE], firing.THRESHOLD),
    (ROOT_PASSES, Way(TREE), [LANDS_TOGETHER], counting.CLOSED_FORM),
    (
        Fault(
            tournament_arrays,
            "TournamentArrays.firing",
            "level[1::2] += 1\n        above = self.nodes[level, rows] > threshold",
            "level[1::2] += 1\n        above = self.nodes[level, rows] >= threshold",
        ),
        Way(TREE),
        [LANDS_LEFT, LANDS_RIGHT],
        firing.THRESHOLD,
    ),
    (
        Fault(
            score_arrays,
            "FreshScoreArrays.query",
            "flags = self._scores > network.shift",
            "flags = self._scores >= network.shift",
        ),
        Way(None),
        LANDINGS,
        firing.THRESHOLD,
    ),
]


@pytest.mark.parametrize("level", ["touched", "full"])
@pytest.mark.parametrize(
    ("fault", "way", "given", "expected"),
    [(fault, way, g, expected) for fault, way, given, expected in TIE_FAULTS for g in given],
)
def test_a_tie_that_passes_is_named(
    fault: Fault, way: Way, given: Setup, expected: Invariant, level: str
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        fault.plant(patch)
        assert violated(lambda: on_the_line(given, way, level)) == {expected.name}


@pytest.mark.parametrize("given", LANDINGS)
def test_without_a_fault_the_tie_comes_from_a_step_and_violates_nothing(given: Setup) -> None:
    for way in ARRAY_WAYS:
        run = on_the_line(given, way, "full")
        neurons = run.trainer.network.held
        (point,) = run.trainer.problem.indices
        if way.structure is not None:
            assert run.trainer.network.shift in run.trainer.scores.at(point, neurons)
        assert run.trainer.network.weights.row(neurons[0]) in ([1.0], [2.0])


# ---- in runs -------------------------------------------------------------------------------------

TREES = configured(Method.SUBLINEAR, TREE)
LISTS = configured(Method.LIVE, SCAN)
IMPLICIT = configured(Method.SUBLINEAR, SCAN, Reading.IMPLICIT)
FRESH = configured(Method.GAUSS_NEWTON)
SHORTER = msgspec.structs.replace(
    configured(Method.LIVE, TREE, rule=StepRule.BACKTRACKING, init="live"), seed=49
)
DAMPED = configured(Method.SUBLINEAR, SCAN, rule=StepRule.DAMPED)
DESCENT = configured(Method.SUBLINEAR_GRADIENT_DESCENT, SCAN)
BATCHES = configured(Method.SUBLINEAR_SGD, SCAN)
FRESH_BATCHES = configured(Method.SGD)
PRINTED = msgspec.structs.replace(LISTS, activation=Activation.PRINTED)


Named = Invariant | tuple[Invariant, ...]

RUN_FAULTS: list[tuple[ModuleType, str, str, str, Configuration, Named]] = [
    # who fires, and what it cost to find out
    (
        scan_arrays,
        "ScanArrays.firing",
        "= self.values[points] >",
        "= self.values[points[::-1]] >",
        BATCHES,
        firing.THRESHOLD,
    ),
    (
        scan_arrays,
        "ScanArrays.firing",
        ".times(len(points))",
        ".times(len(self.values))",
        BATCHES,
        counting.CLOSED_FORM,
    ),
    (
        score_arrays,
        "FreshScoreArrays.query",
        "dense_query(k, len(points), d)",
        "dense_query(k, len(self._points), d)",
        FRESH_BATCHES,
        counting.CLOSED_FORM,
    ),
    (
        tournament_arrays,
        "TournamentArrays.firing",
        "expanded += len(level)",
        "expanded += 1",
        TREES,
        counting.CLOSED_FORM,
    ),
    (
        tournament_arrays,
        "TournamentArrays.firing",
        "leaves.append(level[~inner] - self.m)",
        "leaves.append(level[~inner] - self.m ^ 1)",
        TREES,
        tournament.ANSWERS,
    ),
    (
        firing_arrays,
        "FiringArrays.counts",
        "int(np.count_nonzero(row))",
        "int(np.count_nonzero(row)) + 1",
        LISTS,
        counting.CLOSED_FORM,
    ),
    (
        firing_arrays,
        "FiringArrays.coincidences",
        "k * (k + 1)",
        "k * (k - 1)",
        LISTS,
        counting.CLOSED_FORM,
    ),
    (
        firing_arrays,
        "FiringArrays.moving",
        "np.flatnonzero(self.flags.any(axis=0))",
        "np.flatnonzero(self.flags.any(axis=0))[:-1]",
        LISTS,
        (counting.CLOSED_FORM, step.SHARES),
    ),
    # sums
    (
        array_engine,
        "ArrayEngine._residual",
        "network.scale * total",
        "total",
        TREES,
        step.RESIDUAL,
    ),
    (array_engine, "ArrayEngine._residual", " * total +", " * total -", PRINTED, step.RESIDUAL),
    (
        array_engine,
        "ArrayEngine._residual",
        "above *= flags[:, block]",
        "pass",
        LISTS,
        step.RESIDUAL,
    ),
    (
        array_engine,
        "ArrayEngine._residual",
        "over_blocks(len(signs), summed)",
        "over_blocks(len(signs) - 1, summed)",
        FRESH,
        step.RESIDUAL,
    ),
    (array_engine, "ArrayEngine.gram", "* common / m", "* (common + 1) / m", TREES, step.EQUATION),
    (
        array_engine,
        "ArrayEngine.gram",
        "words[: i + 1] & words[i]",
        "words[: i + 1] | words[i]",
        LISTS,
        step.EQUATION,
    ),
    (
        lapack_solver,
        "LapackSolver.solve",
        "np.array(system.residual, np.float64)",
        "np.array(system.residual, np.float32)",
        TREES,
        step.EQUATION,
    ),
    (
        lapack_solver,
        "LapackSolver.solve",
        "with_ridge(system.gram, ridge)",
        "with_ridge(system.gram, 0.0)",
        DAMPED,
        step.EQUATION,
    ),
    (
        lapack_solver,
        "LapackSolver.solve",
        "factorized_solve(n)",
        "factorized_solve(n + 1)",
        LISTS,
        counting.CLOSED_FORM,
    ),
    # moves
    (
        array_engine,
        "ArrayEngine.motion",
        "shares = -network.scale",
        "shares = network.scale",
        TREES,
        step.SHARES,
    ),
    (
        motion_arrays,
        "MotionArrays.coefficients",
        "if sign > 0",
        "if sign < 0",
        LISTS,
        step.SHARES,
    ),
    (
        weight_arrays,
        "WeightArrays._add",
        "+= grown(motion.signed(block))",
        "+= 0.0",
        TREES,
        leaves.INNER_PRODUCT,
    ),
    (
        weight_arrays,
        "WeightArrays._add",
        "+= grown(motion.signed(block))",
        "+= 0.0",
        IMPLICIT,
        leaves.INNER_PRODUCT,
    ),
    (
        weight_arrays,
        "WeightArrays.move",
        "(size * arrays.shares)",
        "arrays.shares",
        DESCENT,
        leaves.INNER_PRODUCT,
    ),
    (
        weight_arrays,
        "ImplicitWeightArrays.move",
        "size * arrays.shares",
        "-size * arrays.shares",
        IMPLICIT,
        leaves.INNER_PRODUCT,
    ),
    (
        weight_arrays,
        "ImplicitWeightArrays.row",
        "self._coefficients[r] @",
        "self._coefficients[r - 1] @",
        IMPLICIT,
        leaves.INNER_PRODUCT,
    ),
    (
        weight_arrays,
        "WeightArrays.move",
        "rewrite(firing.pairs, firing.union,",
        "rewrite(firing.pairs, 0,",
        LISTS,
        counting.CLOSED_FORM,
    ),
    # stored scores
    (
        score_arrays,
        "StoredScoreArrays.refresh",
        "over_blocks(len(columns), grow)",
        "over_blocks(len(columns) - 1, grow)",
        TREES,
        leaves.INNER_PRODUCT,
    ),
    (
        score_arrays,
        "StoredScoreArrays.refresh",
        "scaled = kept * (size * moving.shares)",
        "scaled = kept * moving.shares",
        DESCENT,
        leaves.INNER_PRODUCT,
    ),
    (
        score_arrays,
        "StoredScoreArrays.refresh",
        "grown = size * moving.displacements(kept)[:, block]",
        "grown = moving.displacements(kept)[:, block]",
        SHORTER,
        leaves.INNER_PRODUCT,
    ),
    (
        score_arrays,
        "StoredScoreArrays.refresh",
        "if not known:",
        "if known:",
        LISTS,
        counting.CLOSED_FORM,
    ),
    (
        score_arrays,
        "StoredScoreArrays.refresh",
        "scores[:, block] + grown",
        "scores[:, block] - grown",
        IMPLICIT,
        leaves.INNER_PRODUCT,
    ),
    (
        scan_arrays,
        "ScanArrays.write",
        "= scores",
        "= scores[::-1]",
        LISTS,
        leaves.INNER_PRODUCT,
    ),
    # trees
    (
        tournament_arrays,
        "TournamentArrays.repaired",
        "self.nodes[parents] = np.maximum(self.nodes[2 * parents], self.nodes[2 * parents + 1])",
        "some = parents[parents > 1]\n"
        "        self.nodes[some] = np.maximum(self.nodes[2 * some], self.nodes[2 * some + 1])",
        TREES,
        tournament.INNER_NODE,
    ),
    (
        tournament_arrays,
        "TournamentArrays.repaired",
        "self.nodes[2 * parents + 1]",
        "self.nodes[parents]",
        TREES,
        tournament.INNER_NODE,
    ),
    (
        tournament_arrays,
        "TournamentArrays.repaired",
        "parents = parents[np.diff(parents, prepend=0) > 0]",
        "pass",
        TREES,
        counting.CLOSED_FORM,
    ),
    (
        tournament_arrays,
        "TournamentArrays.__init__",
        "nodes[2 * start + 1 : 2 * stop : 2]",
        "nodes[2 * start : 2 * stop : 2]",
        TREES,
        tournament.INNER_NODE,
    ),
    (
        tournament_arrays,
        "TournamentArrays.__init__",
        "np.maximum(left, right, out=nodes[start:stop])",
        "np.minimum(left, right, out=nodes[start:stop])",
        TREES,
        tournament.INNER_NODE,
    ),
]
"""Where, what is written instead of what, a run in which it matters, and what it violates."""


def watched(config: Configuration, level: str) -> Run[float]:
    """The run of this configuration on arrays."""
    vectorized = msgspec.structs.replace(config, engine="vectorized")
    run = build_run(vectorized, PROBLEM, float_monitor(level))
    while run.reason is None:
        run.step()
    return run


AT_TOUCHED = ["ImplicitWeightArrays.row"]
"""At full the monitor looks at the whole matrix instead."""


@pytest.mark.parametrize(
    ("fault", "config", "level", "expected"),
    [
        (Fault(module, path, right, wrong), config, level, expected)
        for module, path, right, wrong, config, expected in RUN_FAULTS
        for level in ("touched", "full")
        if level == "touched" or path not in AT_TOUCHED
    ],
    ids=str,
)
def test_a_planted_fault_is_named(
    fault: Fault, config: Configuration, level: str, expected: Named
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        fault.plant(patch)
        found = violated(lambda: watched(config, level))
    every = (expected,) if isinstance(expected, Invariant) else expected
    assert found == {invariant.name for invariant in every}


SHARED = [
    Fault(
        motion_arrays,
        "MotionArrays.signed",
        "self.firing.flags[:, block] * self.signs[block]",
        "self.firing.flags[:, block] * 1.0",
    ),
    Fault(array_engine, "ArrayEngine.residual_after", "+ size * moved", "+ moved / 2"),
]
"""What moves weights and scores alike, and what a rule is told of a step not yet made."""


@pytest.mark.parametrize("fault", SHARED, ids=str)
def test_what_no_invariant_looks_at_shows_beside_the_plain_run(fault: Fault) -> None:
    plain = walked(SHORTER, "touched")
    vectorized = msgspec.structs.replace(SHORTER, engine="vectorized")
    with pytest.MonkeyPatch.context() as patch:
        fault.plant(patch)
        with pytest.raises(AssertionError):
            list(map(assert_near, walked(vectorized, "touched"), plain))


@pytest.mark.parametrize(
    "config",
    [TREES, LISTS, IMPLICIT, FRESH, SHORTER, DAMPED, DESCENT, BATCHES, FRESH_BATCHES, PRINTED],
)
def test_without_a_fault_the_same_runs_violate_nothing(config: Configuration) -> None:
    run = watched(config, "touched")
    assert run.trainer.network.weights.moved
    if config is SHORTER:
        assert any(0 < record.size < 1 for record in run.records)
