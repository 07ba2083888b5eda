"""`binomial` has the binomial law, at n that numpy draws right and at n that it does not.

The rate of false alarms is that of `sampling_laws`: 1e-3 over the tests of all samplers. Power: of
4,000 draws each, a mean off by 0.12 standard deviations is found with a probability above 0.99
(4.9 + 2.4 standard errors of 1/√4000), and so is a variance off by 17 % (of √(2/4000)).
"""

import numpy as np
import pytest
from scipy import stats

from reference.edges.networks import binomial as module
from reference.edges.networks.binomial import binomial
from reference.edges.networks.initial_network import stream
from tests.sampling_laws import Comparison, rejected, standard_normal, values

pytestmark = pytest.mark.plain

DRAWS = 4000


class NextSmallest(np.random.Generator):
    """Its beta variates are those of the order statistic beside the one asked for."""

    def beta(self, a: float, b: float) -> float:  # type: ignore[override]
        """Beta(a + 1, b − 1)."""
        return super().beta(a + 1, b - 1)


def small(generator: np.random.Generator, n: int, p: float) -> list[Comparison]:
    """Draws of a small binomial against its probabilities."""
    sample = [binomial(generator, n, p) for _ in range(DRAWS)]
    return [values(f"n = {n}, p = {p}", sample, stats.binom.pmf(np.arange(n + 1), n, p))]


def large(sample: list[int], n: int, p: float) -> list[Comparison]:
    """Draws of a binomial so large that it is normal, in deviations and in its last four bits."""
    centre = round(n * p)
    deviations = np.array([float(count - centre) for count in sample])
    bits = values("last bits", [count % 16 for count in sample], np.full(16, 1 / 16))
    return [bits, *standard_normal(f"n = {n}, p = {p}", deviations / (n * p * (1 - p)) ** 0.5)]


@pytest.mark.parametrize("p", [0.5, 0.3, 0.05, 0.98])
@pytest.mark.parametrize("n", [5, 6, 40, 61])
def test_the_recursion_has_the_exact_law(monkeypatch: pytest.MonkeyPatch, n: int, p: float) -> None:
    monkeypatch.setattr(module, "FEW", 0)
    assert rejected(small(stream(n, 0), n, p)) == []


@pytest.mark.parametrize("n", [6, 40])
def test_the_order_statistic_beside_it_would_be_noticed(
    monkeypatch: pytest.MonkeyPatch, n: int
) -> None:
    monkeypatch.setattr(module, "FEW", 2)
    assert rejected(small(stream(0, 0), n, 0.5)) == []
    assert rejected(small(NextSmallest(np.random.PCG64(0)), n, 0.5))


@pytest.mark.parametrize(
    ("n", "p"),
    [(1 << 20, 0.5), (1 << 40, 0.5), (1 << 62, 0.5), ((1 << 62) - 1, 0.1), (1 << 62, 1e-9)],
)
def test_a_large_draw_is_normal_and_any_integer(n: int, p: float) -> None:
    generator = stream(1, 0)
    assert rejected(large([binomial(generator, n, p) for _ in range(DRAWS)], n, p)) == []


@pytest.mark.parametrize("exponent", [58, 62])
def test_numpy_draws_a_lattice(exponent: int) -> None:
    """The reason for all this. If it ever fails, numpy may be asked at once."""
    n = 1 << exponent
    sample = stream(1, 0).binomial(n, 0.5, DRAWS).tolist()
    assert all(count % (1 << exponent - 54) == 0 for count in sample)
    assert rejected(large(sample, n, 0.5))


def test_numpys_variance_is_wrong_at_the_largest_width() -> None:
    sample = stream(1, 0).binomial(1 << 62, 0.5, 20 * DRAWS)
    deviations = (sample - (1 << 61)) / float(1 << 30)
    assert [one.name for one in rejected(standard_normal("numpy", deviations))] == [
        "numpy: variance"
    ]


@pytest.mark.parametrize("n", [0, 1, 1 << 16, (1 << 16) + 1, 1 << 62])
def test_what_never_or_always_happens(n: int) -> None:
    assert binomial(stream(0, 0), n, 0.0) == 0
    assert binomial(stream(0, 0), n, 1.0) == n
