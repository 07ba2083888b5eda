"""Claims sparsity/*: how many neurons fire on a point."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from math import exp, log, log2

import numpy as np

from proofs.certified.binomial_tail import log_tail, most
from proofs.certified.normal_tail import fires, share
from proofs.evidence.chart import Chart, Curve
from proofs.evidence.checks import decides
from proofs.evidence.effort import Effort
from proofs.evidence.evidence import Decision, Fact, Grade, established
from proofs.ledger.claim import Verdict
from proofs.measured.networks.firing_counts import LEVEL, Count, counted, largest_counts
from proofs.measured.trainings.firing_over_time import Course, alike, course, digits
from reference.edges.data.tables import load_table

PAPER, PARENT = Fraction(6, 25), Fraction(1, 5)
"""α of √(0.48 log m), and of √(0.4 log m)."""

MILLION = 10**6


# ---- one input, at the start ---------------------------------------------------------------------


@decides("sparsity/expectation")
def expectation(effort: Effort) -> Decision:
    """Linearity, and a score is normal; the networks that are drawn agree."""
    alphas = (Fraction(1, 10), Fraction(1, 2))
    return Decision(
        Verdict.PROVED, [_as_expected(alpha, _counts(alpha, effort)) for alpha in alphas]
    )


@decides("sparsity/076")
def check_076(effort: Effort) -> Decision:
    """At most half of m^0.76 at every width; logarithms of another base are another claim."""
    counts = _counts(PAPER, effort)
    facts = [_share_at_a_million(PAPER), _base_ten_fires_more(), _as_expected(PAPER, counts)]
    return Decision(Verdict.PROVED, facts, _chart(counts))


@decides("sparsity/080")
def check_080(effort: Effort) -> Decision:
    """The same at α = 1/5."""
    facts = [_share_at_a_million(PARENT), _as_expected(PARENT, _counts(PARENT, effort))]
    return Decision(Verdict.PROVED, facts)


@decides("sparsity/norms")
def norms(effort: Effort) -> Decision:
    """Norm ν puts α/ν² in the place of α."""
    facts = [_norm_two_is_above(), _as_expected(PAPER, _counts(PAPER, effort, 2), 2)]
    return Decision(Verdict.PROVED, [*facts, _rows_as_they_come()])


def _norm_two_is_above() -> Fact:
    """The bound of unit norm is broken by norm 2."""
    unit, double = (MILLION * fires(alpha, MILLION).middle for alpha in (PAPER, PAPER / 4))
    bound = MILLION ** float(1 - PAPER)
    return established(
        double > bound > unit,
        r"at $m = 10^6$, $\alpha = 0.24$ an input of norm $2$ fires more than $m^{0.76}$ neurons "
        r"in expectation",
        Grade.EXACT,
        norm_2=_rounded(double),
        bound=_rounded(bound),
        norm_1=_rounded(unit),
    )


def _as_expected(alpha: Fraction, counts: Sequence[Count], norm: int = 1) -> Fact:
    """Each exact interval has the certified probability in it; half the bound is kept."""
    reduced = alpha / norm**2
    known = [fires(reduced, c.width).middle for c in counts]
    inside = all(c.low <= p <= c.high for c, p in zip(counts, known, strict=True))
    shares = [c.mean / c.width ** float(1 - reduced) for c in counts]
    half = (counts[-1].high - counts[-1].low) / 2 / known[-1]
    where = f"norm ${norm}$, " if norm > 1 else ""
    return established(
        inside and max(shares) <= 0.5,
        rf"{where}$\alpha = {float(alpha):g}$: in networks as they are drawn so many neurons fire "
        rf"that $P(Z > b)$ is in the exact ${100 * LEVEL:g}$ % interval at every width, whose half "
        r"at the largest width is this part of it; and at most half of "
        rf"$m^{{{float(1 - reduced):g}}}$ fire",
        Grade.MEASURED,
        widths=len(counts),
        networks_a_width=counts[0].networks,
        largest_width=counts[-1].width,
        half_interval=_rounded(half),
        largest_share=_rounded(max(shares)),
    )


def _share_at_a_million(alpha: Fraction) -> Fact:
    """How much of the bound fires; the share falls with m, like 1/√(log m)."""
    known = share(alpha, MILLION)
    mean = MILLION * fires(alpha, MILLION).middle
    return established(
        known.high < Fraction(1, 2) and share(alpha, 2**40).high < known.low,
        rf"at $m = 10^6$, $\alpha = {float(alpha):g}$ the expected count is this share of "
        r"$m^{1 - \alpha}$, and at $m = 2^{40}$ a smaller one",
        Grade.EXACT,
        share=_rounded(known.middle),
        neurons=_rounded(mean),
        share_at_2_to_40=_rounded(share(alpha, 2**40).middle),
    )


def _base_ten_fires_more() -> Fact:
    """√(0.48·log_β m) is √(2α′·ln m) with α′ = 0.24/ln β."""
    bases = {"2": log(2), "e": 1.0, "10": log(10)}
    count = {
        base: MILLION * fires(Fraction(float(PAPER) / logarithm), MILLION).middle
        for base, logarithm in bases.items()
    }
    bound = MILLION ** float(1 - PAPER)
    return established(
        count["2"] < count["e"] < bound < count["10"],
        r"at $m = 10^6$ the logarithm to base $2$ fires fewer than the natural one, that to base "
        r"$10$ more than $m^{0.76}$",
        Grade.EXACT,
        base_2=_rounded(count["2"]),
        natural=_rounded(count["e"]),
        base_10=_rounded(count["10"]),
        bound=_rounded(bound),
    )


def _rows_as_they_come() -> Fact:
    """The digits before they are made unit length."""
    lengths = np.linalg.norm(load_table("digits", None).features, axis=1)
    shortest = float(lengths.min())
    return established(
        shortest > 1,
        r"the digits 3 and 8 as they come are longer than $1$: for the shortest of them the "
        r"exponent is $1 - \alpha / \nu^2$",
        Grade.MEASURED,
        rows=len(lengths),
        shortest=_rounded(shortest),
        exponent=_rounded(1 - float(PAPER) / shortest**2),
    )


def _counts(alpha: Fraction, effort: Effort, norm: int = 1) -> Sequence[Count]:
    """At widths from 2^10 on."""
    last, networks = effort.of((15, 8), (19, 16), (22, 32))
    return [counted(float(alpha), 1 << k, networks, norm) for k in range(10, last + 1)]


def _chart(counts: Sequence[Count]) -> Chart:
    widths = [c.width for c in counts]
    means = [width * fires(PAPER, width).middle for width in widths]
    return Chart(
        title="Neurons that fire on a point, at the start",
        x="width m",
        y="neurons",
        x_scale="log2",
        y_scale="log",
        curves=[
            Curve(
                "drawn",
                widths,
                [c.mean for c in counts],
                "points",
                [c.width * c.low for c in counts],
                [c.width * c.high for c in counts],
            ),
            Curve("m·P(Z > b)", widths, means),
            Curve("m^0.76", widths, [m ** float(1 - PAPER) for m in widths], "dashed"),
        ],
        caption=f"α = 0.24. Means of {counts[0].networks} networks a width, with the exact "
        f"{100 * LEVEL:g} % interval. The expectation is below half the bound and falls further "
        f"behind it: they differ by b·√(2π), b = √(0.48·ln m).",
    )


# ---- all inputs ----------------------------------------------------------------------------------


@decides("sparsity/all-inputs")
def all_inputs(effort: Effort) -> Decision:
    """A union bound: nothing is asked of how the inputs lie."""
    instances = [(1 << 10, 64), (1 << 15, 64), (MILLION, 10**4), (1 << 40, 10**6)]
    facts = [_chance_to_exceed(width, points) for width, points in instances]
    return Decision(Verdict.PROVED, [*facts, _needed_width(), _largest_drawn(effort)])


def _chance_to_exceed(width: int, points: int) -> Fact:
    """The exact binomial tail times n, and the count that all inputs keep to but for 10^−9."""
    p, bound = fires(PAPER, width), int(width ** float(1 - PAPER))
    chance = float(log_tail(width, bound - 1, p).high) / log(10) + log(points) / log(10)
    proved = (bound * (0.5 - log(2)) + log(points)) / log(10)
    kept = most(width, p, 1e-9 / points)
    return established(
        chance <= proved < 0 and kept < bound,
        rf"$m = {_power(width)}$, $n = {_power(points)}$, $\alpha = 0.24$: the chance that any "
        r"input fires as many as $m^{0.76}$ neurons, and the count that all keep to but for a "
        r"chance of $10^{-9}$",
        Grade.EXACT,
        bound=bound,
        chance_at_most=f"10^{chance:.6g}",
        by_the_proof=f"10^{proved:.6g}",
        mean=_rounded(width * p.middle),
        all_keep_to=kept,
    )


def _needed_width() -> Fact:
    """n·(√e/2)^A ≤ ρ from A = ln(n/ρ)/(ln 2 − ½) on."""
    points, failure = 10**6, 1e-12
    needed = log(points / failure) / (log(2) - 0.5)
    width = needed ** (1 / float(1 - PAPER))
    return established(
        width < 2000 and points * exp(needed * (0.5 - log(2))) <= failure * (1 + 1e-9),
        r"a million inputs keep to $m^{0.76}$ but for a chance of $10^{-12}$ from this width on",
        Grade.EXACT,
        m=round(width),
    )


def _largest_drawn(effort: Effort) -> Fact:
    """The largest count over 64 digits, in networks as they are drawn."""
    last, seeds = effort.of((13, 4), (17, 8), (19, 32))
    problem, chance = digits(64), 1e-3
    found = {
        1 << k: max(largest_counts(problem, float(PAPER), 1 << k, seeds)) for k in range(10, last)
    }
    kept = {
        width: most(width, fires(PAPER, width), chance / (problem.n * seeds * len(found)))
        for width in found
    }
    shares = [most_found / kept[width] for width, most_found in found.items()]
    return established(
        max(shares) <= 1,
        r"64 digits: in no network drawn does one fire more than all keep to together but for a "
        r"chance of $10^{-3}$; the largest count over that",
        Grade.MEASURED,
        networks=seeds * len(found),
        largest_width=max(found),
        largest_share=_rounded(max(shares)),
    )


# ---- all times -----------------------------------------------------------------------------------


@decides(
    "sparsity/all-times",
    theorems=(
        "firing/dead_neurons_do_not_move",
        "firing/dead_neurons_stay_dead",
        "firing/the_dead_are_silent",
    ),
)
def all_times(effort: Effort) -> Decision:
    """With a small radius m^(1 − α) times a constant; without one it can be n times as many."""
    sizes = effort.of((8, 16, 64), (8, 16, 32, 64), (8, 16, 32, 64, 128))
    courses = {n: course(alike(n, 0.2, 1.0), 1 << 34, 0.7, 1) for n in sizes}
    facts = [_trained_digits(effort), _grows_with_points(courses), _grows_with_width()]
    return Decision(Verdict.CONDITIONAL, facts, _chart_of_growth(courses))


def _trained_digits(effort: Effort) -> Fact:
    """At α = 0.24 counts stay below the bound, though the radius alone would not show it."""
    widths = [1 << k for k in effort.of((12, 14), (12, 14, 16, 18), (12, 14, 16, 18, 20))]
    courses = [course(digits(16), width, float(PAPER), 20) for width in widths]
    growth = [max(c.most) / c.most[0] for c in courses]
    reach = [c.reach for c in courses]
    return established(
        all(max(c.most) <= c.bound for c in courses)
        and all(max(c.most) <= c.unions[0] == max(c.unions) for c in courses)
        and all(earlier > later > 1 for earlier, later in pairwise(reach)),
        r"16 digits, $\alpha = 0.24$, trained: at all steps every $\lvert S_i(t) \rvert$ is below "
        r"$m^{0.76}$ and below $\lvert U(0) \rvert$; yet $b R > 1$, falling with $m$: so far the "
        r"radius does not show it, whose factor is $e^{b R}$",
        Grade.MEASURED,
        widths=len(widths),
        most_over_start=_rounded(max(growth)),
        largest_width=widths[-1],
        reach_there=_rounded(reach[-1]),
    )


def _grows_with_points(courses: Mapping[int, Course]) -> Fact:
    """Points alike, labels 1: after a step the neurons that fire anywhere fire everywhere."""
    growth = {n: max(c.most) / c.most[0] for n, c in courses.items()}
    largest = courses[64]
    return established(
        max(largest.most) > 2 * largest.bound and all(growth[n] > n / 3 for n in courses),
        r"without a small radius it is false: $n$ points, every two with $\langle x_i, x_j \rangle "
        r"= 0.2$, labels $1$, $\alpha = 0.7$, $m = 2^{34}$: one Gauss-Newton step multiplies "
        r"the largest $\lvert S_i \rvert$ by more than $n/3$; with $n = 64$ it is then above "
        r"$2 m^{1 - \alpha}$",
        Grade.MEASURED,
        bound=_rounded(largest.bound),
        at_the_start=largest.most[0],
        after_a_step=max(largest.most),
        **{f"times_n_{n}": _rounded(value) for n, value in growth.items()},
    )


def _grows_with_width() -> Fact:
    """Real data, ±1 labels: for α > ½ the weights move farther the wider the network."""
    courses = [course(digits(16), 1 << k, 0.7, 3) for k in (30, 38)]
    narrow, wide = courses
    growth = [max(c.most) / c.most[0] for c in courses]
    return established(
        narrow.radius < wide.radius and min(growth) > 4,
        r"nor does width help where $\alpha > \frac{1}{2}$: 16 digits, $\alpha = 0.7$: the radius "
        r"grows from $m = 2^{30}$ to $2^{38}$, and a step multiplies the largest "
        r"$\lvert S_i \rvert$ by more than $4$",
        Grade.MEASURED,
        radius=_rounded(narrow.radius),
        radius_wider=_rounded(wide.radius),
        times=_rounded(growth[0]),
        times_wider=_rounded(growth[1]),
    )


def _chart_of_growth(courses: Mapping[int, Course]) -> Chart:
    sizes = list(courses)
    return Chart(
        title="The largest firing set, before and after one step",
        x="points n",
        y="neurons",
        x_scale="log2",
        y_scale="log",
        curves=[
            Curve("|U(0)|", sizes, [c.unions[0] for c in courses.values()]),
            Curve("after one step", sizes, [max(c.most) for c in courses.values()], "points"),
            Curve("m^(1 − α)", sizes, [c.bound for c in courses.values()], "dashed"),
            Curve("at the start", sizes, [c.most[0] for c in courses.values()], "points"),
        ],
        caption="Points with ⟨x_i, x_j⟩ = 0.2, labels 1, α = 0.7, m = 2^34. The radius is large: "
        "one Gauss-Newton step makes half of all neurons that fire on some point fire on all.",
    )


def _power(number: int) -> str:
    """As a power of two or of ten, in LaTeX."""
    if number & (number - 1) == 0:
        return f"2^{{{round(log2(number))}}}" if number > 64 else str(number)
    return f"10^{{{len(str(number)) - 1}}}"


def _rounded(value: float) -> float:
    """To six digits."""
    return float(f"{value:.6g}")
