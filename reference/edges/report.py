"""What a run says at its end: the JSON document and the table of counted operations."""

from importlib.metadata import version

import msgspec
from rich.box import SIMPLE_HEAD
from rich.table import Table

from reference import closed_forms
from reference.counters import Counts, Label, added
from reference.edges.checkpoint import seconds_by_label
from reference.edges.configuration import Configuration
from reference.edges.points import Dataset
from reference.method import StoredScores
from reference.trace import Record
from reference.training import Run

COLUMNS = ("mul-add", "compare", "visit", "write", "solve", "total", "dense", "ratio")
"""The kinds of operation, their total, the dense method's total, and dense / total."""


def as_json(config: Configuration, dataset: Dataset, run: Run[float]) -> bytes:
    """The whole run as one JSON document."""
    problem, scores = run.trainer.problem, run.trainer.scores
    stored = scores.search.stored_bytes if isinstance(scores, StoredScores) else 0
    document = {
        "version": version("firingtree"),
        "config": {**msgspec.to_builtins(config), "shift": config.shift},
        "data": {
            "name": dataset.name,
            "n": problem.n,
            "d": problem.d,
            "digest": dataset.digest,
            "remark": dataset.remark,
        },
        "steps": [
            {**record.as_dict(), "seconds": seconds}
            for record, seconds in zip(run.records, seconds_by_label(run), strict=True)
        ],
        "converged": run.reason is not None and run.reason.value == "converged",
        "reason": "" if run.reason is None else run.reason.value,
        "remark": run.remark,
        "stored_bytes": stored,
        "invariants": {
            "level": config.invariants,
            "checks": dict(run.observer.checks()),
            "violations": [],
        },
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


def dense_operations(record: Record, m: int, n: int, d: int) -> dict[Label, Counts]:
    """What the dense method would have spent on this step: it scores every neuron at every point.

    PREDICT, SOLVE and MOVE are the same work; INIT and REFRESH have nothing to store. A rule that
    tries losses needs the scores' displacements whatever the method.
    """
    directions = {"backtracking": 1, "damped": record.trials}.get(record.rule, 0)
    displacement = closed_forms.displacement(sum(record.fired), n).times(directions)
    spent = {label: Counts(**record.operations[label.value]) for label in Label}
    init = closed_forms.point_products(n, d) if record.step == 0 else Counts()
    return {
        **spent,
        Label.INIT: init,
        Label.QUERY: closed_forms.dense_query(m, n, d),
        Label.REFRESH: displacement,
    }


def operations_table(run: Run[float]) -> Table:
    """Counted operations by label, beside what the dense method would have spent."""
    problem, m = run.trainer.problem, run.trainer.network.m
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("label", no_wrap=True)
    for name in COLUMNS:
        table.add_column(name, justify="right", no_wrap=True)
    dense = [dense_operations(record, m, problem.n, problem.d) for record in run.records]
    sum_spent, sum_dense = Counts(), Counts()
    for label in Label:
        spent = added(Counts(**record.operations[label.value]) for record in run.records)
        would = added(step[label] for step in dense)
        if label is not Label.INIT:
            sum_spent, sum_dense = sum_spent + spent, sum_dense + would
        table.add_row(*_row(label.value, spent, would), end_section=label is Label.INIT)
    table.add_section()
    table.add_row(*_row("all steps", sum_spent, sum_dense), style="bold")
    return table


def _row(name: str, spent: Counts, dense: Counts) -> list[str]:
    ratio = f"{dense.total / spent.total:.3g}" if spent.total else "–"
    counts = [_short(count) for count in spent.as_dict().values()]
    return [name, *counts, _short(spent.total), _short(dense.total), ratio]


def _short(count: int) -> str:
    """Three digits and a unit; the exact counts are in the JSON and the trace."""
    for unit, size in (("G", 10**9), ("M", 10**6), ("k", 10**3)):
        if count >= size:
            return f"{count / size:.3g}{unit}"
    return str(count)
