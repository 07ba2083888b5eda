"""Claims regression/*: solving G g = f − y. What is established of sketches is in `sketching`."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from math import ceil, log10

from proofs.claims import sketching
from proofs.evidence.chart import Chart, Curve
from proofs.evidence.checks import decides
from proofs.evidence.effort import Effort
from proofs.evidence.evidence import Decision, Fact, Grade, established
from proofs.evidence.figures import all_rounded, rounded
from proofs.ledger.claim import Verdict
from proofs.measured.costs.exponents import Fit, fitted
from proofs.measured.costs.first_steps import Work, factorizing, first_step, solved
from proofs.measured.solving.block_inversion import inverted
from proofs.measured.solving.exact_rounds import LEAST, MOST, Rounds, rounds, spectrum
from proofs.measured.solving.readings import OtherStep, of_labels, over_weights, repeated, solutions
from proofs.measured.solving.solver_rounds import Counted, counted, most_rounds, plainly
from proofs.measured.solving.systems import condition, drawn
from proofs.symbolic.rounds import CONDITION
from proofs.symbolic.without_cubes import operations
from reference.edges.setup.configuration import Configuration
from reference.solvers.solver import SolverName

# ---- regression/target ---------------------------------------------------------------------------


@decides("regression/target", theorems=("firing/exact_steps_leave_no_residual",))
def target(effort: Effort) -> Decision:
    """Every solver reaches it; other readings of the problem lead elsewhere."""
    facts = [_every_solver(effort), _at_a_repeated_point(), *_other_problems()]
    return Decision(Verdict.PROVED, facts)


def _every_solver(effort: Effort) -> Fact:
    """One g by all solvers, in rationals."""
    systems = effort.of(20, 300, 3000)
    found = [solutions(drawn(seed), seed) for seed in range(systems)]
    return established(
        all(each.one and each.solves and each.shortest for each in found),
        "Drawn systems with independent rows, in rationals: the factorization, conjugate gradients "
        "and all sketches that are not singular give one $g$, with $G g = r$ exactly, and "
        r"$J^\top g$ plus a drawn $v$ with $J v = 0$ is longer.",
        Grade.SAMPLED,
        systems=systems,
        singular_sketches=sum(each.refused for each in found),
    )


def _at_a_repeated_point() -> Fact:
    """Singular G: many minimizers, one step."""
    found = repeated()
    return established(
        found.minimize and found.steps[0] == found.steps[1] and found.refused,
        "One point twice with two labels: $G$ is singular, two different $g$ minimize and give the "
        "same step; a solver of $G g = f - y$ refuses, since there is no solution.",
        Grade.EXACT,
    )


def _other_problems() -> Iterator[Fact]:
    """A problem over weights, and one with labels for residuals."""
    weights, labels = over_weights(), of_labels()
    yield established(
        weights.images[0] == weights.images[1] and _only_the_first_fits(weights),
        r"The problem over weights, $\min \lVert J u - (f - y) \rVert$, is another one: of its "
        "many solutions one moves a dead neuron, which then fires, and leaves a residual where "
        r"$J^\top g$ leaves none.",
        Grade.EXACT,
        step=_written(weights.steps[0]),
        other_step=_written(weights.steps[1]),
        residual_after_the_other=_written(weights.residuals[1]),
    )
    yield established(
        not any(labels.steps[0]) and _only_the_first_fits(labels),
        r"So is $\min \lVert J J^\top g - y \rVert$, with labels for residuals: where the label is "
        "fitted, the step is 0, and that problem's leads away.",
        Grade.EXACT,
        other_step=_written(labels.steps[1]),
        residual_after_the_other=_written(labels.residuals[1]),
    )


def _only_the_first_fits(found: OtherStep) -> bool:
    """The Gauss-Newton step leaves no residual, the other one."""
    return not any(found.residuals[0]) and any(found.residuals[1])


def _written(vector: Sequence[Fraction]) -> str:
    return ", ".join(map(str, vector))


# ---- the sketch ----------------------------------------------------------------------------------


@decides("regression/sketch-cost")
def sketch_cost(effort: Effort) -> Decision:
    """It depends on which sketch is meant, and on how many neurons fire."""
    facts, chart = sketching.costs(effort)
    return Decision(Verdict.CONDITIONAL, facts, chart)


@decides("regression/adaptive")
def adaptive(effort: Effort) -> Decision:
    """It depends on how accurately steps are solved."""
    return Decision(Verdict.CONDITIONAL, sketching.one_for_all(effort))


@decides("regression/precondition")
def precondition(effort: Effort) -> Decision:
    """It depends on the sketch, and on J."""
    facts, chart = sketching.conditions(effort)
    return Decision(Verdict.CONDITIONAL, facts, chart)


# ---- regression/inner-iterations -----------------------------------------------------------------

SPREADS = (0, 6, 12)
"""How near to dependent the points are: 2^(−spread)."""

ACCURACIES = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)


@decides("regression/inner-iterations")
def inner_iterations(effort: Effort) -> Decision:
    """Chebyshev's bound in rationals; rounds in floats, against accuracy and condition."""
    n, draws = effort.of((8, 2), (16, 6), (32, 20))
    found = [each for spread in SPREADS for each in counted(n, spread, ACCURACIES, draws)]
    facts = [
        *_in_rationals(effort),
        _within_the_bound(found, n, draws),
        _against_plain(found, n),
        _on_data(effort),
        _out_of_reach(n),
    ]
    return Decision(Verdict.PROVED, facts, _rounds_chart(found, n))


def _in_rationals(effort: Effort) -> Iterator[Fact]:
    """The bound holds at every round, and conjugate gradients are optimal; outside it fails."""
    sizes, seeds = effort.of(((2, 4, 8), 6), ((2, 4, 8, 12), 20), ((2, 4, 8, 12, 16), 60))
    found = [rounds(seed, spectrum(seed, n)) for n in sizes for seed in range(seeds)]
    yield established(
        all(each.within(Fraction(CONDITION)) and each.orthogonal for each in found),
        r"Systems in rationals with the eigenvalues of $M^{-1} G$ drawn in "
        r"$[\tfrac{2}{3}, 2]$: after every round $\lVert e_t \rVert_G \le \lVert e_0 \rVert_G / "
        r"T_t(2)$, and the residuals are $M^{-1}$-orthogonal, so no polynomial of a round's "
        "degree leaves less.",
        Grade.SAMPLED,
        systems=len(found),
        rounds=sum(len(each.left) for each in found),
        largest_n=sizes[-1],
    )
    outside = [rounds(seed, spectrum(seed, 8, LEAST / 6, MOST)) for seed in range(seeds)]
    yield established(
        _broken(outside, CONDITION) > 0 and _broken(outside, 6 * CONDITION) == 0,
        "With eigenvalues down to a sixth of that some of them exceed the bound for condition 3 "
        "and none that for condition 18: it is the preconditioner that does it.",
        Grade.EXACT,
        systems=len(outside),
        above_the_bound_for_3=_broken(outside, CONDITION),
    )


def _broken(found: Sequence[Rounds], bound: int) -> int:
    """How many exceed the bound for this condition."""
    return sum(not each.within(Fraction(bound)) for each in found)


def _within_the_bound(found: Sequence[Counted], n: int, draws: int) -> Fact:
    """Every count, at the condition that its own sketch left."""
    often = [each.rounds for each in found if each.rounds is not None]
    held = [each.rounds is not None and each.rounds <= ceil(each.bound) for each in found]
    return established(
        all(held),
        r"The reference's solver on ever worse systems: each count of rounds is within $\lceil"
        r"\log(2\sqrt{\kappa}/\epsilon)/\log((\sqrt{\kappa'}+1)/(\sqrt{\kappa'}-1))\rceil$, "
        r"$\kappa'$ the condition that this draw of the sketch left.",
        Grade.MEASURED,
        counts=len(found),
        n=n,
        draws=draws,
        most_rounds=max(often),
        largest_kappa=rounded(max(each.kappa for each in found), 3),
        largest_condition_left=rounded(max(each.left for each in found), 3),
    )


def _against_plain(found: Sequence[Counted], n: int) -> Fact:
    """From the best to the worst κ: with the sketch and without."""
    accuracy = ACCURACIES[-1]
    kappas = sorted({each.kappa for each in found})
    sketch = [_most(found, kappa, accuracy) for kappa in kappas]
    plain = [plainly(n, spread, accuracy).rounds or 0 for spread in SPREADS]
    return established(
        sketch[-1] < plain[-1] and sketch[-1] - sketch[0] <= _added(kappas),
        r"To $\epsilon = 10^{-6}$ a larger $\kappa$ adds no more rounds than "
        r"$\log\sqrt{\kappa}$ allows; without a preconditioner the worst system takes more.",
        Grade.MEASURED,
        kappas=", ".join(f"{kappa:.3g}" for kappa in kappas),
        rounds=", ".join(map(str, sketch)),
        rounds_without=", ".join(map(str, plain)),
    )


def _most(found: Sequence[Counted], kappa: float, accuracy: float) -> int:
    """The most rounds of any draw."""
    return max(
        each.rounds or 0 for each in found if each.kappa == kappa and each.accuracy == accuracy
    )


def _added(kappas: Sequence[float]) -> float:
    """What the bound at condition 3 grows by from the least to the largest κ, and one round."""
    low, high = (most_rounds(kappa, CONDITION, 1.0) for kappa in (kappas[0], kappas[-1]))
    return high - low + 1


def _on_data(effort: Effort) -> Fact:
    """The first step of real trainings."""
    sizes = effort.of((8, 16), (8, 16, 32), (8, 16, 32, 64))
    data = effort.of(("diabetes",), ("diabetes", "digits"), ("diabetes", "digits", "wine"))
    steps = [
        first_step(Configuration(data=name, points=n, width=1024, invariants="off"))
        for name in data
        for n in sizes
    ]
    often = [solved(step, SolverName.SKETCH).rounds for step in steps]
    kappas = [condition(step.system.gram) for step in steps]
    allowed = [most_rounds(kappa, 2 * CONDITION, steps[0].config.accuracy) for kappa in kappas]
    return established(
        all(few <= most for few, most in zip(often, allowed, strict=True)),
        r"The first step of real trainings to $\epsilon = 10^{-10}$, with 16 rows a point: rounds "
        "as few as the bound for condition 6 says.",
        Grade.MEASURED,
        data=", ".join(data),
        n=", ".join(map(str, sizes)),
        rounds=", ".join(map(str, often)),
        kappas=", ".join(f"{kappa:.3g}" for kappa in kappas),
    )


def _out_of_reach(n: int) -> Fact:
    """Rounding ends it at about κ·2^(−53)."""
    (found,) = counted(n, 20, [1e-9], 1)
    return established(
        found.rounds is None and found.kappa * 2.0**-53 > found.accuracy,
        r"In binary64 an accuracy below $\kappa \cdot 2^{-53}$ is not reached in any number of "
        "rounds: the bound is one of exact arithmetic.",
        Grade.MEASURED,
        kappa=f"{found.kappa:.1g}",
        accuracy=found.accuracy,
    )


def _rounds_chart(found: Sequence[Counted], n: int) -> Chart:
    """The most rounds of any draw against digits of accuracy, and the bounds at condition 3."""
    digits = [-log10(accuracy) for accuracy in ACCURACIES]
    curves = []
    for kappa in sorted({each.kappa for each in found}):
        most = [float(_most(found, kappa, accuracy)) for accuracy in ACCURACIES]
        bound = [most_rounds(kappa, CONDITION, accuracy) for accuracy in ACCURACIES]
        curves.append(Curve(f"κ = {kappa:.2g}", digits, most, "points"))
        curves.append(Curve(f"bound, κ = {kappa:.2g}", digits, all_rounded(bound), "dashed"))
    return Chart(
        title="Rounds of the preconditioned iteration",
        x="digits of accuracy, −log₁₀ ε",
        y="rounds",
        curves=curves,
        caption=f"n = {n}, an OSNAP of 32 rows a point. A thousandfold better accuracy costs as "
        f"much as a millionfold worse condition of G: some rounds.",
    )


# ---- regression/exact-gram -----------------------------------------------------------------------


@decides("regression/exact-gram", theorems=("firing/gram_matrix_by_intersection_counts",))
def exact_gram(effort: Effort) -> Decision:
    """Counted on real networks, which fire far less than the inequality allows for."""
    sizes = effort.of(
        [("diabetes", 16, 1024), ("breast-cancer", 16, 1024)],
        [("diabetes", 64, 4096), ("breast-cancer", 64, 4096), ("digits", 64, 32768)],
        [("diabetes", 256, 4096), ("breast-cancer", 128, 4096), ("digits", 64, 32768)],
    )
    return Decision(Verdict.PROVED, [_counted_on(*size) for size in sizes])


def _counted_on(data: str, n: int, m: int) -> Fact:
    """The exact matrix, factorized, beside the sketch with its rounds."""
    step = first_step(Configuration(data=data, points=n, width=m, invariants="off"))
    exact, sketch = (solved(step, name) for name in (SolverName.GRAM, SolverName.SKETCH))
    return established(
        exact.total < sketch.total,
        r"The first step of a training, $\alpha = 0.24$: operations of the exact Gram matrix and "
        r"its factorization, and of an OSNAP with 16 rows a point and its rounds.",
        Grade.MEASURED,
        data=data,
        n=n,
        d=step.trainer.problem.d,
        m=m,
        exact=exact.total,
        sketch=sketch.total,
        rounds=sketch.rounds,
        times_as_many=rounded(sketch.total / exact.total, 4),
    )


# ---- regression/n3 -------------------------------------------------------------------------------

ACCURACY = 1e-10
"""Of the counted conjugate gradients."""

USEFUL = 1 << 20
"""A matrix of so many points fills eight terabytes."""


@decides("regression/n3")
def n3(effort: Effort) -> Decision:
    """Fewer than n³ for every matrix; by conjugate gradients, far fewer where κ allows."""
    sizes = effort.of([32, 64, 128, 256], [32, 64, 128, 256, 512], [32, 64, 128, 256, 512])
    others = {"diabetes": sizes[:4], "digits": sizes[:4]}
    sets = {"breast-cancer": sizes, **effort.of({}, others, others)}
    counts = {data: [_by_rounds(data, n) for n in ns] for data, ns in sets.items()}
    facts = [
        _by_halves(effort),
        *(_growing(data, sets[data], found) for data, found in counts.items()),
        _below_the_factorization(sizes, counts["breast-cancer"]),
        _against_it(effort),
    ]
    return Decision(Verdict.REFUTED, facts, _operations_chart(sizes, counts["breast-cancer"]))


def _by_halves(effort: Effort) -> Fact:
    """The fast inverse is an inverse, and takes what it says."""
    levels = effort.of(3, 4, 5)
    found = [inverted(k) for k in range(levels + 1)]
    enough = next(k for k in range(64) if 3 * operations(k) < 8**k)
    return established(
        all(each.right and each.operations == each.closed_form for each in found)
        and 2**enough > USEFUL,
        "Inverting by halves with Strassen's products, in rationals: the inverse is right and "
        "takes the stated operations, each counted. They are first fewer than $n^3/3$ at a size "
        "that is of no use.",
        Grade.EXACT,
        largest_n=2**levels,
        operations=found[-1].operations,
        first_fewer_at_n=2**enough,
    )


def _by_rounds(data: str, n: int) -> tuple[float, Work, int]:
    """κ; conjugate gradients on G; what factorizing would take."""
    step = first_step(
        Configuration(data=data, points=n, width=4096, accuracy=ACCURACY, invariants="off")
    )
    return condition(step.system.gram), solved(step, SolverName.CG), factorizing(step)


def _iterating(work: Work) -> int:
    """Without the making of G, which is no part of n³ either."""
    return work.total - work.operations["gram"]


def _growing(data: str, sizes: Sequence[int], found: Sequence[tuple[float, Work, int]]) -> Fact:
    """The exponent of n in what conjugate gradients take."""
    fit = _fit(sizes, found)
    allowed = [most_rounds(kappa, kappa, ACCURACY) for kappa, _, _ in found]
    return established(
        fit.slope + fit.half < 3
        and all(work.rounds <= most for (_, work, _), most in zip(found, allowed, strict=True)),
        r"Conjugate gradients on $G$ to $\epsilon = 10^{-10}$, counted on growing sets of points, "
        "$m = 4096$: within the rounds that $\\kappa$ allows, and growing with an exponent of $n$ "
        "whose interval lies below 3.",
        Grade.MEASURED,
        data=data,
        n=", ".join(map(str, sizes)),
        kappas=", ".join(f"{kappa:.3g}" for kappa, _, _ in found),
        rounds=", ".join(str(work.rounds) for _, work, _ in found),
        exponent=rounded(fit.slope, 4),
        half_of_its_95_percent_interval=rounded(fit.half, 2),
    )


def _fit(sizes: Sequence[int], found: Sequence[tuple[float, Work, int]]) -> Fit:
    return fitted(sizes, [_iterating(work) for _, work, _ in found])


def _below_the_factorization(
    sizes: Sequence[int], found: Sequence[tuple[float, Work, int]]
) -> Fact:
    """Where the lines cross."""
    shares = [_iterating(work) / cubes for _, work, cubes in found]
    return established(
        shares[-1] < 1 < shares[0] and all(later < one for one, later in pairwise(shares)),
        "Their share of what factorizing the same matrices takes falls with $n$, from above 1 to "
        "below it.",
        Grade.MEASURED,
        data="breast-cancer",
        n=", ".join(map(str, sizes)),
        shares=", ".join(f"{share:.3g}" for share in shares),
    )


def _against_it(effort: Effort) -> Fact:
    """Ill-conditioned systems, where factorizing is cheaper."""
    n = effort.of(12, 24, 48)
    found = plainly(n, 12, 1e-6)
    return established(
        found.rounds is not None and found.rounds > n,
        r"Where $\kappa$ is large conjugate gradients lose: on points that are nearly dependent "
        r"they take more than $n$ rounds to $\epsilon = 10^{-6}$, so more than $n^3$.",
        Grade.MEASURED,
        n=n,
        kappa=rounded(found.kappa, 3),
        rounds=found.rounds or 0,
    )


def _operations_chart(sizes: Sequence[int], found: Sequence[tuple[float, Work, int]]) -> Chart:
    """Both against n."""
    x = [float(n) for n in sizes]
    fit = _fit(sizes, found)
    return Chart(
        title="Operations to solve G g = r",
        x="points n",
        y="operations",
        curves=[
            Curve("conjugate gradients", x, [float(_iterating(work)) for _, work, _ in found]),
            Curve("factorization", x, [float(cubes) for _, _, cubes in found], "dashed"),
            Curve(f"n^{fit.slope:.2f}", x, all_rounded(fit.at(n) for n in sizes), "dashed"),
        ],
        x_scale="log2",
        y_scale="log",
        caption="breast-cancer, m = 4096, to an accuracy of 1e-10; the making of G is left out of "
        "both.",
    )
