"""What an iteration counted, beside the closed form of each count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reference import closed_forms
from reference.counters import Counts, Label, added
from reference.edges.walkthrough.drawn_tree import DrawnNode, Mark
from reference.edges.walkthrough.small_run import PROBLEM, Step
from reference.structures.tournament_tree import TournamentTrees, inner_nodes_above


@dataclass(frozen=True, slots=True)
class Tally:
    """A count, the expression that it equals or, if it is a bound, does not exceed, its value."""

    label: Label
    kind: str
    counted: int
    form: str
    value: int
    bound: bool

    @property
    def words(self) -> str:
        """The kind as prose writes it."""
        return "multiply-adds" if self.kind == "multiply_adds" else self.kind.replace("_", " ")

    @property
    def holds(self) -> bool:
        """Is the count what the closed form says?"""
        return self.counted <= self.value if self.bound else self.counted == self.value


@dataclass(frozen=True, slots=True)
class Expected:
    """What a label must count, and how each kind of it is written in the sizes."""

    counts: Counts
    forms: Mapping[str, str]
    bounds: Sequence[str] = ()


def tallies(step: Step, trees: Sequence[DrawnNode]) -> list[Tally]:
    """Every count of the iteration that is not 0; the trees are those that QUERY went through."""
    found = []
    for label, expected in _expected(step, trees).items():
        values = expected.counts.as_dict()
        for kind, counted in step.counts[label].as_dict().items():
            if counted or values[kind]:
                form, bound = expected.forms.get(kind, "0"), kind in expected.bounds
                found.append(Tally(label, kind, counted, form, values[kind], bound))
    return found


def _expected(step: Step, trees: Sequence[DrawnNode]) -> dict[Label, Expected]:
    """All labels of an iteration, in order."""
    firing, n, d = step.seen.firing, PROBLEM.n, PROBLEM.d
    pairs, moved = firing.pairs, firing.union
    solving = closed_forms.gram(firing.coincidences, n) + closed_forms.factorized_solve(n)
    ordered = not isinstance(step.before.trees, TournamentTrees)
    return {
        Label.QUERY: (_ordered_query if ordered else _tournament_query)(trees),
        Label.PREDICT: Expected(closed_forms.predict(pairs), {"multiply_adds": "P"}),
        Label.SOLVE: Expected(
            solving,
            {"solver_operations": "Σ_r k_r(k_r + 1)/2 + n(n + 1)/2 + n(n² − 1)/3 + n²"},
        ),
        Label.MOVE: Expected(closed_forms.rewrite(pairs, moved, d), {"multiply_adds": "(P + U)·d"}),
        Label.REFRESH: (_ordered_refresh if ordered else _tournament_refresh)(step),
    }


def _tournament_query(trees: Sequence[DrawnNode]) -> Expected:
    opened = [tree.marked(Mark.OPENED) for tree in trees]
    form = "Σ_i (1 + 2·A_i)"
    counts = added(closed_forms.tournament_query(a) for a in opened)
    return Expected(counts, {"comparisons": form, "node_visits": form})


def _ordered_query(trees: Sequence[DrawnNode]) -> Expected:
    answers = [(tree.marked(Mark.FIRES), tree.marked(Mark.PASSED)) for tree in trees]
    counts = added(closed_forms.ordered_query(k, passed) for k, passed in answers)
    forms = {
        "comparisons": "Σ_i (k_i + passed + k_i·⌈log₂ k_i⌉)",
        "node_visits": "Σ_i (k_i + passed)",
    }
    return Expected(counts, forms)


def _displacing(step: Step) -> Counts:
    """The scores that change, moved by the kept inner products of the points."""
    firing, n = step.seen.firing, PROBLEM.n
    return closed_forms.displacement(firing.pairs, n) + closed_forms.displace(firing.union, n)


def _tournament_refresh(step: Step) -> Expected:
    moved, n = step.made.motion.neurons, PROBLEM.n
    above = len(inner_nodes_above(moved, step.before.trees.m))
    counts = closed_forms.tournament_replace(len(moved), above).times(n) + _displacing(step)
    forms = {
        "multiply_adds": "(P + U)·n",
        "comparisons": "n·B",
        "node_visits": "n·(U + B)",
        "node_writes": "n·(U + B)",
    }
    return Expected(counts, forms)


def _ordered_refresh(step: Step) -> Expected:
    moved, n = step.made.motion.neurons, PROBLEM.n
    height = closed_forms.ordered_height_at_most(step.before.trees.m)
    counts = closed_forms.ordered_replace_at_most(len(moved), height).times(n) + _displacing(step)
    forms = {
        "multiply_adds": "(P + U)·n",
        "comparisons": "2n·U·(h + 1)",
        "node_visits": "4n·U·(h + 1)",
        "node_writes": "6n·U·(h + 1)",
    }
    return Expected(counts, forms, ("comparisons", "node_visits", "node_writes"))
