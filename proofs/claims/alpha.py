"""Claims cost/extra-n and cost/alpha-range: for which α the stated cost can be had at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from proofs.certified.normal_tail import fires
from proofs.evidence.chart import Chart, Curve
from proofs.evidence.checks import decides
from proofs.evidence.effort import Effort
from proofs.evidence.evidence import Decision, Fact, Grade, established
from proofs.evidence.figures import all_rounded, rounded
from proofs.ledger.claim import Verdict
from proofs.measured.costs.second_factor import Updates, updates
from proofs.measured.trainings.touched_neurons import orthogonal_share
from proofs.measured.trainings.trainings import CONVERGED, live_training, orthonormal, outcome
from proofs.symbolic.width import PAPER, exponent

# ---- the second factor n -------------------------------------------------------------------------

FEW = 0.5
"""An α at which few neurons fire on two orthogonal points."""


@decides("cost/extra-n")
def extra_n(effort: Effort) -> Decision:
    """Counted at orthogonal points the factor is n; when it is absorbed is proved."""
    points = effort.of((2, 8, 32), (2, 8, 32, 64), (2, 8, 32, 64, 128))
    m = effort.of(1 << 12, 1 << 14, 1 << 16)
    orthogonal = [updates("digits", n, m, FEW, orthonormal(n)) for n in points]
    digits = [updates("digits", n, m, FEW) for n in points if n > 2]
    facts = [_as_claimed([*orthogonal, *digits]), _factor(orthogonal, digits), _union_is_tight()]
    return Decision(Verdict.PROVED, facts, _factors(orthogonal, digits))


def _as_claimed(seen: Sequence[Updates]) -> Fact:
    return established(
        all(each.as_claimed for each in seen),
        r"Counted in tournament trees, an iteration's updates make exactly $\lvert U\rvert nd$ "
        r"multiply-adds and write at most $\lvert U\rvert n(1+\lceil\log_2 m\rceil)$ nodes, and "
        r"$\lvert U\rvert\le\sum_i\lvert S_i\rvert$.",
        Grade.EXACT,
        iterations=len(seen),
        m=seen[0].m,
        multiply_adds=sum(each.refresh.multiply_adds for each in seen),
        node_writes=sum(each.refresh.node_writes for each in seen),
    )


def _factor(orthogonal: Sequence[Updates], digits: Sequence[Updates]) -> Fact:
    least = min(each.factor / each.n for each in orthogonal)
    return established(
        least > 0.9 and all(1 < each.factor < each.n for each in digits),
        r"At orthogonal points they are over $0.9\,n$ times the work on the pairs that fire: a "
        r"second factor $n$. On digits, which share their neurons, it is between $1$ and $n$.",
        Grade.MEASURED,
        alpha=FEW,
        points=", ".join(str(each.n) for each in orthogonal),
        factors=", ".join(f"{each.factor:.4g}" for each in orthogonal),
        on_digits=", ".join(f"{each.factor:.4g}" for each in digits),
    )


def _union_is_tight() -> Fact:
    """The union bound loses nothing where n·p is small."""
    n, m = 64, 1 << 30
    p = fires(Fraction(1, 2), m)
    share = orthogonal_share(p, n).low / (n * p.high)
    return established(
        share > Fraction(99, 100),
        r"Nor is $\lvert U\rvert\le\sum_i\lvert S_i\rvert$ generous: at 64 orthogonal points and a "
        r"width of $2^{30}$, $\lvert U\rvert$ is over 99 % of it in the mean.",
        Grade.EXACT,
        n=n,
        m=m,
        alpha=FEW,
        share=rounded(float(share)),
        n_times_p=rounded(n * p.middle),
    )


def _factors(orthogonal: Sequence[Updates], digits: Sequence[Updates]) -> Chart:
    n = [float(each.n) for each in orthogonal]
    on = [float(each.n) for each in digits]
    curves = [
        Curve("a whole factor n", n, n, "dashed"),
        Curve("orthogonal points", n, all_rounded(each.factor for each in orthogonal), "points"),
        Curve("digits", on, all_rounded(each.factor for each in digits), "points"),
    ]
    return Chart(
        title="Updated scores for each pair that fires",
        x="points n",
        y="n·|U| / Σ|Sᵢ|",
        curves=curves,
        x_scale="log2",
        y_scale="log2",
        caption=f"One iteration, m = {orthogonal[0].m:,}, α = {FEW:g}. A moved neuron's score is "
        "recomputed at all points, also where it does not fire.",
    )


# ---- the ranges of α -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers between two, the ends included or not."""

    low: Fraction
    high: Fraction
    closed_below: bool
    closed_above: bool

    def __contains__(self, alpha: Fraction) -> bool:
        above = self.low <= alpha if self.closed_below else self.low < alpha
        return above and (alpha <= self.high if self.closed_above else alpha < self.high)


ABSTRACT = Range(Fraction(1, 100), Fraction(1), closed_below=False, closed_above=False)
CLOSED = Range(Fraction(1, 10), PAPER, closed_below=True, closed_above=True)
HALF_OPEN = Range(Fraction(1, 10), PAPER, closed_below=True, closed_above=False)
RANGES = (ABSTRACT, CLOSED, HALF_OPEN)
"""(0.01, 1), [0.1, 0.24] and [0.1, 0.24)."""

QUARTER = Fraction(1, 4)


@decides("cost/alpha-range")
def alpha_range(effort: Effort) -> Decision:
    """Three ranges, of which the widest holds mostly what no width allows."""
    facts = [_three_ranges(), _mostly_excluded(), _trains_there(effort)]
    return Decision(Verdict.REFUTED, facts, _exponents())


def _three_ranges() -> Fact:
    """Each two are told apart by a number."""
    witnesses = (Fraction(1, 20), PAPER, Fraction(1, 2))
    patterns = [tuple(alpha in each for alpha in witnesses) for each in RANGES]
    return established(
        len(set(patterns)) == len(RANGES),
        r"$(0.01,1)$, $[0.1,0.24]$ and $[0.1,0.24)$ are three ranges: only the first holds "
        r"$\alpha=0.05$ and $\alpha=\frac12$, and only the last leaves out $\alpha=0.24$, which is "
        r"the shift's own.",
        Grade.EXACT,
        alphas=", ".join(map(str, witnesses)),
        first=_marks(patterns[0]),
        second=_marks(patterns[1]),
        third=_marks(patterns[2]),
    )


def _marks(pattern: Sequence[bool]) -> str:
    return ", ".join("in" if held else "out" for held in pattern)


def _mostly_excluded() -> Fact:
    excluded = (ABSTRACT.high - QUARTER) / (ABSTRACT.high - ABSTRACT.low)
    return established(
        excluded > Fraction(3, 4) and CLOSED.high < QUARTER and HALF_OPEN.high < QUARTER,
        r"The $\alpha\ge\frac14$ make up over three quarters of $(0.01,1)$; the other two ranges "
        r"end below $\frac14$, one of them where the width is the hundredth power of $n$.",
        Grade.EXACT,
        excluded=str(excluded),
        exponents_at_the_ends=", ".join(str(exponent(end)) for end in (CLOSED.low, CLOSED.high)),
    )


def _trains_there(effort: Effort) -> Fact:
    """What is contradictory is the theorem, not the algorithm."""
    alphas, seeds = (0.3, 0.4, 0.5), range(effort.of(2, 10, 50))
    m = 1 << 14
    ends = [outcome(live_training("digits", 16, m, alpha, k)) for alpha in alphas for k in seeds]
    return established(
        ends.count(CONVERGED) > len(ends) / 2,
        r"It is the demand that fails there, not the training: with $\alpha$ from $0.3$ to $0.5$ "
        "most trainings on digits converge.",
        Grade.MEASURED,
        n=16,
        m=m,
        converged=ends.count(CONVERGED),
        trainings=len(ends),
    )


def _exponents() -> Chart:
    """4/(1 − 4α), up to where it has no value."""
    alphas = [Fraction(k, 1000) for k in (*range(10, 240, 10), 240, 244, 246, 248, 249)]
    ends = (CLOSED.low, CLOSED.high)
    curves = [
        Curve(
            "m ≥ n to this power",
            [float(alpha) for alpha in alphas],
            all_rounded(float(exponent(alpha)) for alpha in alphas),
        ),
        Curve(
            "ends of [0.1, 0.24]",
            [float(alpha) for alpha in ends],
            all_rounded(float(exponent(alpha)) for alpha in ends),
            "points",
        ),
    ]
    return Chart(
        title="The width that each α demands",
        x="α",
        y="exponent of n",
        curves=curves,
        y_scale="log",
        caption="4/(1 − 4α), from m ≥ λ⁻⁴n⁴ and λ ≤ m^(−α). From α = 1/4 on there is none; the "
        "abstract's range goes to 1.",
    )
