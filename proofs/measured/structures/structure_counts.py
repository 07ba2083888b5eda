"""What the structures count in an iteration of training, width by width.

    tournament, scan, incremental    comparisons, visits and writes of QUERY and REFRESH

The firing sets of the first iteration come from a run with tournament trees, whose counters are
taken as they are; what the others would have counted is in closed form, from the same firing sets.
That runs with these structures really count so is checked where they are run (`by_running`), the
ordered tree too, whose changes have no closed form.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log2

import msgspec

from proofs.measured.trainings.trainings import problem_of, trained
from reference import closed_forms
from reference.counters import Counts, Label, added
from reference.edges.setup.configuration import Configuration
from reference.network import Problem
from reference.structures.threshold_search import Structure
from reference.training.trace import Record

SEARCHING = (Label.QUERY, Label.REFRESH)
"""Where a structure is asked and changed."""

IN_CLOSED_FORM = (Structure.SCAN, Structure.INCREMENTAL)


@dataclass(frozen=True, slots=True)
class Searched:
    """What each structure counted in the first iteration of a training, scores' sums left out.

    `firing` is |S_i| of each point; `visits` are those of the trees' queries alone.
    """

    width: int
    firing: tuple[int, ...]
    moved: int
    visits: int
    counted: Mapping[Structure, int]

    @property
    def bound(self) -> float:
        """Σ_i 1 + 2k_i·(log₂(m/k_i) + 2): no queries of these sizes visit more nodes."""
        return sum(1 + 2 * k * (log2(self.width / k) + 2) for k in self.firing)

    @property
    def ratio(self) -> float:
        """A scan's count over the trees'."""
        return self.counted[Structure.SCAN] / self.counted[Structure.TOURNAMENT]


def searched(config: Configuration, problem: Problem[float] | None = None) -> Searched:
    """The first iteration with tournament trees, and what scan and kept sets would count.

    Errors: those of step 0.
    """
    trees = msgspec.structs.replace(config, structure=Structure.TOURNAMENT, steps=1)
    run = trained(trees, problem=problem_of(trees) if problem is None else problem)
    record = run.records[0]
    counted = {Structure.TOURNAMENT: searching(record)}
    counted |= {each: in_closed_form(each, config.width, record) for each in IN_CLOSED_FORM}
    visits = record.operations[Label.QUERY.value]["node_visits"]
    return Searched(config.width, tuple(record.fired), record.moved, visits, counted)


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run with a structure counts in its first iteration, and who fires before and after."""

    counted: int
    firing: tuple[str, ...]


def by_running(config: Configuration, structure: Structure) -> Ran:
    """The first iteration with this structure, in plain Python."""
    here = msgspec.structs.replace(config, structure=structure, engine="plain", steps=1)
    records = trained(here).records
    return Ran(searching(records[0]), tuple(record.firing_digest for record in records))


def searching(record: Record) -> int:
    """Comparisons, visits and writes of QUERY and REFRESH."""
    spent = added(Counts(**record.operations[label.value]) for label in SEARCHING)
    return spent.total - spent.multiply_adds


def in_closed_form(structure: Structure, m: int, record: Record) -> int:
    """The same of a structure that was not run, for the firing sets of this record."""
    n = len(record.fired)
    if structure is Structure.SCAN:
        asked = closed_forms.scan_query(m).times(n)
        return (asked + closed_forms.scan_replace(record.moved).times(n)).total
    asked = added(closed_forms.incremental_query(k) for k in record.fired)
    return (asked + closed_forms.incremental_replace(record.moved).times(n)).total
