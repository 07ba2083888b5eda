"""The bound on the smallest eigenvalue is never above it, and near it where that can be known."""

import random
from collections.abc import Sequence
from fractions import Fraction

import hypothesis.strategies as st
import pytest
from hypothesis import event, given

from invariants.definiteness import smallest_eigenvalue_at_least

Lower = Sequence[Sequence[float]]


def is_definite(lower: Lower, shift: Fraction) -> bool:
    """Is M − shift·I positive definite? By elimination in rationals."""
    n = len(lower)
    rows = [[Fraction(lower[max(i, j)][min(i, j)]) for j in range(n)] for i in range(n)]
    for i in range(n):
        rows[i][i] -= shift
    for k in range(n):
        if rows[k][k] <= 0:
            return False
        for i in range(k + 1, n):
            share = rows[i][k] / rows[k][k]
            rows[i] = [p - share * q for p, q in zip(rows[i], rows[k], strict=True)]
    return True


def check_not_above(lower: Lower, value: float, perturbation: Fraction = Fraction()) -> None:
    """λ_min is not below the value: M − cI is definite for each c that is less by a hair."""
    if value > 0:
        just_below = Fraction(value) * (1 - Fraction(1, 1 << 80))
        assert is_definite(lower, just_below + perturbation)


def gram_of(vectors: Sequence[Sequence[float]]) -> list[list[float]]:
    """The lower triangle of the vectors' inner products, rounded once."""
    exact = [[Fraction(c) for c in v] for v in vectors]
    return [
        [float(sum((p * q for p, q in zip(v, w, strict=True)), Fraction())) for w in exact[: i + 1]]
        for i, v in enumerate(exact)
    ]


def random_gram(seed: int, nearness: int) -> list[list[float]]:
    """Vectors around a common one; the nearer they are, the worse the condition."""
    source = random.Random(seed)
    n = source.randint(1, 6)
    center = [source.gauss(0, 1) for _ in range(n + 2)]
    return gram_of([[c + 2.0**-nearness * source.gauss(0, 1) for c in center] for _ in range(n)])


@given(st.integers(0, 2**32), st.integers(0, 30))
def test_the_bound_is_not_above_the_smallest_eigenvalue(seed: int, nearness: int) -> None:
    lower = random_gram(seed, nearness)
    value = smallest_eigenvalue_at_least(lower, 0.0)
    event(f"found: {value > 0}")
    check_not_above(lower, value)


LESS_THAN_GUESSED: list[Lower] = [
    [
        [2.38358042310135],
        [2.3835803873582098, 2.3835803516150786],
        [2.3835803552020565, 2.383580319458924, 2.3835802873027787],
    ],
    [
        [1.18188849647708],
        [1.181888545014882, 1.1818885935526904],
        [1.1818884810309307, 1.1818885295687374, 1.181888465584791],
    ],
]
"""In floats M − 0.9·guess·I seems definite, and it is not."""


@pytest.mark.parametrize("lower", LESS_THAN_GUESSED)
def test_what_seems_definite_is_so_up_to_roundings_only(lower: Lower) -> None:
    check_not_above(lower, smallest_eigenvalue_at_least(lower, 0.0))


@given(st.integers(0, 2**32), st.integers(0, 12))
def test_where_the_condition_is_moderate_it_is_half_of_it_at_least(
    seed: int, nearness: int
) -> None:
    lower = random_gram(seed, nearness)
    value = smallest_eigenvalue_at_least(lower, 0.0)
    assert value > 0
    assert not is_definite(lower, 2 * Fraction(value))


@given(st.integers(0, 2**32), st.integers(0, 12), st.sampled_from((1e-12, 1e-6, 1e-2)))
def test_it_holds_for_every_matrix_within_the_blur(seed: int, nearness: int, blur: float) -> None:
    """The worst of them has the smallest eigenvalue less by blur·tr M, at most."""
    lower = random_gram(seed, nearness)
    value = smallest_eigenvalue_at_least(lower, blur)
    trace = sum((Fraction(row[-1]) for row in lower), Fraction())
    check_not_above(lower, value, Fraction(blur) * trace)


@pytest.mark.parametrize(
    "lower",
    [
        [[0.0]],
        [[0.0], [0.0, 1.0]],
        [[1.0], [1.0, 1.0]],
        [[1.0], [2.0, 4.0], [3.0, 6.0, 9.0]],
        gram_of([[1.0, 0.0], [0.0, 1.0], [1 / 3, 0.1]]),
        [[5e-324]],
        [[1e-310], [0.0, 1e-310]],
    ],
)
def test_of_a_singular_matrix_nothing_is_found(lower: Lower) -> None:
    assert smallest_eigenvalue_at_least(lower, 0.0) == 0.0


@pytest.mark.parametrize("size", [1e-280, 1e-170, 1.0, 1e170, 1e300])
def test_neither_large_nor_small_entries_are_in_the_way(size: float) -> None:
    lower = [[2 * size], [size / 3, size], [0.0, size / 7, size]]
    value = smallest_eigenvalue_at_least(lower, 0.0)
    check_not_above(lower, value)
    assert value > size / 3


@pytest.mark.parametrize("blur", [0.1, 0.3, 0.6])
def test_an_identity_loses_its_blur_times_its_trace(blur: float) -> None:
    value = smallest_eigenvalue_at_least([[1.0], [0.0, 1.0]], blur)
    assert max(0.0, 0.85 - 2 * blur) <= value <= max(0.0, 1 - 2 * blur)


# ---- which bound is found ------------------------------------------------------------------------


def test_one_entry_loses_five_roundings_and_its_blur() -> None:
    """Of nine tenths of itself."""
    unit = 2.0**-53
    assert smallest_eigenvalue_at_least([[1.0]], 0.0) == 0.9 - 5 * unit
    assert smallest_eigenvalue_at_least([[1e-300]], 0.0) == 0.0  # what underflows may be as much
    assert smallest_eigenvalue_at_least([[0.0], [0.0, 1.0]], 0.0) == 0.0
    blurred = smallest_eigenvalue_at_least([[1.0]], 0.25)
    assert 0.9 - 0.25 * 1.002 <= blurred <= 0.9 - 0.25


def test_the_guess_comes_from_six_rounds_of_inverse_iteration() -> None:
    """From (1, 3/2, 2, 1, …); the entries are so near each other that it is still on its way."""
    diagonal = [1.0, 1.1, 1.2, 1.3]
    before = [start / entry**5 for start, entry in zip((1.0, 1.5, 2.0, 1.0), diagonal, strict=True)]
    above = sum(v * v / entry for v, entry in zip(before, diagonal, strict=True))
    below = sum(v * v / entry**2 for v, entry in zip(before, diagonal, strict=True))
    lower = [[0.0] * i + [entry] for i, entry in enumerate(diagonal)]
    found = smallest_eigenvalue_at_least(lower, 0.0)
    assert found == pytest.approx(0.9 * above / below, rel=1e-12)


@pytest.mark.parametrize(("least", "share"), [(3, 0.5), (1, 0.1), (0.3, 0.0)])
def test_a_guess_that_is_too_large_is_tried_by_half_and_by_a_tenth(
    least: float, share: float
) -> None:
    """The first vector, (1, 3/2), has the eigenvalue 13; it is (3/2, −1) that has the least."""
    lower = [[9 / 4 * least + 4], [6 - 3 / 2 * least, least + 9]]
    found = smallest_eigenvalue_at_least(lower, 0.0)
    assert found == pytest.approx(share * 13, rel=1e-9)
