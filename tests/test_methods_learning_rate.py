"""The step size along a gradient overshoots in no direction, for all points and for any batch."""

from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from itertools import combinations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from reference import closed_forms
from reference.counters import Counts, Label
from reference.ids import Point
from reference.scalar import BINARY64, RATIONAL
from reference.training.iteration import advance, predict, query
from reference.training.landscape import Surroundings
from reference.training.learning_rate import CHANGE, largest_eigenvalue, largest_trace
from reference.training.method import Method
from reference.training.step_rule import GradientSteps
from reference.training.stopping import Limits
from reference.training.training import Run
from tests.exact_algebra import Rows, is_positive_definite, lower_triangle
from tests.linear_systems import Drawn, draws
from tests.small_training import HALF_ALIVE, Diary, Setup, observe, setup
from tests.strategies import setups, share
from tests.trainings import journey, rule_of, trained


def above(bound: Fraction, matrix: Rows) -> bool:
    """Is the bound larger than every eigenvalue? Exactly if bound·I − matrix is definite."""
    return is_positive_definite(
        [[bound * (i == j) - q for j, q in enumerate(row)] for i, row in enumerate(matrix)]
    )


def slack(n: int) -> Fraction:
    """What the roundings of a Rayleigh quotient are of λ_max: γ of 3n + 3, n times.

    For |v|ᵀ|G||v| ≤ ‖G‖_F·‖v‖² ≤ n·λ_max·‖v‖².
    """
    k = (3 * n + 3) * Fraction(BINARY64.unit_roundoff)
    return n * k / (1 - k)


@given(draws(n=4, d=3))
def test_the_eigenvalue_found_is_none_too_large_and_more_than_half_of_the_largest(
    drawn: Drawn,
) -> None:
    """More than half is what keeps a step from overshooting further than it was off."""
    gram = drawn.exact_gram
    if not any(map(any, gram)):
        return
    found, rounds = largest_eigenvalue(lower_triangle(gram))
    assert 1 <= rounds <= 200
    assert not above(Fraction(found) / (1 + slack(len(gram))), gram)
    assert above(2 * Fraction(found), gram)


@pytest.mark.parametrize(
    ("lower", "largest"),
    [
        ([[Fraction(1)], [Fraction(-3, 4), Fraction(1)]], Fraction(7, 4)),
        (
            [[Fraction(1)], [Fraction(-1, 4), Fraction(1)], [Fraction(-1, 4)] * 2 + [Fraction(1)]],
            Fraction(5, 4),
        ),
    ],
)
def test_the_eigenvalue_of_points_that_pull_apart_is_found(lower: Rows, largest: Fraction) -> None:
    """The diagonal is an eigenvector, of 1/4 and of 1/2. A round takes away more than half of what
    is left, so what it changed last is more than what is left then.
    """
    found = Fraction(largest_eigenvalue(lower)[0])
    assert largest * (1 - Fraction(CHANGE)) <= found <= largest * (1 + slack(len(lower)))


def test_a_diagonal_in_the_null_space_does_not_hide_the_eigenvalue() -> None:
    """One round leads to (1, −1) exactly, the next finds 2."""
    assert largest_eigenvalue([[1.0], [-1.0, 1.0]]) == (2.0, 3)


def test_an_eigenvalue_that_is_hard_to_tell_from_the_next_takes_two_hundred_rounds() -> None:
    found, rounds = largest_eigenvalue([[1.0], [0.0, 0.99]])
    assert rounds == 200
    assert 0.99 < found < 1.0


def test_the_iteration_starts_from_the_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """After one round, it is the quotient of that start: here (v₀² + 4 v₁²)/(v₀² + v₁²)."""
    monkeypatch.setattr("reference.training.learning_rate.ROUNDS", 1)
    digests = [sha256(f"eigenvalue/{i}".encode("ascii")).hexdigest() for i in range(2)]
    first, second = (int(digest[:8], 16) / 2**31 - 1 for digest in digests)
    found, rounds = largest_eigenvalue([[1.0], [0.0, 4.0]])
    assert rounds == 1
    assert found == pytest.approx((first**2 + 4 * second**2) / (first**2 + second**2), rel=1e-14)


def test_an_eigenvalue_that_does_not_change_at_all_is_found_whatever_change_is_small_enough(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("reference.training.learning_rate.CHANGE", 0.0)
    assert largest_eigenvalue([[0.75]]) == (0.75, 2)


@pytest.mark.parametrize("size", [2.0**-500, 0.75, 1.0, 2.0**500])
def test_the_eigenvalue_of_one_point_is_its_entry(size: float) -> None:
    assert largest_eigenvalue([[size]]) == (size, 2)


@given(draws(n=4, d=3), st.integers(1, 4))
def test_the_largest_trace_is_that_of_some_batch_and_at_least_that_of_any(
    drawn: Drawn, batch: int
) -> None:
    diagonal = [row[i] for i, row in enumerate(drawn.exact_gram)]
    size = min(batch, len(diagonal))
    traces = [sum(entries, Fraction()) for entries in combinations(diagonal, size)]
    assert largest_trace(diagonal, size) == max(traces)


@share(2)
@given(draws(n=4, d=3), st.integers(1, 4))
def test_no_batch_has_an_eigenvalue_above_the_largest_trace(drawn: Drawn, batch: int) -> None:
    gram = drawn.exact_gram
    size = min(batch, len(gram))
    bound = Fraction(largest_trace([row[i] for i, row in enumerate(gram)], size))
    for chosen in combinations(range(len(gram)), size):
        part = [[gram[i][j] for j in chosen] for i in chosen]
        assert above(bound + Fraction(1, 2**99), part)


@share(8)
@given(setups(), st.sets(st.integers(0, 2), min_size=1))
def test_a_step_after_which_the_same_neurons_fire_raises_no_loss_of_its_points(
    given_setup: Setup, chosen_points: set[int]
) -> None:
    """Of all points or of a batch, whose step size is known before it is."""
    points = sorted({Point(i % len(given_setup.points)) for i in chosen_points})
    chosen = GradientSteps(RATIONAL, len(points))
    parts = trained(given_setup, RATIONAL, chosen)
    chosen.begin(Surroundings(parts, observe(parts), 0))
    before = predict(parts, query(parts, points))
    assert advance(parts, before, 0) is not None
    firing = query(parts, points)
    if firing == before.firing:
        assert predict(parts, firing).loss <= before.loss


PULLING = setup(
    points=[[5, 0], [-3, 4]],
    labels=[-1, 1],
    weights=[[Fraction(1), Fraction(2)]] * 4,
    signs=[1, -1, 1, -1],
    shift=0,
)
"""All four neurons fire on both points: G = [[25, −15], [−15, 25]], eigenvalues 40 and 10."""


def test_points_that_pull_apart_are_trained_without_divergence() -> None:
    """At η = 1/10, that of the eigenvalue along the diagonal, the loss grows ninefold a step."""
    near = replace(PULLING, labels=(Fraction(-1, 64), Fraction(1, 64)))
    found = journey(trained(near, RATIONAL, rule_of(Method.GRADIENT_DESCENT, RATIONAL, 2)), 3)
    losses = [moment.loss for moment in found.moments]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < losses[0]


@pytest.mark.parametrize(("batch", "rate"), [(3, None), (2, None), (3, Fraction(1, 7))])
def test_finding_the_step_size_is_charged_to_init_and_a_given_one_is_kept(
    batch: int, rate: Fraction | None
) -> None:
    """G over all points and the rounds of its iteration; for batches its diagonal is enough."""
    chosen = GradientSteps(RATIONAL, batch, rate)
    parts = trained(HALF_ALIVE, RATIONAL, chosen)
    expected = closed_forms.point_products(3, 2)
    around = Surroundings(parts, observe(parts), 0)
    if batch == 3 and rate is None:
        _, rounds = largest_eigenvalue(around.gram)
        per_neuron = map(len, observe(parts).firing.by_neuron.values())
        expected += closed_forms.gram(
            closed_forms.coincidences(per_neuron), 3
        ) + closed_forms.gram_products(3, rounds)
    parts.counters.clear(Label.SOLVE)
    diary: Diary[Fraction] = Diary()
    run = Run(parts, Limits(1, 0.0), diary)
    first = run.step()
    assert first is not None
    assert first.operations["init"] == expected.as_dict()
    assert first.operations["solve"] == Counts().as_dict()
    curvature = {
        3: lambda: largest_eigenvalue(around.gram)[0],
        2: lambda: largest_trace(around.diagonal, 2),
    }[batch]()
    assert first.size == float(chosen.remembered or 0) == (1 / curvature if rate is None else 1 / 7)


def test_before_a_step_size_is_known_no_step_is_made() -> None:
    parts = trained(HALF_ALIVE, RATIONAL, GradientSteps(RATIONAL, 3))
    before = list(parts.network.weights.matrix().values)
    assert advance(parts, observe(parts), 0) is None
    assert list(parts.network.weights.matrix().values) == before
