"""Every invariant, broken on purpose, is named: by its predicate, and by the monitor of a run."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction
from math import inf, nan, nextafter
from typing import Protocol

import pytest

from invariants import counting, firing, incremental, leaves, ordered, step, tournament
from invariants.invariant import Invariant
from invariants.monitor import INVARIANTS, Level, Monitor, float_monitor
from reference.activation import Activation
from reference.counters import Counters, Counts, Label, added
from reference.firing_sets import FiringSets, firing_sets
from reference.ids import Neuron, Point
from reference.inner_products import PlainInnerProducts
from reference.network import Network
from reference.scalar import BINARY64, RATIONAL, Arithmetic, S
from reference.structures.incremental_sets import IncrementalSets
from reference.structures.ordered_tree import OrderedTree, OrderedTrees
from reference.structures.threshold_search import Structure, ThresholdSearch
from reference.structures.tournament_tree import TournamentTrees
from reference.training.observer import Nobody
from reference.training.scores import StoredScores
from reference.training.step_rule import StepRule
from reference.training.stopping import Limits
from reference.training.trainer import Advance, Observation, Trainer
from reference.training.training import Run
from reference.violation import InvariantViolated, Violation
from tests.small_training import HALF_ALIVE, trainer

MOVING, DEAD, ROOT, UNTOUCHED_NODE = Neuron(0), Neuron(15), 1, 6


class Stage(Enum):
    """When something is broken: just before the monitor looks, or after it has."""

    BUILT = "before the monitor sees what was built"
    QUERIED = "before it sees the first firing sets"
    PREDICTED = "before it sees the first prediction"
    ADVANCED = "before it sees the first step"
    BETWEEN = "after it has seen the first step"


class Sabotage(Protocol):
    """Breaks something of a trainer, in either lane."""

    def __call__(self, trainer: Trainer[S], /) -> None:
        """Something is wrong from now on."""


Lie = Callable[[list[Neuron]], list[Neuron]]


class Witness(StoredScores[S]):
    """Stored scores whose answers may be lies."""

    __slots__ = ("lie",)

    def __init__(self, search: ThresholdSearch[S]) -> None:
        self.search = search
        self.lie: Lie = list

    def query(self, network: Network[S], points: Sequence[Point], counters: Counters) -> FiringSets:
        found = [self.search.query(i, network.shift) for i in points]
        counters.add(Label.QUERY, added(answer.cost for answer in found))
        return firing_sets([self.lie(answer.fired) for answer in found], points)


class Saboteur(Nobody[S]):
    """Passes every stage on to the monitor, and at one of them breaks something, once."""

    _monitor: Monitor[S]

    def __init__(self, monitor: Monitor[S], stage: Stage, sabotage: Sabotage) -> None:
        self._monitor = monitor
        self._waiting = {stage: sabotage}

    def _reached(self, stage: Stage, trainer: Trainer[S]) -> None:
        if stage in self._waiting:
            self._waiting.pop(stage)(trainer)

    def built(self, trainer: Trainer[S], memory: Mapping[Neuron, float]) -> None:
        self._reached(Stage.BUILT, trainer)
        self._monitor.built(trainer, memory)

    def queried(self, trainer: Trainer[S], firing: FiringSets, earlier: FiringSets | None) -> None:
        self._reached(Stage.QUERIED, trainer)
        self._monitor.queried(trainer, firing, earlier)

    def predicted(self, trainer: Trainer[S], observation: Observation[S]) -> None:
        self._reached(Stage.PREDICTED, trainer)
        self._monitor.predicted(trainer, observation)

    def advanced(
        self, trainer: Trainer[S], observation: Observation[S], advance: Advance[S]
    ) -> None:
        self._reached(Stage.ADVANCED, trainer)
        self._monitor.advanced(trainer, observation, advance)
        self._reached(Stage.BETWEEN, trainer)

    def recorded(self) -> None:
        self._monitor.recorded()


# ---- what is broken ------------------------------------------------------------------------------


def second_tree(trainer: Trainer[S]) -> OrderedTree[S]:
    assert isinstance(trainer.scores, StoredScores)
    assert isinstance(trainer.scores.search, OrderedTrees)
    tree: OrderedTree[S] = trainer.scores.search.trees[1]
    return tree


def overwrites_node(node: int, point: int = 2) -> Sabotage:
    def sabotage(trainer: Trainer[S], /) -> None:
        assert isinstance(trainer.scores, StoredScores)
        assert isinstance(trainer.scores.search, TournamentTrees)
        trainer.scores.search.trees[point][node] -= trainer.arithmetic.ratio(1, 4)

    return sabotage


def swaps_the_roots_children(trainer: Trainer[S], /) -> None:
    tree = second_tree(trainer)
    root = tree.root
    tree.left[root], tree.right[root] = tree.right[root], tree.left[root]


def raises_the_roots_height(trainer: Trainer[S], /) -> None:
    tree = second_tree(trainer)
    tree.height[tree.root] += 1


def loses_a_dead_leaf(trainer: Trainer[S], /) -> None:
    """Its parent keeps another leaf, so that order, heights and balance stay right."""
    tree = second_tree(trainer)
    assert (tree.left[13], tree.right[13]) == (12, 14)
    tree.left[13] = tree.m


def toggles(r: Neuron, point: int = 2) -> Sabotage:
    """In the kept set of one point the neuron is what it was not: a member, or none."""

    def sabotage(trainer: Trainer[S], /) -> None:
        assert isinstance(trainer.scores, StoredScores)
        assert isinstance(trainer.scores.search, IncrementalSets)
        trainer.scores.search.sets[point] ^= {r}

    return sabotage


def rescores(r: Neuron, change: Callable[[float], float]) -> Sabotage:
    """The structure holds other scores of this neuron, and is otherwise in order."""

    def sabotage(trainer: Trainer[S], /) -> None:
        assert isinstance(trainer.scores, StoredScores)
        search = trainer.scores.search
        old = [search.scores(Point(i), [r]) for i in range(search.n)]
        exact = [Fraction(s) + Fraction(change(float(s))) - Fraction(float(s)) for (s,) in old]
        new = [[trainer.arithmetic.ratio(*s.as_integer_ratio())] for s in exact]
        search.replace([r], new)

    return sabotage


def answers(lie: Lie) -> Sabotage:
    def sabotage(trainer: Trainer[S], /) -> None:
        assert isinstance(trainer.scores, Witness)
        trainer.scores.lie = lie

    return sabotage


def counts_more(label: Label, extra: Counts) -> Sabotage:
    def sabotage(trainer: Trainer[S], /) -> None:
        trainer.counters.add(label, extra)

    return sabotage


@dataclass(frozen=True)
class Break:
    """A sabotage, and the invariants that it violates."""

    story: str
    violated: tuple[Invariant, ...]
    structure: Structure
    stage: Stage
    sabotage: Sabotage
    level: Level = Level.TOUCHED


TREE, ORDERED, SCAN, SETS = Structure
STAGE_OF = {Label.INIT: Stage.BUILT, Label.QUERY: Stage.QUERIED, Label.PREDICT: Stage.PREDICTED}

# fmt: off
BREAKS = [
    Break("a node overwritten while building", (tournament.INNER_NODE,), TREE, Stage.BUILT,
          overwrites_node(UNTOUCHED_NODE)),
    Break("the root of the first point overwritten while building", (tournament.INNER_NODE,), TREE,
          Stage.BUILT, overwrites_node(ROOT, point=0)),
    Break("a silent neuron put into the first point's set", (incremental.MEMBERS,), SETS,
          Stage.BUILT, toggles(DEAD, point=0)),
    Break("the root overwritten", (tournament.INNER_NODE,), TREE, Stage.ADVANCED,
          overwrites_node(ROOT)),
    Break("a node above nobody who moved", (tournament.INNER_NODE,), TREE, Stage.ADVANCED,
          overwrites_node(UNTOUCHED_NODE), Level.FULL),
    Break("a padding answer", (tournament.ANSWERS,), TREE, Stage.BUILT,
          answers(lambda fired: [*fired, Neuron(16)])),
    Break("a duplicate answer", (tournament.ANSWERS,), TREE, Stage.BETWEEN,
          answers(lambda fired: fired + fired[-1:])),
    Break("answers in descending order", (tournament.ANSWERS,), ORDERED, Stage.BETWEEN,
          answers(lambda fired: fired[::-1])),
    Break("an answer below zero", (tournament.ANSWERS,), SCAN, Stage.BUILT,
          answers(lambda fired: [Neuron(-1), *fired])),
    Break("swapped children", (ordered.ORDER,), ORDERED, Stage.ADVANCED, swaps_the_roots_children),
    Break("swapped children, at length", (ordered.ORDER,), ORDERED, Stage.ADVANCED,
          swaps_the_roots_children, Level.FULL),
    Break("a wrong height", (ordered.BALANCE,), ORDERED, Stage.ADVANCED, raises_the_roots_height),
    Break("a lost subtree while building", (ordered.SIZE,), ORDERED, Stage.BUILT,
          loses_a_dead_leaf),
    Break("a lost subtree", (ordered.SIZE,), ORDERED, Stage.ADVANCED,
          loses_a_dead_leaf, Level.FULL),
    Break("a silent neuron put into a set while building", (incremental.MEMBERS,), SETS,
          Stage.BUILT, toggles(DEAD)),
    Break("no neuron at all in a set", (incremental.MEMBERS,), SETS, Stage.BUILT,
          toggles(Neuron(16))),
    Break("a neuron that moved on the wrong side", (incremental.MEMBERS,), SETS, Stage.ADVANCED,
          toggles(MOVING)),
    Break("a dead neuron put into a set", (incremental.MEMBERS,), SETS, Stage.ADVANCED,
          toggles(DEAD), Level.FULL),
    Break("a dead neuron put into a set, seen when it answers", (firing.THRESHOLD, firing.UNION),
          SETS, Stage.ADVANCED, toggles(DEAD)),
    Break("a member lost between two steps", (firing.THRESHOLD,), SETS, Stage.BETWEEN,
          toggles(MOVING)),
    Break("a dead neuron put into a set between two steps", (firing.THRESHOLD, firing.UNION), SETS,
          Stage.BETWEEN, toggles(DEAD)),
    Break("a comparison too many of a kept set", (counting.CLOSED_FORM,), SETS, Stage.QUERIED,
          counts_more(Label.QUERY, Counts(comparisons=1))),
    Break("a write too few of kept sets", (counting.CLOSED_FORM,), SETS, Stage.ADVANCED,
          counts_more(Label.REFRESH, Counts(node_writes=-1))),
    Break("one ulp on a neuron that never moved", (leaves.INNER_PRODUCT,), TREE, Stage.ADVANCED,
          rescores(DEAD, lambda s: nextafter(s, inf)), Level.FULL),
    Break("more than its bound on one that moved", (leaves.INNER_PRODUCT,), SCAN, Stage.ADVANCED,
          rescores(MOVING, lambda s: s + 2.0**-40)),
    Break("a missing answer", (firing.THRESHOLD,), TREE, Stage.BETWEEN,
          answers(lambda fired: fired[1:])),
    Break("a silent neuron among the first answers", (firing.THRESHOLD,), SCAN, Stage.BUILT,
          answers(lambda fired: [*fired, DEAD])),
    Break("a dead neuron among the answers", (firing.THRESHOLD, firing.UNION), TREE, Stage.BETWEEN,
          answers(lambda fired: [*fired, DEAD])),
    Break("a dead neuron above b", (firing.UNION,), TREE, Stage.BETWEEN,
          rescores(DEAD, lambda _: 2.0), Level.FULL),
    Break("a multiply-add too few", (counting.CLOSED_FORM,), ORDERED, Stage.ADVANCED,
          counts_more(Label.REFRESH, Counts(multiply_adds=-1))),
    Break("more than the bound of an ordered tree", (counting.CLOSED_FORM,), ORDERED,
          Stage.ADVANCED, counts_more(Label.REFRESH, Counts(node_visits=10_000))),
    *(Break(f"one visit too many under {label.value}", (counting.CLOSED_FORM,), TREE,
            STAGE_OF.get(label, Stage.ADVANCED),
            counts_more(label, Counts(node_visits=1))) for label in Label),
]
# fmt: on

UNSEEN = {"a node above nobody who moved", "a lost subtree", "one ulp on a neuron that never moved"}
"""What the level full sees and the level touched, by its definition, does not."""

every_break = pytest.mark.parametrize("broken", BREAKS, ids=lambda broken: broken.story)


def watched(
    arithmetic: Arithmetic[S],
    monitor: Monitor[S],
    structure: Structure,
    stage: Stage,
    sabotage: Sabotage,
) -> Run[S]:
    """Three steps under this monitor, with this sabotage."""
    parts = trainer(HALF_ALIVE, arithmetic, Activation.SHIFTED, StepRule.FULL, structure)
    assert isinstance(parts.scores, StoredScores)
    parts = replace(parts, scores=Witness(parts.scores.search))
    observer = Saboteur(monitor, stage, sabotage)
    observer.built(parts, {})
    run = Run(parts, Limits(3, 0.0), observer)
    while run.reason is None:
        run.step()
    return run


def check_named(violations: Sequence[Violation], invariants: tuple[Invariant, ...]) -> None:
    """These invariants and no others are named, each with all that there is to say."""
    sentence_of = {wanted.name: wanted.sentence for wanted in invariants}
    assert {found.name for found in violations} == set(sentence_of)
    for found in violations:
        assert found.sentence == sentence_of[found.name]
        assert all((found.path, found.expected, found.found))


@every_break
def test_in_floats_the_monitor_names_what_is_broken(broken: Break) -> None:
    monitor = float_monitor(broken.level.value)
    with pytest.raises(InvariantViolated) as caught:
        watched(BINARY64, monitor, broken.structure, broken.stage, broken.sabotage)
    check_named(caught.value.violations, broken.violated)
    assert str(caught.value.violations[0]) in str(caught.value)


@every_break
def test_in_rationals_the_monitor_names_what_is_broken(broken: Break) -> None:
    monitor = Monitor(broken.level, PlainInnerProducts(RATIONAL))
    with pytest.raises(InvariantViolated) as caught:
        watched(RATIONAL, monitor, broken.structure, broken.stage, broken.sabotage)
    check_named(caught.value.violations, broken.violated)


def nothing(trainer: Trainer[S], /) -> None:
    """No sabotage."""


@pytest.mark.parametrize("structure", Structure)
@pytest.mark.parametrize("level", Level)
def test_without_sabotage_nothing_is_violated(structure: Structure, level: Level) -> None:
    run = watched(BINARY64, float_monitor(level.value), structure, Stage.BUILT, nothing)
    exact = Monitor(level, PlainInnerProducts(RATIONAL))
    exact_run = watched(RATIONAL, exact, structure, Stage.BUILT, nothing)
    assert len(run.records) == len(exact_run.records) == 4


@pytest.mark.parametrize(
    "broken", [broken for broken in BREAKS if broken.story in UNSEEN], ids=lambda b: b.story
)
def test_touched_does_not_see_what_no_step_touched(broken: Break) -> None:
    run = watched(
        BINARY64, float_monitor("touched"), broken.structure, broken.stage, broken.sabotage
    )
    assert len(run.records) == 4


# ---- the predicates by themselves ----------------------------------------------------------------

TWO, FOUR = [Neuron(0), Neuron(1)], [Neuron(r) for r in range(4)]
AT, SCORES = "here", [0.5, 2.0, 1.0, 3.0]


def tree_of_three() -> OrderedTree[float]:
    """Neuron 1 at the root, 0 on its left, 2 on its right; the node that stands for none is 3."""
    return OrderedTree([1.0, 2.0, 3.0])


def unordered(tree: OrderedTree[float]) -> list[Violation]:
    tree.scores[0] = 2.5
    way = ordered.ways_to(tree, TWO)
    return ordered.keys_are_in_order(tree, AT) + ordered.neurons_are_found(tree, TWO, way, AT)


def unbalanced(tree: OrderedTree[float]) -> list[Violation]:
    tree.left[1], tree.right[2], tree.right[0] = 3, 0, 3
    tree.height[2], tree.height[1] = 2, 3
    return ordered.nodes_are_balanced(tree, range(3), AT)


def incomplete(tree: OrderedTree[float]) -> list[Violation]:
    tree.right[1] = tree.left[1]
    return ordered.every_neuron_stands_once(tree, AT)


def one_point(fired: list[Neuron]) -> FiringSets:
    return firing_sets([fired], [Point(0)])


def miscounted() -> list[Violation]:
    parts = trainer(HALF_ALIVE, BINARY64, Activation.SHIFTED, StepRule.FULL, Structure.SCAN)
    parts.counters.add(Label.INIT, Counts(solver_operations=-1))
    return counting.counts_after_building(parts)


larger = tournament.inner_nodes_hold_the_larger_child
neurons = tournament.answers_are_neurons
members = incremental.members_are_those_above
strangers = incremental.members_are_neurons
close = leaves.scores_equal_inner_products
fires = firing.fires_iff_above
never_grows = firing.union_never_grows

PREDICATES: list[tuple[Invariant, int, Callable[[], list[Violation]]]] = [
    (tournament.INNER_NODE, 1, lambda: larger([0.0, 1.0, 0.0, 2.0], [1], AT)),
    (tournament.INNER_NODE, 1, lambda: larger([0.0, 3.0, 1.0, 2.0], [1], AT)),
    (tournament.INNER_NODE, 1, lambda: larger([0.0, nan, 1.0, 2.0], [1], AT)),
    (tournament.ANSWERS, 1, lambda: neurons(FOUR, 3, AT)),
    (tournament.ANSWERS, 1, lambda: neurons([Neuron(-1)], 3, AT)),
    (tournament.ANSWERS, 1, lambda: neurons([Neuron(1), Neuron(1)], 3, AT)),
    (tournament.ANSWERS, 1, lambda: neurons([Neuron(1), Neuron(0)], 3, AT)),
    (ordered.ORDER, 2, lambda: unordered(tree_of_three())),
    (ordered.BALANCE, 1, lambda: unbalanced(tree_of_three())),
    (ordered.SIZE, 1, lambda: incomplete(tree_of_three())),
    (incremental.MEMBERS, 1, lambda: members({FOUR[1]}, FOUR, SCORES, 1.0, AT)),
    (incremental.MEMBERS, 1, lambda: members({*FOUR[1:]}, FOUR, SCORES, 1.0, AT)),
    (incremental.MEMBERS, 2, lambda: members({FOUR[2], FOUR[3]}, FOUR, SCORES, 1.0, AT)),
    (incremental.MEMBERS, 2, lambda: strangers({Neuron(-1), *FOUR}, 3, AT)),
    (leaves.INNER_PRODUCT, 1, lambda: close(TWO, [1.0, 2.0], [1.0, 2.5], [0.0, 0.25], AT)),
    (leaves.INNER_PRODUCT, 1, lambda: close(TWO, [1.0, 2.0], [1.0 + 2**-52, 2.0], [0.0] * 2, AT)),
    (leaves.INNER_PRODUCT, 2, lambda: close(TWO, [nan, 2.0], [1.0, nan], [inf] * 2, AT)),
    (firing.THRESHOLD, 1, lambda: fires([Neuron(1)], FOUR, SCORES, 1.0, AT)),
    (firing.THRESHOLD, 1, lambda: fires([FOUR[1], FOUR[2], FOUR[3]], FOUR, SCORES, 1.0, AT)),
    (firing.THRESHOLD, 1, lambda: fires([FOUR[1], FOUR[1], FOUR[3]], FOUR, SCORES, 1.0, AT)),
    (firing.UNION, 1, lambda: never_grows(one_point(TWO), one_point(TWO[:1]), AT)),
    (counting.CLOSED_FORM, 1, miscounted),
]


@pytest.mark.parametrize(("invariant", "count", "violations"), PREDICATES)
def test_the_predicate_names_what_is_broken(
    invariant: Invariant, count: int, violations: Callable[[], list[Violation]]
) -> None:
    found = violations()
    assert len(found) == count
    check_named(found, (invariant,))


def test_every_invariant_is_broken_at_its_predicate_and_in_a_run() -> None:
    elsewhere = {step.RESIDUAL, step.EQUATION, step.SHARES}  # test_step_invariants
    names = {invariant.name for invariant in INVARIANTS if invariant not in elsewhere}
    assert {invariant.name for invariant, _, _ in PREDICATES} == names
    assert {broken.violated[0].name for broken in BREAKS if len(broken.violated) == 1} == names
    assert len(names) + len(elsewhere) == len(INVARIANTS)
