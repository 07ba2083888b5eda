"""What a run says at its end: the JSON document and the table of counted operations."""

from collections.abc import Mapping
from importlib.metadata import version

import msgspec
from rich.box import SIMPLE_HEAD
from rich.table import Table

from reference import closed_forms
from reference.counters import ASIDE, Counts, Label, added
from reference.edges.data.points import Dataset
from reference.edges.runs.checkpoint import seconds_by_label
from reference.edges.runs.summary import ending
from reference.edges.setup.configuration import Configuration
from reference.scalar import S
from reference.training.scores import StoredScores
from reference.training.stopping import Reason
from reference.training.trace import Record
from reference.training.training import Run
from reference.weights import Reading

COLUMNS = ("mul-add", "compare", "visit", "write", "solve", "total", "dense", "ratio")
"""The kinds of operation, their total, the dense method's total, and dense / total."""


def as_json(config: Configuration, dataset: Dataset, run: Run[S]) -> bytes:
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
        "converged": run.reason is Reason.CONVERGED,
        "reason": ending(run),
        "remark": run.remark,
        "stored_bytes": stored,
        "invariants": {
            "level": config.invariants,
            "checks": dict(run.observer.checks()),
            "violations": [],
            "bounds": list(run.observer.reports()),
        },
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


def dense_operations(record: Record, config: Configuration, n: int, d: int) -> dict[Label, Counts]:
    """What the method's dense twin would have spent: it scores every neuron at every point.

    INIT and REFRESH have nothing to store, MOVE rewrites rows, and the rest is the same work. A
    rule that tries losses needs the scores' displacements whatever the method; where none of its
    steps was made, REFRESH is nothing else. An epoch that was broken off counts as a whole one.
    """
    m = config.width
    spent = {label: Counts(**record.operations[label.value]) for label in Label}
    look = closed_forms.dense_query(m, n, d)
    directions = {"backtracking": 1, "damped": record.trials}.get(record.rule, 0)
    displaced = closed_forms.displacement(sum(record.fired), n).times(directions)
    init = Counts(solver_operations=spent[Label.INIT].solver_operations)
    dense = {
        **spent,
        Label.INIT: init + (closed_forms.point_products(n, d) if record.step == 0 else Counts()),
        Label.QUERY: look,
        Label.MOVE: _rewritten(record, config, d),
        Label.REFRESH: displaced if record.moved else spent[Label.REFRESH],
    }
    if config.method.takes_batches:
        dense[Label.WATCH] = look + closed_forms.predict(sum(record.fired))
        dense[Label.QUERY] = look if record.moved else Counts()
    return dense


def _rewritten(record: Record, config: Configuration, d: int) -> Counts:
    """MOVE, had rows been rewritten."""
    spent = Counts(**record.operations[Label.MOVE.value])
    if config.weights is not Reading.IMPLICIT or not config.method.stores_scores:
        return spent
    if not record.moved:
        return spent
    pairs = record.operations[Label.PREDICT.value]["multiply_adds"]
    saved = closed_forms.rewrite(pairs, record.moved, d).multiply_adds - pairs
    return spent + Counts(multiply_adds=saved)


def step_total(operations: Mapping[Label, Counts]) -> int:
    """All that a step itself costs: set-up and watching left out."""
    return added(counts for label, counts in operations.items() if label not in ASIDE).total


def operations_table(config: Configuration, run: Run[S]) -> Table:
    """Counted operations by label, beside what the dense twin would have spent."""
    problem = run.trainer.problem
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("label", no_wrap=True)
    for name in COLUMNS:
        table.add_column(name, justify="right", no_wrap=True)
    dense = [dense_operations(record, config, problem.n, problem.d) for record in run.records]
    sum_spent, sum_dense = Counts(), Counts()
    for label in Label:
        spent = added(Counts(**record.operations[label.value]) for record in run.records)
        would = added(step[label] for step in dense)
        if label is Label.WATCH and not spent.total:
            continue
        if label not in ASIDE:
            sum_spent, sum_dense = sum_spent + spent, sum_dense + would
        table.add_row(*_row(label.value, spent, would), end_section=label in ASIDE)
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
