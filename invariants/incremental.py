"""What must be true of incremental firing sets: they are what a look at the scores would give."""

from collections.abc import Collection, Sequence

from invariants.invariant import Invariant
from reference.ids import Neuron
from reference.scalar import S
from reference.violation import Violation

MEMBERS = Invariant(
    "incremental/members",
    "A neuron is in a point's kept set if and only if its stored score is above the threshold.",
    touched="the neurons that moved, at every point",
    full="every neuron, and whatever else is in a set",
)


def members_are_those_above(
    members: Collection[Neuron],
    neurons: Sequence[Neuron],
    scores: Sequence[S],
    threshold: S,
    path: str,
) -> list[Violation]:
    """MEMBERS for these neurons at one point. Cost: one comparison a neuron."""
    return [
        MEMBERS.violated(
            f"{path} / neuron {r}",
            f"{'in' if score > threshold else 'not in'} the set: score {score}, τ = {threshold}",
            "in" if r in members else "not in",
        )
        for r, score in zip(neurons, scores, strict=True)
        if (score > threshold) != (r in members)
    ]


def members_are_neurons(members: Collection[Neuron], m: int, path: str) -> list[Violation]:
    """MEMBERS for what is no neuron, and has no score. Cost: one comparison a member."""
    return [
        MEMBERS.violated(f"{path} / neuron {r}", f"one of the neurons 0 … {m - 1}", "in")
        for r in sorted(members)
        if not 0 <= r < m
    ]
