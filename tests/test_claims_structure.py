"""Counting nodes, patterns and orders: against brute force; and the checks, made to fail."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product
from math import log2
from random import Random

import pytest

from proofs.claims import searching, structure
from proofs.evidence.audit_errors import NotEstablished
from proofs.evidence.effort import Effort
from proofs.measured.structures import (
    changed_nodes,
    small_structures,
    structure_counts,
    threshold_programs,
)
from proofs.measured.structures.changed_nodes import climbed, depth
from proofs.measured.structures.small_structures import (
    Arrangements,
    Pattern,
    _as_specified,
    leaves_stand_by_score,
    most_visits,
    nodes_stand_by_score,
    path_to,
    patterns,
    refinement,
    scores_of,
    tournament_value,
    within_the_bound,
)
from proofs.measured.structures.structure_counts import Searched, searched
from proofs.measured.structures.threshold_programs import Programs, programs, rounded_away
from proofs.measured.trainings.trainings import orthonormal, trained
from reference import closed_forms
from reference.counters import Counts
from reference.edges.setup.configuration import Configuration
from reference.ids import Neuron, Point
from reference.scalar import BINARY64, RATIONAL
from reference.specification import tournament
from reference.structures.flat_scan import FlatScan
from reference.structures.ordered_tree import OrderedTree, OrderedTrees
from reference.structures.threshold_search import Answer, Structure
from reference.structures.tournament_tree import TournamentTrees
from reference.training.training import Run

pytestmark = pytest.mark.plain

QUICK = Effort.QUICK


def tree(scores: Sequence[float]) -> Sequence[float]:
    return TournamentTrees(BINARY64, [list(scores)]).trees[0]


# ---- what is counted -----------------------------------------------------------------------------


@pytest.mark.parametrize("m", [1, 2, 3, 5, 8])
def test_changed_nodes_are_those_that_a_new_tree_has_other(m: int) -> None:
    chance = Random(m)
    for _ in range(40):
        scores = [float(chance.randint(0, 4)) for _ in range(m)]
        r, score = chance.randrange(m), float(chance.randint(0, 4))
        before = tree(scores)
        after = tree([*scores[:r], score, *scores[r + 1 :]])
        changed = sum(before[k] != after[k] for k in range(1, m))
        assert climbed(before, m + r, score) == changed


def test_depths_are_counted_by_climbing() -> None:
    for m in range(1, 20):
        for r in range(m):
            k, steps = m + r, 0
            while k > 1:
                k, steps = k // 2, steps + 1
            assert depth(r, m) == steps


def test_paths_lead_to_their_neurons() -> None:
    for m in range(1, 9):
        nodes = tree([float(r) for r in range(m)])
        for r in range(m):
            assert tournament.read(tournament_value(nodes), path_to(r, m)) == r


def test_the_bound_in_integers_is_the_bound() -> None:
    for m, k in product(range(1, 20), repeat=2):
        if k <= m:
            most = 1 + 2 * k * (log2(m / k) + 2)
            for visits in range(1, 2 * m + 4 * k):
                if abs(visits - most) > 1e-9:
                    assert within_the_bound(visits, k, m) == (visits <= most)
    assert within_the_bound(1, 0, 7)
    assert not within_the_bound(2, 0, 7)


def test_no_pattern_visits_more_than_its_levels_and_full_trees_reach_them() -> None:
    seen = list(patterns(4))
    assert len(seen) == sum(2**m for m in range(1, 5))
    assert all(each.visits <= most_visits((each.m - 1).bit_length(), each.k) for each in seen)
    assert {each.k for each in seen if each.m == 4 and each.visits == most_visits(2, each.k)} == {
        0, 1, 2, 3, 4,
    }  # fmt: skip


def test_search_order_is_what_it_says() -> None:
    def of(*scores: int) -> tournament.Tree:
        return tournament_value(tree([float(score) for score in scores]))

    assert scores_of(of(1, 0)) == [1, 0]
    assert leaves_stand_by_score(of(0, 1))
    assert not leaves_stand_by_score(of(1, 0))
    assert nodes_stand_by_score(of(0, 1))
    assert leaves_stand_by_score(of(0, 1, 2, 3))
    assert not nodes_stand_by_score(of(0, 1, 2, 3))
    assert nodes_stand_by_score(of(2, 2, 2, 2))


def test_a_score_is_rounded_to_the_threshold() -> None:
    exact, computed = rounded_away()
    assert (exact > 1, computed) == (True, 1.0)
    assert exact - 1 == Fraction(1, 2**53)


def test_scan_and_kept_sets_are_counted_from_the_trees_firing_sets() -> None:
    config = Configuration(points=4, width=32, invariants="off")
    found = searched(config, orthonormal(4))
    m, n, k = 32, 4, found.firing
    scan = n * (2 * m) + n * found.moved
    kept = sum(count + closed_forms.sorting(count) for count in k) + 2 * n * found.moved
    assert found.counted[Structure.SCAN] == scan
    assert found.counted[Structure.INCREMENTAL] == kept
    assert found.visits <= found.bound


# ---- checks that fail ----------------------------------------------------------------------------


def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs and refinements as small as can be."""
    monkeypatch.setattr(structure, "programs", lambda *_: programs(3, 3, 4))
    monkeypatch.setattr(structure, "refinement", lambda _: refinement(1))


def test_correct_holds_for_what_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    few(monkeypatch)
    assert len(structure.correct(QUICK).facts) == 3


def test_correct_fails_if_a_scan_answers_ties(monkeypatch: pytest.MonkeyPatch) -> None:
    def with_ties(self: FlatScan[float], point: Point, threshold: float) -> Answer:
        fired = [Neuron(r) for r, s in enumerate(self.lists[point]) if s >= threshold]
        return Answer(fired, closed_forms.scan_query(self.m))

    monkeypatch.setattr(FlatScan, "query", with_ties)
    few(monkeypatch)
    with pytest.raises(NotEstablished):
        structure.correct(QUICK)


def test_correct_fails_if_a_change_is_not_repaired(monkeypatch: pytest.MonkeyPatch) -> None:
    right = TournamentTrees.replace

    def stale(
        self: TournamentTrees[float], neurons: Sequence[Neuron], columns: Sequence[Sequence[float]]
    ) -> Counts:
        roots = [nodes[1] for nodes in self.trees]
        cost = right(self, neurons, columns)
        for nodes, root in zip(self.trees, roots, strict=True):
            nodes[1] = root
        return cost

    search = TournamentTrees(RATIONAL, [[Fraction(1), Fraction(0)]])
    assert _as_specified(search, Neuron(1), Fraction(2))
    monkeypatch.setattr(TournamentTrees, "replace", stale)
    assert not _as_specified(search, Neuron(1), Fraction(3))


def test_correct_fails_if_an_ordered_tree_is_never_rotated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its answers stay right: only the refinement sees it."""

    balanced = OrderedTrees(RATIONAL, [[Fraction(r) for r in range(3)]])
    assert _as_specified(balanced, Neuron(0), Fraction(3))

    def unbalanced(self: OrderedTree[Fraction], node: int) -> int:
        self._set_height(node)
        return node

    monkeypatch.setattr(OrderedTree, "_balanced", unbalanced)
    ascending = OrderedTrees(RATIONAL, [[Fraction(r) for r in range(3)]])
    assert not _as_specified(ascending, Neuron(0), Fraction(3))
    assert ascending.query(Point(0), Fraction(1)).fired == [0, 2]


def made_by(check: str) -> Callable[[], object]:
    """The check's function, ready to be called."""
    found = getattr(searching if hasattr(searching, check) else structure, check)
    return found if check == "_floats_part" else lambda: found(QUICK)


@pytest.mark.parametrize(
    ("module", "name", "wrong", "check"),
    [
        (structure, "rounded_away", lambda: (Fraction(1), 1.0), "_floats_part"),
        (structure, "depths_are_known", lambda _: False, "_depths"),
        (structure, "within_the_bound", lambda *_: False, "_every_pattern"),
        (structure, "most_visits", lambda *_: 0, "_every_pattern"),
        (structure, "patterns", lambda _: iter([Pattern(2, 1, 3, False)]), "_every_pattern"),
        (searching, "arrangements", lambda m: Arrangements(m, 6, 5, 1, 0), "orders_of_scores"),
        (searching, "arrangements", lambda m: Arrangements(m, 6, 6, 6, 0), "orders_of_scores"),
        (searching, "arrangements", lambda m: Arrangements(m, 6, 6, 1, 1), "orders_of_scores"),
    ],
)
def test_a_check_fails_if_what_it_rests_on_does(
    module: object, name: str, wrong: object, check: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_patterns = list(patterns(4))
    monkeypatch.setattr(structure, "patterns", lambda _: iter(few_patterns))
    monkeypatch.setattr(module, name, wrong)
    with pytest.raises(NotEstablished):
        made_by(check)()


def test_orders_are_counted_by_looking_at_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert small_structures.arrangements(3) == Arrangements(3, 6, 6, 1, 1)
    monkeypatch.setattr(small_structures, "leaves_stand_by_score", lambda _: True)
    assert small_structures.arrangements(3).leaves_by_score == 6


def test_init_fails_for_another_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closed_forms, "tournament_build", lambda m: Counts(node_writes=3 * m))
    with pytest.raises(NotEstablished):
        structure._padding()
    monkeypatch.setattr(closed_forms, "tournament_build", lambda m: Counts(node_writes=4 * m))
    with pytest.raises(NotEstablished):
        structure._memory()


def test_init_fails_if_runs_count_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    small = Configuration(points=2, width=8, alpha=0.01, invariants="off", steps=1)
    monkeypatch.setattr(structure, "stored", lambda *_: small)
    assert structure._runs_count_it(QUICK).figures["runs"] == 4
    monkeypatch.setattr(structure, "trained", _trained_elsewhere(trained))
    with pytest.raises(NotEstablished):
        structure._runs_count_it(QUICK)


def _trained_elsewhere(
    right: Callable[[Configuration], Run[float]],
) -> Callable[[Configuration], Run[float]]:
    """A run whose INIT is charged without its trees."""

    def without_trees(config: Configuration) -> Run[float]:
        run = right(config)
        run.records[0].operations["init"]["node_writes"] = 0
        return run

    return without_trees


def test_update_fails_if_every_node_changed_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    config = Configuration(points=2, width=256, invariants="off", steps=1)
    found = changed_nodes.changed_nodes(config)
    assert structure._alone(found).figures["m"] == 256
    assert structure._together(found).figures["neurons"] == found.moved
    monkeypatch.setattr(changed_nodes, "climbed", lambda *_: 8)
    with pytest.raises(NotEstablished):
        structure._alone(changed_nodes.changed_nodes(config))
    monkeypatch.setattr(changed_nodes, "inner_nodes_above", lambda *_: range(1, 256))
    with pytest.raises(NotEstablished):
        structure._together(changed_nodes.changed_nodes(config))


def counts(trees: int, scan: int, kept: int) -> Searched:
    of = {Structure.TOURNAMENT: trees, Structure.SCAN: scan, Structure.INCREMENTAL: kept}
    return Searched(1024, (4, 4), 600, 10**9, of)


def test_beats_scan_fails_where_the_other_one_wins() -> None:
    narrow, wide = counts(10, 9, 1), counts(10, 11, 1)
    assert searching.crossing([narrow, wide]).figures["trees_win_at"] == "1024"
    assert searching.scan_wins(narrow).figures["scan"] == 9
    for seen in ([wide, wide], [narrow, narrow], [wide, narrow], [narrow, wide, narrow, wide]):
        with pytest.raises(NotEstablished):
            searching.crossing(seen)
    for check, found in ((searching.scan_wins, wide), (searching.trees_win, narrow)):
        with pytest.raises(NotEstablished):
            check(found)
    with pytest.raises(NotEstablished):
        searching.kept_sets_win([counts(10, 11, 10)])


def test_what_runs_count_is_compared_with_the_closed_forms(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    small = Configuration(points=2, width=64, invariants="off")
    monkeypatch.setattr(searching, "stored", lambda *_: small)
    assert searching.as_run().figures["m"] == 64
    monkeypatch.setattr(structure_counts, "in_closed_form", lambda *_: 5)
    with pytest.raises(NotEstablished):
        searching.as_run()


def test_a_wrong_answer_is_counted_with_its_tie() -> None:
    world = threshold_programs.World(Random(1), 3)
    world.points, world.weights = [(1,)], [(2,), (4,)]
    found = threshold_programs._asked(
        BINARY64, [TournamentTrees(BINARY64, [[9.0, 9.0]])] * 4, world, 0, 2
    )
    assert (found.answers, found.wrong) == (4, 4 if world.threshold != 1 else 3)
    assert found.ties >= 3
    assert Programs(1, 2, 3, 4) + Programs(1, 1, 1, 1) == Programs(2, 3, 4, 5)


def test_a_run_without_trees_has_none_that_could_change() -> None:
    config = Configuration(points=4, width=64, structure=Structure.SCAN, steps=1)
    assert changed_nodes._trees(trained(config)) == []
