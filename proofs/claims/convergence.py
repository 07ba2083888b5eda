"""Claims convergence/*: how fast the loss falls, and when it is exactly 0."""

from collections.abc import Sequence
from itertools import pairwise

from proofs.evidence.chart import Chart, Curve, Kind
from proofs.evidence.checks import decides
from proofs.evidence.effort import Effort
from proofs.evidence.evidence import Decision, Fact, Grade, established
from proofs.evidence.figures import all_rounded, rounded
from proofs.ledger.claim import Verdict
from proofs.measured.trainings.exact_steps import (
    EXACT_STEPS,
    INEXACT_STEPS,
    Step,
    Trace,
    digits_in_floats,
    digits_in_rationals,
    steps_of,
)
from proofs.measured.trainings.small_trainings import drawn
from proofs.measured.trainings.trainings import by, contractions, live_training, losses, trained
from reference.edges.setup.configuration import Configuration
from reference.training.method import Method
from reference.training.stopping import Reason
from reference.training.training import Run


@decides(
    "convergence/finite",
    theorems=(
        "firing/exact_steps_leave_no_residual",
        "firing/outputs_move_by_the_gram_matrix",
        "firing/gram_matrix_by_intersection_counts",
        "firing/scores_move_by_kept_products",
    ),
)
def finite(effort: Effort) -> Decision:
    """Exact steps without crossing end at loss 0; others and inexact ones need not."""
    networks = [drawn(seed) for seed in range(effort.of(30, 300, 4000))]
    exact = [step for small in networks for step in steps_of(small, EXACT_STEPS, 3)]
    inexact = [
        step
        for small in networks[: len(networks) // 2]
        for way in INEXACT_STEPS
        for step in steps_of(small, way, 2)
    ]
    trace = digits_in_floats(*effort.of((16, 4096), (64, 2**15), (64, 2**17)))
    facts = [
        _exact_steps(exact),
        *_limits(exact, inexact),
        _ends_on_digits(*effort.of((4, 64), (8, 1024), (12, 4096))),
        _ends_in_floats(trace),
    ]
    return Decision(Verdict.PROVED, facts, _losses_chart(trace))


def _exact_steps(steps: list[Step]) -> Fact:
    still = [step for step in steps if not step.crossed]
    return established(
        len(still) > 0 and all(step.after == 0 < step.before for step in still),
        "Every full step in rationals in which no neuron crosses $b$ at a training point takes a "
        "positive loss to exactly 0.",
        Grade.SAMPLED,
        steps_without_crossing=len(still),
        steps=len(steps),
    )


def _limits(exact: list[Step], inexact: list[Step]) -> list[Fact]:
    """What the premises are for, and what is not claimed."""
    crossed = [step for step in exact if step.crossed]
    still = [step for step in inexact if not step.crossed]
    left = [step for step in still if step.after > 0]
    return [
        established(
            any(step.after > 0 for step in crossed) and any(step.after == 0 for step in crossed),
            "If some neuron crosses, the next loss is positive as a rule; but it can be 0: the "
            "converse is false.",
            Grade.SAMPLED,
            steps_with_crossing=len(crossed),
            of_these_loss_0=sum(step.after == 0 for step in crossed),
        ),
        established(
            len(left) > 0 and all(step.as_predicted for step in still),
            "Damped steps and steps along the gradient leave a loss although no neuron crosses: "
            "the residual is then $f - y + J\\,\\Delta W$, exactly. The exact solve is needed.",
            Grade.SAMPLED,
            steps_without_crossing=len(still),
            of_these_loss_positive=len(left),
        ),
    ]


def _ends_on_digits(n: int, m: int) -> Fact:
    found = digits_in_rationals(n, m)
    return established(
        found.losses[-1] == 0 and found.crossings[-1] == 0 and min(found.losses[:-1]) > 0,
        "Digits in rationals: the training ends at a loss of exactly 0, after the first step in "
        "which nothing crosses.",
        Grade.EXACT,
        points=n,
        neurons=m,
        steps=len(found.losses) - 1,
        loss_before_the_last_step=rounded(float(found.losses[-2])),
        crossings_step_by_step=", ".join(map(str, found.crossings[1:])),
    )


def _ends_in_floats(trace: Trace) -> Fact:
    """In floats a loss of roundings takes the place of 0."""
    before, after = trace.losses[-2:]
    return established(
        trace.crossings[-1] == 0
        and after < 1e-16 * before
        and all(later < earlier for earlier, later in pairwise(trace.crossings[1:])),
        "Digits in floats: in every step but the last some neurons cross, fewer and fewer; the "
        "last, without any, takes the loss down to roundings.",
        Grade.MEASURED,
        steps=len(trace.losses) - 1,
        crossings_step_by_step=", ".join(map(str, trace.crossings[1:])),
    )


def _losses_chart(trace: Trace) -> Chart:
    """The losses of that training, and where nothing crossed."""
    steps = [float(step) for step in range(len(trace.losses))]
    losses = all_rounded(trace.losses)
    still = [k for k, crossed in enumerate(trace.crossings) if k > 0 and crossed == 0]
    return Chart(
        title="The last step ends at roundings",
        x="step",
        y="loss",
        curves=[
            Curve("loss", steps, losses),
            Curve(
                "reached without crossing",
                [steps[k] for k in still],
                [losses[k] for k in still],
                "points",
            ),
        ],
        y_scale="log",
        caption="Digits in floats. While neurons cross b, each step leaves a loss; the first step "
        "in which none crosses would end at exactly 0 in rationals, and ends at roundings here.",
    )


# ---- linear --------------------------------------------------------------------------------------

TABLES = ("digits", "diabetes", "wine", "breast-cancer")
"""Real data of four kinds."""

QUARTER = 0.25
"""What halving the residual makes of the loss."""


@decides("convergence/linear", theorems=("firing/exact_steps_leave_no_residual",))
def linear(effort: Effort) -> Decision:
    """The residual halves at every step of wide networks, and of narrow ones it can grow."""
    n, width = effort.of((16, 1 << 14), (64, 1 << 18), (64, 1 << 20))
    seeds = effort.of(2, 3, 5)
    seen = [trained(live_training(data, n, width, seed=k)) for data in TABLES for k in range(seeds)]
    facts = [_halved(seen, n, width), _not_halved(), _wider_is_faster(effort), _superlinear(seen)]
    return Decision(Verdict.CONDITIONAL, facts, _courses(effort))


def _halved(seen: Sequence[Run[float]], n: int, m: int) -> Fact:
    worst = max(max(contractions(run)) for run in seen)
    return established(
        all(run.reason is Reason.CONVERGED for run in seen) and worst <= QUARTER,
        r"In wide networks every step of every training at least halves $\lVert f-y\rVert$, from "
        r"the first to the last: the loss falls to a quarter or less.",
        Grade.MEASURED,
        trainings=len(seen),
        steps=sum(len(contractions(run)) for run in seen),
        most_steps_of_a_training=max(len(contractions(run)) for run in seen),
        largest_loss_over_the_one_before=rounded(worst),
        n=n,
        m=m,
        until=seen[0].limits.until,
    )


def _not_halved() -> Fact:
    """The counterexample without the width."""
    n, m = 16, 1 << 6
    run = trained(live_training("digits", n, m))
    worst = max(contractions(run))
    return established(
        worst > 1 and run.reason is Reason.CONVERGED,
        "In a narrow network a full step can raise the loss, and the training converges all the "
        "same: it is not linear from step to step.",
        Grade.MEASURED,
        n=n,
        m=m,
        largest_loss_over_the_one_before=rounded(worst),
        steps=len(contractions(run)),
    )


def _wider_is_faster(effort: Effort) -> Fact:
    """The worst step of several trainings at each width."""
    powers, seeds = (8, 11, 14, 17), effort.of(2, 5, 20)
    worst = [
        max(
            ratio
            for k in range(seeds)
            for ratio in contractions(trained(live_training("digits", 16, 1 << power, seed=k)))
        )
        for power in powers
    ]
    return established(
        all(after < before for before, after in pairwise(worst)),
        "The worst step gets better as the network gets wider.",
        Grade.MEASURED,
        widths=", ".join(f"2^{power}" for power in powers),
        largest_loss_over_the_one_before=", ".join(f"{ratio:.3g}" for ratio in worst),
        seeds=seeds,
        n=16,
    )


def _superlinear(seen: Sequence[Run[float]]) -> Fact:
    """No rate is the rate: the last steps, in which hardly a neuron crosses b, are far better."""
    last = max(contractions(run)[-1] for run in seen)
    still = [
        after
        for run in seen
        for before, after in pairwise(run.records)
        if after.switched == 0 and before.moved
    ]
    return established(
        last < 1e-6 and len(still) > 0 and max(record.loss for record in still) < 1e-25,
        "The loss falls faster than linearly: the last step of every training takes it to less "
        "than a millionth, and a step in which no neuron crosses $b$ takes it to roundings.",
        Grade.MEASURED,
        largest_last_loss_over_the_one_before=rounded(last, 2),
        steps_without_crossing=len(still),
    )


def _courses(effort: Effort) -> Chart:
    """The losses of three methods from the same start."""
    config = live_training("digits", *effort.of((16, 1 << 12), (64, 1 << 15), (64, 1 << 15)))
    ways: Sequence[tuple[str, Configuration, Kind]] = (
        ("Gauss-Newton, live", by(config, Method.LIVE), "line"),
        ("Gauss-Newton, dense", by(config, Method.GAUSS_NEWTON), "points"),
        ("gradient descent", by(config, Method.LIVE_GRADIENT_DESCENT, steps=40), "dashed"),
    )
    curves = []
    for name, way, kind in ways:
        seen = losses(trained(way))
        curves.append(Curve(name, list(map(float, range(len(seen)))), all_rounded(seen), kind))
    return Chart(
        title="Loss against steps",
        x="step",
        y="loss",
        curves=curves,
        y_scale="log",
        caption=f"Digits, n = {config.points}, m = {config.width:,}, α = 0.24, one network. Dense "
        "and live steps are the same steps. A straight line would be linear convergence.",
    )
