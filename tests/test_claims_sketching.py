"""What is said of sketches, against brute force and known values; and the checks of it can fail."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from scipy import stats

from proofs.claims import sketching
from proofs.evidence.audit_errors import NotEstablished
from proofs.evidence.effort import Effort
from proofs.measured.costs import sketch_costs
from proofs.measured.costs.first_steps import first_step
from proofs.measured.costs.sketch_costs import Making, making
from proofs.measured.solving import orthonormal_sketches, sketch_failures, sketch_reuse
from proofs.measured.solving.orthonormal_sketches import (
    Embedding,
    Share,
    apart,
    logarithm,
    meetings,
    rows_for_half,
)
from proofs.measured.solving.preconditioners import conditioned
from proofs.measured.solving.sketch_failures import FailureRate, condition_left
from proofs.measured.solving.sketch_reuse import (
    Reuse,
    alike,
    blinded,
    by_factors,
    by_sketch,
    digests,
)
from proofs.measured.solving.systems import system
from proofs.measured.trainings.small_trainings import Way, drawn, trainer_of
from proofs.symbolic import sketching as proved_sketching
from reference import closed_forms
from reference.counters import Counts
from reference.edges.setup.configuration import Configuration
from reference.errors import SketchDependent
from reference.scalar import BINARY64, RATIONAL
from reference.solvers.conjugate_gradient import Accuracy
from reference.solvers.sketch import SketchChoice, SketchKind, sketched
from reference.solvers.sketch_solver import Draws, SketchSolver
from reference.solvers.solver import Solver
from reference.training.iteration import predict, query
from reference.training.landscape import Surroundings
from reference.training.method import Method

pytestmark = pytest.mark.plain

QUICK = Effort.QUICK
SMALL = Configuration(data="diabetes", points=3, width=64, invariants="off")

# ---- how many rows -------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "rows"), [(1, 1), (2, 3), (3, 4), (4, 4), (3, 2)])
def test_columns_are_apart_as_often_as_brute_force_says(n: int, rows: int) -> None:
    maps = list(product(range(rows), repeat=n))
    assert apart(n, rows) == Fraction(sum(len(set(each)) == n for each in maps), len(maps))


@pytest.mark.parametrize("n", range(2, 24))
def test_one_row_fewer_keeps_them_apart_less_than_half_of_the_time(n: int) -> None:
    rows = rows_for_half(n)
    assert apart(n, rows - 1) < Fraction(1, 2) <= apart(n, rows)
    assert rows >= n * (n - 1) / (2 * np.log(2))


def test_twenty_three_people_and_a_year() -> None:
    assert rows_for_half(22) <= 365 < rows_for_half(23)


def test_a_share_has_the_interval_of_clopper_and_pearson() -> None:
    share = Share(0, 25)
    assert share.low == 0
    assert share.high == pytest.approx(1 - 0.025 ** (1 / 25))
    assert stats.binom.cdf(7, 40, Share(7, 40).high) == pytest.approx(0.025)
    assert Share(7, 40).overlaps(Share(9, 40))
    assert not Share(0, 40).overlaps(Share(30, 40))
    assert not Share(30, 40).overlaps(Share(0, 40))


@pytest.mark.parametrize(("n", "expected"), [(2, 1), (8, 3), (9, 4), (64, 6)])
def test_the_logarithm_is_rounded_up(n: int, expected: int) -> None:
    assert logarithm(n) == expected


def test_one_column_meets_none_and_two_in_one_row_always() -> None:
    assert meetings(1, 2, 5).count == 0
    assert meetings(2, 1, 5).count == 5


@pytest.mark.parametrize(("spread", "nonzeros"), [(1, 1), (1, 4), (3, 2)])
def test_an_embedding_is_an_isometry_in_the_mean(spread: int, nonzeros: int) -> None:
    """The variance of an entry is at most 2/rows a draw: five deviations."""
    embedding, draws = Embedding(3, spread, 16, nonzeros), 400
    stream = np.random.Generator(np.random.PCG64(0))
    grams = [embedding._gram(stream) for _ in range(draws)]
    assert np.abs(np.mean(grams, axis=0) - np.eye(3)).max() < 5 * (2 / (16 * draws)) ** 0.5
    if spread == 1:
        assert all(np.diag(each).tolist() == [1, 1, 1] for each in grams)
        whole = np.array(grams) * nonzeros
        assert (whole == whole.round()).all()


def test_embedded_axes_fail_as_often_as_they_meet() -> None:
    found = Embedding(6, 1, 48, 1).failures(300)
    assert stats.binomtest(found.count, 300, 1 - float(apart(6, 48))).pvalue > 1e-3


def test_neighbouring_rows_of_a_hadamard_sketch_are_counted_by_their_kinds() -> None:
    """For h_q the q-th row of the n×n matrix, h_qᵀ(SA)ᵀ(SA)h_q is n² times the rows of kind q."""
    n, m, rows, r = 4, 16, 8, 5
    axes = [[Fraction(c == i) for c in range(n)] for i in range(n)]
    jacobian = system(RATIONAL, axes, [[r]] * n, [1] * m, [Fraction(1)] * n).jacobian
    signs = [[Fraction(-1 if bin(p & q).count("1") % 2 else 1) for p in range(n)] for q in range(n)]
    for draw in range(6):
        columns = sketched(RATIONAL, jacobian, SketchChoice(SketchKind.SRHT, rows, 0), draw).columns
        flips = [column[0] for column in columns]
        images = [
            [
                sum(
                    (h * flip * v for h, flip, v in zip(kind, flips, entry, strict=True)),
                    Fraction(),
                )
                for entry in zip(*columns, strict=True)
            ]
            for kind in signs
        ]
        kinds = [sum((v * v for v in image), Fraction()) / n**2 for image in images]
        assert sum(kinds, Fraction()) == rows
        assert all(kind.denominator == 1 for kind in kinds)


def test_a_hadamard_sketch_of_one_column_never_fails() -> None:
    assert orthonormal_sketches.transform_failures(1, 8, 20).count == 0
    assert orthonormal_sketches.transform_failures(64, 64, 20).count == 20


# ---- what a sketch costs and leaves --------------------------------------------------------------


@pytest.mark.parametrize("kind", SketchKind)
def test_making_a_sketch_takes_what_the_sketch_says(kind: SketchKind) -> None:
    step = first_step(SMALL)
    made = sketched(BINARY64, step.system.jacobian, SketchChoice(kind, 8, 0), 0)
    assert making(step, kind) == sum(made.operations.values())


def test_a_sketch_that_keeps_all_lengths_leaves_condition_one() -> None:
    step = first_step(SMALL)
    found = conditioned(step, SketchKind.SRHT, 1 << 10, 1)
    assert found.worst == pytest.approx(1)
    assert found.above.count == 0
    assert found.kappa > 1


def test_the_condition_left_is_that_of_the_quotient() -> None:
    lower, columns = [[4.0], [0.0, 9.0]], np.array([[2.0, 0.0], [0.0, 1.0]])
    assert condition_left(lower, columns, 1.0) == pytest.approx(9)
    assert condition_left(lower, np.array([[2.0, 0.0], [3.0, 0.0]]), 1.0) > 1e12


@pytest.mark.parametrize(
    ("cost", "other", "proof"),
    [
        ("SPARSE", "COUNT", "sparse_fits"),
        ("COUNT", "SPARSE", "count_fits"),
        ("TWICE", "COUNT", "count_fits"),
        ("TRANSFORM", "SPARSE", "transform_does_not_fit"),
        ("TRANSFORM", "ENTRIES", "transform_does_not_fit"),
        ("ENTRIES", "COUNT", "entries_do_not_fit"),
        ("COUNTED", "TRANSFORM", "union_bound_does_not_fit"),
    ],
)
def test_another_cost_keeps_the_bound_elsewhere(
    cost: str, other: str, proof: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proved_sketching, cost, getattr(proved_sketching, other))
    assert not getattr(proved_sketching, proof)()


@pytest.mark.parametrize("shares", [(0.5, 0.5, 0.5), (0.4, 0.6, 0.7)])
def test_rows_that_are_no_growing_share_of_squares_are_not_established(
    shares: Sequence[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {8 * 2**k: share for k, share in enumerate((*shares, 0.8))}
    monkeypatch.setattr(sketching, "rows_for_half", lambda n: int(given[n] * n**2))
    with pytest.raises(NotEstablished):
        sketching._square_rows(QUICK)


def test_a_wrong_probability_is_told_by_the_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sketching, "meetings", lambda *_: Share(69, 200))
    assert next(sketching._as_often_as_expected(QUICK)).figures["met"] == 69
    monkeypatch.setattr(sketching, "apart", lambda n, rows: 1 - Fraction(n, rows))
    with pytest.raises(NotEstablished):
        next(sketching._as_often_as_expected(QUICK))


def test_a_transform_that_touches_only_what_fires_would_be_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def told(transform: float) -> int:
        found = [
            Making(
                width,
                {
                    SketchKind.OSNAP: int(99 * width**0.7),
                    SketchKind.SRHT: int(99 * width**transform),
                },
                1,
                10 * width,
            )
            for width in (256, 512, 1024, 2048)
        ]
        monkeypatch.setattr(sketching, "makings", lambda *_: found)
        return len(list(sketching._made_against_width(QUICK)))

    assert told(1.1) == 2
    with pytest.raises(NotEstablished):
        told(0.9)


def test_sketches_of_real_networks_are_made_at_each_width_and_seed() -> None:
    config = Configuration(data="diabetes", points=3, invariants="off")
    found = list(sketch_costs.makings(config, [64, 128, 256], 2))
    assert [each.width for each in found] == [64, 64, 128, 128, 256, 256]
    assert all(each.dense == each.width * 3 * 10 for each in found)
    assert 0 < sketch_costs.exponent(found, SketchKind.OSNAP).slope < 1


RARE, OFTEN = [Share(0, 60)] * 2, [Share(1, 60), Share(40, 60)]


@pytest.mark.parametrize(
    ("name", "wrong"),
    [(sketching.THIN, RARE), (sketching.FIXED, RARE), (sketching.GROWING, OFTEN)],
)
def test_rows_that_do_the_contrary_are_not_established(name: str, wrong: Sequence[Share]) -> None:
    bad, good = (sketching.THIN, sketching.FIXED), (sketching.GROWING, sketching.WIDE)
    rates = dict.fromkeys(bad, OFTEN) | dict.fromkeys((*good, sketching.WIDE_FIXED), RARE)
    assert len(list(sketching._linear_rows((8, 64), 60, rates))) == 5
    with pytest.raises(NotEstablished):
        list(sketching._linear_rows((8, 64), 60, rates | {name: wrong}))


# ---- preconditioning -----------------------------------------------------------------------------


def rate(rows: int, failures: int) -> FailureRate:
    return sketch_failures._rate(SketchKind.OSNAP, rows, 25, failures, 1, (1, 1))


@pytest.mark.parametrize("failures", [(5, 0), (20, 4)])
def test_failures_that_are_rare_with_few_rows_or_not_with_many_are_not_established(
    failures: tuple[int, int],
) -> None:
    sketching._falling([rate(64, 20), rate(384, 0)], SketchKind.OSNAP, 0.2)
    few, many = failures
    with pytest.raises(NotEstablished):
        sketching._falling([rate(64, few), rate(384, many)], SketchKind.OSNAP, 0.2)


def test_a_condition_above_three_is_not_established(monkeypatch: pytest.MonkeyPatch) -> None:
    step = first_step(SMALL)
    bad = conditioned(step, SketchKind.COUNTSKETCH, 4, 6)
    assert bad.above.count > 0
    assert bad.worst > 3
    monkeypatch.setattr(sketching, "conditioned", lambda *_: bad)
    monkeypatch.setattr(sketching, "_step", lambda *_: step)
    with pytest.raises(NotEstablished):
        next(sketching._on_growing_sets(QUICK))


def test_a_sketch_that_is_rarely_singular_is_no_counterexample(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sketching, "apart", lambda *_: Fraction(4, 5))
    with pytest.raises(NotEstablished):
        next(sketching._not_on_every_jacobian(QUICK))


# ---- one sketch for all iterations ---------------------------------------------------------------


def coarse(_kind: SketchKind, _seeds: int) -> list[Solver[Fraction]]:
    """Half of the residual may be left."""
    choice = SketchChoice(SketchKind.COUNTSKETCH, 4, 0)
    return [SketchSolver(Accuracy(RATIONAL, 0.5), choice, Draws.ONCE)]


def test_coarse_solves_leave_the_trajectory_and_are_seen_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    small = next(s for s in map(drawn, range(20)) if s.problem.n == 3)
    exact = alike(small, 1, 2)
    assert (exact.made, exact.others) == (6, 0)
    monkeypatch.setattr(sketch_reuse, "sketched_exactly", coarse)
    found = alike(small, 1, 2)
    assert found.others > 0
    monkeypatch.setattr(sketching, "alike", lambda *_: found)
    with pytest.raises(NotEstablished):
        sketching._kept_out(QUICK)


def test_firing_sets_that_differ_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = digests(SMALL, by_factors(), 3)
    assert digests(SMALL, by_sketch(SMALL, Draws.ONCE, 3, 1e-10), 3) == exact
    assert len(set(exact)) > 1
    told = iter([exact, exact[::-1], exact])
    monkeypatch.setattr(sketching, "digests", lambda *_: next(told))
    with pytest.raises(NotEstablished):
        sketching._kept_out_of_floats(QUICK)


def test_a_network_is_blind_to_its_own_sketch_and_not_to_another() -> None:
    found = blinded(0, 24, 16, 3)
    assert found is not None
    assert found.shown
    trainer = trainer_of(found.small, Way(Method.GAUSS_NEWTON))
    seen = predict(trainer, query(trainer, trainer.problem.indices))
    assert seen.firing.counts == [1, 1]
    told = []
    for seed in range(4):
        choice = SketchChoice(SketchKind.COUNTSKETCH, 24, seed)
        solver = SketchSolver(Accuracy(RATIONAL, 1e-300), choice, Draws.ONCE)
        try:
            solver.solve(Surroundings(trainer, seen, 0), Fraction(0))
        except SketchDependent:
            continue
        told.append(seed)
    assert 0 not in told
    assert told


def test_a_sketch_with_a_row_for_each_entry_need_not_be_blind() -> None:
    assert blinded(0, 10**3, 4, 2) is None


def test_a_sketch_that_tells_is_no_counterexample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sketching, "blinded", lambda *_: None)
    with pytest.raises(NotEstablished):
        sketching._chosen_after(QUICK)


def test_reuse_that_fails_more_often_is_not_established(monkeypatch: pytest.MonkeyPatch) -> None:
    def found(last: int, ever: int, draws: Draws) -> Reuse:
        return Reuse(draws, [Share(3, 40), Share(last, 40)], Share(ever, 40), 40)

    def told(once: int, ever: int) -> list[object]:
        rates = {Draws.ONCE: found(once, ever, Draws.ONCE), Draws.FRESH: found(3, 20, Draws.FRESH)}
        monkeypatch.setattr(sketching, "reuse", lambda _c, draws, _t, _s: rates[draws])
        return list(sketching._let_in(QUICK))

    assert len(told(4, 10)) == 2
    for once, ever in ((30, 10), (4, 30), (4, 1)):
        with pytest.raises(NotEstablished):
            told(once, ever)


def test_a_reuse_counts_each_training_once_a_step() -> None:
    found = sketch_reuse.reuse(SMALL, Draws.ONCE, 3, 2)
    assert [share.draws for share in found.at_step] == [3, 3]
    assert max(share.count for share in found.at_step) <= found.ever.count <= 3


def test_costs_are_those_of_the_closed_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    step = first_step(SMALL)
    before = making(step, SketchKind.SRHT)
    monkeypatch.setattr(closed_forms, "hadamard", lambda n, N: Counts(solver_operations=n + N))
    assert making(step, SketchKind.SRHT) < before


def test_a_sketch_that_does_not_mix_the_rows_tells_the_points_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A larger sketch takes the place of the one for which the network was made."""
    monkeypatch.setattr(
        sketch_reuse,
        "SketchSolver",
        lambda accuracy, _, draws: SketchSolver(
            accuracy, SketchChoice(SketchKind.COUNTSKETCH, 24, 1), draws
        ),
    )
    found = blinded(0, 24, 16, 3)
    assert found is not None
    assert (found.told, found.shown) == (True, False)
