"""What is shown as a counterexample is one: run again, from its text, the theorem is False there.

The variants are built here once more, so that nothing of what shows them is believed.
"""

import sys
from dataclasses import replace
from fractions import Fraction
from inspect import getsource
from itertools import islice
from types import FunctionType, ModuleType

import pytest

from proofs.smt import counterexamples
from proofs.smt.counterexamples import (
    Counterexample,
    about,
    counterexample,
    difference,
    of_model,
    refutation,
    searched,
    shrunk,
)
from proofs.smt.drawn_values import Drawing, all_carried, carried, lawful
from proofs.smt.proof_mutants import Fate, Variant, fate, variants
from proofs.smt.small_values import SmallValues, parameters, size, written
from proofs.smt.solvers import Made, model_of_z3
from proofs.smt.theorem import theorems_in
from proofs.theorems import firing as firing_theorems
from proofs.theorems import numbers as number_theorems
from proofs.theorems import ordered as ordered_theorems
from proofs.theorems import tournament as tournament_theorems
from reference.specification import firing, ordered, tournament
from reference.specification.tournament import Leaf, Left, Node, Right

pytestmark = pytest.mark.thorough

AREAS = {
    "tournament": (tournament, tournament_theorems),
    "firing": (firing, firing_theorems),
    "ordered": (ordered, ordered_theorems),
}


@pytest.fixture(autouse=True)
def fewer_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counterexamples, "COMPARED", 300)


def variant(area: str, function: str, change: str) -> Variant:
    """The first with this change of this function."""
    found = (one for one in variants(area) if one.function == function and change in one.change)
    return next(found)


def built(one: Variant, patch: pytest.MonkeyPatch) -> tuple[ModuleType, ModuleType]:
    """The broken module, and the theorems about it."""
    modules = []
    for right, source in zip(
        AREAS[one.area], (one.source, getsource(AREAS[one.area][1])), strict=True
    ):
        module = ModuleType(right.__name__)
        patch.setitem(sys.modules, right.__name__, module)
        exec(compile(source, right.__name__, "exec"), vars(module))
        modules.append(module)
    return modules[0], modules[1]


def function(module: ModuleType, name: str) -> FunctionType:
    """What the module calls so."""
    found = vars(module)[name]
    assert isinstance(found, FunctionType)
    return found


def value_there(shown: Counterexample, broken: ModuleType, stated: ModuleType) -> object:
    """What the theorem is there, read from what is shown."""
    names = vars(broken) | {"Fraction": Fraction}
    values = {name: eval(text, names) for name, text in shown.values.items()}
    return vars(stated)[shown.theorem.rpartition("/")[2]](**values)


# ---- broken functions ----------------------------------------------------------------------------

SHOWN = [
    ("tournament", "join", "min(", "a model that replays"),
    ("firing", "touched", "1  →  2", "no model that replays"),
    ("firing", "stepped", "-scale  →  scale", "refused by a theorem that is true of it"),
    ("firing", "touched", "Flag(rest, value > b)", "refused by the reader"),
]


@pytest.mark.parametrize(
    ("area", "function", "change"), [each[:3] for each in SHOWN], ids=[each[3] for each in SHOWN]
)
def test_what_is_shown_is_false(
    area: str, function: str, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = variant(area, function, change)
    shown = fate(one).counterexample
    assert shown is not None
    assert shown.outcome == "is False"
    assert value_there(shown, *built(one, monkeypatch)) is False
    assert len(shown.told) < 300


def test_the_least_is_shown_and_the_right_modules_are_back() -> None:
    """At a tie, a leaf is enough."""
    before = {one.__name__: one for pair in AREAS.values() for one in pair}
    shown = fate(variant("tournament", "query", "top(tree) < threshold")).counterexample
    assert {name: sys.modules[name] for name in before} == before
    assert shown is not None
    assert shown.told == "query_answers_as_a_scan(tree=Leaf(0, 0), threshold=0) is False"


def test_a_theorem_that_raises_is_shown_as_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counterexamples, "EVALUATIONS", 500)
    one = variant("tournament", "update", "update(rest, left, score)")
    found = fate(one)
    assert found.refused_by == "the reader: NotTerminating"
    assert found.counterexample is not None
    assert found.counterexample.outcome.startswith("raises ")
    broken, stated = built(one, monkeypatch)
    with pytest.raises(Exception, match=r"\w") as raised:
        value_there(found.counterexample, broken, stated)
    assert found.counterexample.outcome == f"raises {raised.type.__name__}"


def test_where_the_function_is_the_same_no_counterexample_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(counterexamples, "EVALUATIONS", 500)
    found = fate(variant("firing", "fires", "inner(x, weight)"))
    assert found.counterexample is None
    assert found.candidate.startswith("firing_is_strict(")
    assert found.differs == ""
    assert "wherever it was tried" in found.told


def test_a_candidate_at_which_the_theorem_is_true_is_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken, stated = built(variant("tournament", "query", "→  query(left, threshold)"), monkeypatch)
    theorems = theorems_in(stated)
    (false,) = [one for one in theorems if one.name == "tournament/query_answers_as_a_scan"]
    leaf, node = vars(broken)["Leaf"], vars(broken)["Node"]
    low, high = leaf(0, Fraction(0)), leaf(1, Fraction(5))
    for tree, shown in (
        (node(Fraction(5), high, low), False),
        (node(Fraction(5), low, high), True),
    ):
        suggested = {"tree": tree, "threshold": Fraction(2)}
        assert (refutation(false.statement, suggested) == "is False") is shown
        found = counterexample(false, suggested, [], Drawing({}))
        assert (found is not None) is shown
        found = counterexample(
            false, suggested, about(theorems, function(broken, "query")), Drawing({})
        )
        assert found is not None
        assert value_there(found, broken, stated) is False


# ---- functions as they are -----------------------------------------------------------------------


@pytest.mark.parametrize("area", AREAS)
def test_no_counterexample_is_found_to_what_is_right(
    area: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counterexamples, "EVALUATIONS", 500)
    monkeypatch.setattr(counterexamples, "A_TURN", 10)
    specified, stated = AREAS[area]
    assert searched(theorems_in(stated), Drawing(lawful(specified))) is None


def test_a_function_does_not_differ_from_itself() -> None:
    insert = function(ordered, "insert")
    assert difference(insert, insert, Drawing(lawful(ordered))) == ""


def test_a_difference_is_found_that_no_theorem_sees(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing says that the live neurons fire: to keep them all is right by every theorem."""
    one = variant("firing", "live", "dead(points, weight, b)")
    broken, _ = built(one, monkeypatch)
    told = difference(function(broken, "live"), function(firing, "live"), Drawing({}))
    assert told == "live(neurons=Neuron(End(), 0, NoNeuron()), points=NoPoint(), b=0)"
    fates = Fate(one, "the reader: TypeError", None, "", told), Fate(one, "a theorem (unknown)")
    assert "the reader refused it" in fates[0].told
    assert told in fates[0].told
    assert fates[1].told == "undecided, and no counterexample found"


# ---- running -------------------------------------------------------------------------------------


def false_above_two(n: int, pair: tuple[Fraction, ...]) -> bool:
    return n <= 2 or len(pair) < 2


def endless(n: int) -> bool:
    return endless(n + 1)


def fibonacci(n: int) -> int:
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def test_an_evaluation_without_end_says_nothing() -> None:
    profile = sys.getprofile()
    assert refutation(endless, {"n": 0}) == ""
    assert refutation(lambda n: fibonacci(n) < 0, {"n": 60}) == ""
    assert refutation(lambda n: fibonacci(n) < 0, {"n": 10}) == "is False"
    assert refutation(lambda n: fibonacci(n), {"n": 10}) == "is 55"
    assert sys.getprofile() is profile


def test_shrinking_ends_at_the_least() -> None:
    values = {"n": 40, "pair": (Fraction(7, 3), Fraction(-5), Fraction(1))}
    found = shrunk(false_above_two, parameters(false_above_two), values, Drawing({}))
    assert found == {"n": 3, "pair": (0, 0)}


def test_a_model_is_read_as_python() -> None:
    text = """(set-logic ALL)
(declare-datatypes ((t.L_N 0)) (((t.Leaf (n Int) (s Real)) (t.Node (m Real) (l t.L_N) (r t.L_N)))))
(declare-fun |tree!1| () t.L_N)
(declare-fun |ints| () (Seq Int))
(declare-fun |free| () Int)
(declare-fun |root| () Real)
(declare-fun |no| () Bool)
(define-fun s!1 () t.L_N |tree!1|)
(assert (= s!1 (t.Node (/ 1 3) (t.Leaf (- 7) 2.0) (t.Leaf 4 (- 1.5)))))
(assert (= ints (seq.++ (seq.unit 3) (seq.unit (- 1)))))
(assert (> free 0))
(assert (and (= (* root root) 2.0) (> root 0.0)))
(assert (not no))
(check-sat)
"""
    answer, model = model_of_z3(text, 5.0, ["tree!1", "ints", "root", "no"])
    assert answer == "sat"
    assert sorted(model) == ["ints", "no", "root", "tree!1"]
    tree = Node(Fraction(1, 3), Leaf(-7, Fraction(2)), Leaf(4, Fraction(-3, 2)))
    assert of_model(tournament.Tree, model["tree!1"]) == tree
    assert of_model(tuple[int, ...], model["ints"]) == (3, -1)
    assert of_model(tuple[int, ...], Made("seq", ())) == ()
    assert model["no"] is False
    assert isinstance(model["root"], Fraction)
    assert model["root"] ** 2 == pytest.approx(2, rel=1e-8)
    assert model_of_z3(text.replace("(> free 0)", "false"), 5.0, ["ints"]) == ("unsat", {})


# ---- small values, and drawn ones ----------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    [
        int,
        bool,
        Fraction,
        tuple[int, ...],
        tournament.Tree,
        tournament.Path,
        ordered.Key,
        firing.Points,
    ],
    ids=str,
)
def test_small_values_are_of_their_size_and_each_once(kind: object) -> None:
    small = SmallValues()
    found = small.up_to(kind, 7)
    assert [size(one) for one in found] == sorted(map(size, found))
    assert len(set(found)) == len(found) > 1
    assert small.least(kind) == found[0]


def test_numbers_are_in_order_of_simplicity() -> None:
    assert list(SmallValues().up_to(int, 5)) == [0, 1, -1, 2, -2, 3]
    assert [*map(written, SmallValues().up_to(Fraction, 4))] == [
        "0", "1", "-1", "2", "Fraction(1, 2)", "-2", "Fraction(-1, 2)",
    ]  # fmt: skip


def test_what_is_written_is_the_value() -> None:
    path = Left(Right(tournament.Here()))
    tree = Node(Fraction(-1, 2), Leaf(3, Fraction(4)), Leaf(-1, Fraction(0)))
    for value in (path, tree, (tree,), (), (1, Fraction(2, 3)), True):
        assert eval(written(value), vars(tournament) | {"Fraction": Fraction}) == value
    assert written(tree) == "Node(Fraction(-1, 2), Leaf(3, 4), Leaf(-1, 0))"


def test_lawful_values_keep_every_law_and_are_of_many_shapes() -> None:
    (trees,) = lawful(ordered).values()
    checked = [one for one in trees if isinstance(one, ordered.Empty | ordered.Branch)]
    assert len(checked) == len(trees) > 50
    assert all(ordered.balanced(one) and ordered.in_order(one) for one in checked)
    assert {ordered.height(one) for one in checked} >= {0, 1, 2, 3, 4}
    (same,) = all_carried(lawful(ordered), vars(ordered)).items()
    assert same == (ordered.Tree, trees)
    assert set(lawful(tournament)) == {tournament.Tree}
    assert not lawful(firing)


def test_draws_are_the_same_each_time() -> None:
    kinds = parameters(ordered.insert)
    one, other = (list(islice(Drawing(lawful(ordered)).values(kinds), 60)) for _ in range(2))
    assert one == other
    assert len({written(tuple(each.values())) for each in one}) > 40


def test_draws_go_on_where_there_are_few_values() -> None:
    assert [*islice(Drawing({}).values({}), 99)] == [{}] * 99
    assert {each["p"] for each in islice(Drawing({}).values({"p": bool}), 99)} == {False, True}


def test_theorems_about_a_function_are_those_that_lead_to_it() -> None:
    join = function(tournament, "join")
    found = {one.name for one in about(theorems_in(tournament_theorems), join)}
    assert "tournament/second_update_wins" in found
    assert "tournament/query_answers_as_a_scan" not in found
    assert not about(theorems_in(number_theorems), join)


def test_so_many_calls_and_no_more() -> None:
    """Called here: nothing sees lines that run inside a profile function."""
    calls = counterexamples.CallsLeft(2)
    for event in ("call", "return", "c_call", "call", "return"):
        calls(None, event, None)
    with pytest.raises(counterexamples.TooLong):
        calls(None, "call", None)


def test_a_tuple_is_carried_part_by_part() -> None:
    value = (Leaf(1, Fraction(2)), Fraction(3))
    assert carried(value, {"Leaf": Leaf}) == value


def test_what_is_not_changed_is_not_refused() -> None:
    right = replace(next(variants("firing")), source=getsource(firing))
    assert fate(right) == Fate(right, None)


def test_a_refusal_with_nothing_to_show_says_so() -> None:
    one = Fate(next(variants("firing")), "a lemma (sat)")
    assert (one.told, one.undecided) == ("no counterexample found", False)
