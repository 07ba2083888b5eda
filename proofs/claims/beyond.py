"""Claims beyond/*: what goes beyond the paper: dead neurons, live ones, and no search."""

from fractions import Fraction

from proofs.evidence.chart import Chart, Curve
from proofs.evidence.checks import decides
from proofs.evidence.effort import Effort
from proofs.evidence.evidence import Decision, Fact, Grade, established
from proofs.ledger.claim import Verdict
from proofs.measured.live.live_trainings import (
    LiveCost,
    bits_of_the_dead,
    dead_of,
    live_against_dense,
    live_cost,
)
from proofs.measured.live.revivals import (
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
from proofs.measured.structures.search_costs import (
    Change,
    changes,
    kept_sets,
    other_thresholds_are_refused,
    searching,
)
from proofs.measured.trainings.exact_steps import digits_in_rationals
from proofs.measured.trainings.small_trainings import Small, drawn
from reference import closed_forms
from reference.activation import Activation
from reference.counters import Counts
from reference.structures.threshold_search import Structure
from reference.training.method import Method

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
