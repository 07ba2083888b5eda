"""What must be true of the operation counters: they equal their closed forms."""

from invariants.invariant import Invariant
from reference import closed_forms
from reference.counters import Counters, Counts, Label, added
from reference.firing_sets import FiringSets
from reference.method import StoredScores
from reference.ordered_tree import OrderedTree, OrderedTrees
from reference.scalar import S
from reference.step_rule import StepRule
from reference.threshold_search import ThresholdSearch
from reference.tournament_tree import TournamentTrees, inner_nodes_above
from reference.trainer import Advance, Observation, Trainer
from reference.violation import Violation

CLOSED_FORM = Invariant(
    "counters/closed-form",
    "Every counter equals its closed form (or, for changes of an ordered tree, stays below it).",
    touched="every label, every step",
    full="every label, every step",
)


def counts_after_building(trainer: Trainer[S]) -> list[Violation]:
    """CLOSED_FORM of INIT."""
    m, n, d = trainer.network.m, trainer.problem.n, trainer.problem.d
    expected = closed_forms.point_products(n, d)
    if isinstance(trainer.scores, StoredScores):
        expected += closed_forms.scores(m, n, d) + _build(trainer.scores.search)
    return _equal(trainer.counters, Label.INIT, expected)


def counts_after_querying(trainer: Trainer[S], firing: FiringSets) -> list[Violation]:
    """CLOSED_FORM of QUERY."""
    return _equal(trainer.counters, Label.QUERY, _query(trainer, firing))


def counts_after_predicting(trainer: Trainer[S], firing: FiringSets) -> list[Violation]:
    """CLOSED_FORM of PREDICT."""
    return _equal(trainer.counters, Label.PREDICT, closed_forms.predict(firing.pairs))


def counts_after_advancing(
    trainer: Trainer[S], observation: Observation[S], advance: Advance[S]
) -> list[Violation]:
    """CLOSED_FORM of SOLVE, MOVE and REFRESH."""
    n, d = trainer.problem.n, trainer.problem.d
    firing, moved = observation.firing, len(advance.motion.neurons)
    solve = closed_forms.gram(map(len, firing.by_neuron.values()), n)
    solve += closed_forms.factorized_solve(n).times(advance.choice.solves)
    move = closed_forms.move(firing.pairs, moved, d)
    move += closed_forms.trial(moved, n, 0).times(advance.trials)
    move += closed_forms.predict(advance.tried_pairs)
    refresh = closed_forms.displacement(firing.pairs, n).times(_displacements(trainer, advance))
    counters = trainer.counters
    violations = _equal(counters, Label.SOLVE, solve) + _equal(counters, Label.MOVE, move)
    if isinstance(trainer.scores, StoredScores):
        refresh += closed_forms.displace(moved, n)
        search = trainer.scores.search
        if isinstance(search, OrderedTrees):
            return violations + _ordered_refresh(counters, refresh, search, moved)
        refresh += _replace(search, advance).times(n)
    return violations + _equal(counters, Label.REFRESH, refresh)


def _build(search: ThresholdSearch[S]) -> Counts:
    """What building each structure must have cost."""
    match search:
        case TournamentTrees():
            return closed_forms.tournament_build(search.m).times(search.n)
        case OrderedTrees():
            return closed_forms.ordered_build(search.m).times(search.n)
        case _:
            return closed_forms.scan_build(search.m).times(search.n)


def _query(trainer: Trainer[S], firing: FiringSets) -> Counts:
    """What answering these firing sets must have cost."""
    m, n, d = trainer.network.m, trainer.problem.n, trainer.problem.d
    if not isinstance(trainer.scores, StoredScores):
        return closed_forms.dense_query(m, n, d)
    match trainer.scores.search:
        case TournamentTrees():
            return added(
                closed_forms.tournament_query(len(inner_nodes_above(fired, m)))
                for fired in firing.by_point
            )
        case OrderedTrees(trees=trees):
            return added(
                closed_forms.ordered_query(len(fired), _passed(tree, trainer.network.shift))
                for tree, fired in zip(trees, firing.by_point, strict=True)
            )
        case _:
            return closed_forms.scan_query(m).times(n)


def _passed(tree: OrderedTree[S], threshold: S) -> int:
    """The nodes at or below the threshold on the way to the boundary."""
    passed = 0
    node = tree.root
    while node != tree.m:
        if tree.scores[node] > threshold:
            node = tree.left[node]
        else:
            passed += 1
            node = tree.right[node]
    return passed


def _displacements(trainer: Trainer[S], advance: Advance[S]) -> int:
    """How often the scores' displacements had to be computed: once a direction that was used."""
    match trainer.rule.name:
        case StepRule.FULL:
            return 1 if isinstance(trainer.scores, StoredScores) else 0
        case StepRule.BACKTRACKING:
            return 1
        case StepRule.DAMPED:
            return advance.trials


def _replace(search: ThresholdSearch[S], advance: Advance[S]) -> Counts:
    """What one point's change must have cost."""
    neurons = advance.motion.neurons
    if isinstance(search, TournamentTrees):
        above = inner_nodes_above(neurons, search.m)
        return closed_forms.tournament_replace(len(neurons), len(above))
    return closed_forms.scan_replace(len(neurons))


def _ordered_refresh(
    counters: Counters, fixed: Counts, search: OrderedTrees[S], moved: int
) -> list[Violation]:
    """An ordered tree's change has a bound, not a closed form: its shape depends on its history."""
    found = counters.of(Label.REFRESH)
    bound = fixed + closed_forms.ordered_replace_at_most(
        moved, closed_forms.ordered_height_at_most(search.m)
    ).times(search.n)
    within = found.multiply_adds == bound.multiply_adds and all(
        count <= most
        for count, most in zip(found.as_dict().values(), bound.as_dict().values(), strict=True)
    )
    path = f"label {Label.REFRESH.value}"
    return [] if within else [CLOSED_FORM.violated(path, f"at most {bound}", found)]


def _equal(counters: Counters, label: Label, expected: Counts) -> list[Violation]:
    found = counters.of(label)
    if found == expected:
        return []
    return [CLOSED_FORM.violated(f"label {label.value}", expected, found)]
