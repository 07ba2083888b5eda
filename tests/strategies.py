"""What Hypothesis draws: quarters, so that ties are frequent and no lane rounds anything."""

from fractions import Fraction

import hypothesis.strategies as st
from hypothesis import settings

from reference.activation import Activation
from reference.scalar import Arithmetic, S
from reference.training.step_rule import StepRule
from tests.small_training import Setup

ACTIVATIONS = st.sampled_from(Activation)
STEP_RULES = st.sampled_from(StepRule)


def share(divisor: int) -> settings:
    """A slow test's share of the profile's examples, but never fewer than two."""
    profile = settings.get_profile(settings.get_current_profile_name())
    return settings(profile, max_examples=max(2, profile.max_examples // divisor))


def dyadic(arithmetic: Arithmetic[S], bound: int = 2) -> st.SearchStrategy[S]:
    """The quarters between ±bound; zero comes with either sign."""
    quarters = [arithmetic.ratio(k, 4) for k in range(-4 * bound, 4 * bound + 1)]
    return st.sampled_from(quarters + [-arithmetic.ratio(0)])


def columns(arithmetic: Arithmetic[S], n: int = 3, m: int = 13) -> st.SearchStrategy[list[list[S]]]:
    """The scores of at most m neurons at at most n points, one column a point."""
    return st.integers(1, m).flatmap(
        lambda width: st.lists(
            st.lists(dyadic(arithmetic), min_size=width, max_size=width), min_size=1, max_size=n
        )
    )


@st.composite
def setups(draw: st.DrawFn, widths: tuple[int, ...] = (4, 16)) -> Setup:
    """Small trainings in which every point has a firing neuron.

    The points (1, t) or (1, t, t²) with different t, and the last axis, are pairwise not parallel;
    in three dimensions they are independent, in two a third point may make G singular. Neuron i
    starts as point i, so its score there is at least 1; b is below the least of the points'
    highest scores, and often a score itself.
    """
    m, d = draw(st.sampled_from(widths)), draw(st.sampled_from((2, 3)))
    curve = [(1, t, t * t)[:d] for t in range(-1, 3)] + [(0, 0, 1)[-d:]]
    chosen = draw(st.lists(st.sampled_from(curve), min_size=1, max_size=3, unique=True))
    points = tuple(
        tuple(Fraction(sign * c) for c in x)
        for x, sign in ((x, draw(st.sampled_from((1, -1)))) for x in chosen)
    )
    quarter = st.integers(-8, 8).map(lambda k: Fraction(k, 4))
    free = draw(
        st.lists(st.tuples(*[quarter] * d), min_size=m - len(points), max_size=m - len(points))
    )
    weights = points + tuple(free)
    signs = draw(st.lists(st.sampled_from((1, -1)), min_size=m, max_size=m))
    labels = draw(st.lists(quarter, min_size=len(points), max_size=len(points)))
    scores = [
        [sum((p * q for p, q in zip(w, x, strict=True)), Fraction()) for w in weights]
        for x in points
    ]
    lowest = min(max(column) for column in scores)
    shifts = {s for column in scores for s in column if 0 <= s < lowest} | {Fraction(), lowest / 2}
    shift = draw(st.sampled_from(sorted(shifts)))
    return Setup(points, tuple(labels), weights, tuple(signs), shift)
