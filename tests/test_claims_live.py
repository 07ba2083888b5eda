"""The checks of beyond/dead-neurons, live-equals-dense, no-search can fail: each is broken here."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

import pytest

from proofs.claims import beyond
from proofs.evidence.audit_errors import NotEstablished
from proofs.evidence.effort import Effort
from proofs.measured.live import live_trainings
from proofs.measured.live.live_trainings import (
    Dead,
    LiveCost,
    dead_in,
    dense_ways,
    live_cost,
    twins_of,
)
from proofs.measured.live.revivals import (
    HALF,
    PLAIN,
    RESTING,
    TURNED,
    Added,
    live_part_differs,
    outputs_alone,
    revived,
    start,
    walk,
)
from proofs.measured.structures import search_costs
from proofs.measured.structures.search_costs import Change, changes, kept_sets, searching
from proofs.measured.trainings import small_trainings
from proofs.measured.trainings.exact_steps import Losses, digits_in_rationals
from proofs.measured.trainings.small_trainings import (
    Moment,
    Way,
    drawn,
    special,
    trained,
    trainer_of,
)
from proofs.symbolic.dead_neurons import shrinking_wakes_nobody
from reference import closed_forms
from reference.activation import Activation
from reference.counters import Counts
from reference.ids import Neuron
from reference.motion import Motion
from reference.structures.incremental_sets import IncrementalSets
from reference.structures.threshold_search import Structure
from reference.training.live import live_neurons
from reference.training.method import Method
from reference.training.step_rule import GradientSteps, StepRule
from reference.weights import RewrittenWeights

FEW = [drawn(seed) for seed in (5, 7)]
ONE_WAY = dense_ways()[:1]


# ---- what is added to gradient descent -----------------------------------------------------------


@pytest.mark.parametrize("form", list(Activation))
def test_with_nothing_added_it_is_the_reference_s_gradient_descent(form: Activation) -> None:
    for small in FEW:
        way = Way(Method.GRADIENT_DESCENT, activation=form)
        moments = trained(small, way, 2)
        rule = trainer_of(small, way).rule
        assert isinstance(rule, GradientSteps)
        rate = learned_rate(small, way)
        states = walk(small, Added(form=form, rate=rate), len(moments) - 1)
        assert [state.weights for state in states] == [moment.weights for moment in moments]


def learned_rate(small: small_trainings.Small, way: Way) -> Fraction:
    """The η that the reference's gradient descent finds for this training."""
    (before, after) = trained(small, way, 1)[:2]
    unit = walk(small, Added(form=way.activation, rate=Fraction(1)), 1)[1]
    changes = (
        (new - old, one - old)
        for rows in zip(before.weights, after.weights, unit.weights, strict=True)
        for old, new, one in zip(*rows, strict=True)
    )
    return next(change / whole for change, whole in changes if whole)


def test_each_addition_does_what_it_says() -> None:
    (first, second, third) = walk(TURNED, Added(momentum=HALF), 2)
    moved = second.weights[0][0] - first.weights[0][0]
    assert third.weights[0][0] - second.weights[0][0] == moved / 2
    shrunk = walk(RESTING, Added(decay=HALF), 1)[1].weights
    assert shrunk[1] == (RESTING.weights[1][0] / 2,)
    trained_signs = walk(RESTING, Added(trains_signs=True), 1)[1].signs
    assert trained_signs[0] == 1 + Fraction(1, 4)
    assert set(trained_signs[1:]) == {1}
    lower = walk(RESTING, Added(trains_shift=True), 1)[1].shift
    assert lower == 1 - Fraction(1, 2) * HALF


def test_a_shift_that_is_trained_in_the_printed_form_rises_with_the_silent() -> None:
    """f = ½·(2 + 1 + 1 + 1) = 5/2 against 1: the slope by b is 3/2·½·3."""
    after = walk(RESTING, Added(trains_shift=True, form=Activation.PRINTED), 1)[1]
    assert after.shift == 1 - Fraction(9, 4)


def test_revived_and_the_live_part_see_what_happens() -> None:
    assert revived(TURNED, Added(momentum=Fraction(9, 10)), 1) == set()
    assert revived(TURNED, Added(momentum=Fraction(9, 10)), 2) == {0}
    assert start(special()).alive(special().problem.points) == {0, 1, 2, 3}
    assert not live_part_differs(RESTING, replace(PLAIN, form=Activation.PRINTED), 2)
    printed = outputs_alone(RESTING, replace(PLAIN, form=Activation.PRINTED), 0)
    assert printed == [[Fraction(5, 2)]]


@pytest.mark.parametrize(
    ("name", "value", "facts"),
    [
        ("MOMENTUM", PLAIN, [beyond._what_wakes, beyond._what_parts_them]),
        ("SHIFT", PLAIN, [beyond._what_wakes, beyond._what_parts_them]),
        ("DECAY", PLAIN, [beyond._what_does_not_wake, beyond._what_parts_them]),
        ("SIGNS_PRINTED", PLAIN, [beyond._what_does_not_wake, beyond._what_parts_them]),
        ("SIGNS", Added(trains_signs=True, form=Activation.PRINTED), [beyond._what_parts_them]),
        ("PLAIN", Added(momentum=Fraction(9, 10)), [beyond._what_wakes]),
    ],
)
def test_what_parts_and_wakes_needs_its_addition(
    name: str,
    value: Added,
    facts: Sequence[Callable[[], object]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(beyond, name, value)
    for fact in facts:
        with pytest.raises(NotEstablished):
            fact()


def test_shrinking_is_proved_only_with_a_shift_that_is_not_negative() -> None:
    assert shrinking_wakes_nobody()
    b, s, c = Fraction(-1, 4), Fraction(-1, 2), Fraction(3, 4)
    assert s <= b < (1 - c) * s


# ---- dead neurons --------------------------------------------------------------------------------


def moment(fires: set[tuple[int, int]], asked: Sequence[int], weight: int = 0) -> Moment:
    return Moment((), frozenset(fires), tuple(asked), ((Fraction(weight),), (Fraction(0),)))


def test_the_dead_are_counted_as_they_die_wake_and_move() -> None:
    """Two neurons, three points; the first one fires, dies, moves, and wakes."""
    small = replace(special(), signs=(1, 1))
    whole = range(small.problem.n)
    story = [
        moment({(0, 0)}, whole),
        moment(set(), [0, 1]),
        moment({(0, 2)}, [2]),
        moment(set(), whole),
        moment(set(), whole, weight=1),
        moment({(0, 1)}, whole, weight=1),
    ]
    assert dead_in(small, story) == Dead(seen=7, died=1, revived=1, moved=2, of_a_batch=1)


def test_every_method_rule_structure_and_activation_is_among_the_ways() -> None:
    ways = [each for way in dense_ways() for each in (way, *twins_of(way))]
    assert {way.method for way in ways} == set(Method)
    assert {way.structure for way in ways if way.method.stores_scores} == set(Structure)
    assert {way.step_rule for way in ways if way.method.solves} == set(StepRule)
    assert len(ways) == len(set(ways)) == 10 * 9


def test_a_dead_neuron_that_is_moved_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = RewrittenWeights.move

    def move(
        self: RewrittenWeights[Fraction],
        motion: Motion[Fraction],
        size: Fraction,
        points: Sequence[Sequence[Fraction]],
    ) -> Counts:
        last = Neuron(self.rows - 1)
        self._matrix.replace_row(last, [value + 1 for value in self.row(last)])
        return right(self, motion, size, points)

    monkeypatch.setattr(RewrittenWeights, "move", move)
    monkeypatch.setattr(live_trainings, "dense_ways", lambda: ONE_WAY)
    with pytest.raises(NotEstablished, match="moved or fired again"):
        beyond._in_rationals(1)
    assert live_trainings.bits_of_the_dead(64, 4, Method.SUBLINEAR)[1] == 1


# ---- the live ones -------------------------------------------------------------------------------


def test_a_live_network_that_lacks_a_neuron_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small_trainings, "live_neurons", lambda *given: live_neurons(*given)[:-1])
    monkeypatch.setattr(live_trainings, "dense_ways", lambda: ONE_WAY)
    with pytest.raises(NotEstablished, match="what the dense method saw"):
        beyond._by_every_way(FEW[:1])


def test_a_live_network_with_other_weights_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_trainings, "dense_ways", lambda: ONE_WAY)
    dense = trained(FEW[0], ONE_WAY[0], 3)
    other = [replace(each, weights=each.weights[::-1]) for each in dense]
    seen = iter([dense, other, other])
    monkeypatch.setattr(live_trainings, "trained", lambda *_: next(seen))
    with pytest.raises(NotEstablished, match="what the dense method saw"):
        beyond._by_every_way(FEW[:1])


def test_digits_that_part_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    losses = Losses()
    losses.losses, losses.digests = [Fraction(1), Fraction(0)], ["a", "b"]
    for name, other in (("losses", [Fraction(2), Fraction(0)]), ("digests", ["a", "c"])):
        parted = Losses()
        parted.losses, parted.digests = losses.losses, losses.digests
        setattr(parted, name, other)
        answers = {Method.GAUSS_NEWTON: losses, Method.LIVE: parted}
        monkeypatch.setattr(beyond, "digits_in_rationals", lambda *given, a=answers: a[given[2]])
        with pytest.raises(NotEstablished, match="to the end"):
            beyond._on_digits(2, 16)


def test_live_and_dense_digits_are_equal_in_rationals() -> None:
    dense, live = (digits_in_rationals(2, 16, each) for each in (Method.GAUSS_NEWTON, Method.LIVE))
    assert dense.losses == live.losses
    assert dense.digests == live.digests


def test_costs_that_know_the_width_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    cost = live_cost("digits", 64, 4)
    assert cost.as_predicted
    assert cost.live < 64
    assert beyond._cost([cost]).figures["widths"] == "64"
    for wrong in (replace(cost, as_predicted=False), replace(cost, share=1.01)):
        with pytest.raises(NotEstablished, match="each live step costs"):
            beyond._cost([wrong])
    monkeypatch.setattr(beyond, "live_cost", lambda *_: replace(cost, d=10))
    assert beyond._gram_within(64)[1].figures["d"] == 10
    monkeypatch.setattr(beyond, "live_cost", lambda *_: cost)
    with pytest.raises(NotEstablished, match="on the diabetes data"):
        beyond._gram_within(64)
    monkeypatch.setattr(closed_forms, "coincidences", lambda sizes: sum(k * k for k in sizes))
    with pytest.raises(NotEstablished, match="exactly if"):
        beyond._gram_within(64)


def test_predicted_costs_are_compared_with_counted_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    right = live_trainings._predicted
    monkeypatch.setattr(
        live_trainings, "_predicted", lambda *given: right(*given) + Counts(comparisons=1)
    )
    found: LiveCost = live_cost("digits", 64, 4)
    assert not found.as_predicted


# ---- no search -----------------------------------------------------------------------------------


def test_sets_that_keep_who_fell_below_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = IncrementalSets.replace

    def never_out(
        self: IncrementalSets[Fraction],
        neurons: Sequence[Neuron],
        columns: Sequence[Sequence[Fraction]],
    ) -> Counts:
        before = [set(above) for above in self.sets]
        cost = right(self, neurons, columns)
        for above, old in zip(self.sets, before, strict=True):
            above |= old
        return cost

    monkeypatch.setattr(IncrementalSets, "replace", never_out)
    assert kept_sets(8, 2, 5, 0).wrong > 0
    with pytest.raises(NotEstablished, match="answer as a look at all scores"):
        beyond._kept(3)


@pytest.mark.parametrize(
    "cost", [lambda k: Counts(comparisons=k * k, node_writes=k), lambda k: Counts(node_writes=k)]
)
def test_changes_that_cost_more_or_less_are_found(
    cost: Callable[[int], Counts], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closed_forms, "incremental_replace", cost)
    with pytest.raises(NotEstablished, match="one comparison and one write"):
        beyond._kept(3)


def test_costs_that_grow_with_the_width_are_found() -> None:
    found = list(changes([16, 64, 256], 8, 0))
    assert beyond._width_does_not_matter(found).figures["largest_width"] == 256
    kept = next(each for each in found if each.structure is Structure.INCREMENTAL)
    worse = replace(kept, m=512, changing=kept.changing + Counts(comparisons=1))
    wrong = replace(kept, m=512, right=False)
    level = next(each for each in found if each.structure is Structure.TOURNAMENT)
    for one in (worse, wrong, replace(level, m=512)):
        with pytest.raises(NotEstablished, match="the same number of operations"):
            beyond._width_does_not_matter([*found, one])


def test_one_change_is_told_right_and_counted() -> None:
    (tree,) = [each for each in changes([16], 8, 0) if each.structure is Structure.TOURNAMENT]
    assert isinstance(tree, Change)
    assert tree.right
    assert tree.changing == Counts(comparisons=4, node_visits=5, node_writes=5)


def test_a_threshold_that_is_not_refused_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert search_costs.other_thresholds_are_refused()
    monkeypatch.setattr(IncrementalSets, "query", lambda *_: None)
    assert not search_costs.other_thresholds_are_refused()


def test_trainings_by_trees_and_by_kept_sets_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = searching(Structure.INCREMENTAL, 64, 4)
    tree = searching(Structure.TOURNAMENT, 64, 4)
    assert kept.firing == tree.firing
    assert kept.touched == tree.touched > 0
    assert kept.operations < tree.operations
    parted = replace(tree, firing=["another", *tree.firing[1:]])
    answers = {Structure.INCREMENTAL: kept, Structure.TOURNAMENT: parted}
    monkeypatch.setattr(beyond, "searching", lambda structure, *_: answers[structure])
    with pytest.raises(NotEstablished, match="the same firing sets at every step"):
        beyond._whole_trainings(Effort.QUICK)
