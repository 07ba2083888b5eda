"""A run: steps until there is a reason to stop, each one observed, counted and recorded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic

from reference import closed_forms
from reference.clock import Clock
from reference.counters import Label
from reference.errors import NoFiringNeuron, SingularGram
from reference.firing_sets import FiringSets
from reference.gauss_newton import advance, predict, query
from reference.gram import point_products
from reference.ids import Neuron
from reference.method import Scores, StoredScores
from reference.network import Network, Problem
from reference.observer import Observer
from reference.scalar import Arithmetic, S
from reference.step_rule import Rule
from reference.stopping import Limits, Reason, reason_to_stop
from reference.trace import Record, record
from reference.trainer import Advance, Observation, Trainer


@dataclass(slots=True)
class Run(Generic[S]):
    """A trainer, its limits, its observer, and what has happened so far.

    `moved` are the neurons that have ever moved: all others are as they were drawn. `seconds` has
    one entry a record. `reason` is None while the run goes on; `remark` says more where the reason
    alone does not.
    """

    trainer: Trainer[S]
    limits: Limits
    observer: Observer[S]
    records: list[Record] = field(default_factory=list)
    seconds: list[Mapping[Label, float]] = field(default_factory=list)
    earlier: FiringSets | None = None
    moved: set[Neuron] = field(default_factory=set)
    reason: Reason | None = None
    remark: str = ""

    def step(self) -> Record | None:
        """One prediction is recorded and, unless it ends the run, one step is made.

        Errors: at step 0 `no-firing-neuron` and `singular-gram`; later these end the run as
        `singular`, without a record if nothing could be observed. Any observer's
        `invariant-violated`.
        """
        observation = self._observed()
        if observation is None:
            return None
        losses = [past.loss for past in self.records] + [float(observation.loss)]
        self.reason = reason_to_stop(losses, self.limits)
        made = self._advanced(observation) if self.reason is None else None
        entry = record(
            len(self.records),
            self.trainer.rule.name.value,
            observation,
            self.earlier,
            made,
            self.trainer.counters.take(),
        )
        self.records.append(entry)
        self.seconds.append(self.trainer.clock.take())
        self.earlier = observation.firing
        return entry

    def _observed(self) -> Observation[S] | None:
        """QUERY and PREDICT, watched; None if that ends the run."""
        firing = query(self.trainer)
        self.observer.queried(self.trainer, firing, self.earlier)
        try:
            observation = predict(self.trainer, firing)
        except NoFiringNeuron as error:
            self._lost(error)
            return None
        self.observer.predicted(self.trainer, observation)
        return observation

    def _advanced(self, observation: Observation[S]) -> Advance[S] | None:
        """SOLVE, MOVE and REFRESH, watched; None if no step was to be made: the run ends."""
        try:
            made = advance(self.trainer, observation)
        except SingularGram as error:
            self._lost(error)
            return None
        if made is None:
            self.reason = Reason.STALLED
            self.remark = f"no {self.trainer.rule.name.value} step lowers the loss"
            return None
        self.moved.update(made.motion.neurons)
        self.observer.advanced(self.trainer, observation, made)
        return made

    def _lost(self, error: NoFiringNeuron | SingularGram) -> None:
        """The run cannot go on; if it has not even begun, that is the caller's error."""
        if not self.records:
            raise error
        self.reason = Reason.SINGULAR
        self.remark = str(error)


def prepare(
    arithmetic: Arithmetic[S],
    problem: Problem[S],
    network: Network[S],
    scores: Scores[S],
    rule: Rule[S],
    clock: Clock | None = None,
) -> Trainer[S]:
    """The trainer of these parts, its set-up counted and, from the clock's start, timed as INIT."""
    trainer = Trainer(
        arithmetic,
        problem,
        network,
        scores,
        point_products(arithmetic, problem.points),
        rule,
        clock=clock or Clock(),
    )
    trainer.counters.add(Label.INIT, closed_forms.point_products(problem.n, problem.d))
    if isinstance(scores, StoredScores):
        trainer.counters.add(Label.INIT, closed_forms.scores(network.m, problem.n, problem.d))
        trainer.counters.add(Label.INIT, scores.search.build_cost)
    trainer.clock.lap(Label.INIT)
    return trainer
