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
from fractions import Fraction
from typing import Generic

from invariants import counting, incremental, leaves, ordered, step, tournament
from invariants.certificate import Certificate
from invariants.firing import THRESHOLD, UNION, fires_iff_above, union_never_grows
from invariants.invariant import Invariant
from invariants.running_error import RunningError
from invariants.score_error import Sizes, sizes_of
from reference.edges.products.bulk_products import BulkInnerProducts
from reference.edges.products.exact_products import ExactInnerProducts
from reference.firing_sets import FiringSets
from reference.ids import Neuron, Point
from reference.inner_products import InnerProducts
from reference.scalar import S
from reference.structures.incremental_sets import IncrementalSets
from reference.structures.ordered_tree import OrderedTree, OrderedTrees
from reference.structures.tournament_tree import TournamentTrees, inner_nodes_above
from reference.training.scores import StoredScores, columns_of
from reference.training.trainer import Advance, Observation, Trainer
from reference.violation import InvariantViolated, Violation

INVARIANTS = (
    tournament.INNER_NODE,
    tournament.ANSWERS,
    ordered.ORDER,
    ordered.BALANCE,
    ordered.SIZE,
    incremental.MEMBERS,
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
    """Implements `Observer`. It remembers how far the scores of each moved neuron may be off, and
    how far the run may be from the exact one.
    """

    _inner_products: InnerProducts[S]
    _running: RunningError[S] | None

    def __init__(self, level: Level, inner_products: InnerProducts[S]) -> None:
        self._level = level
        self._inner_products = inner_products
        self._running = None
        self._certificate: Certificate[S] = Certificate()
        self._checks: Counter[str] = Counter({invariant.name: 0 for invariant in INVARIANTS})

    # ---- the observer's stages -------------------------------------------------------------------

    def built(self, trainer: Trainer[S], memory: Mapping[Neuron, float]) -> None:
        """Building touched everything, so everything is checked, at either level."""
        self._running = RunningError(trainer, memory)
        every = trainer.network.held
        found = self._structures(trainer, None)
        found += self._all_scores(trainer, self._running, every)
        self._stop_at(found + self._counts(counting.counts_after_building(trainer)))

    def queried(self, trainer: Trainer[S], firing: FiringSets, earlier: FiringSets | None) -> None:
        """The answers: neurons, above b and nothing else, dead ones dead, at the stated cost."""
        every = trainer.network.held
        alive = every if earlier is None else list(earlier.by_neuron)
        looked_at = every if self._level is Level.FULL else alive
        found: list[Violation] = []
        for i in firing.asked:
            found += self._answers(trainer, i, firing.by_point[i], looked_at)
        if earlier is not None:
            grown = union_never_grows(firing, earlier, "all points")
            found += self._checked(UNION, grown)
        if not found:
            found = self._counts(counting.counts_after_querying(trainer, firing))
        self._stop_at(found)
        self._certificate.queried(trainer, self._known(trainer), firing, alive)

    def predicted(self, trainer: Trainer[S], observation: Observation[S]) -> None:
        """The residual, at the stated cost."""
        scores: list[Sequence[S]] = [[] for _ in range(trainer.problem.n)]
        for i in observation.firing.asked:
            scores[i] = trainer.scores.at(i, observation.firing.by_point[i])
        bounds = step.residual_roundings(trainer, observation, scores)
        wrong = step.residuals_are_sums_of_fired_scores(trainer, observation, scores, bounds)
        found = self._checked(step.RESIDUAL, wrong)
        counts = counting.counts_after_predicting(trainer, observation.firing)
        self._stop_at(found + self._counts(counts))
        self._certificate.predicted(trainer, observation, bounds)

    def advanced(
        self, trainer: Trainer[S], observation: Observation[S], advance: Advance[S]
    ) -> None:
        """The step: g, who moves, what stands above them, their scores, the stated cost."""
        running = self._known(trainer)
        sizes, rounded = running.advanced(advance)
        posed = step.equation(trainer, observation, advance.choice)
        found = self._solved(trainer, observation, advance, posed)
        if self._level is Level.FULL:
            every = trainer.network.held
            found += self._structures(trainer, None) + self._all_scores(trainer, running, every)
        else:
            found += self._structures(trainer, advance.motion.neurons)
            found += self._moved_scores(trainer, running, sizes)
        counts = counting.counts_after_advancing(trainer, observation, advance)
        self._stop_at(found + self._counts(counts))
        self._certificate.advanced(trainer, observation, advance.choice, posed, rounded)

    def recorded(self) -> None:
        """What was said of the step is complete."""
        self._certificate.error.recorded()

    def checks(self) -> Mapping[str, int]:
        """How often each sentence has been checked: once a point, or once a step."""
        return self._checks

    def memory(self) -> Mapping[Neuron, float]:
        """How far the scores of each moved neuron may be off."""
        return {} if self._running is None else self._running.memory

    def reports(self) -> Sequence[Mapping[str, float]]:
        """The bounds of each step, see `trajectory_error`."""
        return self._certificate.error.reports

    def recall(self, checks: Mapping[str, int], reports: Sequence[Mapping[str, float]]) -> None:
        """So often each sentence had been checked before, and these were the bounds."""
        self._checks = Counter(checks)
        self._certificate.error.recall(reports)

    # ---- what they check -------------------------------------------------------------------------

    def _solved(
        self,
        trainer: Trainer[S],
        observation: Observation[S],
        advance: Advance[S],
        posed: step.Equation[S],
    ) -> list[Violation]:
        """The solution, and the shares of it by which neurons move."""
        choice = advance.choice
        unsolved = step.solution_solves_the_equation(trainer, observation, choice, posed)
        found = self._checked(step.EQUATION, unsolved)
        astray = step.neurons_move_by_their_shares(
            trainer.network, observation.firing, advance.motion, choice.solution.g
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
            case StoredScores(search=IncrementalSets() as search):
                for i in trainer.problem.indices:
                    found += self._incremental(search, moved, i)
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

    def _incremental(
        self, search: IncrementalSets[S], moved: Sequence[Neuron] | None, point: Point
    ) -> list[Violation]:
        """One kept set, and the scores that decide who is in it."""
        path, members = f"point {point}", search.sets[point]
        neurons = [Neuron(r) for r in range(search.m)] if moved is None else moved
        scores = search.scores(point, neurons)
        wrong = incremental.members_are_those_above(
            members, neurons, scores, search.threshold, path
        )
        if moved is None:
            wrong += incremental.members_are_neurons(members, search.m, path)
        return self._checked(incremental.MEMBERS, wrong)

    def _all_scores(
        self, trainer: Trainer[S], running: RunningError[S], every: Sequence[Neuron]
    ) -> list[Violation]:
        """The stored scores of every neuron at every point."""
        if not isinstance(trainer.scores, StoredScores):
            return []
        bounds = dict.fromkeys(every, 0.0)
        for r in running.bounded:
            bounds[r] = running.against_recomputed(r, sizes_of(trainer.network, r))
        columns = columns_of(trainer.network, self._inner_products, trainer.problem.points)
        return self._compared(trainer, every, columns, list(bounds.values()))

    def _moved_scores(
        self, trainer: Trainer[S], running: RunningError[S], moved: Mapping[Neuron, Sizes[S]]
    ) -> list[Violation]:
        """The stored scores of the neurons that moved, at every point."""
        if not isinstance(trainer.scores, StoredScores):
            return []
        neurons = list(moved)
        rows = [sizes.row for sizes in moved.values()]
        bounds = [running.against_recomputed(r, sizes) for r, sizes in moved.items()]
        columns = (
            trainer.network.reduced(column, neurons)
            for column in self._inner_products.of_rows(rows, trainer.problem.points)
        )
        return self._compared(trainer, neurons, columns, bounds)

    def _compared(
        self,
        trainer: Trainer[S],
        neurons: Sequence[Neuron],
        columns: Iterable[Sequence[S]],
        bounds: Sequence[float],
    ) -> list[Violation]:
        """These neurons' stored scores, each column held against a recomputed one."""
        found: list[Violation] = []
        for i, recomputed in enumerate(columns):
            stored = trainer.scores.at(Point(i), neurons)
            wrong = leaves.scores_equal_inner_products(
                neurons, stored, recomputed, bounds, f"point {i}"
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
        strangers = tournament.answers_are_neurons(fired, len(trainer.network.places), path)
        found = self._checked(tournament.ANSWERS, strangers)
        if found:
            return found
        scores = trainer.scores.at(point, touched)
        wrong = fires_iff_above(fired, touched, scores, trainer.network.shift, path)
        return self._checked(THRESHOLD, wrong)

    def _counts(self, violations: list[Violation]) -> list[Violation]:
        return self._checked(counting.CLOSED_FORM, violations)

    # ---- bookkeeping -----------------------------------------------------------------------------

    def _known(self, trainer: Trainer[S]) -> RunningError[S]:
        """The running errors; those of a start if nobody said that structures were built."""
        if self._running is None:
            self._running = RunningError(trainer, {})
        return self._running

    def _checked(self, invariant: Invariant, violations: list[Violation]) -> list[Violation]:
        self._checks[invariant.name] += 1
        return violations

    def _stop_at(self, violations: list[Violation]) -> None:
        if violations:
            raise InvariantViolated(violations)


def float_monitor(level: str) -> Monitor[float]:
    """The monitor of this level for floats, with bulk inner products."""
    return Monitor(Level(level), BulkInnerProducts())


def exact_monitor(level: str) -> Monitor[Fraction]:
    """The monitor of this level for rationals."""
    return Monitor(Level(level), ExactInnerProducts())
