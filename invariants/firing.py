"""What must be true of firing sets."""

from collections.abc import Sequence

from invariants.invariant import Invariant
from reference.firing_sets import FiringSets
from reference.ids import Neuron
from reference.scalar import S
from reference.violation import Violation

THRESHOLD = Invariant(
    "firing/threshold",
    "A neuron fires on a point if and only if its score there is strictly above b.",
    touched="the neurons that moved, and that no other fires",
    full="every neuron",
)

UNION = Invariant(
    "firing/union",
    "The set of neurons that fire on some point never grows.",
    touched="every neuron that fires",
    full="every neuron that fires",
)


def fires_iff_above(
    fired: Sequence[Neuron],
    neurons: Sequence[Neuron],
    scores: Sequence[S],
    threshold: S,
    path: str,
) -> list[Violation]:
    """THRESHOLD at one point, if no neuron but these can fire. Cost: one comparison a neuron."""
    above = [r for r, score in zip(neurons, scores, strict=True) if score > threshold]
    if above == list(fired):
        return []
    wrong = sorted(set(above).symmetric_difference(fired)) or [fired[0]]
    score_of = dict(zip(neurons, scores, strict=True))
    return [
        THRESHOLD.violated(
            f"{path} / neuron {r}",
            f"{'fires' if r in above else 'silent'}: score {score_of.get(r)}, b = {threshold}",
            f"answered {list(fired).count(r)} times",
        )
        for r in wrong
    ]


def union_never_grows(now: FiringSets, earlier: FiringSets, path: str) -> list[Violation]:
    """UNION from one step to the next."""
    return [
        UNION.violated(f"{path} / neuron {r}", "dead: it fired on no point before", points)
        for r, points in now.by_neuron.items()
        if r not in earlier.by_neuron
    ]
