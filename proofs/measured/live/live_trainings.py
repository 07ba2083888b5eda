"""Dead neurons and live ones in whole trainings, by every method that the reference has.

A way is a method with a step rule, a structure and an activation. Each family of methods has three:
dense, with stored scores, and live. What they see is compared moment by moment: residuals, firing
sets by the neurons' places, and the weights of all m neurons, the dead ones' included.

Claims beyond/dead-neurons, beyond/live-equals-dense.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from proofs.measured.networks.initial_outputs import digits, points_of
from proofs.measured.trainings.small_trainings import Moment, Small, Vector, Way, trained
from reference import closed_forms
from reference.activation import Activation
from reference.counters import Counts, Label, added
from reference.edges.runs.report import step_total
from reference.edges.runs.run_builder import build_run
from reference.edges.setup.configuration import Configuration
from reference.ids import Neuron
from reference.structures.threshold_search import Structure
from reference.training.method import Method
from reference.training.observer import Nobody
from reference.training.step_rule import StepRule
from reference.training.trace import Record
from reference.training.trainer import Observation, Trainer

FAMILIES: Mapping[Method, Sequence[Method]] = {
    Method.GAUSS_NEWTON: (Method.SUBLINEAR, Method.LIVE),
    Method.GRADIENT_DESCENT: (Method.SUBLINEAR_GRADIENT_DESCENT, Method.LIVE_GRADIENT_DESCENT),
    Method.SGD: (Method.SUBLINEAR_SGD, Method.LIVE_SGD),
}
"""The dense method of each, and those that walk its trajectory."""


def dense_ways() -> list[Way]:
    """Each dense method with each of its rules and both activations."""
    return [
        Way(method, rule, activation=activation)
        for method, activation in product(FAMILIES, Activation)
        for rule in (StepRule if method.solves else [StepRule.FULL])
    ]


def twins_of(way: Way) -> list[Way]:
    """Those that should walk the trajectory of this dense way, in each structure."""
    methods = FAMILIES[way.method]
    return [replace(way, method=other, structure=s) for other, s in product(methods, Structure)]


# ---- the dead ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dead:
    """Of a training: (neuron, moment) pairs that were dead; who died on the way; what went wrong.

    `of_a_batch` fired on no point of a mini-batch, and later on a point of another.
    """

    seen: int
    died: int
    revived: int
    moved: int
    of_a_batch: int

    def __add__(self, other: "Dead") -> "Dead":
        return Dead(
            self.seen + other.seen,
            self.died + other.died,
            self.revived + other.revived,
            self.moved + other.moved,
            self.of_a_batch + other.of_a_batch,
        )


NO_DEAD = Dead(0, 0, 0, 0, 0)


def dead_in(small: Small, moments: Sequence[Moment]) -> Dead:
    """What became of every neuron that was seen to fire on none of the training points."""
    buried: dict[int, Vector] = {}
    idle: set[int] = set()
    found = NO_DEAD
    for time, moment in enumerate(moments):
        found += Dead(
            seen=len(buried),
            died=0,
            revived=len(buried.keys() & moment.alive),
            moved=sum(moment.weights[r] != row for r, row in buried.items()),
            of_a_batch=len(idle & moment.alive),
        )
        silent = {r for r in range(small.m) if r not in moment.alive and r not in buried}
        if len(moment.asked) == small.problem.n:
            found += Dead(0, len(silent) if time else 0, 0, 0, 0)
            buried |= {r: moment.weights[r] for r in silent}
        idle = silent if len(moment.asked) < small.problem.n else set()
    return found


def dead_of(networks: Sequence[Small], steps: int) -> tuple[int, Dead]:
    """How many trainings by every way, and what became of the dead in them.

    The methods with stored scores take the structures in turn.
    """
    found, count = NO_DEAD, 0
    for turn, small in enumerate(networks):
        structure = list(Structure)[turn % len(Structure)]
        for way in dense_ways():
            chosen = [twin for twin in twins_of(way) if twin.structure is structure]
            for each in [way, *chosen]:
                found += dead_in(small, trained(small, each, steps))
                count += 1
    return count, found


# ---- live against dense --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Compared:
    """How many trainings were held against dense ones, in how many moments, and how many differ."""

    trainings: int
    moments: int
    differ: int


def live_against_dense(networks: Sequence[Small], steps: int) -> Compared:
    """Every way of every network, the structures in turn."""
    trainings = moments = differ = 0
    for turn, (small, way) in enumerate(product(networks, dense_ways())):
        dense = trained(small, way, steps)
        structure = list(Structure)[turn % len(Structure)]
        for twin in twins_of(way):
            if twin.structure is structure:
                trainings, moments = trainings + 1, moments + len(dense)
                differ += trained(small, twin, steps) != dense
    return Compared(trainings, moments, differ)


# ---- floats --------------------------------------------------------------------------------------


def bits_of_the_dead(m: int, n: int, method: Method) -> tuple[int, int]:
    """Of a training on digits in floats: the neurons dead at first, and those whose weights differ
    in any bit after it, or that fire in any of its steps.
    """
    config = Configuration(points=n, width=m, method=method, invariants="off", steps=8, until=1e-12)
    firing = Everyone()
    run = build_run(config, digits(n), firing)
    before = [list(run.trainer.network.weights.row(Neuron(r))) for r in range(m)]
    while run.reason is None:
        run.step()
    dead = set(range(m)) - firing.first
    weights = run.trainer.network.weights
    moved = {r for r in dead if list(weights.row(Neuron(r))) != before[r]}
    return len(dead), len(moved | (firing.ever & dead))


class Everyone(Nobody[float]):
    """Remembers who fired at first, and who fired ever."""

    def __init__(self) -> None:
        self.first: set[int] = set()
        self.ever: set[int] = set()

    def predicted(self, trainer: Trainer[float], observation: Observation[float]) -> None:
        """Those who fire now are among those who fired ever."""
        fired = set(map(int, observation.firing.by_neuron))
        self.first = self.first or fired
        self.ever |= fired


# ---- cost ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LiveCost:
    """A live training: U(0), and what each step cost, counted and by closed forms.

    `share` is the costliest step's operations over |U(0)|·n·d + n³; `counting` the most that
    counting intersections for G took of |U(0)|·n·d.
    """

    m: int
    d: int
    live: int
    steps: int
    as_predicted: bool
    share: float
    counting: float


def live_cost(data: str, m: int, n: int) -> LiveCost:
    """At most ten steps. The closed forms know n, d, the firing sets' sizes, and no m."""
    problem = points_of(data, n)
    run = build_run(
        Configuration(
            data=data,
            points=n,
            width=m,
            method=Method.LIVE,
            invariants="off",
            steps=10,
            until=1e-12,
        ),
        problem,
        Nobody(),
    )
    while run.reason is None:
        run.step()
    made = [record for record in run.records if record.moved]
    totals = [step_total(_by_label(record)) for record in made]
    predicted = [_predicted(record, n, problem.d).total for record in made]
    live = len(run.trainer.network.places)
    data_term = live * n * problem.d
    return LiveCost(
        m,
        problem.d,
        live,
        len(made),
        totals == predicted,
        max(totals) / (data_term + n**3),
        max(record.solver_operations["gram"] for record in made) / data_term,
    )


def _predicted(record: Record, n: int, d: int) -> Counts:
    """The closed forms of a step that keeps firing sets and rewrites rows."""
    pairs, moved = sum(record.fired), record.moved
    gram = Counts(solver_operations=record.solver_operations["gram"])
    queries = added(closed_forms.incremental_query(k) for k in record.fired)
    refreshed = closed_forms.displacement(pairs, n) + closed_forms.displace(moved, n)
    return (
        queries
        + closed_forms.predict(pairs)
        + gram
        + closed_forms.factorized_solve(n)
        + closed_forms.rewrite(pairs, moved, d)
        + refreshed
        + closed_forms.incremental_replace(moved).times(n)
    )


def _by_label(record: Record) -> Mapping[Label, Counts]:
    return {label: Counts(**record.operations[label.value]) for label in Label}
