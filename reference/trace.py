"""The trace: one record a step, one line of JSON a record.

A trace holds nothing that depends on the machine or the clock, so the same configuration gives the
same bytes, interrupted and resumed or not.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from reference.counters import Counts, Label
from reference.firing_sets import FiringSets
from reference.scalar import S
from reference.trainer import Advance, Observation


@dataclass(frozen=True, slots=True)
class Record:
    """What was seen at step t, and what was done about it.

    `fired` counts |S_i| for each point; `union` is |U|; `switched` counts the pairs that fire in
    exactly one of this and the step before; `firing_digest` identifies the firing sets. The last
    record of a run made no step: its rule is "none".
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
            "operations": self.operations,
        }


def record(
    step: int,
    rule: str,
    observation: Observation[S],
    earlier: FiringSets | None,
    advance: Advance[S] | None,
    operations: Mapping[Label, Counts],
) -> Record:
    """The record of one step."""
    firing = observation.firing
    return Record(
        step=step,
        loss=float(observation.loss),
        fired=[len(fired) for fired in firing.by_point],
        union=firing.union,
        switched=0 if earlier is None else firing.switched(earlier),
        firing_digest=firing.digest(),
        rule="none" if advance is None else rule,
        size=0.0 if advance is None else float(advance.choice.size),
        damping=0.0 if advance is None else float(advance.choice.damping),
        trials=0 if advance is None else advance.trials,
        moved=0 if advance is None else len(advance.motion.neurons),
        operations={label.value: counts.as_dict() for label, counts in operations.items()},
    )
