"""Claims beyond/*: what goes beyond the paper: dead neurons, live ones, and no search."""

from collections.abc import Mapping
from fractions import Fraction
from itertools import chain

from proofs.audit.chart import Chart, Curve
from proofs.audit.checks import decides
from proofs.audit.effort import Effort
from proofs.audit.evidence import Decision, Fact, Grade, established
from proofs.ledger.claim import Verdict
from proofs.measured.exact_steps import digits_in_rationals
from proofs.measured.exponents import Fit
from proofs.measured.laws import FOUND, Comparison, rejected, weakest
from proofs.measured.live_exponents import ABOVE
from proofs.measured.live_trainings import (
    LiveCost,
    bits_of_the_dead,
    dead_of,
    live_against_dense,
    live_cost,
)
from proofs.measured.revivals import (
    HALF,
    LOWERED,
    PLAIN,
    RESTING,
    SINKING,
    TURNED,
    Added,
    live_part_differs,
    revived,
    start,
    walk,
)
from proofs.measured.sampler_law import (
    HUGE,
    HUGE_PAIR,
    PAIRS,
    WRONG,
    orthogonal_comparisons,
    pair_comparisons,
    repeated_comparisons,
    wrong,
)
from proofs.measured.search_costs import (
    Change,
    changes,
    kept_sets,
    other_thresholds_are_refused,
    searching,
)
from proofs.measured.small_trainings import Small, drawn
from proofs.measured.trainings_by_width import (
    TrainingsByWidth,
    reasons_to_stop,
    trainings_by_width,
)
from reference import closed_forms
from reference.activation import Activation
from reference.counters import Counts
from reference.edges.live_sampler import draw_live
from reference.method import Method
from reference.stopping import Reason
from reference.structures.threshold_search import Structure

# ---- dead neurons --------------------------------------------------------------------------------

MOMENTUM = Added(momentum=Fraction(9, 10))
DECAY = Added(decay=Fraction(1, 4))
SIGNS = Added(trains_signs=True)
SIGNS_PRINTED = Added(trains_signs=True, form=Activation.PRINTED)
SHIFT = Added(trains_shift=True)


@decides(
    "beyond/dead-neurons",
    theorems=(
        "firing/without_firing_no_motion",
        "firing/dead_neurons_do_not_move",
        "firing/dead_neurons_stay_dead",
        "firing/the_dead_are_silent",
    ),
)
def dead_neurons(effort: Effort) -> Decision:
    """No step along rows of J moves a dead neuron; what is no such step can."""
    facts = [
        *_in_rationals(effort.of(6, 100, 1000)),
        _in_floats(effort.of(2**11, 2**14, 2**15)),
        *_what_wakes(),
        *_what_does_not_wake(),
    ]
    return Decision(Verdict.PROVED, facts)


def _in_rationals(networks: int) -> list[Fact]:
    """By every way of training that the reference has."""
    trainings, dead = dead_of([drawn(seed) for seed in range(networks)], 3)
    return [
        established(
            dead.revived == dead.moved == 0 < dead.seen,
            "In rationals, by every method, step rule, structure and activation of the reference: "
            "no neuron that had fired on no training point moved or fired again.",
            Grade.SAMPLED,
            trainings=trainings,
            dead_neurons_seen=dead.seen,
            died_on_the_way=dead.died,
        ),
        established(
            dead.of_a_batch > 0,
            "A neuron that fires on no point of a mini-batch alone does fire again: it has to be "
            "dead on the whole set.",
            Grade.SAMPLED,
            fired_in_the_next_mini_batch=dead.of_a_batch,
        ),
    ]


def _in_floats(m: int) -> Fact:
    """Digits; every bit of the weights."""
    methods = (Method.SUBLINEAR, Method.GAUSS_NEWTON, Method.SGD)
    found = [bits_of_the_dead(m, 16, method) for method in methods]
    return established(
        all(woken == 0 < asleep for asleep, woken in found),
        "In floats on digits, by Gauss-Newton with and without stored scores and by SGD: no bit of "
        "a dead neuron's weights changed, and none fired.",
        Grade.SAMPLED,
        neurons=m,
        dead_neurons=sum(asleep for asleep, _ in found),
    )


def _what_wakes() -> list[Fact]:
    """Each by a training that can be followed by hand; without the addition nobody wakes there."""
    return [
        established(
            revived(TURNED, MOMENTUM, 2) == {0} and not revived(TURNED, PLAIN, 9),
            "Momentum can wake a neuron that died on the way: it goes on moving.",
            Grade.EXACT,
            weights=", ".join(str(state.weights[0][0]) for state in walk(TURNED, MOMENTUM, 2)),
        ),
        established(
            revived(LOWERED, SHIFT, 1) == {1} and not revived(LOWERED, PLAIN, 9),
            "A trained shift can wake one: $b$ falls below its score.",
            Grade.EXACT,
            shifts=", ".join(str(state.shift) for state in walk(LOWERED, SHIFT, 1)),
        ),
        established(
            revived(SINKING, Added(decay=Fraction(3, 4)), 1) == {0}
            and not revived(SINKING, PLAIN, 9),
            "With $b < 0$ weight decay can wake one: its score rises towards 0.",
            Grade.EXACT,
        ),
        established(
            start(RESTING).alive(RESTING.problem.points) == {0}
            and start(RESTING).fires(1, (Fraction(3),)),
            "A new point can wake one: dead means dead on the points that are trained on.",
            Grade.EXACT,
        ),
    ]


def _what_does_not_wake() -> list[Fact]:
    """What is often taken to, and does less."""
    decayed, trained = walk(RESTING, DECAY, 1)[-1], walk(RESTING, SIGNS_PRINTED, 1)[-1]
    return [
        established(
            not revived(RESTING, DECAY, 9) and decayed.weights[1] != RESTING.weights[1],
            "With $b \\ge 0$ weight decay moves dead neurons, and wakes none.",
            Grade.EXACT,
        ),
        established(
            not revived(RESTING, SIGNS_PRINTED, 9)
            and trained.weights[1] == RESTING.weights[1]
            and trained.signs[1] != RESTING.signs[1]
            and walk(RESTING, SIGNS, 1)[-1].signs[1] == RESTING.signs[1],
            "A trained second layer wakes none either. With $\\max(z, b)$ it changes what a dead "
            "neuron adds to every output; with $\\max(z - b, 0)$ not even that.",
            Grade.EXACT,
        ),
        established(
            _resting_under_momentum([drawn(seed) for seed in range(8)]),
            "Momentum leaves neurons that are dead from the start where they are.",
            Grade.SAMPLED,
            networks=8,
        ),
    ]


def _resting_under_momentum(networks: list[Small]) -> bool:
    """Is every neuron that is dead at first the same after four steps?"""
    return all(
        walk(small, MOMENTUM, 4)[-1].weights[r] == small.weights[r]
        for small in networks
        for r in set(range(small.m)) - start(small).alive(small.problem.points)
    )


# ---- the live ones -------------------------------------------------------------------------------


@decides(
    "beyond/live-equals-dense",
    theorems=(
        "firing/stepping_the_live_is_enough",
        "firing/the_live_are_the_output",
        "firing/the_live_are_the_gram_matrix",
        "firing/living_once_is_enough",
        "firing/dead_neurons_do_not_move",
    ),
)
def live_equals_dense(effort: Effort) -> Decision:
    """Equal as rationals, moment by moment, at a cost that does not know m."""
    widths = effort.of((2**10, 2**12), (2**10, 2**13, 2**16), (2**10, 2**13, 2**16, 2**19))
    facts = [
        _by_every_way([drawn(seed) for seed in range(effort.of(6, 100, 1000))]),
        _on_digits(*effort.of((4, 64), (8, 1024), (12, 4096))),
        _cost([live_cost("digits", width, 16) for width in widths]),
        *_gram_within(effort.of(2**10, 2**12, 2**14)),
        *_what_parts_them(),
    ]
    return Decision(Verdict.PROVED, facts)


def _by_every_way(networks: list[Small]) -> Fact:
    compared = live_against_dense(networks, 3)
    return established(
        compared.differ == 0 < compared.moments,
        "Live and stored-score methods, in every family, step rule, structure and activation, saw "
        "what the dense method saw: residuals, firing sets and all weights, equal as rationals.",
        Grade.SAMPLED,
        trainings=compared.trainings,
        moments=compared.moments,
    )


def _on_digits(n: int, m: int) -> Fact:
    """Losses as rationals, firing sets by their digests."""
    dense, live = (digits_in_rationals(n, m, each) for each in (Method.GAUSS_NEWTON, Method.LIVE))
    return established(
        dense.losses == live.losses and dense.digests == live.digests and live.losses[-1] == 0,
        "Digits in rationals: live and dense Gauss-Newton have the same losses and firing sets to "
        "the end, at loss 0.",
        Grade.EXACT,
        points=n,
        neurons=m,
        steps=len(live.losses) - 1,
    )


def _cost(costs: list[LiveCost]) -> Fact:
    return established(
        all(cost.as_predicted and cost.share <= 1 for cost in costs),
        "On digits each live step costs what its closed forms say, in which $m$ does not occur: "
        "with kept sets in place of a tree at most $\\lvert U(0) \\rvert n d + n^3$ operations.",
        Grade.EXACT,
        widths=", ".join(str(cost.m) for cost in costs),
        live_neurons=", ".join(str(cost.live) for cost in costs),
        largest_share_of_that_bound=round(max(cost.share for cost in costs), 4),
    )


def _gram_within(m: int) -> list[Fact]:
    """A neuron that fires on all n points adds n(n + 1)/2 to the work for G, against n·d."""
    sizes = [(n, d) for n in range(1, 65) for d in range(1, 65)]
    within = [closed_forms.coincidences([n]) <= n * d for n, d in sizes]
    many = live_cost("diabetes", m, 64)
    return [
        established(
            within == [n < 2 * d for n, d in sizes],
            "Counting intersections for $G$ stays within $n d$ a neuron, however many points it "
            "fires on, exactly if $n < 2 d$.",
            Grade.EXHAUSTIVE,
            n_and_d_up_to=64,
        ),
        established(
            2 * many.d <= 64 and many.as_predicted and many.share <= 1,
            "Where $n \\ge 2 d$, on the diabetes data, it stays within $\\lvert U(0) \\rvert n d$ "
            "too: a neuron fires on few of the points.",
            Grade.EXACT,
            points=64,
            d=many.d,
            neurons=m,
            counting_over_that=round(many.counting, 4),
        ),
    ]


def _what_parts_them() -> list[Fact]:
    """What would make the live part's trajectory another one, and what would not."""
    return [
        established(
            live_part_differs(RESTING, SIGNS_PRINTED, 1)
            and not live_part_differs(RESTING, SIGNS, 3),
            "With a trained second layer the live part alone comes to other outputs if the "
            "activation is $\\max(z, b)$, and to the same if it is $\\max(z - b, 0)$.",
            Grade.EXACT,
        ),
        established(
            live_part_differs(LOWERED, SHIFT, 2),
            "With a trained shift it comes to other outputs.",
            Grade.EXACT,
        ),
        established(
            not live_part_differs(RESTING, DECAY, 5)
            and walk(RESTING, DECAY, 1)[-1].weights[1] != RESTING.weights[1],
            "With weight decay and $b \\ge 0$ outputs agree, but the weights left out have moved.",
            Grade.EXACT,
        ),
        established(
            revived(TURNED, MOMENTUM, 5) == {0}
            and not live_part_differs(TURNED, MOMENTUM, 5)
            and not any(live_part_differs(drawn(k), Added(momentum=HALF), 2) for k in range(8)),
            "With momentum from rest outputs agree, as long as $U(0)$ is kept as a whole and not "
            "thinned when its neurons die.",
            Grade.SAMPLED,
            networks=9,
        ),
    ]


# ---- no search -----------------------------------------------------------------------------------


@decides(
    "beyond/no-search",
    theorems=(
        "firing/touching_is_looking_at_every_score",
        "firing/a_touched_flag_is_the_comparison",
        "firing/no_other_flag_is_touched",
        "firing/dead_neurons_do_not_move",
    ),
)
def no_search(effort: Effort) -> Decision:
    """One comparison and one write a touched score, whatever the width; a tree takes log m."""
    widths = [2**k for k in range(4, effort.of(17, 19, 21), 2)]
    found = list(changes(widths, 8, 0))
    facts = [
        *_kept(effort.of(30, 300, 3000)),
        _width_does_not_matter(found),
        _whole_trainings(effort),
        established(
            other_thresholds_are_refused(),
            "The price: sets kept at $b$ refuse a query at any other threshold.",
            Grade.EXACT,
        ),
    ]
    return Decision(Verdict.PROVED, facts, _changes_chart(found))


def _kept(times: int) -> list[Fact]:
    """Sets under drawn changes, four networks of them."""
    kept = [kept_sets(16, 3, times, seed) for seed in range(4)]
    changed = sum(each.changed for each in kept)
    ties = sum(each.ties for each in kept)
    return [
        established(
            sum(each.wrong for each in kept) == 0 < ties,
            "Sets kept through drawn changes, many to ties, answer as a look at all scores.",
            Grade.SAMPLED,
            changed_scores=changed,
            of_these_ties=ties,
            of_these_crossed=sum(each.crossed for each in kept),
            answers=sum(each.answers for each in kept),
        ),
        established(
            all(
                each.operations == Counts(comparisons=each.changed, node_writes=each.changed)
                for each in kept
            ),
            "Each changed score took one comparison and one write, whether it crossed $b$ or not.",
            Grade.SAMPLED,
            changed_scores=changed,
        ),
    ]


def _spent(found: list[Change], structure: Structure) -> list[int]:
    """Operations of changing a score and asking again, by width."""
    return [
        each.changing.total + each.asking.total for each in found if each.structure is structure
    ]


def _width_does_not_matter(found: list[Change]) -> Fact:
    kept, tree = _spent(found, Structure.INCREMENTAL), _spent(found, Structure.TOURNAMENT)
    return established(
        all(each.right for each in found) and len(set(kept)) == 1 and tree == sorted(set(tree)),
        "One score changed and eight answers read: kept sets take the same number of operations at "
        "every width, a tournament tree more at each larger one.",
        Grade.EXACT,
        largest_width=max(each.m for each in found),
        kept_sets=kept[-1],
        tournament_there=tree[-1],
    )


def _whole_trainings(effort: Effort) -> Fact:
    """On digits, the same trajectory by kept sets and by trees."""
    widths = effort.of((2**10, 2**12), (2**10, 2**13, 2**16), (2**10, 2**13, 2**16, 2**18))
    pairs = [
        (searching(Structure.INCREMENTAL, m, 16), searching(Structure.TOURNAMENT, m, 16))
        for m in widths
    ]
    ratios = [tree.operations / kept.operations for kept, tree in pairs]
    return established(
        all(kept.firing == tree.firing for kept, tree in pairs) and ratios == sorted(ratios),
        "Trainings on digits with the same firing sets at every step: to know who fires, trees "
        "take several times the operations of kept sets, and the wider the network the more.",
        Grade.MEASURED,
        widths=", ".join(map(str, widths)),
        tree_over_kept_sets=", ".join(f"{ratio:.4g}" for ratio in ratios),
    )


def _changes_chart(found: list[Change]) -> Chart:
    """Operations against width, structure by structure."""
    names = {
        Structure.INCREMENTAL: "kept sets",
        Structure.TOURNAMENT: "tournament tree",
        Structure.ORDERED: "ordered tree",
        Structure.SCAN: "flat scan",
    }
    widths = [float(m) for m in sorted({each.m for each in found})]
    curves = [
        Curve(name, widths, [float(total) for total in _spent(found, structure)])
        for structure, name in names.items()
    ]
    return Chart(
        title="One score changed, eight answers read",
        x="width m",
        y="operations",
        curves=curves,
        x_scale="log2",
        y_scale="log",
        caption="Counted. Sets kept at the fixed threshold do not know the width; trees pay for it "
        "logarithmically, a scan in full.",
    )


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
