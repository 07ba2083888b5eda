"""What is established of S Jᵀ for regression/sketch-cost, regression/precondition, and for
regression/adaptive.

The checks that come to a verdict of it stand in `regression`.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from scipy import stats

from proofs.evidence.chart import Chart, Curve
from proofs.evidence.effort import Effort
from proofs.evidence.evidence import Fact, Grade, established
from proofs.evidence.figures import all_rounded, rounded
from proofs.measured.costs.first_steps import FirstStep, first_step
from proofs.measured.costs.sketch_costs import exponent, makings
from proofs.measured.solving.orthonormal_sketches import (
    Embedding,
    Share,
    apart,
    logarithm,
    meetings,
    rows_for_half,
    transform_failures,
)
from proofs.measured.solving.preconditioners import conditioned
from proofs.measured.solving.sketch_failures import FailureRate, failure_rates
from proofs.measured.solving.sketch_reuse import (
    Alike,
    Reuse,
    alike,
    blinded,
    by_factors,
    by_sketch,
    digests,
    reuse,
)
from proofs.measured.trainings.small_trainings import drawn
from reference.edges.setup.configuration import Configuration
from reference.solvers.sketch import OSNAP_NONZEROS, SketchKind
from reference.solvers.sketch_solver import Draws

# ---- regression/sketch-cost ----------------------------------------------------------------------

LINEAR_ROWS = 32
"""Rows a point: twice the default, so that nothing fails where rows need only be many."""

MANY = 16
"""Firing neurons a point that are many."""


def costs(effort: Effort) -> tuple[Sequence[Fact], Chart]:
    """Costs against the width; how many rows each sketch needs, on few and many firing neurons."""
    sizes = effort.of((8, 16, 64), (8, 16, 32, 64, 128), (8, 16, 32, 64, 128, 256))
    draws = effort.of(60, 150, 300)
    rates = _rates(sizes, draws)
    facts = [
        *_made_against_width(effort),
        _square_rows(effort),
        *_as_often_as_expected(effort),
        *_linear_rows(sizes, draws, rates),
    ]
    return facts, _rows_chart(sizes, rates)


def _made_against_width(effort: Effort) -> Iterator[Fact]:
    """S Jᵀ on real networks."""
    largest, seeds = effort.of((12, 1), (15, 3), (18, 5))
    widths = [1 << k for k in range(8, largest + 1)]
    config = Configuration(data="diabetes", points=16, invariants="off")
    found = list(makings(config, widths, seeds))
    sparse, transform = (exponent(found, kind) for kind in (SketchKind.OSNAP, SketchKind.SRHT))
    yield established(
        sparse.slope + sparse.half <= 1 - config.alpha + 0.1,
        r"Making $S J^\top$ by an OSNAP at the first step of real trainings, $\alpha = 0.24$: "
        r"operations grow with an exponent of $m$ near $1 - \alpha$.",
        Grade.MEASURED,
        exponent=rounded(sparse.slope, 4),
        half_of_its_95_percent_interval=rounded(sparse.half, 2),
        widths=f"{widths[0]} to {widths[-1]}",
        networks=len(found),
    )
    least = min(each.operations[SketchKind.SRHT] / each.dense for each in found)
    yield established(
        transform.slope - transform.half > 1 and least > 1,
        "By a Hadamard transform they grow faster than $m$, and are more than all scores of the "
        "dense method take, $mnd$.",
        Grade.MEASURED,
        exponent=rounded(transform.slope, 4),
        half_of_its_95_percent_interval=rounded(transform.half, 2),
        least_times_mnd=rounded(least, 3),
    )


def _square_rows(effort: Effort) -> Fact:
    """The exact number of rows for one half."""
    sizes = [1 << k for k in range(3, effort.of(7, 8, 9))]
    rows = [rows_for_half(n) for n in sizes]
    shares = [r / n**2 for n, r in zip(sizes, rows, strict=True)]
    return established(
        all(later > one for one, later in pairwise(shares)) and shares[0] > 0.5,
        "A CountSketch of $n$ orthonormal columns of one entry each keeps them apart at least "
        "every second time only with so many rows, computed exactly: a share of $n^2$ that grows "
        r"with $n$, to $1/(2\log 2)$.",
        Grade.EXACT,
        n=", ".join(map(str, sizes)),
        rows=", ".join(map(str, rows)),
        of_n_squared=", ".join(f"{share:.3g}" for share in shares),
    )


def _as_often_as_expected(effort: Effort) -> Iterator[Fact]:
    """The reference's CountSketch is as bad there as the formula says."""
    draws = effort.of(200, 1000, 10000)
    for n, rows in ((8, 64), (8, 256), (16, 256)):
        met = meetings(n, rows, draws)
        chance = float(1 - apart(n, rows))
        likely = float(stats.binomtest(met.count, draws, chance).pvalue)
        yield established(
            likely > 1e-3,
            "Columns of the reference's CountSketch meet as often as that formula says, at a "
            "level of 0.001.",
            Grade.MEASURED,
            n=n,
            rows=rows,
            draws=draws,
            met=met.count,
            expected=rounded(chance * draws, 4),
        )


Rates = Mapping[str, Sequence[Share]]
"""How often sketches of 32·n rows fail, by what they are, one for each n."""

THIN, TRANSFORM = "CountSketch, 1 firing neuron a point", "Hadamard, 1 firing neuron a point"
FIXED = f"OSNAP, {OSNAP_NONZEROS} entries a column, 1 firing neuron a point"
GROWING = "OSNAP, 2 log₂ n entries a column, 1 firing neuron a point"
WIDE, WIDE_FIXED = (
    f"CountSketch, {MANY} firing neurons a point",
    f"OSNAP, {OSNAP_NONZEROS} entries a column, {MANY} firing neurons a point",
)


def _rates(sizes: Sequence[int], draws: int) -> Rates:
    """Drawn; each with a stream of its own."""

    def embedded(spread: int, nonzeros: Mapping[int, int]) -> Sequence[Share]:
        return [Embedding(n, spread, LINEAR_ROWS * n, nonzeros[n]).failures(draws) for n in sizes]

    one, four = dict.fromkeys(sizes, 1), dict.fromkeys(sizes, OSNAP_NONZEROS)
    return {
        THIN: embedded(1, one),
        TRANSFORM: [transform_failures(n, LINEAR_ROWS * n, draws) for n in sizes],
        FIXED: embedded(1, four),
        GROWING: embedded(1, {n: 2 * logarithm(n) for n in sizes}),
        WIDE: embedded(MANY, one),
        WIDE_FIXED: embedded(MANY, four),
    }


def _linear_rows(sizes: Sequence[int], draws: int, rates: Rates) -> Iterator[Fact]:
    """Rows linear in n: too few for some where few neurons fire, enough where many do."""
    for name in (THIN, FIXED):
        yield established(
            rates[name][0].high < rates[name][-1].low,
            f"{name}, orthonormal points, 32 rows a point: it fails ever more often as $n$ grows. "
            "Linear rows are not enough.",
            Grade.MEASURED,
            **_shares(sizes, draws, rates[name]),
        )
    for name in (GROWING, WIDE, WIDE_FIXED):
        yield established(
            rates[name][-1].high < min(rates[THIN][-1].low, rates[FIXED][-1].low),
            f"{name}, orthonormal points, 32 rows a point: it hardly fails. Linear rows are "
            "enough at these sizes.",
            Grade.MEASURED,
            **_shares(sizes, draws, rates[name]),
        )


def _shares(
    sizes: Sequence[int], draws: int, found: Sequence[Share]
) -> Mapping[str, int | float | str]:
    return {
        "n": ", ".join(map(str, sizes)),
        "draws": draws,
        "failed": ", ".join(str(each.count) for each in found),
        "rate_at_the_largest_n_at_least": rounded(found[-1].low, 3),
        "rate_at_the_largest_n_at_most": rounded(found[-1].high, 3),
    }


def _rows_chart(sizes: Sequence[int], rates: Rates) -> Chart:
    """Failure against n."""
    x = [float(n) for n in sizes]
    exact = [float(1 - apart(n, LINEAR_ROWS * n)) for n in sizes]
    return Chart(
        title=f"Failures with {LINEAR_ROWS} rows a point, orthonormal points",
        x="points n",
        y="share of draws that fail",
        curves=[
            Curve("CountSketch, 1 firing neuron, exactly", x, all_rounded(exact), "dashed"),
            *(_curve(name, x, found) for name, found in rates.items()),
        ],
        x_scale="log2",
        caption="A draw fails if some squared length is off by more than a half; bars are 95 % "
        "intervals. Linear rows fail where one neuron fires on a point, unless columns of S have "
        "about log n entries; where many fire they do not.",
    )


def _curve(name: str, x: Sequence[float], found: Sequence[Share]) -> Curve:
    return Curve(
        name,
        x,
        all_rounded(each.count / each.draws for each in found),
        "points",
        all_rounded(each.low for each in found),
        all_rounded(each.high for each in found),
    )


# ---- regression/precondition ---------------------------------------------------------------------

NAMES = {
    SketchKind.OSNAP: f"OSNAP with {OSNAP_NONZEROS} entries a column",
    SketchKind.COUNTSKETCH: "CountSketch",
    SketchKind.SRHT: "Hadamard sketch",
}

ROWS = (64, 96, 128, 192, 256, 384)
"""For n = 8: from 8 a point to 48."""


def conditions(effort: Effort) -> tuple[Sequence[Fact], Chart]:
    """Failure rates against rows; conditions on growing real systems; where linear rows fail."""
    width, draws, most = effort.of((128, 20, 0.2), (512, 100, 0.05), (512, 2000, 0.01))
    config = Configuration(data="diabetes", points=8, width=width, invariants="off")
    rates = list(failure_rates(first_step(config).trainer, list(SketchKind), ROWS, draws))
    facts = [
        *(_falling(rates, kind, most) for kind in SketchKind),
        *_on_growing_sets(effort),
        *_not_on_every_jacobian(effort),
    ]
    return facts, _rates_chart(rates)


def _falling(rates: Sequence[FailureRate], kind: SketchKind, most: float) -> Fact:
    """From nearly all draws to hardly any."""
    here = [rate for rate in rates if rate.kind == kind.value]
    failures = [rate.failures for rate in here]
    return established(
        here[0].low > 0.5 and here[-1].high < most,
        f"{NAMES[kind]}, a real system of 8 points: with 8 rows a point most draws are off by "
        "more than a half in some squared length, with 48 hardly any. A draw that is not leaves a "
        "condition of at most 3.",
        Grade.MEASURED,
        rows=", ".join(str(rate.rows) for rate in here),
        draws=here[0].draws,
        failed=", ".join(map(str, failures)),
        rate_with_the_fewest_rows_at_least=rounded(here[0].low, 3),
        rate_with_the_most_rows_at_most=rounded(here[-1].high, 3),
    )


def _on_growing_sets(effort: Effort) -> Iterator[Fact]:
    """cond(M⁻¹G) ≤ 3 with 32 rows a point, whatever n and κ."""
    sizes = effort.of((8, 16, 32), (8, 16, 32, 64), (8, 16, 32, 64))
    draws, most, width = *effort.of((8, 0.2), (25, 0.05), (100, 0.02)), 1024
    for kind in (SketchKind.OSNAP, SketchKind.COUNTSKETCH):
        steps = [_step("diabetes", n, width) for n in sizes]
        found = [
            conditioned(step, kind, LINEAR_ROWS * n, draws)
            for step, n in zip(steps, sizes, strict=True)
        ]
        above = Share(sum(each.above.count for each in found), draws * len(sizes))
        yield established(
            above.high < most,
            f"{NAMES[kind]}, real systems of more and more points, 32 rows a point: hardly a draw "
            r"leaves a condition above 3, whatever $n$ and $\kappa$.",
            Grade.MEASURED,
            n=", ".join(map(str, sizes)),
            kappas=", ".join(f"{each.kappa:.3g}" for each in found),
            worst_conditions_left=", ".join(f"{each.worst:.3g}" for each in found),
            draws=above.draws,
            above_3=above.count,
            rate_at_most=rounded(above.high, 3),
        )


def _step(data: str, n: int, width: int) -> FirstStep:
    return first_step(Configuration(data=data, points=n, width=width, invariants="off"))


def _not_on_every_jacobian(effort: Effort) -> Iterator[Fact]:
    """One firing neuron a point: a CountSketch is singular, a Hadamard transform needs n·log n."""
    n, draws = effort.of((32, 100), (64, 400), (128, 4000))
    rows = LINEAR_ROWS * n
    yield established(
        4 * apart(n, rows) < 3,
        "Not on every $J$: where one neuron fires on each of $n$ orthonormal points, $G$ has "
        "condition 1, and a CountSketch with 32 rows a point is singular with this probability.",
        Grade.EXACT,
        n=n,
        probability=rounded(float(1 - apart(n, rows))),
    )
    few = transform_failures(n, rows, draws)
    enough = transform_failures(n, rows * logarithm(n), draws)
    yield established(
        enough.high < few.low,
        r"There a Hadamard transform fails often with $32n$ rows and hardly with $32n\log_2 n$.",
        Grade.MEASURED,
        n=n,
        draws=draws,
        failed_with_linear_rows=few.count,
        failed_with_the_logarithm=enough.count,
        rate_with_the_logarithm_at_most=rounded(enough.high, 3),
    )


def _rates_chart(rates: Sequence[FailureRate]) -> Chart:
    """Three sketches against their rows."""
    curves = []
    for kind in SketchKind:
        here = [rate for rate in rates if rate.kind == kind.value]
        curves.append(
            Curve(
                NAMES[kind],
                [float(rate.rows) for rate in here],
                all_rounded(rate.failures / rate.draws for rate in here),
                "points",
                all_rounded(rate.low for rate in here),
                all_rounded(rate.high for rate in here),
            )
        )
    return Chart(
        title="Failures against rows, n = 8",
        x="rows of S",
        y="share of draws that fail",
        curves=curves,
        x_scale="log2",
        caption="A draw fails if some squared length is off by more than a half, on the Jacobian "
        "of a real network's first step; bars are 95 % intervals by Clopper and Pearson. Kind of "
        "sketch hardly matters here, rows do.",
    )


# ---- regression/adaptive -------------------------------------------------------------------------


def one_for_all(effort: Effort) -> Sequence[Fact]:
    """Exact solves keep S out of the trajectory; a Jacobian chosen after S defeats it."""
    return [
        _kept_out(effort),
        _kept_out_of_floats(effort),
        _chosen_after(effort),
        *_let_in(effort),
    ]


def _kept_out(effort: Effort) -> Fact:
    """Trajectories in rationals."""
    trainings, seeds = effort.of((4, 1), (12, 3), (60, 5))
    found = [alike(drawn(seed), seeds, 4) for seed in range(trainings)]
    made, cut, others = (sum(_of(each)[k] for each in found) for k in range(3))
    return established(
        others == 0 and made > cut,
        "Trainings in rationals by exact solves: residuals, firing sets and weights are those "
        "without a sketch at every step, whatever the sketch, its seed, drawn once or anew. So no "
        "Jacobian depends on $S$, and what holds of one fixed before $S$ holds of each; over $T$ "
        "of them the chances of failure add up.",
        Grade.SAMPLED,
        trajectories=made,
        cut_short_by_a_singular_sketch=cut,
    )


def _of(found: Alike) -> tuple[int, int, int]:
    return found.made, found.cut, found.others


def _kept_out_of_floats(effort: Effort) -> Fact:
    """Firing sets in floats, at the default accuracy."""
    width, seeds, steps = effort.of((512, 1, 4), (4096, 4, 6), (4096, 20, 8))
    config = Configuration(data="diabetes", points=8, width=width, invariants="off")
    factorized = digests(config, by_factors(), steps)
    found = [
        digests(config, by_sketch(config, draws, seed, config.accuracy), steps)
        for draws in Draws
        for seed in range(seeds)
    ]
    return established(
        all(each == factorized for each in found),
        r"In floats, solved to $\epsilon = 10^{-10}$: the firing sets of every step, and so $J$, "
        "are those of the factorized solves.",
        Grade.MEASURED,
        m=width,
        steps=steps,
        trainings=len(found),
    )


def _chosen_after(effort: Effort) -> Fact:
    """A network against each S."""
    sketches, rows, m, d = effort.of(10, 50, 300), 24, 16, 3
    found = [blinded(seed, rows, m, d) for seed in range(sketches)]
    return established(
        all(each is not None and each.shown for each in found),
        r"Against every draw of a CountSketch with fewer rows than $J^\top$ there is a network and "
        r"two orthonormal points, one neuron firing on each, whose $S J^\top$ is singular while "
        "$G = I/m$: of a $J$ that is chosen after $S$ nothing is guaranteed.",
        Grade.EXACT,
        sketches=sketches,
        rows=rows,
        m=m,
        d=d,
    )


def _let_in(effort: Effort) -> Iterator[Fact]:
    """Coarse solves: the trajectories differ, and S fails no more often for that."""
    trainings, steps = effort.of((12, 3), (150, 5), (600, 5))
    config = Configuration(data="diabetes", points=8, width=256, sketch_rows=96, invariants="off")
    once, fresh = (reuse(config, draws, trainings, steps) for draws in (Draws.ONCE, Draws.FRESH))
    last, first = once.at_step[-1], once.at_step[0]
    yield established(
        last.overlaps(fresh.at_step[-1]) and once.trajectories > 1,
        r"Solves that leave half of the residual do let $S$ in: the firing sets then differ from "
        r"seed to seed. Still an $S$ drawn once leaves a condition above 3 at the last step about "
        "as often as a fresh one: the intervals overlap.",
        Grade.MEASURED,
        trainings=trainings,
        steps=steps,
        different_trajectories=once.trajectories,
        once_at_each_step=_counts(once),
        fresh_at_each_step=_counts(fresh),
        reuse_adds_at_most=rounded(last.high - fresh.at_step[-1].low, 3),
    )
    yield established(
        first.count <= once.ever.count <= fresh.ever.count,
        "That some step fails is rarer with one $S$: its failures come together, those of fresh "
        "ones add up; a fresh one recovers at the next step.",
        Grade.MEASURED,
        trainings=trainings,
        once=once.ever.count,
        fresh=fresh.ever.count,
    )


def _counts(found: Reuse) -> str:
    return ", ".join(str(share.count) for share in found.at_step)
