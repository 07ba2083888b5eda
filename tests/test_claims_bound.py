"""The reductions are right where brute force can say so, and the checks of bound/* can fail."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import isqrt

import pytest

from proofs.claims import bound
from proofs.evidence.audit_errors import NotEstablished
from proofs.evidence.effort import Effort
from proofs.measured.live.twin_trainings import Twins, twins
from proofs.reduction import one_dimension, satisfiability, threshold_instance
from proofs.reduction.answering import answered
from proofs.reduction.one_dimension import counted_on_a_line, right_on_a_line
from proofs.reduction.orthogonal_vectors import Bits, Instance, orthogonal_pairs, pairs_at
from proofs.reduction.satisfiability import formulas, satisfiable, vectors_of
from proofs.reduction.small_instances import (
    Sweep,
    drawn,
    pairs_of_sets,
    sequences,
    swept,
    vectors,
)
from proofs.reduction.threshold_instance import neuron, point
from proofs.reduction.vector_search import BRUTE_FORCE, NoScores, ways
from proofs.symbolic.bound import (
    all_meet_the_bound,
    only_orthogonal_pairs_fire,
    scores_count_common_ones,
    updates_need_no_factor_d,
)
from reference import closed_forms
from reference.counters import Counts
from reference.edges.setup.configuration import Configuration
from reference.ids import Neuron, Point
from reference.inner_products import inner_product
from reference.scalar import BINARY64, RATIONAL, Arithmetic
from reference.structures.flat_scan import FlatScan
from reference.structures.ordered_tree import OrderedTree
from reference.structures.threshold_search import Answer

pytestmark = pytest.mark.plain

QUICK = Effort.QUICK

# ---- orthogonal vectors, and what they become ----------------------------------------------------


def test_orthogonal_pairs_are_those_without_a_common_one() -> None:
    instance = Instance([(1, 0, 1), (0, 0, 0)], [(0, 1, 0), (1, 1, 1), (1, 0, 0)])
    assert instance.dimension == 3
    assert orthogonal_pairs(instance) == {(0, 0), (1, 0), (1, 1), (1, 2)}
    assert pairs_at(instance, 1) == {(0, 2)}
    assert pairs_at(instance, 2) == {(0, 1)}


@pytest.mark.parametrize("dimension", [1, 2, 3, 5])
def test_points_have_unit_length_and_scores_count_common_ones(dimension: int) -> None:
    root = isqrt(threshold_instance.padded(dimension))
    tau = threshold_instance.threshold(RATIONAL, dimension)
    assert tau >= 0
    some = vectors(dimension)[:: max(1, 3 * dimension - 8)]
    for a, b in product(some, repeat=2):
        w, x = threshold_instance.neuron(RATIONAL, a), threshold_instance.point(RATIONAL, b)
        common = sum(p and q for p, q in zip(a, b, strict=True))
        assert inner_product(x, x, Fraction()) == 1
        assert inner_product(w, x, Fraction()) * root == root * root - common
        assert (inner_product(w, x, Fraction()) > tau) == (common == 0)
        assert (inner_product(w, x, Fraction()) == tau) == (common == 1)
        rounded = threshold_instance.neuron(BINARY64, a), threshold_instance.point(BINARY64, b)
        assert inner_product(*rounded, 0.0) == inner_product(w, x, Fraction())


@pytest.mark.parametrize(("dimension", "size"), [(0, 1), (1, 1), (2, 4), (4, 4), (5, 16), (17, 64)])
def test_dimensions_are_padded_to_a_power_of_four(dimension: int, size: int) -> None:
    assert threshold_instance.padded(dimension) == size
    assert len(threshold_instance.silent(BINARY64, dimension)) == 2 * size


# ---- all small instances -------------------------------------------------------------------------


def orbit(instance: Instance) -> set[tuple[frozenset[Bits], frozenset[Bits]]]:
    """What the pair of sets becomes when both coordinates of a plane change places, or do not."""
    both = frozenset(instance.left), frozenset(instance.right)
    left, right = (frozenset((q, p) for p, q in side) for side in both)
    return {both, (left, right)}


def test_every_pair_of_sets_is_there_up_to_the_order_of_coordinates() -> None:
    orbits = [orbit(instance) for instance in pairs_of_sets(2)]
    met = [one for found in orbits for one in found]
    assert len(met) == len(set(met)) == 15 * 15
    assert len(list(pairs_of_sets(1))) == 9
    assert max(len(one.left) for one in pairs_of_sets(2, 2)) == 2


def test_every_sequence_is_there() -> None:
    lefts = {tuple(one.left) for one in sequences(1, 3)}
    assert len(lefts) == 2 + 4 + 8
    assert all(one.right == vectors(1) for one in sequences(1, 3))


def test_drawn_instances_are_of_both_kinds_and_the_same_again() -> None:
    some = [drawn(seed, 16, 2) for seed in range(12)]
    assert {bool(orthogonal_pairs(one)) for one in some} == {True, False}
    assert drawn(3, 16, 2) == some[3]
    assert {(len(one.left), len(one.right), one.dimension) for one in some} == {(16, 16, 8)}


def test_a_sweep_counts_ties_and_what_hangs_on_them() -> None:
    instances = [Instance([(1, 1)], [(1, 0)]), Instance([(1, 0)], [(0, 1), (1, 0)])]
    sweep = swept(instances, ways(RATIONAL), RATIONAL)
    assert sweep == Sweep(
        instances=2, queries=3 * len(ways(RATIONAL)), satisfied=1, ties=2, strict=1, wrong=0
    )


@pytest.mark.parametrize(("m", "n", "counts"), [(2, 3, (2, 12, 12)), (5, 4, (1, 5, 4))])
def test_phases_ask_for_what_they_are_said_to(m: int, n: int, counts: tuple[int, int, int]) -> None:
    """Five vectors against four; what is left of a structure from the phase before is silent."""
    instance = Instance([(1, 1), (0, 0), (1, 0), (0, 1), (1, 1)], vectors(2))
    for make in ways(BINARY64).values():
        found = answered(make, BINARY64, instance, m, n)
        assert found.pairs == orthogonal_pairs(instance)
        assert (found.inits, found.updates, found.queries) == counts


def test_brute_force_costs_d_an_update_and_md_a_query() -> None:
    search = NoScores(RATIONAL, [[Fraction(1), Fraction(2)]], 3)
    assert search.update(Neuron(1), [Fraction(1), Fraction(1)]) == Counts(node_writes=2)
    assert search.query(Point(0), Fraction(2)) == Answer(
        [Neuron(1)], Counts(multiply_adds=6, comparisons=3)
    )


# ---- satisfiability ------------------------------------------------------------------------------


def test_every_formula_is_there_and_decided_by_its_vectors() -> None:
    every = list(formulas(2, 2))
    assert len(every) == len(set(every)) == 9 + 36
    for formula in every:
        assert satisfiable(formula, 2) == bool(orthogonal_pairs(vectors_of(formula, 2)))
    assert not satisfiable((frozenset([1]), frozenset([-1])), 2)
    assert not satisfiable((frozenset(),), 2)
    assert satisfiable((frozenset([1, -2]), frozenset([2])), 2)


def test_vectors_of_a_formula_are_its_unsatisfied_clauses() -> None:
    instance = vectors_of((frozenset([1, -2]), frozenset([3])), 3)
    assert instance.left == [(0, 1), (1, 1)]
    assert instance.right == [(1, 0), (1, 1), (0, 0), (0, 1)]


# ---- a line --------------------------------------------------------------------------------------


def test_on_a_line_every_query_is_right_and_costs_know_no_n() -> None:
    asked, right = right_on_a_line([Fraction(-1), Fraction(0), Fraction(1, 2)], 1)
    assert asked == right == 3 * 3 * 3 * 3
    few = counted_on_a_line(8, 0).total
    assert few < 8 * 8 * 8
    assert counted_on_a_line(64, 0).total < 16 * few


# ---- the checks can fail -------------------------------------------------------------------------


def not_strict(self: FlatScan[float], point: Point, threshold: float) -> Answer:
    fired = [Neuron(r) for r, score in enumerate(self.lists[point]) if score >= threshold]
    return Answer(fired, closed_forms.scan_query(self.m))


def small_sweep() -> Sweep:
    """Ties, an update that lowers a maximum, and a last phase with a neuron to spare."""
    instance = Instance([(0, 0), (1, 1), (1, 0)], [(1, 0), (0, 1)])
    return swept([instance], ways(BINARY64), BINARY64, 2)


def lazy(tree: OrderedTree[float], r: Neuron, score: float) -> Counts:
    """The score is written, and the node stays where it was."""
    tree.scores[r] = score
    return Counts()


def always(arithmetic: Arithmetic[float], dimension: int) -> list[float]:
    """Fires at every point."""
    return threshold_instance.neuron(arithmetic, (0,) * dimension)


def lower(arithmetic: Arithmetic[float], dimension: int) -> float:
    """A threshold for pairs with one common 1 or none."""
    size = threshold_instance.padded(dimension)
    return arithmetic.ratio(2 * size - 3, 2 * isqrt(size)) - arithmetic.ratio(1)


@pytest.mark.parametrize(
    ("target", "wrong"),
    [
        ("reference.structures.flat_scan.FlatScan.query", not_strict),
        ("reference.structures.tournament_tree.inner_nodes_above", lambda *_: []),
        ("reference.structures.ordered_tree.OrderedTree.replace", lazy),
        ("proofs.reduction.answering.silent", always),
        ("proofs.reduction.answering.threshold", lower),
    ],
)
def test_a_wrong_structure_or_reduction_is_found(
    target: str, wrong: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert small_sweep().wrong == 0
    monkeypatch.setattr(target, wrong)
    assert small_sweep().wrong > 0


@pytest.mark.parametrize("fact", ["_every_pair_of_sets", "_every_sequence", "_larger_ones"])
def test_one_wrong_answer_is_enough(fact: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        bound, "swept", lambda *_: Sweep(instances=9, queries=9, satisfied=5, strict=1, wrong=1)
    )
    with pytest.raises(NotEstablished, match="wrong 1"):
        getattr(bound, fact)(QUICK)


def test_a_formula_that_is_misread_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bound, "swept", lambda *_: Sweep(instances=1, queries=1, satisfied=1))
    monkeypatch.setattr(bound, "formulas", lambda variables, _: formulas(variables, 1))
    assert bound._every_formula(QUICK).figures["wrong"] == 0
    monkeypatch.setattr(satisfiability, "_satisfies", lambda *_: False)
    monkeypatch.setattr(bound, "satisfiable", lambda *_: True)
    with pytest.raises(NotEstablished):
        bound._every_formula(QUICK)


def test_a_line_that_is_slow_or_wrong_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bound, "right_on_a_line", lambda *_: (9, 9))
    monkeypatch.setattr(
        bound, "counted_on_a_line", lambda size, _: Counts(comparisons=size**2 // 9)
    )
    with pytest.raises(NotEstablished, match="There the bound fails"):
        bound._on_a_line(QUICK)
    monkeypatch.setattr(bound, "right_on_a_line", lambda *_: (9, 8))
    with pytest.raises(NotEstablished, match="In dimension 1"):
        bound._on_a_line(QUICK)


def test_a_line_answered_from_the_wrong_side_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_dimension, "BELOW", one_dimension.ABOVE)
    asked, right = right_on_a_line([Fraction(-1), Fraction(0), Fraction(1)], 1)
    assert right < asked


@pytest.mark.parametrize(
    ("target", "wrong", "proof"),
    [
        (
            "proofs.symbolic.bound.neuron",
            lambda arithmetic, a: neuron(arithmetic, tuple(1 - bit for bit in a)),
            scores_count_common_ones,
        ),
        (
            "proofs.symbolic.bound.point",
            lambda arithmetic, b: [2 * bit for bit in point(arithmetic, b)],
            scores_count_common_ones,
        ),
        (
            "proofs.symbolic.bound.threshold",
            lambda arithmetic, d: arithmetic.ratio(d),
            only_orthogonal_pairs_fire,
        ),
        (
            "proofs.symbolic.bound.silent",
            lambda arithmetic, _: [arithmetic.ratio(1)],
            only_orthogonal_pairs_fire,
        ),
    ],
)
def test_a_wrong_reduction_is_not_proved(
    target: str,
    wrong: Callable[..., object],
    proof: Callable[[], bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(target, wrong)
    assert not proof()


def test_costs_that_miss_the_bound_are_not_proved_to_meet_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A scan that looks at every pair of scores; then updates of sets that cost nothing."""
    monkeypatch.setattr(closed_forms, "scan_query", lambda m: Counts(comparisons=m * m))
    assert not all_meet_the_bound()
    monkeypatch.setattr(closed_forms, "incremental_replace", lambda _: Counts())
    monkeypatch.setattr(closed_forms, "scores", lambda *_: Counts(multiply_adds=1))
    assert not all_meet_the_bound()


def test_updates_that_cost_d_are_not_proved_not_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        closed_forms, "scores", lambda *sizes: Counts(multiply_adds=sizes[0] * sizes[1])
    )
    assert not updates_need_no_factor_d()


# ---- tightness -----------------------------------------------------------------------------------


def test_twins_fire_alike_and_cost_what_is_predicted() -> None:
    found = twins(Configuration(data="diabetes", points=3, width=256, alpha=0.3, until=1e-2))
    assert found.alike
    assert found.predicted[0] < found.paper_updating
    assert found.predicted[1] == found.live_updating


ALIKE = Twins("digits", 4096, 64, 5, True, 400, 9000, 1000, (8000, 1000))


@pytest.mark.parametrize(
    "wrong",
    [
        replace(ALIKE, alike=False),
        replace(ALIKE, steps=0),
        replace(ALIKE, updates=5000),
        replace(ALIKE, live_updating=3000, predicted=(8000, 3000)),
        replace(ALIKE, predicted=(8000, 999)),
        replace(ALIKE, predicted=(9001, 1000)),
    ],
)
def test_twins_that_part_or_cost_alike_refute_nothing(
    wrong: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bound, "twins", lambda config: replace(ALIKE, data=config.data))
    assert len(bound._trainings_are_cheaper(QUICK)) == 2
    monkeypatch.setattr(bound, "twins", lambda config: replace(wrong, data=config.data))
    with pytest.raises(NotEstablished):
        bound._trainings_are_cheaper(QUICK)


def test_brute_force_must_be_right_and_least_to_stand_for_the_trees() -> None:
    right = {"tournament": 400, "ordered": 500, "scan": 300, "incremental": 300, BRUTE_FORCE: 310}
    assert set(right) == set(ways(BINARY64))
    assert bound._brute_force_is_least({16: right}).figures["N"] == 16
    for wrong in (
        {name: total for name, total in right.items() if name != BRUTE_FORCE} | {"other": 1},
        right | {BRUTE_FORCE: right["tournament"]},
        right | {"scan": 255},
        right | {"scan": 10**9},
    ):
        with pytest.raises(NotEstablished):
            bound._brute_force_is_least({16: wrong})


def test_a_way_that_answers_wrong_has_no_total(monkeypatch: pytest.MonkeyPatch) -> None:
    small = Instance([(1, 1), (0, 1)], [(1, 0), (1, 1)])
    monkeypatch.setattr(bound, "drawn", lambda *_: small)
    assert set(bound._totals(2)) == set(ways(BINARY64))
    monkeypatch.setattr(FlatScan, "query", not_strict)
    assert set(ways(BINARY64)) - set(bound._totals(2)) == {"scan"}
