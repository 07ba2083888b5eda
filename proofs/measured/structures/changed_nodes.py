"""How many nodes above a changed leaf really change: what stopping early would save.

An update makes every node anew from the leaf to the root. It could stop at the first that stays as
it was: nothing above has changed then. How soon that is depends on whose score has changed. A
silent neuron's is soon below some sibling; the neurons that move are those that fire, at the top
of the tree of every point they fire on.

    one by one    each moved neuron's change alone, in the tree as it was
    together      all at once, as an iteration does: every node above a moved leaf, once

Counted in the first iteration of a training, for every neuron that moves and every point's tree.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from proofs.measured.trainings.trainings import problem_of
from reference.edges.runs.run_builder import build_run
from reference.edges.setup.configuration import Configuration
from reference.ids import Neuron
from reference.structures.tournament_tree import TournamentTrees, inner_nodes_above
from reference.training.observer import Nobody
from reference.training.scores import StoredScores
from reference.training.training import Run


@dataclass(frozen=True, slots=True)
class ChangedNodes:
    """Nodes above leaves, leaves not counted; `moved` neurons changed at each of the points.

    One by one an update rewrites `way` nodes in the mean; of these `silent` change in the mean at
    points on which the neuron neither fired nor fires, and `firing` at others. Of the `together`
    nodes that stand above all moved leaves `changed` do.
    """

    width: int
    points: int
    moved: int
    way: float
    silent: float
    firing: float
    together: int
    changed: int

    @property
    def shared(self) -> float:
        """Nodes rewritten for a change if all are made together."""
        return self.together / (self.moved * self.points)


def changed_nodes(config: Configuration) -> ChangedNodes:
    """In the first iteration of a training with tournament trees, in plain Python."""
    run = build_run(config, problem_of(config), Nobody())
    before = _trees(run)
    run.step()
    after, m = _trees(run), config.width
    moved = sorted(run.trainer.network.weights.moved)
    silent: list[int] = []
    firing: list[int] = []
    for old, new in zip(before, after, strict=True):
        for leaf in (m + r for r in moved):
            fires = max(old[leaf], new[leaf]) > config.shift
            (firing if fires else silent).append(climbed(old, leaf, new[leaf]))
    above = inner_nodes_above(moved, m)
    return ChangedNodes(
        width=m,
        points=len(before),
        moved=len(moved),
        way=_mean([depth(r, m) for r in moved]),
        silent=_mean(silent),
        firing=_mean(firing),
        together=len(above) * len(before),
        changed=sum(
            old[k] != new[k] for old, new in zip(before, after, strict=True) for k in above
        ),
    )


def depth(r: int, m: int) -> int:
    """⌊log₂(m + r)⌋: how many nodes stand above the leaf of neuron r.

    >>> [depth(r, 5) for r in range(5)]
    [2, 2, 2, 3, 3]
    """
    return (m + r).bit_length() - 1


def climbed(nodes: Sequence[float], leaf: int, score: float) -> int:
    """How many nodes above this leaf change if it has this score.

    >>> climbed([0.0, 3.0, 1.0, 3.0, 1.0, 0.0, 2.0, 3.0], 5, 2.0)
    1
    """
    changed, k, value = 0, leaf, score
    while k > 1:
        value = max(value, nodes[k ^ 1])
        k >>= 1
        if value == nodes[k]:
            break
        changed += 1
    return changed


def depths_are_known(largest: int) -> bool:
    """For every neuron of every m up to this, so many inner nodes stand above its leaf."""
    return all(
        len(inner_nodes_above([Neuron(r)], m)) == depth(r, m) <= (m - 1).bit_length()
        for m in range(1, largest + 1)
        for r in range(m)
    )


def _trees(run: Run[float]) -> list[list[float]]:
    """A copy of every point's nodes; none if the run has no tournament trees."""
    match run.trainer.scores:
        case StoredScores(search=TournamentTrees(trees=trees)):
            return [list(nodes) for nodes in trees]
        case _:
            return []


def _mean(counts: Sequence[int]) -> float:
    return sum(counts) / len(counts)
