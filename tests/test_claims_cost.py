"""Counted costs against what is known of them; and the checks, made to fail."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

import msgspec
import pytest

from proofs.claims import cost, whole_cost
from proofs.evidence.audit_errors import NotEstablished
from proofs.evidence.effort import Effort
from proofs.measured.costs.exponents import Cost, Fit
from proofs.measured.costs.iteration_costs import Growth, Iteration, dense_in_closed_form
from proofs.measured.costs.iteration_costs import iteration as first_iteration
from proofs.measured.costs.weight_readings import Updating, Walk, dearer, walk, widened
from proofs.measured.costs.whole_trainings import WholeTraining, whole_training
from proofs.measured.trainings import movers as movers_module
from proofs.measured.trainings.movers import Movers, movers, pull, solution
from proofs.measured.trainings.small_trainings import Moment, Small, drawn, inner, special, trained
from proofs.measured.trainings.small_trainings import Way as SmallWay
from proofs.measured.trainings.trainings import orthonormal
from reference.counters import Counts, Label
from reference.edges.setup.configuration import Configuration
from reference.structures.threshold_search import Structure
from reference.training.method import Method
from reference.weights import Reading

QUICK = Effort.QUICK
SMALL = drawn(2)


# ---- movers --------------------------------------------------------------------------------------


def test_the_solution_solves() -> None:
    moment = trained(SMALL, SmallWay(Method.SUBLINEAR), 1)[0]
    g, points, n = solution(SMALL, moment), SMALL.problem.points, SMALL.problem.n
    for i in range(n):
        common = [
            len({r for r, k in moment.fires if k == i} & {r for r, k in moment.fires if k == j})
            for j in range(n)
        ]
        image = sum((g[j] * inner(points[i], points[j]) * common[j] for j in range(n)), Fraction())
        assert image / SMALL.m == moment.residual[i]


def test_a_neuron_moves_by_its_pull() -> None:
    before, after = trained(SMALL, SmallWay(Method.SUBLINEAR), 1)[:2]
    scale = Fraction(1, 4)
    for r in sorted(before.alive):
        share = -scale * SMALL.signs[r]
        expected = [
            w + share * q for w, q in zip(before.weights[r], pull(SMALL, before, r), strict=True)
        ]
        assert list(after.weights[r]) == expected
    assert SMALL.m == 16


def test_movers_are_counted() -> None:
    found = movers(2)
    assert found.others == found.unexplained == 0
    assert found.fired > found.steps > 0
    assert Movers(1, 2, 3, 4, 5) + Movers(1, 1, 1, 1, 1) == Movers(2, 3, 4, 5, 6)


def test_amortized_fails_if_a_neuron_stays_against_its_pull(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(whole_cost, "movers", lambda _: movers(2))
    assert whole_cost.all_move(QUICK).figures["others_moved"] == 0
    real = movers_module.compared

    def standing(small: Small, before: Moment, _after: Moment) -> Movers:
        return real(small, before, before)

    monkeypatch.setattr(movers_module, "compared", standing)
    with pytest.raises(NotEstablished):
        whole_cost.all_move(QUICK)


# ---- whole trainings -----------------------------------------------------------------------------


def whole(m: int = 1 << 14) -> WholeTraining:
    """One that a check takes: 7 steps of 10, set up by 64·16·m."""
    return WholeTraining(
        width=m,
        n=16,
        d=64,
        set_up=1024 * m,
        iterations=[10] * 7,
        whole=1024 * m + 70,
        dense=3 * (1024 * m + 70),
        moved=[3] * 7,
        fired=[3] * 7,
    )


SERIES = [whole(1 << power) for power in (10, 12, 14)]


def test_a_whole_training_adds_up() -> None:
    found = whole_training(_short(1 << 8))
    assert found is not None
    assert found.whole >= found.set_up + sum(found.iterations)
    assert found.looks == len(found.iterations) + 1
    assert found.set_up > found.n * found.weights
    assert 1 < found.gain <= found.looks
    assert found.moved == found.fired


def _short(width: int) -> Configuration:
    return Configuration(points=4, width=width, engine="vectorized", invariants="off")


LAST = SERIES[2]


@pytest.mark.parametrize(
    ("check", "wrong"),
    [
        ("alike", replace(LAST, iterations=[10] * 6 + [20])),
        ("alike", replace(LAST, moved=[2] * 7)),
        ("too_few", replace(LAST, iterations=[1] * 20)),
        ("too_few", replace(LAST, set_up=60)),
        ("too_few", replace(LAST, n=1000)),
        ("linear", replace(LAST, whole=LAST.n * LAST.weights - 1)),
        ("linear", replace(LAST, set_up=2 * LAST.set_up)),
        ("gained", replace(LAST, dense=9 * LAST.whole)),
        ("gained", replace(LAST, dense=5)),
    ],
)
def test_a_check_of_whole_trainings_fails(check: str, wrong: WholeTraining) -> None:
    decide: Callable[[Sequence[WholeTraining]], object] = getattr(whole_cost, check)
    decide(SERIES)
    with pytest.raises(NotEstablished):
        decide([*SERIES[:2], wrong])


# ---- implicit weights ----------------------------------------------------------------------------


def test_added_coordinates_change_nothing_but_d() -> None:
    wide = widened(SMALL, 3)
    assert wide.problem.d == SMALL.problem.d + 3
    one, other = (walk(each, Reading.RECOMPUTED, Structure.TOURNAMENT, 2) for each in (SMALL, wide))
    assert one.same_way(other)
    assert other.same_way(one)
    assert dearer(one, other, Label.MOVE) == [
        Counts(3 * (pairs + moved)) for pairs, moved in zip(one.pairs, one.moved, strict=True)
    ]


def test_other_trainings_do_not_walk_the_same_way() -> None:
    one = walk(SMALL, Reading.IMPLICIT, Structure.SCAN, 2)
    shifted = replace(SMALL, shift=SMALL.shift + 1)
    assert not one.same_way(walk(shifted, Reading.IMPLICIT, Structure.SCAN, 2))
    assert not one.same_way(replace(one, weights=[row[::-1] for row in one.weights]))


def test_a_training_that_cannot_go_on_is_a_walk_too() -> None:
    assert walk(special(), Reading.REWRITTEN, Structure.SCAN, 2).pairs == []


def test_implicit_fails_if_it_counts_as_another_does(monkeypatch: pytest.MonkeyPatch) -> None:
    extra, structure = cost.EXTRA, Structure.SCAN
    walks = {
        d: walk(widened(SMALL, d), Reading.RECOMPUTED, structure, 1) for d in (0, extra, extra + 1)
    }
    n = SMALL.problem.n
    assert cost._dearer(walks[0], walks[extra], Reading.RECOMPUTED, n)
    assert not cost._dearer(walks[0], walks[extra + 1], Reading.RECOMPUTED, n)
    assert not cost._dearer(walks[0], walks[extra], Reading.REWRITTEN, n)

    def walked(small: Small, *_: object) -> Walk:
        return walks[small.problem.d - SMALL.problem.d]

    monkeypatch.setattr(cost, "drawn", lambda _: SMALL)
    monkeypatch.setattr(cost, "walk", walked)
    with pytest.raises(NotEstablished):
        cost._whatever_d(QUICK)


def test_implicit_fails_if_others_count_less() -> None:
    counts = {Reading.IMPLICIT: 3, Reading.REWRITTEN: 4, Reading.RECOMPUTED: 5}
    found = Updating(4, 4, 9, 3, counts, True)
    assert cost._on_digits(found).figures["implicit"] == 3
    for wrong in (
        replace(found, alike=False),
        replace(found, multiply_adds=counts | {Reading.IMPLICIT: 6}),
    ):
        with pytest.raises(NotEstablished):
            cost._on_digits(wrong)


# ---- an iteration --------------------------------------------------------------------------------


def grown(method: Method, slope: float, half: float, counts: Sequence[int] = (9, 9, 9)) -> Growth:
    seen = [Cost(method.value, 1 << k, 0, 5, count) for k, count in enumerate(counts, 10)]
    return Growth(method, seen, Fit(slope, half, 1.0), Fit(slope, half, 1.0))


def test_exponents_fail_above_their_bars() -> None:
    tree = grown(Method.SUBLINEAR, 0.75, 0.05)
    cost._exponent(tree)
    cost._linear_in_m(grown(Method.GAUSS_NEWTON, 0.995, 0.004))
    cost._without_trees(tree, grown(Method.LIVE, 0.7, 0.01, (8, 8, 8)))
    for wrong in (grown(Method.SUBLINEAR, 0.75, 0.07), grown(Method.SUBLINEAR, 0.82, 0.0)):
        with pytest.raises(NotEstablished):
            cost._exponent(wrong)
    for slope, half in ((0.995, 0.006), (1.02, 0.001), (0.98, 0.001)):
        with pytest.raises(NotEstablished):
            cost._linear_in_m(grown(Method.GAUSS_NEWTON, slope, half))
    with pytest.raises(NotEstablished):
        cost._without_trees(tree, grown(Method.LIVE, 0.7, 0.01, (8, 9, 8)))


def test_the_mean_of_a_width_is_that_of_its_seeds() -> None:
    seen = [Cost("live", 8, 0, 1, 3), Cost("live", 8, 1, 1, 6), Cost("live", 16, 0, 1, 7)]
    found = Growth(Method.LIVE, seen, Fit(1.0, 0.0, 0.0), Fit(1.0, 0.0, 0.0))
    assert (found.widths, found.mean(8), found.mean(16)) == ([8, 16], 4.5, 7)


def dense() -> Iteration:
    config = Configuration(
        points=4, width=64, method=Method.GAUSS_NEWTON, engine="plain", invariants="off", steps=1
    )
    return first_iteration(config, orthonormal(4))


def test_a_dense_iteration_counts_its_closed_forms() -> None:
    found = dense()
    assert found.counted[Label.QUERY] == Counts(64 * 4 * 4, 64 * 4)
    assert found.coincidences >= found.pairs >= found.moved
    for label, counts in dense_in_closed_form(found).items():
        assert found.counted[label] == counts


def test_baseline_fails_if_a_label_counts_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    found = dense()
    monkeypatch.setattr(cost, "first_iteration", lambda _: found)
    cost._label_by_label(QUICK)
    more = found.counted[Label.MOVE] + Counts(1)
    monkeypatch.setattr(
        cost,
        "first_iteration",
        lambda _: replace(found, counted={**found.counted, Label.MOVE: more}),
    )
    with pytest.raises(NotEstablished):
        cost._label_by_label(QUICK)


def shared(operations: int, n: int = 4, d: int = 8, moved: int = 5) -> Iteration:
    counted = {label: Counts() for label in Label} | {Label.MOVE: Counts(operations)}
    return Iteration(256, n, d, 0.5, [2] * n, moved, 0, counted)


def test_shares_are_of_the_papers_bound() -> None:
    assert shared(16 * 4 * 8 + 4**3).share == 1


def test_iteration_fails_if_the_bound_is_kept_where_it_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def of(*operations: int, n: int = 4) -> None:
        seen = [shared(each, n=n) for each in operations]
        monkeypatch.setattr(cost, "_shares", lambda *_: seen)

    of(10, 20)
    cost._within(QUICK)
    of(10, 600)
    with pytest.raises(NotEstablished):
        cost._within(QUICK)
    of(10**5, 10**6, n=16)
    cost._beyond(QUICK)
    for wrong in ((10**6, 10**5), (10, 10**6)):
        of(*wrong, n=16)
        with pytest.raises(NotEstablished):
            cost._beyond(QUICK)
    monkeypatch.setattr(cost, "first_iteration", lambda *_: shared(1, moved=32))
    with pytest.raises(NotEstablished):
        cost._union(QUICK)


def test_iteration_fails_if_a_limit_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost, "limit_agrees", lambda *_: True)
    assert cost._limits(QUICK).figures["limits"] == 8
    answers = iter([True] * 5 + [False] * 3)
    monkeypatch.setattr(cost, "limit_agrees", lambda *_: next(answers))
    with pytest.raises(NotEstablished):
        cost._limits(QUICK)


def test_the_chart_has_a_line_for_every_method() -> None:
    seen = [grown(method, 0.7, 0.0) for method in cost.NAMES]
    names = [curve.name for curve in cost._by_width(seen).curves]
    assert names[:2] == ["dense", "dense: m^0.70"]
    assert len(names) == 6


def test_a_training_that_does_not_reach_its_loss_is_no_whole_one() -> None:
    assert whole_training(msgspec.structs.replace(_short(1 << 8), steps=1)) is None
