"""Claims model/*: the network, its Jacobian, its Gram matrix, its outputs before training."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise, product
from math import sqrt

import sympy

from proofs.evidence.chart import Chart, Curve
from proofs.evidence.checks import decides
from proofs.evidence.effort import Effort
from proofs.evidence.evidence import Decision, Fact, Grade, established
from proofs.evidence.figures import all_rounded, rounded
from proofs.ledger.claim import Verdict
from proofs.measured.networks.initial_outputs import (
    ALPHA,
    Outputs,
    digits,
    drawn_outputs,
    moment_at,
)
from proofs.measured.trainings.derivatives import (
    agreement,
    by_blocks,
    by_reference,
    gram_by_reference,
    times_its_transpose,
)
from proofs.measured.trainings.offsets import (
    constant_of,
    fired_alone,
    outputs_at,
    share_of_the_silent,
    trained_on_moved_labels,
)
from proofs.measured.trainings.small_trainings import Small, Vector, drawn, special
from proofs.measured.trainings.tie_rules import (
    Pairs,
    consequences,
    every_column,
    firing_by,
    firing_in_parts,
    live_by_scan,
    orthogonal_by_threshold,
    random_ties,
)
from proofs.symbolic.initial_outputs import tail_bound
from reference.activation import Activation
from reference.edges.networks.initial_network import shift_for

# ---- the Jacobian --------------------------------------------------------------------------------


@decides(
    "model/jacobian",
    theorems=(
        "firing/outputs_add_up",
        "firing/inner_products_are_linear",
        "firing/firing_is_strict",
    ),
)
def jacobian(effort: Effort) -> Decision:
    """Blocks against difference quotients and dual numbers; at ties, against both sides."""
    networks = [drawn(seed, m) for seed in range(effort.of(3, 25, 250)) for m in (4, 16)]
    facts = [*_derivatives(networks), _shape(networks)]
    return Decision(Verdict.PROVED, facts)


def _derivatives(networks: Sequence[Small]) -> Sequence[Fact]:
    """The reference's J, entry by entry, for both activations."""
    found = [agreement(small, form) for small in networks for form in Activation]
    entries, ties = sum(each.entries for each in found), sum(each.ties for each in found)
    return [
        established(
            not any(each.by_quotients for each in found) and entries > 0,
            "Off ties every entry of the reference's $J$ equals the difference quotients on both "
            "sides, as rationals, for both activations.",
            Grade.SAMPLED,
            networks=len(networks),
            entries=entries,
        ),
        established(
            not any(each.by_duals for each in found),
            "Off ties it equals what forward-mode differentiation of the forward pass gives, which "
            "knows of no blocks.",
            Grade.SAMPLED,
            entries=entries,
        ),
        established(
            not any(each.by_blocks for each in found),
            "It equals the claimed blocks at every entry, ties included.",
            Grade.SAMPLED,
            networks=len(networks),
        ),
        established(
            not any(each.ties_not_one_sided for each in found) and ties > 0,
            "At a tie the quotients on the two sides are 0 and $m^{-1/2} a_r x_i$; $J$ has the 0.",
            Grade.SAMPLED,
            entries=ties,
        ),
    ]


def _shape(networks: Sequence[Small]) -> Fact:
    """As many rows as outputs, as many columns as weights."""
    rows = [(small, by_reference(small)) for small in networks]
    return established(
        all(
            len(found) == small.problem.n
            and {len(row) for row in found} == {small.m * small.problem.d}
            for small, found in rows
        ),
        r"$J$ has a row for each output and a column for each weight: it is $n \times md$.",
        Grade.SAMPLED,
        networks=len(networks),
    )


# ---- the Gram matrix -----------------------------------------------------------------------------


@decides(
    "model/gram",
    theorems=(
        "firing/gram_matrix_by_intersection_counts",
        "firing/outputs_move_by_the_gram_matrix",
        "firing/inner_products_are_symmetric",
    ),
)
def gram(effort: Effort) -> Decision:
    """J Jᵀ, multiplied out, is what the intersection counts give, whatever the signs."""
    networks = [drawn(seed, m) for seed in range(effort.of(20, 200, 2000)) for m in (4, 16)]
    facts = [_multiplied_out([*networks, special()]), *_signs(drawn(1, 4))]
    return Decision(Verdict.PROVED, facts)


def _multiplied_out(networks: Sequence[Small]) -> Fact:
    return established(
        all(gram_by_reference(small) == _gram_with(small, small.signs) for small in networks),
        r"$G$ from intersection counts equals $J J^T$ multiplied out, as rationals, also where a "
        "point repeats another or is zero and where lengths differ.",
        Grade.SAMPLED,
        networks=len(networks),
    )


def _signs(small: Small) -> Sequence[Fact]:
    """All signs; and second-layer weights that are none."""
    choices = list(product((-1, 1), repeat=small.m))
    found = [_gram_with(small, signs) for signs in choices]
    return [
        established(
            all(matrix == gram_by_reference(small) for matrix in found),
            "All choices of signs of a network give one and the same $G$.",
            Grade.EXHAUSTIVE,
            m=small.m,
            choices=len(choices),
        ),
        established(
            _gram_with(small, (2, *choices[0][1:])) != gram_by_reference(small),
            "With a second-layer weight of 2 in place of a sign the counts do not give $G$: that "
            r"every $a_r$ is $\pm 1$ is needed.",
            Grade.EXACT,
        ),
    ]


def _gram_with(small: Small, signs: Sequence[int]) -> list[list[Fraction]]:
    """J Jᵀ with these in place of the signs."""
    return times_its_transpose(by_blocks(small, signs))


# ---- the two activations -------------------------------------------------------------------------


@decides("model/offset")
def offset(effort: Effort) -> Decision:
    """The two activations differ by b, the outputs by C; a sum over fired neurons loses it."""
    networks = [drawn(seed) for seed in range(effort.of(30, 200, 2000))]
    inputs = [(small, x) for small in networks for x in (*small.problem.points, _zero(small))]
    facts = [
        established(
            all(
                printed - shifted == constant_of(small)
                for small, x in inputs
                for shifted, printed in [outputs_at(small, x)]
            ),
            "Outputs of the two forms differ by $C$ at every input, as rationals, also where no "
            "neuron fires.",
            Grade.SAMPLED,
            networks=len(networks),
            inputs=len(inputs),
        ),
        _fired_alone(inputs),
        established(
            all(trained_on_moved_labels(small) for small in networks),
            "Trained on labels that are larger by $C$, the printed form walks the other's "
            "trajectory: residuals, firing sets and weights are equal as rationals.",
            Grade.SAMPLED,
            networks=len(networks),
        ),
    ]
    return Decision(Verdict.PROVED, facts)


def _fired_alone(inputs: Sequence[tuple[Small, Vector]]) -> Fact:
    """The forward pass that asks fired neurons only."""
    lost = [outputs_at(small, x)[1] - fired_alone(small, x) for small, x in inputs]
    shares = [share_of_the_silent(small, x) for small, x in inputs]
    found: dict[Small, set[Fraction]] = {}
    for (small, _), value in zip(inputs, lost, strict=True):
        found.setdefault(small, set()).add(value)
    several = sum(len(values) > 1 for values in found.values())
    return established(
        lost == shares and several > 0,
        r"A forward pass that sums $a_r \max(s_r, b)$ over fired neurons only lacks what "
        r"silent ones add, $b\,m^{-1/2} \sum_{r \notin S} a_r$: and that need not be a constant, "
        "but can differ from input to input of a network.",
        Grade.SAMPLED,
        networks=len(found),
        networks_in_which_it_differs=several,
    )


def _zero(small: Small) -> Vector:
    """The zero input: every score is 0, so that with b > 0 no neuron fires."""
    return (Fraction(),) * small.problem.d


# ---- the residual before training ----------------------------------------------------------------


@decides("model/residual")
def residual(effort: Effort) -> Decision:
    """Of the order of √n for max(z − b, 0); for max(z, b) larger by about b."""
    problem = digits(64)
    widths, draws = effort.of(
        ((64, 512), 100), ((256, 1024, 4096), 200), ((256, 1024, 4096, 16384), 1000)
    )
    found = [each for m in widths for each in drawn_outputs(problem, m, draws)]
    facts = [_with_confidence(found), _growth(), _no_constant_will_do(), _as_drawn(found)]
    return Decision(Verdict.CONDITIONAL, facts, _residual_chart(found))


def _with_confidence(found: Sequence[Outputs]) -> Fact:
    """The proved tail at one in a hundred, and the largest that was drawn."""
    t = 2 * sympy.sqrt(sympy.log(100 * sympy.sqrt(2)))
    largest = max(sqrt(max(each.squares)) for each in found if each.form is Activation.SHIFTED)
    return established(
        bool(sympy.simplify(tail_bound(t) - sympy.Rational(1, 100)) == 0) and largest < float(t),
        r"For $\max(z - b, 0)$ the proved tail gives $\lVert f(0) - y \rVert \le \lVert y \rVert + "
        r"t \sqrt{n}$ with probability at least 0.99, whatever $m$, $n$ and $b \ge 0$ are. No "
        "network that was drawn needed nearly as much.",
        Grade.MEASURED,
        t=rounded(float(t)),
        largest_drawn=rounded(largest),
    )


def _growth() -> Fact:
    """The two forms side by side, from widths that fit a laptop to ones that fit nowhere."""
    widths = [2**k for k in (10, 20, 40, 80, 160)]
    shifted, printed = (
        [moment_at(m, form) for m in widths] for form in (Activation.SHIFTED, Activation.PRINTED)
    )
    factors = [sqrt((1 + p) / (1 + s)) for s, p in zip(shifted, printed, strict=True)]
    falls = all(later < earlier < 0.5 for earlier, later in pairwise(shifted))
    grows = all(p > shift_for(ALPHA, m) ** 2 for m, p in zip(widths, printed, strict=True))
    return established(
        falls and grows and factors == sorted(factors),
        r"At $\alpha = 0.24$ with labels $\pm 1$, the printed form's root mean square residual is "
        "larger by a factor that grows with $m$, slowly.",
        Grade.EXACT,
        factor_at_2_to_20=rounded(factors[1], 4),
        factor_at_2_to_40=rounded(factors[2], 4),
        factor_at_2_to_160=rounded(factors[4], 4),
    )


def _no_constant_will_do() -> Fact:
    """From the two proved tails: |C| ≥ b/2 often, ‖f − C‖ ≥ t√n seldom, and labels ±1."""
    seldom = sympy.Rational(1, 16)
    t = 2 * sympy.sqrt(sympy.log(sympy.sqrt(2) / seldom))
    needed = 2 * (3 + 1 + t)
    digits_of_m = needed**2 / (2 * sympy.Rational(str(ALPHA)) * sympy.log(10))
    return established(
        bool(sympy.simplify(tail_bound(t) - seldom) == 0) and needed / 2 - 1 - t == 3,
        r"For the printed form no constant serves all widths: once $b \ge 2 (K + 1 + t)$, "
        r"$\lVert f(0) - y \rVert \ge K \sqrt{n}$ with probability at least $\frac{3}{16} - "
        r"\frac{1}{16}$. By these bounds, for $K = 3$, from a width of the stated power of ten on.",
        Grade.EXACT,
        t=rounded(float(t)),
        power_of_ten=int(sympy.ceiling(digits_of_m)),
    )


def _as_drawn(found: Sequence[Outputs]) -> Fact:
    """Networks of digits, both forms."""
    return established(
        all(each.deviation < 4 for each in found),
        r"Drawn networks on digits: the mean of $\frac{1}{n} \lVert f(0) \rVert^2$ is within four "
        "standard errors of the closed form, for both forms and every width.",
        Grade.MEASURED,
        points=64,
        networks_a_width=len(found[0].squares),
        widths=len(found) // 2,
        largest_deviation=rounded(max(each.deviation for each in found), 3),
    )


def _residual_chart(found: Sequence[Outputs]) -> Chart:
    """‖f(0) − y‖/√n against the width: closed forms, and what was drawn."""
    widths = [2.0**k for k in range(6, 41, 3)]
    names = {Activation.SHIFTED: r"$\max(z - b, 0)$", Activation.PRINTED: r"$\max(z, b)$"}
    curves = []
    for form, name in names.items():
        exact = [sqrt(1 + moment_at(int(m), form)) for m in widths]
        seen = {float(each.m): each.size for each in found if each.form is form}
        curves.append(Curve(f"{name}, exact", widths, all_rounded(exact)))
        curves.append(Curve(f"{name}, drawn", list(seen), all_rounded(seen.values()), "points"))
    return Chart(
        title="The residual before training",
        x="width $m$",
        y=r"root mean square of $\lVert f(0) - y \rVert / \sqrt{n}$",
        curves=curves,
        x_scale="log2",
        caption=r"Labels are $\pm 1$ and $\alpha = 0.24$. With $\max(z - b, 0)$ the residual is "
        r"hardly more than the labels' own; with $\max(z, b)$ it grows as $\sqrt{\ln m}$, almost "
        "all of it a constant that every output shares.",
    )


# ---- ties ----------------------------------------------------------------------------------------


@decides(
    "model/ties",
    theorems=(
        "firing/firing_is_strict",
        "tournament/query_answers_as_a_scan",
        "ordered/query_answers_as_a_scan",
        "firing/touching_is_looking_at_every_score",
    ),
)
def ties(effort: Effort) -> Decision:
    """Strict and lax differ on ties alone; whatever asks who fires takes the strict rule."""
    networks = [drawn(seed) for seed in range(effort.of(30, 200, 2000))]
    facts = [
        _structures(effort.of(4, 6, 8)),
        *_networks(networks),
        *_consequences(networks),
        _reduction(effort.of(3, 4, 5)),
        _never_at_random(effort.of(2**12, 2**15, 2**18)),
    ]
    return Decision(Verdict.PROVED, facts)


def _structures(widest: int) -> Fact:
    columns = every_column(widest)
    return established(
        columns.not_strict == 0 < columns.lax_would_differ,
        "Every column of scores below, at and above $b$: each structure answers by the strict "
        "rule, as built and after every score has changed.",
        Grade.EXHAUSTIVE,
        columns=columns.columns,
        answers=columns.answers,
        answers_that_the_lax_rule_would_change=columns.lax_would_differ,
    )


def _networks(networks: Sequence[Small]) -> Sequence[Fact]:
    """On a grid, where ties are frequent."""
    tied = [firing_by(small, "lax") - firing_by(small, "strict") for small in networks]
    return [
        established(
            all(pairs == _meeting(small) for small, pairs in zip(networks, tied, strict=True)),
            r"In networks on a dyadic grid $>$ and $\ge$ differ on exactly the (neuron, point) "
            "pairs that tie.",
            Grade.SAMPLED,
            networks=len(networks),
            ties=sum(map(len, tied)),
        ),
        established(
            all(_all_strict(small) for small in networks),
            "The structures, fresh scores, the Jacobian and the scan for live neurons have the "
            "same firing sets, the strict ones.",
            Grade.SAMPLED,
            networks=len(networks),
        ),
    ]


def _meeting(small: Small) -> Pairs:
    """The pairs whose score is b."""
    everyone = product(range(small.m), range(small.problem.n))
    return frozenset((r, i) for r, i in everyone if small.score(r, i) == small.shift)


def _all_strict(small: Small) -> bool:
    strict = firing_by(small, "strict")
    parts = firing_in_parts(small).values()
    return all(pairs == strict for pairs in parts) and live_by_scan(small) == {r for r, _ in strict}


def _consequences(networks: Sequence[Small]) -> Sequence[Fact]:
    """What mixing the rules would do, and why the loss does not show it."""
    tied = [small for small in networks if _meeting(small)]
    steps = [step for step in map(consequences, tied) if step is not None]
    other = [step for step in steps if not step.same_weights]
    return [
        established(
            all(step.same_loss for step in steps) and len(steps) > 0,
            "Both rules give the same loss before a step, as rationals: it cannot tell which one "
            "is in use.",
            Grade.SAMPLED,
            networks_with_ties=len(steps),
        ),
        established(
            not any(step.same_gram for step in steps) and len(other) > 0,
            "They give another $G$, and as a rule other weights after the step: a port that mixes "
            "them walks another trajectory.",
            Grade.SAMPLED,
            networks_with_ties=len(steps),
            other_weights=len(other),
        ),
    ]


def _reduction(dimension: int) -> Fact:
    """The lower bound's threshold, under both rules."""
    found = [orthogonal_by_threshold(d) for d in range(1, dimension + 1)]
    return established(
        all(each.strict_wrong == 0 and each.lax_wrong == each.ties > 0 for each in found),
        "The reduction from orthogonal vectors decides every pair of 0/1 vectors rightly by the "
        "strict rule; by the lax one it is wrong on every pair with a single 1 in common.",
        Grade.EXHAUSTIVE,
        coordinates=dimension,
        pairs=sum(each.pairs for each in found),
        wrong_by_the_lax_rule=sum(each.lax_wrong for each in found),
    )


def _never_at_random(m: int) -> Fact:
    found, scores = random_ties(digits(64), m, ALPHA)
    return established(
        found == 0,
        "Of a normal network's scores on digits, in floats, none is $b$: tests on random numbers "
        "do not tell the rules apart.",
        Grade.MEASURED,
        scores=scores,
    )
