"""Claims beyond/live-sampler, sublinear-total: networks of which only live neurons are drawn."""

from collections.abc import Mapping
from itertools import chain

from proofs.evidence.chart import Chart, Curve
from proofs.evidence.checks import decides
from proofs.evidence.effort import Effort
from proofs.evidence.evidence import Decision, Fact, Grade, established
from proofs.ledger.claim import Verdict
from proofs.measured.costs.exponents import Fit
from proofs.measured.laws import FOUND, Comparison, rejected, weakest
from proofs.measured.live.live_exponents import ABOVE
from proofs.measured.live.sampler_law import (
    HUGE,
    HUGE_PAIR,
    PAIRS,
    WRONG,
    orthogonal_comparisons,
    pair_comparisons,
    repeated_comparisons,
    wrong,
)
from proofs.measured.live.trainings_by_width import (
    TrainingsByWidth,
    reasons_to_stop,
    trainings_by_width,
)
from reference.edges.networks.live_sampler import draw_live
from reference.training.stopping import Reason

# ---- the live sampler ----------------------------------------------------------------------------

FALSE_ALARMS = 1e-6
"""With fresh seeds one check of a right sampler in a million would reject anything."""


@decides("beyond/live-sampler")
def live_sampler(effort: Effort) -> Decision:
    """The law is proved part by part; what the code draws is held against exact laws."""
    m, networks = effort.of((1 << 16, 250), (1 << 22, 2000), (1 << 24, 20000))
    at_two = [pair_comparisons(draw_live, seed, m, pair) for seed, pair in enumerate(PAIRS, 2)]
    made = {
        "at three orthogonal points, where patterns have multinomial counts (candidates, patterns, "
        "scores, places, signs)": [*orthogonal_comparisons(draw_live, 1, m)],
        "at two points, near, far and of unequal lengths, where patterns have bivariate normal "
        "probabilities (patterns, and either score given the other)": [
            *chain.from_iterable(at_two)
        ],
        "at two points and width $2^{40}$, where nobody could draw a whole network": [
            *pair_comparisons(draw_live, 7, HUGE, HUGE_PAIR)
        ],
        "over many networks of width 300 (how counts and the dead neurons' signs vary)": [
            *repeated_comparisons(draw_live, range(networks))
        ],
    }
    level = FALSE_ALARMS / sum(map(len, made.values()))
    facts = [_has_the_law(says, comparisons, level) for says, comparisons in made.items()]
    return Decision(Verdict.PROVED, [*facts, _wrong_samplers_are_found(m, level)])


def _has_the_law(says: str, comparisons: list[Comparison], level: float) -> Fact:
    """Nothing is rejected; the power is that of the weakest comparison of each kind."""
    power = weakest(comparisons, level)
    return established(
        not rejected(comparisons, level),
        f"The sampler's draws have the right law {says}. Each comparison would have found the "
        f"stated deviation with a probability of {FOUND:g}.",
        Grade.MEASURED,
        comparisons=len(comparisons),
        level_of_each=float(f"{level:.3g}"),
        least_p_value=float(f"{min(one.p_value for one in comparisons):.3g}"),
        **{f"finds_a_{kind}_off_by": round(least, 4) for kind, least in power.items()},
    )


def _wrong_samplers_are_found(m: int, level: float) -> Fact:
    """The comparisons are no formality."""
    found = {
        name: len(rejected(orthogonal_comparisons(wrong(spoil), 1, m), level))
        for name, spoil in WRONG.items()
    }
    return established(
        all(found.values()),
        "Samplers that are wrong on purpose are rejected by the same comparisons: one that keeps "
        "by the square of the cover, one whose weights are 5 % too long, one whose places follow "
        "the scores, one with a fifth of its signs given by who fires.",
        Grade.MEASURED,
        **{f"rejections_{name}": count for name, count in found.items()},
    )


# ---- the whole training --------------------------------------------------------------------------

OTHERS = ("breast-cancer", "diabetes", "wine")
"""Data besides digits."""


@decides(
    "beyond/sublinear-total",
    theorems=(
        "firing/dead_neurons_stay_dead",
        "firing/the_live_are_the_output",
        "firing/the_live_are_the_gram_matrix",
        "firing/stepping_the_live_is_enough",
    ),
)
def sublinear_total(effort: Effort) -> Decision:
    """Whole trainings, counted: their exponents, their steps, and a bound that holds for each."""
    last, seeds = effort.of((24, 3), (40, 2), (40, 6))
    made = {
        data: trainings_by_width([1 << k for k in range(12, top + 1, 4)], seeds, data=data)
        for data, top in (("digits", last), *((data, min(last, 32)) for data in OTHERS))
    }
    facts = [
        _exponents_hold(made),
        _steps_grow_slowly(made),
        _within_the_bound(made),
        _dense_is_linear(made["digits"]),
        _some_reach_nothing(effort),
    ]
    return Decision(Verdict.CONDITIONAL, facts, _whole_chart(made["digits"]))


def _exponents_hold(made: Mapping[str, TrainingsByWidth]) -> Fact:
    """Set-up, an iteration, the whole: at the upper ends of the intervals."""
    ours = {
        data: [one.line(what) for what in ("set-up", "an iteration", "the whole training")]
        for data, one in made.items()
    }
    some = made["digits"]
    return established(
        all(line.holds for lines in ours.values() for line in lines)
        and not any(one.left_out for one in made.values()),
        "On four data sets counted operations of set-up, of an iteration, and of whole trainings "
        f"to a loss of {some.config.until:g} grow with exponents in $m$ of at most "
        f"$1 - \\alpha + {ABOVE:g}$, at the upper ends of their 95 % intervals; every training "
        "reached the loss.",
        Grade.MEASURED,
        alpha=some.config.alpha,
        points=some.config.points,
        trainings=sum(len(one.costs) for one in made.values()),
        **{
            f"widths_{_key(data)}": "2^{} to 2^{}".format(*one.powers) for data, one in made.items()
        },
        **{
            f"exponents_{_key(data)}": ", ".join(_interval(line.fit) for line in lines)
            for data, lines in ours.items()
        },
    )


def _steps_grow_slowly(made: Mapping[str, TrainingsByWidth]) -> Fact:
    """What no theorem says: how many steps a wider network needs."""
    fits = {data: one.steps for data, one in made.items()}
    steps = [cost.steps for one in made.values() for cost in one.costs]
    return established(
        all(fit.slope + fit.half <= 2 * ABOVE for fit in fits.values()),
        "The number of steps hardly depends on the width: its exponent, at the upper end of its "
        f"95 % interval, is at most {2 * ABOVE:g}.",
        Grade.MEASURED,
        fewest=min(steps),
        most=max(steps),
        **{f"exponent_{_key(data)}": _interval(fit) for data, fit in fits.items()},
    )


def _within_the_bound(made: Mapping[str, TrainingsByWidth]) -> Fact:
    """The linear bound that is proved is a bound of what is counted."""
    shares = [cost.whole / one.most(cost) for one in made.values() for cost in one.costs]
    return established(
        max(shares) <= 1,
        "Each training took no more than the bound that is linear in its candidates.",
        Grade.EXACT,
        trainings=len(shares),
        largest_share_of_the_bound=round(max(shares), 4),
    )


def _dense_is_linear(made: TrainingsByWidth) -> Fact:
    """Beside it, in closed form, the dense method on the same steps."""
    line, last = made.line("dense: the whole training"), made.costs[-1]
    return established(
        line.holds and last.whole < last.dense_whole,
        "The dense method's operations for the same steps grow linearly with $m$, within twice the "
        "interval; at the largest width the live training takes so many times fewer.",
        Grade.MEASURED,
        exponent=_interval(line.fit),
        times_fewer=float(f"{last.dense_whole / last.whole:.4g}"),
    )


def _some_reach_nothing(effort: Effort) -> Fact:
    """The other side: more points, the same steps, and no loss to speak of is reached."""
    widths = [1 << power for power in effort.of((20,), (20, 22), (20, 22, 24))]
    reasons = reasons_to_stop("digits", 64, 0.5, widths, effort.of(1, 2, 4))
    return established(
        len(reasons) > 0 and set(reasons) == {Reason.STALLED.value},
        "On digits with more points full steps stall at every one of these widths: there no number "
        "of operations reaches the loss.",
        Grade.MEASURED,
        points=64,
        alpha=0.5,
        trainings=len(reasons),
        smallest_width=widths[0],
        largest_width=widths[-1],
    )


def _key(data: str) -> str:
    return data.replace("-", "_")


def _interval(fit: Fit) -> str:
    return f"{fit.slope:.4f} ± {fit.half:.4f}"


def _whole_chart(made: TrainingsByWidth) -> Chart:
    """Counted operations of whole trainings, live against dense."""
    widths = [float(cost.width) for cost in made.costs]
    ends = [min(widths), max(widths)]
    fit = made.line("the whole training").fit
    return Chart(
        title="Whole trainings, set-up included",
        x="width m",
        y="counted operations",
        curves=[
            Curve("dense", widths, [float(cost.dense_whole) for cost in made.costs], "points"),
            Curve("live", widths, [float(cost.whole) for cost in made.costs], "points"),
            Curve("live: set-up", widths, [float(cost.set_up) for cost in made.costs], "points"),
            Curve("fitted line", ends, [fit.at(int(end)) for end in ends], "dashed"),
        ],
        x_scale="log2",
        y_scale="log",
        caption="Each mark is one training on digits to the same loss, with a seed of its own. The "
        "dense method's would fit into no memory; its operations are by closed form.",
    )
