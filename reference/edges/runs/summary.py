"""A run in words: what runs, how it ended, where things are."""

from collections.abc import Mapping, Sequence

from reference.counters import Label
from reference.edges.data.points import Dataset
from reference.edges.setup.configuration import Configuration
from reference.edges.setup.starts import Start, candidate_share, start_of
from reference.network import Problem
from reference.scalar import S
from reference.solvers.solver import SolverName
from reference.training.clock import step_seconds
from reference.training.scores import StoredScores
from reference.training.stopping import Reason
from reference.training.training import Run
from reference.weights import Reading


def heading(config: Configuration, dataset: Dataset) -> str:
    """What runs, in a line or two."""
    problem = dataset.problem
    shift = f"b = {config.shift:.4f}"
    if config.bias_spread:
        shift += f" ± {config.bias_spread:g} a neuron"
    lane = "" if config.scalar == "float" else f"exact on a grid of 2^−{config.grid}, "
    lane += "on arrays, " if config.engine == "vectorized" else ""
    return (
        f"{dataset.name}: n = {problem.n}, d = {problem.d} ({dataset.remark})\n"
        f"m = {config.width:,}, {shift} ({config.activation.value}), {way(config)}, {lane}"
        f"invariants {config.invariants}, seed {config.seed}{_start(config, problem)}"
    )


def _start(config: Configuration, problem: Problem[float]) -> str:
    """How live neurons alone are drawn, if that was asked for."""
    if config.init == "whole":
        return ""
    share = candidate_share(config, problem.points)
    if start_of(config, problem.points) is not Start.DRAWN_LIVE:
        return (
            f"\nΣ P(Z > b/‖x_i‖) = {share:.3g} is above 1, so the network is drawn whole: that is "
            f"no dearer than drawing live neurons alone"
        )
    return f"\nlive neurons drawn alone: about {share * config.width:,.0f} candidates for them"


def way(config: Configuration) -> str:
    """How it trains: method, structure, solver or mini-batches, step rule."""
    parts = [config.method.value]
    if config.method.stores_scores:
        parts[0] += f" through the {config.search.value} structure"
        if config.weights is not Reading.REWRITTEN:
            parts.append(f"{config.weights.value} weights")
    if config.batches is not None:
        parts.append(f"mini-batches of {config.batches.size}")
    if not config.method.solves:
        return ", ".join(parts)
    if config.solver is SolverName.SKETCH:
        sketch = config.sketch_choice
        parts.append(
            f"{sketch.kind.value} sketch of {sketch.rows} rows, {config.sketch_draws.value}"
        )
    elif config.solver is not SolverName.GRAM:
        parts.append(f"{config.solver.value} solver")
    parts.append(f"{config.step_rule.value} steps")
    return ", ".join(parts)


def ending(run: Run[S]) -> str:
    """How it ended, in a word; nothing while it goes on."""
    return "" if run.reason is None else run.reason.value


def verdict(config: Configuration, run: Run[S]) -> str:
    """How it ended, what is stored, what was checked, how long it took."""
    lines = [f"{ending(run)}: {_sentence(config, run)}"]
    scores = run.trainer.scores
    if isinstance(scores, StoredScores):
        count, size = scores.search.m * scores.search.n, scores.search.stored_bytes
        lines.append(f"stored: {count:,} scores, {size / count:.1f} bytes each")
    checks = run.observer.checks()
    if checks:
        lines.append(f"invariants: {sum(checks.values()):,} checks, no violation")
    reports = run.observer.reports()
    if reports:
        lines.append(_certified(reports))
    steps = sorted(step_seconds(seconds) for seconds in run.seconds[:-1])
    if steps:
        init, median = run.seconds[0][Label.INIT], steps[len(steps) // 2]
        lines.append(f"seconds: init {init:.2f}, a step {median:.3g} (median), checks aside")
    return "\n".join(lines)


def _certified(reports: Sequence[Mapping[str, float]]) -> str:
    """How near the exact run is, in a sentence."""
    decisions = sum(int(report["decisions"]) for report in reports)
    borderline = [int(report["borderline"]) for report in reports]
    outputs = max(report["output_error"] for report in reports)
    near = f"outputs within {outputs:.1e}, weights within {reports[-1]['weight_error_after']:.1e}"
    if not sum(borderline):
        return f"exact run: the same firing sets, {decisions:,} decisions certified; {near}"
    first = next(step for step, count in enumerate(borderline) if count)
    return (
        f"exact run: {sum(borderline):,} of {decisions:,} firing decisions are borderline, "
        f"the first at step {first}; if they fall alike, {near}"
    )


def _sentence(config: Configuration, run: Run[S]) -> str:
    """The reason in a sentence."""
    steps = sum(record.rule != "none" for record in run.records)
    unit = "steps" if run.batches is None else "epochs"
    reached = f"loss {run.records[-1].loss:.3e} after {steps:,} {unit}"
    match run.reason:
        case Reason.CONVERGED:
            return reached
        case Reason.STEP_LIMIT:
            return f"{reached}, not the {config.until:g} asked for; take more --steps"
        case Reason.STALLED:
            best = min(record.loss for record in run.records)
            why = run.remark or f"{config.limits.patience} steps gained less than 1 %"
            other = "--step-rule" if config.method.solves else "--learning-rate"
            return f"{reached}, best {best:.3e}: {why}; try another {other} or a larger --width"
        case Reason.DIVERGED:
            first = run.records[0].loss
            shorter = "--step-rule damped" if config.method.solves else "a lower --learning-rate"
            return f"{reached}, from {first:.3e}; try {shorter} or a larger --width"
        case Reason.SINGULAR | Reason.UNSOLVED:
            other = "" if config.method.solves else ", or a lower --learning-rate"
            return f"{reached}: {run.remark}{other}"
        case _:
            return f"{reached}; go on with --resume if a --checkpoint was kept"
