"""A run in words: what runs, how it ended, where things are."""

from collections.abc import Mapping

from reference.counters import Label
from reference.edges.configuration import Configuration
from reference.edges.points import Dataset
from reference.method import Method, StoredScores
from reference.stopping import Reason
from reference.training import Run


def heading(config: Configuration, dataset: Dataset) -> str:
    """What runs, in a line or two."""
    problem = dataset.problem
    how = config.method.value
    if config.method is Method.SUBLINEAR:
        how += f" through the {config.structure.value} structure"
    return (
        f"{dataset.name}: n = {problem.n}, d = {problem.d} ({dataset.remark})\n"
        f"m = {config.width:,}, b = {config.shift:.4f} ({config.activation.value}), {how}, "
        f"{config.step_rule.value} steps, invariants {config.invariants}, seed {config.seed}"
    )


def verdict(config: Configuration, run: Run[float]) -> str:
    """How it ended, what is stored, what was checked, how long it took."""
    lines = [f"{run.reason.value if run.reason else ''}: {_sentence(config, run)}"]
    scores = run.trainer.scores
    if isinstance(scores, StoredScores):
        count, size = scores.search.m * scores.search.n, scores.search.stored_bytes
        lines.append(f"stored: {count:,} scores, {size / count:.1f} bytes each")
    checks = run.observer.checks()
    if checks:
        lines.append(f"invariants: {sum(checks.values()):,} checks, no violation")
    steps = sorted(_without_init(seconds) for seconds in run.seconds[:-1])
    if steps:
        init, median = run.seconds[0][Label.INIT], steps[len(steps) // 2]
        lines.append(f"seconds: init {init:.2f}, a step {median:.2f} (median), checks aside")
    return "\n".join(lines)


def _without_init(seconds: Mapping[Label, float]) -> float:
    return sum(spent for label, spent in seconds.items() if label is not Label.INIT)


def _sentence(config: Configuration, run: Run[float]) -> str:
    """The reason in a sentence."""
    steps = sum(record.rule != "none" for record in run.records)
    reached = f"loss {run.records[-1].loss:.3e} after {steps} steps"
    match run.reason:
        case Reason.CONVERGED:
            return reached
        case Reason.STEP_LIMIT:
            return f"{reached}, not the {config.until:g} asked for; take more --steps"
        case Reason.STALLED:
            best = min(record.loss for record in run.records)
            why = run.remark or "ten steps gained less than 1 %"
            return f"{reached}, best {best:.3e}: {why}; try another --step-rule or a larger --width"
        case Reason.DIVERGED:
            first = run.records[0].loss
            return f"{reached}, from {first:.3e}; try --step-rule damped or a larger --width"
        case Reason.SINGULAR:
            return f"{reached}: {run.remark}"
        case _:
            return f"{reached}; go on with --resume if a --checkpoint was kept"
