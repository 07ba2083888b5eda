"""The monitor: an observer that checks the invariants while a run goes on.

    touched   after each operation what it touched: the neurons that moved, the nodes above them,
              the answers given. The dearest check recomputes the moved neurons' scores, U·n·d, what
              the paper's own update costs; the others cost about what the operation did.
    full      the same, and after every step every node, every score and every neuron against a
              dense recomputation: m·n·d.

A violation stops the run; all that one stage violates is reported together.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Generic

from invariants import counting, leaves, ordered, step, tournament
from invariants.firing import THRESHOLD, UNION, fires_iff_above, union_never_grows
from invariants.invariant import Invariant
from invariants.score_error import ScoreError, score_error, sum_of_sizes
from reference.edges.bulk_products import BulkInnerProducts
from reference.firing_sets import FiringSets
from reference.ids import Neuron, Point
from reference.inner_products import InnerProducts
from reference.method import StoredScores
from reference.ordered_tree import OrderedTree, OrderedTrees
from reference.scalar import S
from reference.tournament_tree import TournamentTrees, inner_nodes_above
from reference.trainer import Advance, Observation, Trainer
from reference.violation import InvariantViolated, Violation

INVARIANTS = (
    tournament.INNER_NODE,
    tournament.ANSWERS,
    ordered.ORDER,
    ordered.BALANCE,
    ordered.SIZE,
    leaves.INNER_PRODUCT,
    THRESHOLD,
    UNION,
    step.RESIDUAL,
    step.EQUATION,
    step.SHARES,
    counting.CLOSED_FORM,
)
"""Every sentence that a monitor checks."""


class Level(Enum):
    """How much is checked."""

    TOUCHED = "touched"
    FULL = "full"


class Monitor(Generic[S]):
    """Implements `Observer`. It remembers how far the score of each moved neuron may be off."""

    _inner_products: InnerProducts[S]
    _error: ScoreError[S] | None

    def __init__(self, level: Level, inner_products: InnerProducts[S]) -> None:
        self._level = level
        self._inner_products = inner_products
        self._error = None
        self._drifts: dict[Neuron, float] = {}
        self._touched: Sequence[Neuron] | None = None
        self._checks: Counter[str] = Counter({invariant.name: 0 for invariant in INVARIANTS})

    # ---- the observer's stages -------------------------------------------------------------------

    def built(self, trainer: Trainer[S], memory: Mapping[Neuron, float]) -> None:
        """Building touched everything, so everything is checked, at either level."""
        self._error = score_error(trainer.arithmetic, trainer.problem)
        self._drifts = dict(memory)
        self._touched = None
        found = self._structures(trainer, None) + self._scores(trainer, None)
        self._stop_at(found + self._counts(counting.counts_after_building(trainer)))

    def queried(self, trainer: Trainer[S], firing: FiringSets, earlier: FiringSets | None) -> None:
        """The answers: neurons, above b and nothing else, dead ones dead, at the stated cost."""
        touched = self._touched
        if touched is None or self._level is Level.FULL:
            touched = [Neuron(r) for r in range(trainer.network.m)]
        found: list[Violation] = []
        for i, fired in enumerate(firing.by_point):
            found += self._answers(trainer, Point(i), fired, touched)
        if earlier is not None:
            grown = union_never_grows(firing, earlier, "all points")
            found += self._checked(UNION, grown)
        if not found:
            found = self._counts(counting.counts_after_querying(trainer, firing))
        self._stop_at(found)

    def predicted(self, trainer: Trainer[S], observation: Observation[S]) -> None:
        """The residual, at the stated cost."""
        scores = [
            trainer.scores.at(Point(i), fired)
            for i, fired in enumerate(observation.firing.by_point)
        ]
        wrong = step.residuals_are_sums_of_fired_scores(trainer, observation, scores)
        found = self._checked(step.RESIDUAL, wrong)
        counts = counting.counts_after_predicting(trainer, observation.firing)
        self._stop_at(found + self._counts(counts))

    def advanced(
        self, trainer: Trainer[S], observation: Observation[S], advance: Advance[S]
    ) -> None:
        """The step: g, who moves, what stands above them, their scores, the stated cost."""
        self._touched = advance.motion.neurons
        self._remember(trainer, advance)
        looked_at = None if self._level is Level.FULL else self._touched
        found = self._solved(trainer, observation, advance)
        found += self._structures(trainer, looked_at) + self._scores(trainer, looked_at)
        counts = counting.counts_after_advancing(trainer, observation, advance)
        self._stop_at(found + self._counts(counts))

    def checks(self) -> Mapping[str, int]:
        """How often each sentence has been checked: once a point, or once a step."""
        return self._checks

    def memory(self) -> Mapping[Neuron, float]:
        """How far the scores of each moved neuron may be off."""
        return self._drifts

    def recount(self, checks: Mapping[str, int]) -> None:
        """So often each sentence had been checked before."""
        self._checks = Counter(checks)

    # ---- what they check -------------------------------------------------------------------------

    def _solved(
        self, trainer: Trainer[S], observation: Observation[S], advance: Advance[S]
    ) -> list[Violation]:
        """The solution, and the shares of it by which neurons move."""
        solution, damping = advance.choice.solution, advance.choice.damping
        unsolved = step.solution_solves_the_equation(trainer, observation, solution, damping)
        found = self._checked(step.EQUATION, unsolved)
        astray = step.neurons_move_by_their_shares(
            trainer.network, observation.firing, advance.motion, solution
        )
        return found + self._checked(step.SHARES, astray)

    def _structures(self, trainer: Trainer[S], moved: Sequence[Neuron] | None) -> list[Violation]:
        """The structures above and on the way to these neurons; the whole ones for None."""
        found: list[Violation] = []
        match trainer.scores:
            case StoredScores(search=TournamentTrees(trees=arrays, m=m)):
                inner = range(1, m) if moved is None else inner_nodes_above(moved, m)
                for i, nodes in enumerate(arrays):
                    wrong = tournament.inner_nodes_hold_the_larger_child(nodes, inner, f"point {i}")
                    found += self._checked(tournament.INNER_NODE, wrong)
            case StoredScores(search=OrderedTrees(trees=trees)):
                for i, tree in enumerate(trees):
                    found += self._ordered(tree, moved, f"point {i}")
            case _:
                pass
        return found

    def _ordered(
        self, tree: OrderedTree[S], moved: Sequence[Neuron] | None, path: str
    ) -> list[Violation]:
        """Order, balance and size of one ordered tree."""
        if moved is not None:
            way = ordered.ways_to(tree, moved)
            unordered = ordered.neurons_are_found(tree, moved, way, path)
            unbalanced = ordered.nodes_are_balanced(tree, ordered.nodes_on(way), path)
        else:
            unordered = ordered.keys_are_in_order(tree, path)
            unbalanced = ordered.nodes_are_balanced(tree, range(tree.m), path)
        found = self._checked(ordered.ORDER, unordered)
        found += self._checked(ordered.BALANCE, unbalanced)
        if moved is None:
            found += self._checked(ordered.SIZE, ordered.every_neuron_stands_once(tree, path))
        return found

    def _scores(self, trainer: Trainer[S], moved: Sequence[Neuron] | None) -> list[Violation]:
        """The stored scores of these neurons at every point; all scores for None."""
        if not isinstance(trainer.scores, StoredScores):
            return []
        weights, points = trainer.network.weights, trainer.problem.points
        columns: Iterable[Sequence[S]]
        if moved is None:
            moved = [Neuron(r) for r in range(trainer.network.m)]
            columns = self._inner_products.columns(weights, points)
        else:
            columns = self._inner_products.at(weights, points, moved)
        bounds = [self._bound(trainer, r) for r in moved]
        found: list[Violation] = []
        for i, recomputed in enumerate(columns):
            stored = trainer.scores.at(Point(i), moved)
            wrong = leaves.scores_equal_inner_products(
                moved, stored, recomputed, bounds, f"point {i}"
            )
            found += self._checked(leaves.INNER_PRODUCT, wrong)
        return found

    def _answers(
        self,
        trainer: Trainer[S],
        point: Point,
        fired: Sequence[Neuron],
        touched: Sequence[Neuron],
    ) -> list[Violation]:
        """The answer of one query: neurons, and the right ones."""
        path = f"point {point}"
        strangers = tournament.answers_are_neurons(fired, trainer.network.m, path)
        found = self._checked(tournament.ANSWERS, strangers)
        if found:
            return found
        scores = trainer.scores.at(point, touched)
        wrong = fires_iff_above(fired, touched, scores, trainer.network.shift, path)
        return self._checked(THRESHOLD, wrong)

    def _counts(self, violations: list[Violation]) -> list[Violation]:
        return self._checked(counting.CLOSED_FORM, violations)

    # ---- what it remembers -----------------------------------------------------------------------

    def _remember(self, trainer: Trainer[S], advance: Advance[S]) -> None:
        """The bound of each moved neuron has grown by what this step's roundings can add."""
        error = self._error or score_error(trainer.arithmetic, trainer.problem)
        size = float(advance.choice.size)
        for r, coefficients in zip(
            advance.motion.neurons, advance.motion.coefficients, strict=True
        ):
            push = sum_of_sizes(coefficients)
            length = sum_of_sizes(trainer.network.weights.row(r))
            before = self._drifts.get(r)
            if before is None:
                before = error.before_first_move(length, size, push)
            self._drifts[r] = error.after_move(before, length, size, push, len(coefficients))

    def _bound(self, trainer: Trainer[S], r: Neuron) -> float:
        """How far the stored scores of r may be from recomputed ones: 0 if it never moved.

        A recomputed score has an error of its own.
        """
        if r not in self._drifts or self._error is None:
            return 0.0
        length = sum_of_sizes(trainer.network.weights.row(r))
        return self._drifts[r] + self._error.of_product(length)

    # ---- bookkeeping -----------------------------------------------------------------------------

    def _checked(self, invariant: Invariant, violations: list[Violation]) -> list[Violation]:
        self._checks[invariant.name] += 1
        return violations

    def _stop_at(self, violations: list[Violation]) -> None:
        if violations:
            raise InvariantViolated(violations)


def float_monitor(level: str) -> Monitor[float]:
    """The monitor of this level for floats, with bulk inner products."""
    return Monitor(Level(level), BulkInnerProducts())
