"""`firingtree walkthrough`: what is told of an iteration is what the training did."""

import re
from collections.abc import Iterator
from dataclasses import replace
from math import dist
from operator import itemgetter
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given
from matplotlib.figure import Figure

from reference.counters import Counts, Label
from reference.edges.runs.run_builder import build_run
from reference.edges.setup.configuration import Configuration
from reference.edges.walkthrough import walkthrough_picture
from reference.edges.walkthrough.boundary import boundary
from reference.edges.walkthrough.drawn_tree import SEEN, DrawnNode, Mark
from reference.edges.walkthrough.plain_numbers import figure
from reference.edges.walkthrough.small_run import PROBLEM, train
from reference.edges.walkthrough.story import Story, story
from reference.edges.walkthrough.tallies import Tally, tallies
from reference.edges.walkthrough.tree_layout import Placed, placed
from reference.edges.walkthrough.tree_text import indented_tree
from reference.edges.walkthrough.tree_views import queried
from reference.errors import NoFiringNeuron, SingularGram
from reference.ids import Neuron, Point
from reference.scalar import BINARY64
from reference.structures.ordered_tree import OrderedTrees
from reference.structures.threshold_search import Structure
from reference.structures.tournament_tree import TournamentTrees
from reference.training.method import Method
from reference.training.observer import Nobody
from tests.commands import assert_refused, call
from tests.strategies import share

TREES = [Structure.TOURNAMENT, Structure.ORDERED]
WALKTHROUGH = "walkthrough"
LONG = "x" * 100
"""Longer than a line."""


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def stories(structure: Structure) -> Iterator[Story]:
    """Every iteration of small trainings, of every width that is no power of two too."""
    for seed, width in enumerate(range(2, 17)):
        config = Configuration(points=3, width=width, bias=0.5, seed=seed, structure=structure)
        try:
            run, witness = train(config)
        except (NoFiringNeuron, SingularGram):
            continue
        for iteration in range(len(witness.steps)):
            yield story(config, run, witness, iteration)


@pytest.fixture(scope="module", params=TREES, ids=[tree.value for tree in TREES])
def told(request: pytest.FixtureRequest) -> list[Story]:
    """These, of one structure."""
    structure: Structure = request.param
    return list(stories(structure))


def test_there_are_stories_of_many_widths_and_late_iterations(told: list[Story]) -> None:
    assert len({each.network.m for each in told}) >= 8
    assert max(each.iteration for each in told) >= 3


def test_every_count_is_that_of_its_closed_form(told: list[Story]) -> None:
    """QUERY's forms count the marks of the drawn trees, so the marks are what was looked at."""
    for each in told:
        found = tallies(each.step, each.asked)
        assert [tally for tally in found if not tally.holds] == []
        assert len({tally.label for tally in found}) == 5


def test_what_fires_in_a_drawing_is_what_the_query_answered(told: list[Story]) -> None:
    for each in told:
        for tree, fired in zip(each.asked, each.step.seen.firing.by_point, strict=True):
            drawn = {node.neuron for node in tree.nodes() if node.mark is Mark.FIRES}
            assert drawn == {f"r{r}" for r in fired}


SCORES = [3.0, 1.0, 2.0, 2.0, 0.0]
"""A column with a tie; thresholds below are met exactly, too."""


@pytest.mark.parametrize("threshold", [-1.0, 0.0, 1.0, 2.0, 3.0])
@pytest.mark.parametrize("trees", [TournamentTrees, OrderedTrees])
def test_marks_are_the_querys_where_scores_equal_the_threshold(
    trees: type[TournamentTrees[float]] | type[OrderedTrees[float]], threshold: float
) -> None:
    built = trees(BINARY64, [SCORES])
    drawn = queried(built, Point(0), threshold)
    answer = built.query(Point(0), threshold)
    fired = {node.neuron for node in drawn.nodes() if node.mark is Mark.FIRES}
    assert fired == {f"r{r}" for r in answer.fired}
    assert drawn.marked(*SEEN) == answer.cost.node_visits


def test_left_is_left() -> None:
    """In a tournament tree as the array has it, in an ordered one by scores, then neurons."""
    tournament = queried(TournamentTrees(BINARY64, [SCORES]), Point(0), 0.0)
    ordered = queried(OrderedTrees(BINARY64, [SCORES]), Point(0), 0.0)
    assert _from_the_left(tournament) == ["r3", "r4", "r0", "r1", "r2"]
    assert _from_the_left(ordered) == ["r4", "r1", "r2", "r3", "r0"]


def _from_the_left(node: DrawnNode | None) -> list[str]:
    if node is None:
        return []
    own = [node.neuron] if node.neuron else []
    return [*_from_the_left(node.left), *own, *_from_the_left(node.right)]


def test_a_drawing_has_every_neuron_with_its_stored_score(told: list[Story]) -> None:
    for each in told:
        everyone = [Neuron(r) for r in range(each.network.m)]
        for trees, drawings in (
            (each.step.before.trees, each.asked),
            (each.step.after.trees, each.changed),
        ):
            for i, drawing in zip(PROBLEM.indices, drawings, strict=True):
                scores = {node.neuron: node.value for node in drawing.nodes() if node.neuron}
                stored = trees.scores(i, everyone)
                assert scores == {f"r{r}": stored[r] for r in everyone}


def test_what_is_not_marked_as_rewritten_is_what_it_was(told: list[Story]) -> None:
    """In a tournament tree node by node, in an ordered one neuron by neuron."""
    for each in told:
        for asked, changed in zip(each.asked, each.changed, strict=True):
            before = {_name(asked, node): node.value for node in asked.nodes()}
            for node in changed.nodes():
                name = _name(changed, node)
                earlier = node.value if node.earlier is None else node.earlier
                assert before[name] == earlier
                assert (node.mark is Mark.REWRITTEN) == (node.earlier is not None)


def _name(tree: DrawnNode, node: DrawnNode) -> str:
    """Its neuron's, or for inner nodes of a tournament tree the way to it."""
    return node.neuron or next(way for way, found in _ways(tree, "") if found is node)


def _ways(node: DrawnNode, way: str) -> Iterator[tuple[str, DrawnNode]]:
    yield way, node
    for side, child in zip("01", node.children, strict=False):
        yield from _ways(child, way + side)


def test_the_witness_changes_nothing() -> None:
    config = Configuration(points=3, width=8, bias=0.75, seed=49)
    watched, _ = train(config)
    alone = build_run(config, PROBLEM, Nobody())
    while alone.reason is None:
        alone.step()
    assert [record.line() for record in alone.records] == [
        record.line() for record in watched.records
    ]


@pytest.mark.parametrize(
    ("method", "structure"), [(Method.SUBLINEAR, Structure.SCAN), (Method.GAUSS_NEWTON, None)]
)
def test_what_has_no_trees_is_not_drawn(method: Method, structure: Structure | None) -> None:
    config = Configuration(
        points=3, width=8, bias=0.75, seed=49, method=method, structure=structure
    )
    with pytest.raises(TypeError, match="expected trees"):
        train(config)


def test_a_count_that_should_be_none_is_told_and_does_not_hold(told: list[Story]) -> None:
    step = told[0].step
    more = {Label.MOVE: step.counts[Label.MOVE] + Counts(comparisons=2)}
    wrong = replace(step, counts=step.counts | more)
    (found,) = [tally for tally in tallies(wrong, told[0].asked) if not tally.holds]
    assert found == Tally(Label.MOVE, "comparisons", 2, "0", 0, bound=False)


def test_a_count_holds_if_it_is_the_value_or_within_the_bound() -> None:
    held = [
        Tally(Label.MOVE, "comparisons", counted, "n", 2, bound).holds
        for bound in (False, True)
        for counted in (1, 2, 3)
    ]
    assert held == [False, True, False, True, True, False]


def test_figures_have_two_decimals_or_two_digits_that_count() -> None:
    shown = [figure(value) for value in (1.0, 0.1, 0.099, -0.0123, 0.0)]
    assert shown == ["1.00", "0.10", "0.099", "−0.012", "0.00"]


# ---- trees as text -------------------------------------------------------------------------------

VALUES = st.floats(-99, 99)


@st.composite
def drawn_trees(draw: st.DrawFn, depth: int = 4) -> DrawnNode:
    """Trees of every shape, every node with a name of its own."""
    left = draw(drawn_trees(depth - 1)) if depth and draw(st.booleans()) else None
    right = draw(drawn_trees(depth - 1)) if depth and draw(st.booleans()) else None
    mark, name = draw(st.sampled_from(Mark)), f"r{draw(st.integers(0, 15))}"
    earlier = draw(VALUES) if mark is Mark.REWRITTEN else None
    return DrawnNode(name, draw(VALUES), earlier, mark, left, right)


@share(4)
@given(drawn_trees())
def test_a_tree_in_text_has_every_label_once_and_apart(tree: DrawnNode) -> None:
    text = "\n".join(indented_tree(tree))
    nodes = tree.nodes()
    names = [node.neuron + "*" * (node.mark is Mark.FIRES) for node in nodes]
    assert sorted(re.findall(r"(?<!\S)r\d+\*?(?!\S)", text)) == sorted(names)
    values = re.findall(r"(?<![\d.])−?\d+\.\d\d(?![\d.])", text)
    assert len(values) == len(nodes) + tree.marked(Mark.REWRITTEN)
    assert text.count("[") == tree.marked(Mark.FIRES, Mark.OPENED)
    assert text.count("(") == tree.marked(Mark.PASSED)
    assert text.count("→") == tree.marked(Mark.REWRITTEN)


@share(4)
@given(drawn_trees())
def test_a_tree_in_text_has_a_branch_for_every_child(tree: DrawnNode) -> None:
    text = "\n".join(indented_tree(tree))
    nodes = tree.nodes()
    assert text.count("┌") == sum(node.left is not None for node in nodes)
    assert text.count("┐") == sum(node.right is not None for node in nodes)
    assert text.count("┴") == sum(len(node.children) == 2 for node in nodes)


def test_a_small_tree_in_text() -> None:
    leaves = [
        DrawnNode("r0", -1.0, None, Mark.UNSEEN),
        DrawnNode("r1", 2.0, None, Mark.FIRES),
    ]
    tree = DrawnNode("", 2.0, 0.5, Mark.REWRITTEN, *leaves)
    assert indented_tree(tree) == [
        "        0.50",
        "       →2.00",
        "     ┌───┴───┐",
        "   −1.00  [2.00]",
        "     r0    r1*",
    ]


def test_an_only_child_hangs_to_its_side() -> None:
    leaf = DrawnNode("r1", 2.0, None, Mark.PASSED)
    assert indented_tree(DrawnNode("r0", -1.25, None, Mark.UNSEEN, None, leaf)) == [
        "   −1.25",
        "     r0",
        "     └──┐",
        "     (2.00)",
        "       r1",
    ]
    assert indented_tree(DrawnNode("r0", -1.25, None, Mark.UNSEEN, leaf, None)) == [
        "      −1.25",
        "        r0",
        "     ┌──┘",
        "  (2.00)",
        "    r1",
    ]


# ---- the picture ---------------------------------------------------------------------------------


def places(tree: Placed) -> list[tuple[str, float, int]]:
    return [(place.node.neuron, place.x, place.depth) for place in tree.all()]


def test_in_a_picture_a_neuron_has_a_column_and_a_row_stands_for_a_depth() -> None:
    """A node without a neuron stands amid its children."""
    tournament = queried(TournamentTrees(BINARY64, [SCORES]), Point(0), 0.0)
    assert places(placed(tournament)) == [
        ("", 2.375, 0),
        ("", 1.25, 1),
        ("", 0.5, 2),
        ("r3", 0, 3),
        ("r4", 1, 3),
        ("r0", 2, 2),
        ("", 3.5, 1),
        ("r1", 3, 2),
        ("r2", 4, 2),
    ]
    ordered = queried(OrderedTrees(BINARY64, [SCORES]), Point(0), 0.0)
    found = places(placed(ordered))
    assert [name for name, _, _ in sorted(found, key=itemgetter(1))] == _from_the_left(ordered)
    assert sorted(x for _, x, _ in found) == [0, 1, 2, 3, 4]
    assert sorted(depth for _, _, depth in found) == [0, 1, 1, 2, 2]


@pytest.mark.parametrize("point", PROBLEM.points)
def test_the_line_of_a_point_goes_through_the_weights_that_score_b(
    point: tuple[float, ...],
) -> None:
    one, other = boundary(point, 0.75)
    for place in (one, other):
        assert sum(w * x for w, x in zip(place, point, strict=True)) == pytest.approx(0.75)
    assert dist(one, other) == pytest.approx(1.0)


# ---- the command ---------------------------------------------------------------------------------


def test_the_five_steps_are_told_in_their_order(capsys: pytest.CaptureFixture[str]) -> None:
    told = call(capsys, WALKTHROUGH)
    steps = re.findall(r"^(QUERY|PREDICT|SOLVE|MOVE|REFRESH):", told.out, re.MULTILINE)
    assert steps == ["QUERY", "PREDICT", "SOLVE", "MOVE", "REFRESH"]
    assert (told.status, told.err) == (0, "")
    assert all(line == line.rstrip() for line in told.out.splitlines())


def test_every_word_of_a_run_on_ordered_trees_that_ends_badly(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What is told of the other trees stands in the reference's README."""
    expected = Path(__file__).with_name("walkthrough_ordered.txt").read_text(encoding="utf-8")
    assert call(capsys, f"{WALKTHROUGH} --structure ordered --seed 2").out == expected


def test_a_page_has_sixteen_neurons_at_most(capsys: pytest.CaptureFixture[str]) -> None:
    assert "m = 16 neurons, " in call(capsys, f"{WALKTHROUGH} --width 16").out


def test_a_run_of_one_step_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    told = call(capsys, f"{WALKTHROUGH} --width 4 --bias 0.1 --seed 5")
    assert "; b = 0.10, seed 5; iteration 0 of 0\n" in told.out


@pytest.mark.parametrize("structure", TREES)
@pytest.mark.parametrize("iteration", [0, 2])
def test_the_figures_told_are_those_of_the_run(
    structure: Structure, iteration: int, capsys: pytest.CaptureFixture[str]
) -> None:
    options = f"--structure {structure.value} --iteration {iteration}"
    out = call(capsys, f"{WALKTHROUGH} {options}").out
    config = Configuration(points=3, width=8, bias=0.75, seed=49, structure=structure)
    run, witness = train(config)
    each = story(config, run, witness, iteration)
    for i, tree in enumerate(each.asked):
        assert "\n".join(indented_tree(tree)) in out
        assert f"{tree.marked(*SEEN)} of {len(tree.nodes())} nodes looked at" in out
        assert "\n".join(indented_tree(each.changed[i])) in out
    for tally in tallies(each.step, each.asked):
        assert re.search(rf"{tally.label.name} +{tally.counted} {tally.words} ", out)


def test_the_last_iteration_has_nobody_cross_b_and_solves_the_problem(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Claim convergence/finite."""
    assert "No neuron crossed b" in call(capsys, f"{WALKTHROUGH} --iteration 2").out
    assert "4 times a neuron crossed b" in call(capsys, WALKTHROUGH).out
    assert "Once a neuron crossed b" in call(capsys, f"{WALKTHROUGH} --iteration 1").out


def test_a_run_that_ends_badly_is_told_as_far_as_it_went(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = call(capsys, f"{WALKTHROUGH} --seed 2")
    assert told.status == 0
    assert "the run ended: singular; " in told.out


@pytest.mark.parametrize("structure", TREES)
def test_a_picture_has_every_node_and_branch_and_no_date(
    structure: Structure, capsys: pytest.CaptureFixture[str]
) -> None:
    options = f"--width 5 --bias 0.5 --seed 4 --structure {structure.value}"
    told = call(capsys, f"{WALKTHROUGH} {options} --plot {LONG}.SVG")
    assert told.out.endswith(f"\nwritten: {LONG}.SVG\n")
    picture = Path(f"{LONG}.SVG").read_text(encoding="utf-8")
    nodes = 2 * 3 * (9 if structure is Structure.TOURNAMENT else 5)
    values = re.findall(r"^ *<!-- .*\d\.\d\d", picture, re.MULTILINE)
    assert len(values) >= nodes
    assert picture.count("stroke: #8a8f98; stroke-width: 0.8") == nodes - 2 * 3
    assert "dc:date" not in picture


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ("--iteration 3", "out-of-range", ["--iteration", "from 0 to 2", "found 3"]),
        ("--iteration -1", "out-of-range", ["--iteration", "found -1"]),
        ("--width 17", "out-of-range", ["--width", "at most 16"]),
        ("--width 0", "out-of-range", ["--width"]),
        ("--bias -1", "out-of-range", ["--bias"]),
        ("--bias nan", "out-of-range", ["--bias"]),
        ("--seed -1", "out-of-range", ["--seed"]),
        ("--bias 9", "no-firing-neuron", ["0, 1, 2"]),
        ("--structure scan", "usage", ["tournament", "ordered"]),
        ("--plot one.gif", "out-of-range", ["--plot", "png, svg, pdf"]),
        ("--plot no/one.png", "output-folder-missing", ["--plot"]),
        ("--iteration 9 --plot one.png", "out-of-range", ["--iteration"]),
    ],
)
def test_what_cannot_be_told_is_refused(
    options: str, code: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert_refused(capsys, f"{WALKTHROUGH} {options}", code, words)


def test_the_losses_of_a_picture_are_on_a_logarithm_unless_one_is_zero(told: list[Story]) -> None:
    scales = set()
    for one in told:
        axes = Figure().subplots()
        walkthrough_picture._draw_losses(axes, one)
        assert (axes.get_yscale() == "log") == (min(one.losses) > 0)
        scales.add(axes.get_yscale())
    assert scales == {"linear", "log"}
