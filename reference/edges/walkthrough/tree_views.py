"""The trees of a point as drawings: what a query looks at in them, what a change rewrites.

In a tournament tree a query looks below a node only if the node is above the threshold. In an
ordered tree larger keys stand to the right, so it looks to the right of every node that it looks
at, and to the left only of those above the threshold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reference.edges.walkthrough.drawn_tree import DrawnNode, Mark
from reference.edges.walkthrough.small_run import Trees
from reference.ids import Neuron, Point
from reference.structures.ordered_tree import OrderedTree
from reference.structures.tournament_tree import TournamentTrees, inner_nodes_above


@dataclass(frozen=True, slots=True)
class Plan:
    """A point's tree, its nodes by number: values, children (or none), neurons where there are."""

    root: int
    values: Mapping[int, float]
    children: Mapping[int, tuple[int | None, int | None]]
    neurons: Mapping[int, Neuron]
    ordered: bool


def queried(trees: Trees, point: Point, threshold: float) -> DrawnNode:
    """The point's tree, each node marked by what a query at this threshold does there."""
    plan = _plan(trees, point)
    marks: dict[int, Mark] = {}
    looked_at = [plan.root]
    for node in looked_at:
        above = plan.values[node] > threshold
        left, right = plan.children[node]
        if above:
            marks[node] = Mark.FIRES if node in plan.neurons else Mark.OPENED
            looked_at += [child for child in (left, right) if child is not None]
        else:
            marks[node] = Mark.PASSED
            looked_at += [right] if plan.ordered and right is not None else []
    return _drawn(plan, plan.root, marks, Mark.UNSEEN, {})


def refreshed(before: Trees, after: Trees, point: Point, moved: Sequence[Neuron]) -> DrawnNode:
    """The point's tree after the scores of these neurons have changed, with what was before."""
    plan, earlier = _plan(after, point), _plan(before, point).values
    rewritten: set[int] = set(moved)
    if isinstance(after, TournamentTrees):
        rewritten = {after.m + r for r in moved} | {*inner_nodes_above(moved, after.m)}
    marks = dict.fromkeys(rewritten, Mark.REWRITTEN)
    stood = {node: earlier[node] for node in rewritten}
    return _drawn(plan, plan.root, marks, Mark.KEPT, stood)


def _drawn(
    plan: Plan, node: int, marks: Mapping[int, Mark], rest: Mark, earlier: Mapping[int, float]
) -> DrawnNode:
    """The node and all below it; nodes without a mark have that of the rest."""
    left, right = (
        None if child is None else _drawn(plan, child, marks, rest, earlier)
        for child in plan.children[node]
    )
    name = f"r{plan.neurons[node]}" if node in plan.neurons else ""
    mark = marks.get(node, rest)
    return DrawnNode(name, plan.values[node], earlier.get(node), mark, left, right)


def _plan(trees: Trees, point: Point) -> Plan:
    """The tree of this point."""
    if isinstance(trees, TournamentTrees):
        return _tournament(trees, point)
    return _ordered(trees.trees[point])


def _tournament(trees: TournamentTrees[float], point: Point) -> Plan:
    """Node k has the children 2k and 2k + 1, and node m + r is the leaf of neuron r."""
    m = trees.m
    nodes = range(1, 2 * m)
    return Plan(
        1,
        {k: trees.trees[point][k] for k in nodes},
        {k: (2 * k, 2 * k + 1) if k < m else (None, None) for k in nodes},
        {m + r: Neuron(r) for r in range(m)},
        ordered=False,
    )


def _ordered(tree: OrderedTree[float]) -> Plan:
    """Node r is that of neuron r; node m stands for none."""
    m = tree.m
    return Plan(
        tree.root,
        {r: tree.scores[r] for r in range(m)},
        {
            r: (
                None if tree.left[r] == m else tree.left[r],
                None if tree.right[r] == m else tree.right[r],
            )
            for r in range(m)
        },
        {r: Neuron(r) for r in range(m)},
        ordered=True,
    )
