"""A run: steps until there is a reason to stop, each one observed, counted and recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic

from reference import closed_forms
from reference.counters import NO_COUNTS, Counts, Label, joined
from reference.errors import NoFiringNeuron, SingularGram, Unsolved
from reference.firing_sets import FiringSets
from reference.gram import point_products
from reference.ids import Point
from reference.network import Network, Problem
from reference.scalar import Arithmetic, S
from reference.training.batches import Batches
from reference.training.clock import Clock
from reference.training.engine import Engine, PlainEngine
from reference.training.iteration import advance, predict, query
from reference.training.landscape import Surroundings
from reference.training.observer import Observer
from reference.training.scores import Scores, StoredScores
from reference.training.step_rule import GradientSteps, Rule
from reference.training.stopping import Limits, Reason, Stopping, diverged
from reference.training.trace import Record, record
from reference.training.trainer import Advance, Observation, Trainer

NOTHING: Mapping[Label, Counts] = {label: Counts() for label in Label}
"""No operation under any label."""


@dataclass(slots=True)
class Run(Generic[S]):
    """A trainer, its limits, its observer, and what has happened so far.

    With `batches`, a record is an epoch: one step for each mini-batch. `seconds` has one entry a
    record. `reason` is None while the run goes on; `remark` says more where the reason alone does
    not.
    """

    trainer: Trainer[S]
    limits: Limits
    observer: Observer[S]
    records: list[Record] = field(default_factory=list)
    seconds: list[Mapping[Label, float]] = field(default_factory=list)
    earlier: FiringSets | None = None
    reason: Reason | None = None
    remark: str = ""
    batches: Batches | None = None
    _stopping: Stopping | None = None

    def step(self) -> Record | None:
        """One prediction is recorded and, unless it ends the run, one step or epoch is made.

        Errors: at step 0 `no-firing-neuron` and those of solvers; later these end the run as
        `singular` or `unsolved`, without a record if nothing could be observed. Any observer's
        `invariant-violated`.
        """
        if self._stopping is None:
            self._stopping = Stopping(self.limits, [past.loss for past in self.records])
        observation = self._observed(self.trainer.problem.indices, self.earlier)
        if observation is None:
            return None
        self.reason = self._stopping.reason(float(observation.loss))
        if self.batches is not None:
            self.trainer.counters.watch()
            self.trainer.clock.watch()
        advances, spent = self._advances(observation) if self.reason is None else ([], NOTHING)
        entry = record(
            len(self.records),
            self.trainer.rule.name.value,
            observation,
            self.trainer.network.places,
            self.earlier,
            advances,
            joined(spent, self.trainer.counters.take()),
        )
        self.records.append(entry)
        self.seconds.append(self.trainer.clock.take())
        self.earlier = observation.firing
        self.observer.recorded()
        return entry

    def _advances(
        self, observation: Observation[S]
    ) -> tuple[list[Advance[S]], Mapping[Label, Counts]]:
        """The step down from the observation, or an epoch of them, and what earlier ones cost.

        Each mini-batch is counted by itself, so that an observer can check its counts. An epoch is
        broken off where a mini-batch's loss alone is divergence: the next record will say so.
        """
        self._begin(observation)
        if self.batches is None:
            made = self._advanced(observation)
            return ([] if made is None else [made]), NOTHING
        advances: list[Advance[S]] = []
        spent = NOTHING
        first = self.records[0].loss if self.records else float(observation.loss)
        for points in self.batches.of_epoch(len(self.records)):
            spent = joined(spent, self.trainer.counters.take())
            seen = self._observed(points, observation.firing)
            if seen is None or diverged(float(seen.loss), first):
                break
            made = self._advanced(seen)
            if made is None:
                break
            advances.append(made)
        return advances, spent

    def _begin(self, observation: Observation[S]) -> None:
        """A gradient's step size is known."""
        trainer, rule = self.trainer, self.trainer.rule
        surroundings = Surroundings(trainer, observation, len(self.records))
        if isinstance(rule, GradientSteps) and rule.remembered is None:
            trainer.clock.start()
            work = rule.begin(surroundings)
            trainer.counters.add(Label.INIT, trainer.counters.clear(Label.SOLVE) + work)
            trainer.clock.lap(Label.INIT)

    def _observed(
        self, points: Sequence[Point], earlier: FiringSets | None
    ) -> Observation[S] | None:
        """QUERY and PREDICT at these points, watched; None if that ends the run."""
        firing = query(self.trainer, points)
        self.observer.queried(self.trainer, firing, earlier)
        try:
            observation = predict(self.trainer, firing)
        except NoFiringNeuron as error:
            self._lost(error, Reason.SINGULAR)
            return None
        self.observer.predicted(self.trainer, observation)
        return observation

    def _advanced(self, observation: Observation[S]) -> Advance[S] | None:
        """SOLVE, MOVE and REFRESH, watched; None if no step was to be made: the run ends."""
        try:
            made = advance(self.trainer, observation, len(self.records))
        except Unsolved as error:
            singular = isinstance(error, SingularGram)
            self._lost(error, Reason.SINGULAR if singular else Reason.UNSOLVED)
            return None
        if made is None:
            self.reason = Reason.STALLED
            self.remark = f"no {self.trainer.rule.name.value} step lowers the loss"
            return None
        self.observer.advanced(self.trainer, observation, made)
        return made

    def _lost(self, error: NoFiringNeuron | Unsolved, reason: Reason) -> None:
        """The run cannot go on; if it has not even begun, that is the caller's error."""
        if not self.records and not self.trainer.network.weights.moved:
            raise error
        self.reason = reason
        self.remark = str(error)


def prepare(
    arithmetic: Arithmetic[S],
    problem: Problem[S],
    network: Network[S],
    scores: Scores[S],
    rule: Rule[S],
    clock: Clock | None = None,
    finding: Counts = NO_COUNTS,
    engine: Engine[S] | None = None,
) -> Trainer[S]:
    """The trainer of these parts, its set-up counted and, from the clock's start, timed as INIT.

    `finding` is what it cost to find the neurons that a restricted network holds. The engine is the
    plain one unless another is given.
    """
    trainer = Trainer(
        arithmetic,
        problem,
        network,
        scores,
        point_products(arithmetic, problem.points),
        rule,
        engine or PlainEngine(arithmetic),
        finding,
        clock=clock or Clock(),
    )
    trainer.counters.add(Label.INIT, finding)
    trainer.counters.add(Label.INIT, closed_forms.point_products(problem.n, problem.d))
    if isinstance(scores, StoredScores):
        held = len(network.places)
        trainer.counters.add(Label.INIT, closed_forms.scores(held, problem.n, problem.d))
        trainer.counters.add(Label.INIT, scores.search.build_cost)
    trainer.clock.lap(Label.INIT)
    return trainer
