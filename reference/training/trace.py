"""The trace: one record a step, one line of JSON a record.

A trace holds nothing that depends on the machine or the clock, so the same configuration gives the
same bytes, interrupted and resumed or not.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reference.counters import Counts, Label
from reference.firing_sets import FiringSets
from reference.scalar import S
from reference.training.trainer import Advance, Observation


@dataclass(frozen=True, slots=True)
class Record:
    """What was seen at step t, and what was done about it.

    `fired` counts |S_i| for each point; `union` is |U|; `switched` counts the pairs that fire in
    exactly one of this and the step before; `firing_digest` identifies the firing sets. The last
    record of a run made no step: its rule is "none".

    `moved` counts neurons, once in each mini-batch that moves them. `rounds` and `accuracy` are
    those of an iterative solver: all rounds, and the ‖G g − r‖/‖r‖ of the step that was made.
    `solver_operations` is what SOLVE's operations were for.
    """

    step: int
    loss: float
    fired: list[int]
    union: int
    switched: int
    firing_digest: str
    rule: str
    size: float
    damping: float
    trials: int
    moved: int
    rounds: int
    accuracy: float
    solver_operations: dict[str, int]
    operations: dict[str, dict[str, int]]

    def line(self) -> str:
        """The record as one line of JSON, keys in a fixed order."""
        return json.dumps(self.as_dict(), separators=(",", ":")) + "\n"

    def as_dict(self) -> dict[str, object]:
        """The record's fields by name, in order."""
        return {
            "step": self.step,
            "loss": self.loss,
            "fired": self.fired,
            "union": self.union,
            "switched": self.switched,
            "firing_digest": self.firing_digest,
            "rule": self.rule,
            "size": self.size,
            "damping": self.damping,
            "trials": self.trials,
            "moved": self.moved,
            "rounds": self.rounds,
            "accuracy": self.accuracy,
            "solver_operations": self.solver_operations,
            "operations": self.operations,
        }


def record(
    step: int,
    rule: str,
    observation: Observation[S],
    places: Sequence[int],
    earlier: FiringSets | None,
    advances: Sequence[Advance[S]],
    operations: Mapping[Label, Counts],
) -> Record:
    """The record of one step, or of the steps that an epoch makes, one a mini-batch."""
    firing = observation.firing
    last = advances[-1].choice if advances else None
    solving: dict[str, int] = {}
    for made in advances:
        for part, count in (made.operations | made.choice.operations).items():
            solving[part] = solving.get(part, 0) + count
    return Record(
        step=step,
        loss=float(observation.loss),
        fired=firing.counts,
        union=firing.union,
        switched=0 if earlier is None else firing.switched(earlier),
        firing_digest=firing.digest(places),
        rule="none" if last is None else rule,
        size=0.0 if last is None else float(last.size),
        damping=0.0 if last is None else float(last.damping),
        trials=sum(made.trials for made in advances),
        moved=sum(made.motion.firing.union for made in advances),
        rounds=sum(made.choice.rounds for made in advances),
        accuracy=0.0 if last is None else last.solution.accuracy,
        solver_operations=solving,
        operations={label.value: counts.as_dict() for label, counts in operations.items()},
    )
