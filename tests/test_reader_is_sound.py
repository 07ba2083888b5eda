"""What would make everything provable is refused by name, and what is false is never proved."""

import inspect
from collections.abc import Callable
from dataclasses import make_dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import FunctionType

import pytest

from proofs.smt.kernel import Obligation
from proofs.smt.proof_errors import BadHint, NotTerminating, SortsDiffer, Unreadable
from proofs.smt.prover import Prover
from proofs.smt.reader import Reader
from proofs.smt.smtlib import question
from proofs.smt.solvers import CVC5, Z3
from proofs.smt.terms import FALSE, Term
from proofs.smt.theorem import HINT, Theorem, theorem
from reference.specification import ordered
from tests import unsound_functions as unsound

pytestmark = pytest.mark.plain

Function = Callable[..., object]
SECONDS = 1.0


def read(function: Function, reader: Reader | None = None) -> Term:
    """The function's value at any arguments."""
    assert isinstance(function, FunctionType)
    reader = reader or Reader()
    return reader.call(function, list(reader.variables(function).values()))


def marked(function: Function) -> Theorem:
    """What its decorator made of it."""
    found = getattr(function, HINT)
    assert isinstance(found, Theorem)
    return found


def proved(text: str) -> bool:
    """Both solvers say so."""
    return Z3.ask(text, SECONDS) == "unsat" and CVC5.ask(text, SECONDS) == "unsat"


def names(functions: list[Function]) -> list[str]:
    return [function.__name__ for function in functions if isinstance(function, FunctionType)]


# ---- recursion -----------------------------------------------------------------------------------


@pytest.mark.parametrize("function", unsound.ENDLESS, ids=names(unsound.ENDLESS))
def test_recursion_that_need_not_end_is_refused(function: Function) -> None:
    reader = Reader()
    with pytest.raises(NotTerminating, match=r"calls itself neither|decreases"):
        read(function, reader)
    assert not reader.theory.definitions


@pytest.mark.parametrize("function", unsound.NOT_DECREASING, ids=names(unsound.NOT_DECREASING))
def test_measures_that_do_not_decrease_are_not_proved(function: Function) -> None:
    reader = Reader()
    read(function, reader)
    assert reader.obligations
    asked = [
        question(reader.theory.datatypes, one.facts(reader.theory)) for one in reader.obligations
    ]
    assert not all(map(proved, asked))


def test_a_measure_that_decreases_is_proved() -> None:
    reader = Reader()
    read(unsound.counted_up, reader)
    (one,) = reader.obligations
    assert proved(question(reader.theory.datatypes, one.facts(reader.theory)))


# ---- the subset ----------------------------------------------------------------------------------


@pytest.mark.parametrize("function", unsound.REFUSED, ids=names(unsound.REFUSED))
def test_what_is_not_in_the_subset_is_refused(function: Function) -> None:
    with pytest.raises(Unreadable, match=r"unsound_functions.\w+ cannot be read into logic"):
        read(function)


@pytest.mark.parametrize("now", ["", "f(", '"""', "x = 1\n", "class F:\n    pass\n"])
def test_a_function_whose_file_has_changed_is_refused(now: str, tmp_path: Path) -> None:
    path = tmp_path / "changing.py"
    path.write_text("def f(number: int) -> int:\n    return number\n")
    spec = spec_from_file_location("changing", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    path.write_text(now)
    with pytest.raises(Unreadable, match=r"^f cannot be read into logic"):
        read(module.f)


@pytest.mark.parametrize("function", unsound.ILL_SORTED, ids=names(unsound.ILL_SORTED))
def test_values_of_the_wrong_sort_are_refused(function: Function) -> None:
    with pytest.raises(SortsDiffer, match=r"a value of .* stands where .* should"):
        read(function)


@pytest.mark.parametrize("kind", unsound.STRANGE)
def test_types_that_are_not_their_fields_are_refused(kind: object) -> None:
    with pytest.raises(Unreadable, match="neither a frozen dataclass nor a union of such"):
        Reader().sort(kind)


def test_two_classes_of_one_name_are_no_union() -> None:
    """Their constructors would be one."""
    other = make_dataclass("Key", [], frozen=True)
    with pytest.raises(Unreadable, match="two classes of one name"):
        Reader().sort(ordered.Key | other)


def test_a_type_that_is_not_to_be_found_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(unsound.order_of_truths.__annotations__, "one", "Nowhere")
    with pytest.raises(Unreadable, match="a type that is none: name 'Nowhere'"):
        read(unsound.order_of_truths)


def test_a_function_that_is_not_its_source_is_refused() -> None:
    for function in (unsound.said_to_be_its_argument, unsound.made_within(unsound.counted_up)):
        with pytest.raises(Unreadable, match="wrapped, or made within another function"):
            read(function)


def test_two_functions_of_one_name_are_refused() -> None:
    """As one symbol they would be equal; they are 0 and 1."""
    assert unsound.both_are_equal(0) is False
    with pytest.raises(Unreadable, match="two functions of this name"):
        read(unsound.both_are_equal)


# ---- hints ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("function", unsound.UNHINTED, ids=names([*unsound.UNHINTED]))
def test_hints_that_are_none_are_refused(function: Function) -> None:
    prover = Prover()
    prover.state(marked(unsound.proved_before))
    with pytest.raises(BadHint, match=marked(function).name):
        prover.state(marked(function))
    assert len(prover.questions) == 1


def test_a_theorem_may_be_used_once_it_is_stated() -> None:
    prover = Prover()
    prover.state(marked(unsound.proved_later))
    prover.state(marked(unsound.uses_a_later_one))
    assert len(prover.questions) == 4


def test_a_theorem_may_not_use_itself() -> None:
    with pytest.raises((BadHint, NotTerminating)):
        Prover().state(marked(unsound.uses_itself))


# ---- what is false -------------------------------------------------------------------------------


@pytest.mark.parametrize("function", unsound.FALSE, ids=names([*unsound.FALSE]))
def test_a_false_theorem_is_not_proved(function: Function) -> None:
    prover = Prover()
    prover.state(marked(function))
    own = [asked for asked in prover.questions if not asked.obligation.endswith(" ends")]
    assert all(proved(asked.text) for asked in prover.questions if asked not in own)
    assert own
    assert not all(proved(asked.text) for asked in own)


def test_definitions_alone_do_not_prove_everything() -> None:
    """The specification's axioms, together, at a call of each: no contradiction."""
    reader = Reader()
    calls = [
        read(function, reader)
        for function in vars(ordered).values()
        if inspect.isfunction(function) and function.__module__ == ordered.__name__
    ]
    known = [call for call in calls if call.head in reader.theory.definitions]
    hypotheses = tuple(reader.theory.unfolded(call) for call in known)
    facts = Obligation("nothing", hypotheses, FALSE, fuel=0).facts(reader.theory)
    assert Z3.ask(question(reader.theory.datatypes, facts), 5.0) != "unsat"
    assert len(known) > 8


def test_only_a_function_can_be_a_theorem() -> None:
    with pytest.raises(TypeError, match="a theorem is a function"):
        theorem()(all)
