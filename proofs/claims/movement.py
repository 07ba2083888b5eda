"""Claims movement/*: how far neurons move, how many, and that no other ever will."""

from collections.abc import Sequence
from fractions import Fraction

from scipy.special import ndtr

from proofs.certified.least_widths import within_the_shift
from proofs.certified.normal_tail import fires
from proofs.evidence.chart import Chart, Curve, Kind
from proofs.evidence.checks import decides
from proofs.evidence.effort import Effort
from proofs.evidence.evidence import Decision, Fact, Grade, established
from proofs.evidence.figures import all_rounded, rounded
from proofs.ledger.claim import Verdict
from proofs.measured.trainings.movements import Movement, movement
from proofs.measured.trainings.touched_neurons import Touched, orthogonal_share, touched, written
from proofs.measured.trainings.trainings import by, live_training, orthonormal, trained
from proofs.measured.trainings.unions import Unions, unions
from proofs.symbolic.width import PAPER
from reference.edges.setup.configuration import Configuration
from reference.training.method import Method
from reference.training.step_rule import StepRule
from reference.training.stopping import Reason

ROWS = ("digits", "diabetes", "wine")
"""Real data of three kinds."""


# ---- radius --------------------------------------------------------------------------------------


@decides("movement/radius")
def radius(effort: Effort) -> Decision:
    """Within n/(λ·√m) while steps contract; without the root of m nothing is kept out."""
    n, width = effort.of((16, 1 << 12), (64, 1 << 15), (64, 1 << 15))
    seeds = effort.of(2, 3, 20)
    seen = [movement(live_training(data, n, width, seed=k)) for data in ROWS for k in range(seeds)]
    seen.append(movement(live_training("digits", n, width), orthonormal(n)))
    facts = [
        _within_the_radius(seen),
        _beyond_the_radius(effort),
        _printed_keeps_nobody_out(seen),
        _radius_above_the_shift(seen),
        _best_data(n, width),
    ]
    return Decision(Verdict.CONDITIONAL, facts, _radii(effort.of(16, 18, 22)))


def _within_the_radius(seen: Sequence[Movement]) -> Fact:
    most = max(each.farthest / each.radius for each in seen)
    step = max(each.of_step_bound for each in seen)
    return established(
        all(each.converged for each in seen) and most <= 1 and step <= 1,
        r"In every training at $\alpha=0.24$, to its end, no neuron is ever further from $w_r(0)$ "
        r"than $n/(\lambda\sqrt{m})$, with $\lambda$ of $G(0)$, and each step keeps its bound.",
        Grade.MEASURED,
        trainings=len(seen),
        n=seen[0].config.points,
        m=seen[0].config.width,
        largest_share_of_the_radius=rounded(most),
        largest_share_of_a_step_bound=rounded(step),
    )


def _beyond_the_radius(effort: Effort) -> Fact:
    """The counterexample: each step keeps its own bound, their sum has none."""
    n, m, alpha = 64, 1 << 18, 0.4
    seeds = effort.of((3,), (2, 3), tuple(range(10)))
    seen = [movement(live_training("digits", n, m, alpha, k)) for k in seeds]
    return established(
        any(each.farthest > each.radius for each in seen)
        and all(each.of_step_bound <= 1 for each in seen),
        r"Where steps do not contract, neurons leave even $n/(\lambda\sqrt{m})$: on digits at "
        r"$\alpha=0.4$ some do, though each single step keeps its bound.",
        Grade.MEASURED,
        trainings=len(seen),
        n=n,
        m=m,
    )


def _printed_keeps_nobody_out(seen: Sequence[Movement]) -> Fact:
    """The sparsity lemma's set {r : s_i,r(0) > b − R} with R = n/λ is all neurons."""
    least = min(each.printed / each.config.shift for each in seen)
    share = min(float(ndtr(each.printed - each.config.shift)) for each in seen)
    return established(
        least > 1 and share > 1 - 1e-12,
        r"As printed, $R=n/\lambda$ is many times $b$ in each training at $\alpha=0.24$: the "
        r"sparsity lemma's set $\langle w_r(0),x_i\rangle>b-R$ then leaves out less than one "
        r"neuron in $10^{12}$, in the mean.",
        Grade.MEASURED,
        least_R_over_b=rounded(least),
        least_share_of_neurons_in_the_set=rounded(share),
    )


def _radius_above_the_shift(seen: Sequence[Movement]) -> Fact:
    least = min(each.radius / each.config.shift for each in seen)
    moved = [each.farthest / each.config.shift for each in seen]
    return established(
        least > 1 and 3 * min(moved) > 1 and max(moved) < 3,
        r"With its factor $R$ is above $b$ in each of them too, so at these widths the lemma does "
        r"not apply; the farthest neuron's movement is between $b/3$ and $3b$.",
        Grade.MEASURED,
        least_R_over_b=rounded(least),
        least_movement_over_b=rounded(min(moved)),
        largest_movement_over_b=rounded(max(moved)),
    )


def _best_data(n: int, width: int) -> Fact:
    power = within_the_shift(n, PAPER)
    return established(
        1 << power > width,
        rf"With its factor $R$ is above $b$ at every width below $2^{{{power}}}$ for $n={n}$, "
        r"$\alpha=0.24$ and points of unit norm, as $\lambda$ of $K$ is at most $P(Z>b)$.",
        Grade.EXACT,
        n=n,
        least_width_possible=f"2^{power}",
    )


def _radii(largest: int) -> Chart:
    """Against the width, on one data set."""
    powers = range(8, largest + 1, 2)
    seen = [movement(live_training("digits", 16, 1 << power)) for power in powers]
    x = [float(power) for power in powers]
    curves = [
        Curve("printed radius n/λ", x, all_rounded(each.printed for each in seen), "dashed"),
        Curve("n/(λ√m)", x, all_rounded(each.radius for each in seen)),
        Curve("shift b", x, all_rounded(each.config.shift for each in seen), "dashed"),
        Curve("farthest neuron", x, all_rounded(each.farthest for each in seen), "points"),
    ]
    return Chart(
        title="How far neurons move, and how far they may",
        x="log₂ of the width m",
        y="distance from w(0)",
        curves=curves,
        y_scale="log",
        caption="Digits, n = 16, α = 0.24, λ of G(0). With its factor the radius falls as the "
        "network grows, and the movement below it; as printed it rises.",
    )


# ---- small subset --------------------------------------------------------------------------------

HALF, FEW_POINTS = Fraction(1, 2), 16
"""An α and an n at which few of a million neurons are touched."""


@decides("movement/small-subset")
def small_subset(effort: Effort) -> Decision:
    """1 − (1 − p)^n of the neurons: nearly all or hardly any, as n·p is large or small."""
    width = effort.of(1 << 14, 1 << 17, 1 << 20)
    million = effort.of(1 << 20, 1 << 26, 1 << 30)
    most = effort.of(128, 256, 256)
    points = [n for n in (1, 4, 16, 64, 128, 256) if n <= most]
    orthogonal = [touched(live_training("digits", n, width), orthonormal(n)) for n in points]
    digits = [touched(live_training("digits", n, width)) for n in points if n > 1]
    facts = [
        _nearly_all(),
        _hardly_any(million),
        _hardly_any_to_the_end(million),
        _as_the_law_says(orthogonal),
        _real_points_share(digits),
        _every_iteration(effort),
        _nodes(effort),
    ]
    return Decision(Verdict.CONDITIONAL, facts, _shares(width, orthogonal, digits))


def _nearly_all() -> Fact:
    m, n = 10**6, 1000
    p = fires(PAPER, m)
    share = orthogonal_share(p, n)
    return established(
        share.low > Fraction(99, 100),
        r"At $m=10^6$, $n=1000$, $\alpha=0.24$ orthogonal points touch over 99 % of the neurons in "
        "the first iteration, in the mean.",
        Grade.EXACT,
        touched=rounded(share.middle),
        points_times_p=rounded(n * p.middle),
    )


def _hardly_any(m: int) -> Fact:
    share = orthogonal_share(fires(HALF, m), FEW_POINTS)
    return established(
        share.high < Fraction(1, 100),
        r"Where $n\,P(Z>b)$ is small the subset is small: at $\alpha=\frac12$ and $n=16$ "
        "orthogonal points touch below 1 % of a million neurons or more, in the mean.",
        Grade.EXACT,
        m=m,
        touched=rounded(share.middle),
    )


def _hardly_any_to_the_end(m: int) -> Fact:
    run = trained(live_training("digits", FEW_POINTS, m, alpha=0.5))
    most = max(record.union for record in run.records) / m
    return established(
        most < 0.01 and run.reason is Reason.CONVERGED,
        "So it is in each iteration of a training there, on digits.",
        Grade.MEASURED,
        m=m,
        n=FEW_POINTS,
        iterations=len(run.records) - 1,
        largest_share=rounded(most),
    )


def _as_the_law_says(seen: Sequence[Touched]) -> Fact:
    share = max((each.high - each.low) / (2 * each.m) for each in seen)
    return established(
        all(each.lawful for each in seen),
        r"Counted at $n$ orthogonal points, the neurons touched are as many as $1-(1-P(Z>b))^n$ "
        "says: each count is within the interval that a count of this law misses once in a "
        "million.",
        Grade.MEASURED,
        m=seen[0].m,
        points=", ".join(str(each.n) for each in seen),
        counted=", ".join(str(each.count) for each in seen),
        share_of_m_in_half_an_interval_at_most=rounded(share),
    )


def _real_points_share(seen: Sequence[Touched]) -> Fact:
    last = seen[-1]
    return established(
        all(each.count < each.low for each in seen),
        "Images of digits point in similar directions and share their neurons: they touch fewer "
        "than orthogonal points do, beyond what chance allows.",
        Grade.MEASURED,
        m=last.m,
        n=last.n,
        touched=rounded(last.share),
        orthogonal=rounded(last.expected),
    )


def _every_iteration(effort: Effort) -> Fact:
    """Not only the first."""
    n = effort.of(64, 128, 256)
    run = trained(live_training("digits", n, 1 << 12), problem=orthonormal(n))
    shares = [record.moved / (1 << 12) for record in run.records if record.moved]
    return established(
        run.reason is Reason.CONVERGED and min(shares) > max(shares) / 2,
        "At orthogonal points later iterations touch more than half as many neurons as the first "
        "one does, to the end of the training.",
        Grade.MEASURED,
        m=1 << 12,
        n=n,
        iterations=len(shares),
        first=rounded(shares[0]),
        last=rounded(shares[-1]),
    )


def _nodes(effort: Effort) -> Fact:
    """Leaves and all above them."""
    n, m = 16, effort.of(1 << 12, 1 << 14, 1 << 16)
    found = written(live_training("digits", n, m))
    leaves = orthogonal_share(fires(PAPER, m), n).middle
    return established(
        abs(found.share - found.expected) <= found.room and found.share > leaves,
        "Of the nodes of the trees a larger share is written than of the neurons is touched, as "
        "all that stands above a touched leaf is written too.",
        Grade.MEASURED,
        m=m,
        n=n,
        nodes_written=rounded(found.share),
        nodes_by_the_law=rounded(found.expected),
        neurons_by_the_law=rounded(leaves),
        proven_room=rounded(found.room),
    )


def _laws(m: int) -> Sequence[tuple[int, Kind]]:
    """The widths whose law is drawn, and how."""
    return [(m, "line"), (10**6, "dashed")]


def _shares(m: int, orthogonal: Sequence[Touched], digits: Sequence[Touched]) -> Chart:
    """Against n: the law at this width and at a million, and what was counted."""
    n = [float(1 << k) for k in range(11)]
    curves = [
        Curve(
            f"orthogonal, m = {width:,}",
            n,
            all_rounded(orthogonal_share(fires(PAPER, width), int(k)).middle for k in n),
            kind,
        )
        for width, kind in _laws(m)
    ]
    for name, seen in (("counted, orthogonal", orthogonal), ("counted, digits", digits)):
        x = [float(each.n) for each in seen]
        curves.append(Curve(name, x, all_rounded(each.share for each in seen), "points"))
    return Chart(
        title="Which share of the neurons an iteration touches",
        x="points n",
        y="share of the neurons",
        curves=curves,
        x_scale="log2",
        caption="α = 0.24. The subset is small only as long as n·P(Z > b) is.",
    )


# ---- monotone ------------------------------------------------------------------------------------

WAYS = (
    (Method.SUBLINEAR, StepRule.FULL),
    (Method.SUBLINEAR, StepRule.BACKTRACKING),
    (Method.SUBLINEAR, StepRule.DAMPED),
    (Method.GAUSS_NEWTON, StepRule.FULL),
    (Method.GRADIENT_DESCENT, StepRule.FULL),
    (Method.SGD, StepRule.FULL),
)
"""How networks that hold all their neurons are trained."""


@decides(
    "movement/monotone",
    theorems=(
        "firing/without_firing_no_motion",
        "firing/dead_neurons_do_not_move",
        "firing/dead_neurons_stay_dead",
        "firing/stepping_the_live_is_enough",
    ),
)
def monotone(effort: Effort) -> Decision:
    """A theorem; in floats no run has a newcomer either, though single points gain neurons."""
    m, seeds = effort.of(1 << 10, 1 << 12, 1 << 13), effort.of(1, 3, 10)
    configs = [_whole(way, data, m, k) for way in WAYS for data in ROWS for k in range(seeds)]
    seen = [unions(config) for config in configs]
    return Decision(Verdict.PROVED, [_no_newcomer(seen, m), _points_gain(seen)], _sizes(m))


def _whole(way: tuple[Method, StepRule], data: str, m: int, seed: int) -> Configuration:
    method, rule = way
    return by(live_training(data, 16, m, seed=seed), method, step_rule=rule)


def _no_newcomer(seen: Sequence[Unions], m: int) -> Fact:
    return established(
        all(each.newcomers == 0 for each in seen) and any(each.leavers for each in seen),
        "In floats too: in trainings by full, backtracked and damped Gauss-Newton steps, by "
        "gradient descent and by SGD, with all neurons held, none ever enters $U(t)$; some leave.",
        Grade.SAMPLED,
        trainings=len(seen),
        n=16,
        m=m,
        looks=sum(len(each.sizes) for each in seen),
        entered=sum(each.newcomers for each in seen),
        left=sum(each.leavers for each in seen),
    )


def _points_gain(seen: Sequence[Unions]) -> Fact:
    """What is not so."""
    return established(
        all(each.ignited > 0 for each in seen),
        r"Only the union shrinks: in each of these trainings some neuron of $U(t)$ begins to fire "
        r"on a further point, so that a single $S_i(t)$ can grow.",
        Grade.SAMPLED,
        pairs_that_began_to_fire=sum(each.ignited for each in seen),
    )


def _sizes(m: int) -> Chart:
    """|U(t)| step by step on one data set."""
    curves = []
    for way in WAYS[:1] + WAYS[-2:]:
        sizes = unions(_whole(way, ROWS[0], m, 0)).sizes
        curves.append(Curve(way[0].value, list(map(float, range(len(sizes)))), all_rounded(sizes)))
    return Chart(
        title="The neurons that fire on any point",
        x="step (of SGD: epoch)",
        y="|U(t)|",
        curves=curves,
        caption=f"Digits, n = 16, m = {m:,}, α = 0.24. No curve ever rises.",
    )
