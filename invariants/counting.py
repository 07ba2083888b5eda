"""What must be true of the operation counters: they equal their closed forms."""

from invariants.invariant import Invariant
from reference import closed_forms
from reference.counters import Counters, Counts, Label, added
from reference.firing_sets import FiringSets
from reference.scalar import S
from reference.solvers.conjugate_gradient import ConjugateGradientSolver
from reference.solvers.sketch import OSNAP_NONZEROS, SketchChoice, SketchKind
from reference.solvers.sketch_solver import SketchSolver
from reference.structures.incremental_sets import IncrementalSets
from reference.structures.ordered_tree import OrderedTree, OrderedTrees
from reference.structures.threshold_search import ThresholdSearch
from reference.structures.tournament_tree import TournamentTrees, inner_nodes_above
from reference.training.scores import RecomputedScores, StoredScores
from reference.training.step_rule import GradientSteps, StepRule
from reference.training.trainer import Advance, Observation, Trainer
from reference.violation import Violation

CLOSED_FORM = Invariant(
    "counters/closed-form",
    "Every counter equals its closed form (or, for changes of an ordered tree, stays below it).",
    touched="every label, every step",
    full="every label, every step",
)


def counts_after_building(trainer: Trainer[S]) -> list[Violation]:
    """CLOSED_FORM of INIT."""
    held, n, d = len(trainer.network.places), trainer.problem.n, trainer.problem.d
    expected = closed_forms.point_products(n, d) + trainer.finding
    if isinstance(trainer.scores, StoredScores):
        expected += closed_forms.scores(held, n, d) + _build(trainer.scores.search)
    return _equal(trainer.counters, Label.INIT, expected)


def counts_after_querying(trainer: Trainer[S], firing: FiringSets) -> list[Violation]:
    """CLOSED_FORM of QUERY."""
    return _equal(trainer.counters, Label.QUERY, _query(trainer, firing))


def counts_after_predicting(trainer: Trainer[S], firing: FiringSets) -> list[Violation]:
    """CLOSED_FORM of PREDICT."""
    return _equal(trainer.counters, Label.PREDICT, closed_forms.predict(_pairs(firing)))


def counts_after_advancing(
    trainer: Trainer[S], observation: Observation[S], advance: Advance[S]
) -> list[Violation]:
    """CLOSED_FORM of SOLVE, MOVE and REFRESH; no step counts as watching."""
    n, d = trainer.problem.n, trainer.problem.d
    firing, moved = observation.firing, len(advance.motion.neurons)
    move = _weights(trainer, firing, moved)
    move += closed_forms.trial(moved, n, 0).times(advance.trials)
    move += closed_forms.predict(advance.tried_pairs)
    refresh = closed_forms.displacement(_pairs(firing), n).times(_displacements(trainer, advance))
    counters = trainer.counters
    solve = solving_cost(trainer, firing, advance)
    violations = _equal(counters, Label.SOLVE, solve) + _equal(counters, Label.MOVE, move)
    violations += _equal(counters, Label.WATCH, Counts())
    if isinstance(trainer.scores, StoredScores):
        if isinstance(trainer.scores, RecomputedScores):
            refresh += closed_forms.scores(moved, n, d)
        else:
            refresh += closed_forms.displace(moved, n)
        search = trainer.scores.search
        if isinstance(search, OrderedTrees):
            return violations + _ordered_refresh(counters, refresh, search, moved)
        refresh += _replace(search, advance).times(n)
    return violations + _equal(counters, Label.REFRESH, refresh)


def _pairs(firing: FiringSets) -> int:
    """How many pairs fire, by the sets themselves: what a port says of them is checked too."""
    return sum(map(len, firing.by_point))


def _build(search: ThresholdSearch[S]) -> Counts:
    """What building each structure must have cost."""
    match search:
        case TournamentTrees():
            return closed_forms.tournament_build(search.m).times(search.n)
        case OrderedTrees():
            return closed_forms.ordered_build(search.m).times(search.n)
        case IncrementalSets():
            return closed_forms.incremental_build(search.m).times(search.n)
        case _:
            return closed_forms.scan_build(search.m).times(search.n)


def _query(trainer: Trainer[S], firing: FiringSets) -> Counts:
    """What answering these firing sets must have cost."""
    m, d = len(trainer.network.places), trainer.problem.d
    if not isinstance(trainer.scores, StoredScores):
        return closed_forms.dense_query(m, len(firing.asked), d)
    match trainer.scores.search:
        case TournamentTrees():
            return added(
                closed_forms.tournament_query(len(inner_nodes_above(firing.by_point[i], m)))
                for i in firing.asked
            )
        case OrderedTrees(trees=trees):
            return added(
                closed_forms.ordered_query(
                    len(firing.by_point[i]), _passed(trees[i], trainer.network.shift)
                )
                for i in firing.asked
            )
        case IncrementalSets():
            return added(
                closed_forms.incremental_query(len(firing.by_point[i])) for i in firing.asked
            )
        case _:
            return closed_forms.scan_query(m).times(len(firing.asked))


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


def solving_cost(trainer: Trainer[S], firing: FiringSets, advance: Advance[S]) -> Counts:
    """What SOLVE must have cost: the parts of each solver, so often."""
    n, d, choice = trainer.problem.n, trainer.problem.d, advance.choice
    products = choice.rounds + choice.sweeps
    coincidences = closed_forms.coincidences(map(len, firing.by_neuron.values()))
    gram = closed_forms.gram(coincidences, n)
    vectors = closed_forms.conjugate_gradient(n, choice.rounds, choice.sweeps)
    vectors += Counts(solver_operations=n * (choice.solves - 1))
    if isinstance(trainer.rule, GradientSteps):
        return Counts()
    match getattr(trainer.rule, "solver", None):
        case ConjugateGradientSolver():
            return gram + closed_forms.gram_products(n, products) + vectors
        case SketchSolver(choice=sketch):
            ridge = closed_forms.ridge_products(n, products if choice.damping else 0)
            work = closed_forms.jacobian_products(_pairs(firing), n, d, products) + ridge
            work += closed_forms.substitutions(n, choice.rounds) + vectors
            once = _sketching(sketch, trainer, firing, n if choice.damping else 0)
            return work + once.times(choice.solves)
        case _:
            return gram + closed_forms.factorized_solve(n).times(choice.solves)


def _sketching(
    sketch: SketchChoice, trainer: Trainer[S], firing: FiringSets, ridge_rows: int
) -> Counts:
    """What one sketch and its factorization must cost."""
    m, n, d = trainer.network.m, trainer.problem.n, trainer.problem.d
    if sketch.kind is SketchKind.SRHT:
        padded = 1 << (m * d - 1).bit_length()
        rows = min(sketch.rows, padded)
        work = closed_forms.hashes(len(firing.by_neuron) * d, 1) + closed_forms.hadamard(n, padded)
    else:
        nonzeros = OSNAP_NONZEROS if sketch.kind is SketchKind.OSNAP else 1
        rows = -(-sketch.rows // nonzeros) * nonzeros
        work = closed_forms.hashes(len(firing.by_neuron) * d, nonzeros)
        work += closed_forms.embedding(_pairs(firing), d, nonzeros)
    return work + closed_forms.orthogonalization(rows + ridge_rows, n)


def _weights(trainer: Trainer[S], firing: FiringSets, moved: int) -> Counts:
    """What moving the weights must have cost."""
    if trainer.network.weights.implicit:
        return closed_forms.collect(_pairs(firing))
    return closed_forms.rewrite(_pairs(firing), moved, trainer.problem.d)


def _displacements(trainer: Trainer[S], advance: Advance[S]) -> int:
    """How often the scores' displacements had to be computed: once a direction that was used."""
    match trainer.rule.name:
        case StepRule.FULL:
            stored = isinstance(trainer.scores, StoredScores)
            return 1 if stored and not isinstance(trainer.scores, RecomputedScores) else 0
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
    if isinstance(search, IncrementalSets):
        return closed_forms.incremental_replace(len(neurons))
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
