"""The paper's method and the live one from the same network, step by step and count by count.

    paper   tournament trees over all m neurons; rows rewritten, scores recomputed: n·d a neuron
    live    the neurons that fire at first, no tree; weights implicit, scores moved by ⟨x_i, x_j⟩

Both are runs in floats whose sums are made in other orders, so what is compared is exact: the
firing sets, by their digests, at every step.

Claim bound/tightness.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from reference import closed_forms
from reference.counters import Counts, Label
from reference.edges.data.points import choose_points
from reference.edges.data.tables import load_table
from reference.edges.runs.run_builder import build_run
from reference.edges.setup.configuration import Configuration
from reference.structures.threshold_search import Structure
from reference.training.method import Method
from reference.training.observer import Nobody
from reference.training.trace import Record
from reference.weights import Reading

UPDATING = (Label.MOVE, Label.REFRESH)
"""What an update of the structure is in a step of training."""


@dataclass(frozen=True, slots=True)
class Twins:
    """Two trainings: whether they fired alike throughout, and what their steps cost in all.

    `updates` are the neurons that moved, over all steps; `updating` is what that cost. `predicted`
    is what the closed forms say: of the paper's without its trees, so less, and of the live one's.
    """

    data: str
    width: int
    d: int
    steps: int
    alike: bool
    updates: int
    paper_updating: int
    live_updating: int
    predicted: tuple[int, int]


def twins(config: Configuration) -> Twins:
    """Both trainings of this configuration's network. Errors: those of training."""
    d = len(load_table(config.data, None).features[0])
    paper = _records(config, Method.SUBLINEAR, Structure.TOURNAMENT, Reading.RECOMPUTED)
    live = _records(config, Method.LIVE, Structure.INCREMENTAL, Reading.IMPLICIT)
    alike = [r.firing_digest for r in paper] == [r.firing_digest for r in live]
    return Twins(
        config.data,
        config.width,
        d,
        len(paper) - 1,
        alike,
        sum(record.moved for record in paper),
        _updating(paper),
        _updating(live),
        _predicted(paper, config.points, d),
    )


def _predicted(records: Sequence[Record], n: int, d: int) -> tuple[int, int]:
    """The paper's updates without its trees, and the live ones, by closed forms."""
    paper, live = Counts(), Counts()
    for record in records:
        moved, pairs = record.moved, sum(record.fired) if record.moved else 0
        paper += closed_forms.rewrite(pairs, moved, d) + closed_forms.scores(moved, n, d)
        live += closed_forms.collect(pairs) + closed_forms.displacement(pairs, n)
        live += closed_forms.displace(moved, n)
        live += closed_forms.incremental_replace(moved).times(n)
    return paper.total, live.total


def _records(
    config: Configuration, method: Method, structure: Structure, weights: Reading
) -> Sequence[Record]:
    """The trace of the whole training by this method."""
    here = msgspec.structs.replace(
        config, method=method, structure=structure, weights=weights, invariants="off"
    )
    table = load_table(here.data, None)
    run = build_run(here, choose_points(table, here.points, here.seed).problem, Nobody())
    while run.reason is None:
        run.step()
    return run.records


def _updating(records: Sequence[Record]) -> int:
    """MOVE and REFRESH of all steps."""
    return sum(
        sum(record.operations[label.value].values()) for record in records for label in UPDATING
    )
