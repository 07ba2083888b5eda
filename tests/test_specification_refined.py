"""What training uses does what the specification says, step for step.

Theorems are about trees as values; training uses arrays. An abstraction function reads the value
out of the arrays: whatever is done to the arrays, the value is then what the specification makes of
the value before, node for node, and queries answer the same at the same number of visits. With that
the theorems are about the arrays. All small cases, and what Hypothesis draws beyond.
"""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import reduce
from itertools import product

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from proofs.measured.structures.small_structures import ordered_value, path_to, tournament_value
from reference.ids import Neuron, Point
from reference.ports.vectorized.tournament_arrays import TournamentArrays
from reference.scalar import BINARY64, RATIONAL
from reference.specification import firing, ordered, tournament
from reference.structures.incremental_sets import IncrementalSets
from reference.structures.ordered_tree import OrderedTrees
from reference.structures.threshold_search import Answer
from reference.structures.tournament_tree import TournamentTrees
from tests.strategies import share

pytestmark = pytest.mark.plain

ONLY = Point(0)
GRID = [Fraction(k) for k in range(3)]
THRESHOLDS = [Fraction(k) for k in range(-1, 3)]
SCORES = [scores for m in range(1, 5) for scores in product(GRID, repeat=m)]
"""All scores of at most four neurons: ties, a maximum that is lowered, a change without effect."""

Change = tuple[int, Fraction]


def changes(scores: Sequence[Fraction]) -> Iterator[Change]:
    """Every single one."""
    return product(range(len(scores)), GRID)


@st.composite
def histories(draw: st.DrawFn, m: int) -> tuple[list[Fraction], list[Change], Fraction]:
    """Scores of at most m neurons, changes one after another, and a threshold: few values."""
    values = st.integers(-3, 3).map(lambda k: Fraction(k, 2))
    scores = draw(st.integers(1, m).flatmap(lambda k: st.lists(values, min_size=k, max_size=k)))
    places = st.integers(0, len(scores) - 1)
    return scores, draw(st.lists(st.tuples(places, values), max_size=20)), draw(values)


# ---- tournament trees ----------------------------------------------------------------------------


def rational_trees(scores: Sequence[Fraction]) -> TournamentTrees[Fraction]:
    return TournamentTrees(RATIONAL, [list(scores)])


def float_trees(scores: Sequence[Fraction]) -> TournamentTrees[float]:
    return TournamentTrees(BINARY64, [list(map(float, scores))])


def array_trees(scores: Sequence[Fraction]) -> TournamentArrays:
    column = np.array([list(map(float, scores))]).T
    return TournamentArrays(np.concatenate([np.full_like(column, np.nan), column]))


def check_tournament_query(trees: TournamentTrees[float], threshold: Fraction) -> None:
    tree = tournament_value(trees.trees[0])
    for answer in answers(trees, threshold):
        assert answer.fired == sorted(tournament.query(tree, threshold))
        assert answer.cost.node_visits == tournament.visits(tree, threshold)


def answers(trees: TournamentTrees[float], threshold: Fraction) -> Iterator[Answer]:
    """A query's, and a descent's from all roots together if there is one."""
    yield trees.query(ONLY, float(threshold))
    if isinstance(trees, TournamentArrays):
        found, cost = trees.firing([ONLY], float(threshold))
        yield Answer([Neuron(r) for r in found.columns.tolist()], cost)


def check_tournament_change(trees: TournamentTrees[float], r: int, score: Fraction) -> None:
    before, path = tournament_value(trees.trees[0]), path_to(r, trees.m)
    cost = trees.replace([Neuron(r)], [[float(score)]])
    after = tournament_value(trees.trees[0])
    assert after == tournament.update(before, path, score)
    assert tournament.valid(after)
    assert tournament.neurons(after) == tournament.neurons(before)
    assert cost.node_writes == tournament.writes(before, path)


EMBEDDINGS = [float_trees, array_trees]


@pytest.mark.parametrize("made", EMBEDDINGS)
def test_small_tournament_trees_change_as_specified(
    made: Callable[[Sequence[Fraction]], TournamentTrees[float]],
) -> None:
    for scores in SCORES:
        for r, score in changes(scores):
            check_tournament_change(made(scores), r, score)


@pytest.mark.parametrize("made", EMBEDDINGS)
def test_small_tournament_trees_answer_as_specified(
    made: Callable[[Sequence[Fraction]], TournamentTrees[float]],
) -> None:
    for scores in SCORES:
        trees = made(scores)
        assert tournament.valid(tournament_value(trees.trees[0]))
        for threshold in THRESHOLDS:
            check_tournament_query(trees, threshold)


@pytest.mark.parametrize("made", EMBEDDINGS)
def test_tournament_trees_follow_the_specification(
    made: Callable[[Sequence[Fraction]], TournamentTrees[float]],
) -> None:
    @share(4)
    @given(histories(21))
    def followed(history: tuple[list[Fraction], list[Change], Fraction]) -> None:
        scores, changed, threshold = history
        trees = made(scores)
        for r, score in changed:
            check_tournament_change(trees, r, score)
        check_tournament_query(trees, threshold)

    followed()


@pytest.mark.parametrize("together", [True, False])
@share(4)
@given(histories(13))
def test_changes_made_at_once_are_changes_one_after_another(
    together: bool, history: tuple[list[Fraction], list[Change], Fraction]
) -> None:
    scores, changed, _ = history
    chosen = dict(changed)
    trees = array_trees(scores) if together else float_trees(scores)
    before = tournament_value(trees.trees[0])
    if isinstance(trees, TournamentArrays):
        moving = np.array(sorted(chosen), np.int64)
        values = np.array([[float(chosen[r]) for r in sorted(chosen)]])
        trees.write(moving, slice(None), values)
        trees.repaired(moving)
    else:
        neurons = [Neuron(r) for r in chosen]
        trees.replace(neurons, [[float(chosen[r]) for r in chosen]])
    wanted = reduce(
        lambda tree, r: tournament.update(tree, path_to(r, trees.m), chosen[r]), chosen, before
    )
    assert tournament_value(trees.trees[0]) == wanted


def test_both_lanes_hold_the_same_tree() -> None:
    for scores in SCORES:
        one, other = rational_trees(scores), float_trees(scores)
        assert tournament_value(one.trees[0]) == tournament_value(other.trees[0])


# ---- ordered trees -------------------------------------------------------------------------------


def ordered_trees(scores: Sequence[Fraction]) -> OrderedTrees[Fraction]:
    return OrderedTrees(RATIONAL, [list(scores)])


def check_ordered_query(trees: OrderedTrees[Fraction], threshold: Fraction) -> None:
    tree = ordered_value(trees.trees[0])
    answer = trees.query(ONLY, threshold)
    assert answer.fired == sorted(ordered.query(tree, threshold))
    assert answer.cost.node_visits == ordered.visits(tree, threshold)


def check_ordered_change(trees: OrderedTrees[Fraction], r: int, score: Fraction) -> None:
    before = ordered_value(trees.trees[0])
    (old,) = trees.scores(ONLY, [Neuron(r)])
    trees.replace([Neuron(r)], [[score]])
    removed = ordered.delete(before, ordered.Key(old, r))
    assert ordered.size(removed) == trees.m - 1
    assert ordered_value(trees.trees[0]) == ordered.insert(removed, ordered.Key(score, r))


def test_small_ordered_trees_change_as_specified() -> None:
    for scores in SCORES:
        for r, score in changes(scores):
            check_ordered_change(ordered_trees(scores), r, score)


def test_small_ordered_trees_answer_as_specified() -> None:
    for scores in SCORES:
        trees = ordered_trees(scores)
        tree = ordered_value(trees.trees[0])
        assert ordered.balanced(tree)
        assert ordered.in_order(tree)
        for threshold in THRESHOLDS:
            check_ordered_query(trees, threshold)


@share(2)
@given(histories(34))
def test_ordered_trees_follow_the_specification(
    history: tuple[list[Fraction], list[Change], Fraction],
) -> None:
    """Up to 34 neurons: deletions that rotate twice, and on more than one level, need that many."""
    scores, changed, threshold = history
    trees = ordered_trees(scores)
    for r, score in changed:
        check_ordered_change(trees, r, score)
    check_ordered_query(trees, threshold)


@pytest.mark.parametrize("side", [1, -1])
def test_ordered_trees_that_are_turned_over_follow_the_specification(side: int) -> None:
    """The least moves beyond the largest, again and again, or the other way round.

    So one side loses what the other gains, and every kind of rotation is made.
    """
    for m in range(1, 17):
        trees = ordered_trees([Fraction(side * k) for k in range(m)])
        for r in range(m):
            check_ordered_change(trees, r, Fraction(side * (m + r)))


# ---- incremental sets ----------------------------------------------------------------------------


def flags_value(sets: IncrementalSets[Fraction]) -> firing.Flags:
    """Neuron by neuron: whether it is in the set."""
    flags: firing.Flags = firing.NoFlag()
    for r in reversed(range(sets.m)):
        flags = firing.Flag(Neuron(r) in sets.sets[0], flags)
    return flags


def scores_value(sets: IncrementalSets[Fraction]) -> firing.Scores:
    """Neuron by neuron: its score."""
    scores: firing.Scores = firing.NoScore()
    for score in reversed(sets.lists[0]):
        scores = firing.Score(score, scores)
    return scores


def check_sets_change(sets: IncrementalSets[Fraction], r: int, score: Fraction) -> None:
    flags, scores, b = flags_value(sets), scores_value(sets), sets.threshold
    assert flags == firing.flags_of(scores, b)
    sets.replace([Neuron(r)], [[score]])
    assert flags_value(sets) == firing.touched(flags, r, score, b)
    assert scores_value(sets) == firing.rescored(scores, r, score)
    answer = sets.query(ONLY, b)
    assert answer.fired == [r for r in range(sets.m) if firing.fires_at(flags_value(sets), r)]
    assert answer.cost.node_visits == len(answer.fired)


def test_small_sets_change_as_specified() -> None:
    for scores in SCORES:
        for r, score in changes(scores):
            check_sets_change(IncrementalSets(RATIONAL, [list(scores)], GRID[1]), r, score)


@share(4)
@given(histories(13))
def test_sets_follow_the_specification(
    history: tuple[list[Fraction], list[Change], Fraction],
) -> None:
    scores, changed, threshold = history
    sets = IncrementalSets(RATIONAL, [scores], threshold)
    for r, score in changed:
        check_sets_change(sets, r, score)
