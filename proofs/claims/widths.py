"""Claims convergence/width and regime: which widths are demanded, and which are enough."""

from collections.abc import Sequence
from fractions import Fraction
from math import log10

from proofs.certified.least_widths import demanded, enough
from proofs.certified.normal_tail import fires
from proofs.evidence.chart import Chart, Curve
from proofs.evidence.checks import decides
from proofs.evidence.effort import Effort
from proofs.evidence.evidence import Decision, Fact, Grade, established
from proofs.evidence.figures import all_rounded, rounded
from proofs.ledger.claim import Verdict
from proofs.measured.solving.orthonormal_sketches import Share
from proofs.measured.trainings.regimes import SILENT, Ending, endings, first_power, kinds
from proofs.measured.trainings.trainings import CONVERGED, PAPER_ALPHA, live_training, outcome
from proofs.symbolic.width import (
    ATOMS,
    LARGEST_DELTA_TO_THE_FOURTH,
    at_lower_end,
    at_upper_end,
    largest_constant,
)
from reference.edges.setup.configuration import WIDEST

TABLES = ("digits", "diabetes", "wine", "breast-cancer")
"""Real data of four kinds."""

TENTH, HUNDREDTH = Fraction(1, 10), Fraction(1, 100)

# ---- width ---------------------------------------------------------------------------------------


@decides("convergence/width")
def width(effort: Effort) -> Decision:
    """Demanded is what cannot exist; what exists converges."""
    facts = [_demanded_at_paper(), _no_constant_helps(), _smaller_alphas(), _converges(effort)]
    return Decision(Verdict.VACUOUS, facts, _demanded_and_enough(effort))


def _demanded_at_paper() -> Fact:
    n = 64
    upper = at_upper_end(n)
    lower = at_lower_end(n, delta_to_the_fourth=LARGEST_DELTA_TO_THE_FOURTH)
    return established(
        at_upper_end(2) > WIDEST and at_upper_end(7) > ATOMS and lower > upper,
        r"At $\alpha=0.24$ two points already demand more neurons than have numbers of eight "
        r"bytes, and seven more than the universe that can be seen has atoms.",
        Grade.EXACT,
        two_points=f"{at_upper_end(2):.3e}",
        seven_points=f"{at_upper_end(7):.3e}",
        log10_for_64_points=rounded(log10(upper)),
        log10_at_the_lower_end_of_lambda=rounded(log10(lower)),
    )


def _no_constant_helps() -> Fact:
    n = 64
    constant = largest_constant(n, WIDEST)
    return established(
        constant < Fraction(1, 10**6),
        r"Nor does a constant in the $\Omega$ help: for 64 points in at most $2^{62}$ neurons it "
        r"would have to be below a millionth.",
        Grade.EXACT,
        largest_constant=rounded(float(constant)),
        with_alpha="0.24",
    )


def _smaller_alphas() -> Fact:
    """The other side: where it could exist, and what α is worth there."""
    n = 64
    least, two, many = demanded(n, TENTH), enough(2, TENTH), enough(n, HUNDREDTH)
    return established(
        least > 50 and two < 34 and many < 34,
        r"The demand shrinks with $\alpha$. At $\alpha=0.1$, as $\lambda$ is at most $P(Z>b)$, 64 "
        r"points of unit norm still demand more than $2^{50}$ neurons; two orthogonal points "
        r"there, or 64 at $\alpha=0.01$, fewer than $2^{34}$.",
        Grade.EXACT,
        n_64_alpha_0_1=f"no m below 2^{least}",
        n_2_alpha_0_1=f"2^{two} is enough",
        n_64_alpha_0_01=f"2^{many} is enough",
        share_that_fires_there=rounded(fires(HUNDREDTH, 1 << many).middle),
    )


def _converges(effort: Effort) -> Fact:
    n, m, seeds = effort.of((16, 1 << 12, 2), (64, 1 << 12, 5), (64, 1 << 12, 50))
    runs = [outcome(live_training(data, n, m, seed=k)) for data in TABLES for k in range(seeds)]
    share = Share(runs.count(CONVERGED), len(runs))
    return established(
        2 * share.count > share.draws,
        r"Yet it converges, to a loss of $10^{-20}$, in 4,096 neurons at $\alpha=0.24$: most "
        "trainings on real data do.",
        Grade.MEASURED,
        n=n,
        m=m,
        converged=share.count,
        trainings=share.draws,
        rate_at_least=rounded(share.low),
        rate_at_most=rounded(share.high),
    )


def _demanded_and_enough(effort: Effort) -> Chart:
    """log₁₀ of both, against n."""
    points = (8, 16, 32, 64)
    n = list(map(float, points))
    tried = effort.of(points[:2], points, points)
    enough = [first_power("digits", k, PAPER_ALPHA, effort.of(2, 3, 10)) for k in tried]
    curves = [
        Curve("demanded, lower end of λ", n, all_rounded(log10(at_lower_end(k)) for k in points)),
        Curve("demanded, λ = m^(−α)", n, all_rounded(log10(at_upper_end(k)) for k in points)),
        Curve(
            "demanded at α = 0.1, orthogonal points",
            n,
            all_rounded(log10(1 << demanded(k, TENTH)) for k in points),
            "dashed",
        ),
        Curve(
            "enough on digits",
            [float(k) for k, power in zip(tried, enough, strict=True) if power is not None],
            all_rounded(log10(1 << power) for power in enough if power is not None),
            "points",
        ),
    ]
    return Chart(
        title="The width that is demanded, and one that is enough",
        x="points n",
        y="log₁₀ of the width",
        curves=curves,
        x_scale="log2",
        y_scale="log",
        caption="α = 0.24 but for the dashed line. A width is enough if all trainings tried on "
        "digits converge at it; at some larger ones a few may not.",
    )


# ---- regime --------------------------------------------------------------------------------------

ALPHAS = (0.1, 0.24, 0.4, 0.5, 0.6, 0.8)


@decides("convergence/regime")
def regime(effort: Effort) -> Decision:
    """Converged far below and beyond what is demanded; silent, singular or stalled elsewhere."""
    n, seeds = effort.of((16, 1), (32, 2), (64, 5))
    powers = range(4, effort.of(17, 21, 25), effort.of(4, 2, 2))
    seen = endings("digits", n, ALPHAS, powers, seeds, effort.of(2e4, 1e5, 1e6))
    others = [
        each
        for data in TABLES[1:]
        for each in endings(data, n, (0.24, 0.5), (12, 16), seeds, effort.of(2e4, 1e5, 1e6))
    ]
    facts = [
        _inside([*seen, *others]),
        _beyond_a_quarter([*seen, *others]),
        _silent([*seen, *others]),
        _wider_is_not_safer(effort),
    ]
    return Decision(Verdict.CONFIRMED, facts, _diagram(seen, n))


def _inside(seen: Sequence[Ending]) -> Fact:
    inside = [each for each in seen if each.config.alpha <= PAPER_ALPHA and each.cell[0] >= 8]
    share = Share(sum(each.converged for each in inside), len(inside))
    return established(
        5 * share.count >= 4 * share.draws,
        r"Full steps converge at $\alpha\le0.24$ from $2^8$ neurons on, in four of five trainings "
        "at least.",
        Grade.MEASURED,
        n=seen[0].config.points,
        converged=share.count,
        trainings=share.draws,
        rate_at_least=rounded(share.low),
    )


def _beyond_a_quarter(seen: Sequence[Ending]) -> Fact:
    beyond = [each for each in seen if each.config.alpha >= 0.5 and each.converged]
    return established(
        len(beyond) > 0,
        r"They converge at $\alpha\ge\frac12$ too, where no width is the one demanded.",
        Grade.MEASURED,
        converged=len(beyond),
        largest_alpha=max((each.config.alpha for each in beyond), default=0.0),
    )


def _silent(seen: Sequence[Ending]) -> Fact:
    """The one failure that is known beforehand."""
    n = seen[0].config.points
    safe = [each for each in seen if n * each.silent < 1e-3]
    ended = [each for each in seen if each.kind == SILENT]
    return established(
        len(safe) > 0 and len(ended) > 0 and all(each.kind != SILENT for each in safe),
        r"Where few neurons fire, some point has none and a training does not begin: never where "
        r"$n\,(1-P(Z>b))^m<10^{-3}$, which bounds the probability, and often elsewhere.",
        Grade.MEASURED,
        without_a_firing_neuron=len(ended),
        other_failures=sum(each.kind not in (SILENT, CONVERGED) for each in seen),
        trainings=len(seen),
        of_these_below_the_bound=len(safe),
        endings=", ".join(f"{kind} {count}" for kind, count in kinds(seen).items()),
    )


def _wider_is_not_safer(effort: Effort) -> Fact:
    n, alpha, narrow, wide = 64, 0.4, 12, 18
    seeds = range(effort.of(2, 5, 20))
    ends = {
        power: [outcome(live_training("digits", n, 1 << power, alpha, k)) for k in seeds]
        for power in (narrow, wide)
    }
    converged = {power: ends[power].count(CONVERGED) for power in ends}
    return established(
        converged[narrow] > len(seeds) / 2 > converged[wide],
        r"A wider network is not a safer one: on digits at $\alpha=0.4$ most trainings converge in "
        r"$2^{12}$ neurons, and most do not in $2^{18}$.",
        Grade.MEASURED,
        n=n,
        alpha=alpha,
        trainings_at_each_width=len(seeds),
        converged_in_2_12=converged[narrow],
        converged_in_2_18=converged[wide],
        how_others_end=", ".join(sorted({end for end in ends[wide] if end != CONVERGED})),
    )


def _diagram(seen: Sequence[Ending], n: int) -> Chart:
    """A mark for each outcome of each cell; a second one stands a little to the right."""
    by_cell: dict[tuple[int, float], list[str]] = {}
    for cell, kind in dict.fromkeys((each.cell, each.kind) for each in seen):
        by_cell.setdefault(cell, []).append(kind)
    curves = []
    for kind in kinds(seen):
        places = [
            (power + 0.3 * here.index(kind), alpha)
            for (power, alpha), here in by_cell.items()
            if kind in here
        ]
        curves.append(Curve(kind, [x for x, _ in places], [alpha for _, alpha in places], "points"))
    return Chart(
        title="How trainings end",
        x="log₂ of the width m",
        y="α",
        curves=curves,
        caption=f"Digits, n = {n}, full steps. Up and to the left few neurons fire, down and to "
        "the right many; cells that would take too long are empty.",
    )
