"""The audit tells when a verdict no longer holds, and proves nothing that was not looked at."""

import shutil
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from proofs.audit import all_checks, audit_session, running
from proofs.audit.running import holds, in_words, result_of, status, verdicts
from proofs.evidence import checks as checks_module
from proofs.evidence import digest
from proofs.evidence.audit_errors import (
    EvidenceTooWeak,
    NotEstablished,
    ResultsDamaged,
    ResultsOfOtherCode,
    ResultsOfOtherEffort,
)
from proofs.evidence.checks import Check, decides
from proofs.evidence.effort import Effort
from proofs.evidence.evidence import NEEDED, Decision, Fact, Grade, checked, established
from proofs.evidence.results import Found, Result, Results, Trouble, keep, nothing_yet, read
from proofs.evidence.theorem_evidence import proving, theorems_before
from proofs.ledger.claim import Verdict, ledger
from proofs.ledger.ledger_errors import LedgerOrphans
from proofs.smt import prover
from proofs.smt.proof_errors import NotDecided, NotProved, SolverMissing, SolversDisagree
from proofs.smt.proving import theorems_of
from proofs.smt.solvers import Answer, Solver
from proofs.symbolic.proof import Proof
from reference.errors import FiringtreeError
from tests.commands import assert_refused, call
from tests.test_provers_disagree import in_this_process

OFFSET, GRAM = ledger().chosen(["model/offset", "model/gram"], [])[::-1]
NUMBERS = theorems_of(["numbers"])
FACT = Fact("so it is", Grade.SYMBOLIC)
PROVED, REFUTED = Found(Decision(Verdict.PROVED, [FACT])), Found(Decision(Verdict.REFUTED, [FACT]))
NOT_SO = Trouble("not-established", "not so: 1 = 2", 1)
NO_SOLVER = Trouble("solver-missing", "no z3", 2)


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def found_by(decide: Callable[[Effort], Decision], theorems: Sequence[Fact] = ()) -> Result:
    """The result of such a check of model/none, for which sympy proves nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "checks", lambda: {"model/none": Check("model/none", (), decide)})
        return result_of(("model/none", Effort.QUICK, theorems))


# ---- evidence ------------------------------------------------------------------------------------


def test_a_fact_that_does_not_hold_is_none() -> None:
    assert established(True, "one", Grade.EXACT, m=4) == Fact("one", Grade.EXACT, {"m": 4})
    with pytest.raises(NotEstablished, match=r"not so: one \(found: m 4, p 0.5\)"):
        established(False, "one", Grade.EXACT, m=4, p=0.5)


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("grade", list(Grade))
def test_a_verdict_needs_evidence_of_its_grade(verdict: Verdict, grade: Grade) -> None:
    decision = Decision(verdict, [Fact("so", grade)])
    if not NEEDED[verdict] or grade in NEEDED[verdict]:
        assert checked(decision) == decision
    else:
        with pytest.raises(EvidenceTooWeak, match=verdict.value):
            checked(decision)


def test_a_verdict_without_any_fact_is_refused_unless_it_is_open() -> None:
    for verdict in Verdict:
        if verdict is not Verdict.OPEN:
            with pytest.raises(EvidenceTooWeak):
                checked(Decision(verdict))
    assert checked(Decision(Verdict.OPEN)).facts == ()


def test_what_is_sampled_proves_nothing() -> None:
    for verdict in (Verdict.PROVED, Verdict.VACUOUS, Verdict.EXHAUSTED):
        assert Grade.SAMPLED not in NEEDED[verdict]
        assert Grade.MEASURED not in NEEDED[verdict]


# ---- checks --------------------------------------------------------------------------------------


def test_a_check_is_completed_by_its_theorems_and_the_proofs_of_its_claim(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    served = [
        Proof("model/gram", "1 = 1", lambda: True),
        Proof("model/none", "2 = 2", lambda: True),
    ]
    monkeypatch.setattr(checks_module, "all_proofs", lambda: served)
    theorem = Fact("for all trees", Grade.THEOREM)
    result = found_by(lambda _: Decision(Verdict.PROVED, [FACT]), [theorem])
    symbolic = Fact("2 = 2", Grade.SYMBOLIC)
    assert result == Found(Decision(Verdict.PROVED, [theorem, symbolic, FACT]))


def test_a_decision_by_theorems_alone_is_one() -> None:
    theorem = Fact("for all trees", Grade.THEOREM)
    result = found_by(lambda _: Decision(Verdict.PROVED), [theorem])
    assert result == Found(Decision(Verdict.PROVED, [theorem]))


def test_two_checks_of_one_claim_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def again(_effort: Effort) -> Decision:
        return Decision(Verdict.OPEN)

    again.__module__ = "proofs.claims.model"
    monkeypatch.setattr("proofs.claims.model.again", decides("model/gram")(again), raising=False)
    all_checks.checks.cache_clear()
    with pytest.raises(LedgerOrphans, match="two checks decide model/gram"):
        all_checks.checks()
    monkeypatch.undo()
    all_checks.checks.cache_clear()


def test_a_proof_by_sympy_that_fails_takes_its_claim_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = Proof("model/none", "1 = 2", lambda: False)
    monkeypatch.setattr(checks_module, "all_proofs", lambda: [wrong])
    result = found_by(lambda _: Decision(Verdict.PROVED, [FACT]))
    assert result == Trouble("not-established", "not so: 1 = 2", 1)


def test_ctrl_c_while_theorems_are_proved_ends_the_audit(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The theorem that is then proved is the last, and no claim is looked at."""
    looked_at: list[str] = []

    def interrupted(*_: object) -> Generator[tuple[str, Fact], None, None]:
        signal.raise_signal(signal.SIGINT)
        for name in ("one", "two"):
            looked_at.append(name)
            yield name, FACT

    monkeypatch.setattr(audit_session, "proving", interrupted)
    told = call(capsys, "audit structure/init")
    assert (told.status, looked_at) == (130, ["one"])
    assert "interrupted after 0 claims" in told.out


def test_whatever_ends_a_check_is_a_result() -> None:
    def ends(error: Exception) -> Result:
        def decide(_effort: Effort) -> Decision:
            raise error

        return found_by(decide)

    assert ends(NotEstablished("1 = 2", {})) == NOT_SO
    assert ends(SolverMissing("z3")) == Trouble("solver-missing", SolverMissing("z3").message, 2)
    broke = "the check of model/none broke: {}; nothing follows from it"
    assert ends(KeyError("x")) == Trouble("check-broke", broke.format("KeyError: 'x'"), 2)
    assert ends(MemoryError()) == Trouble("check-broke", broke.format("out of memory"), 2)


def test_evidence_that_no_report_can_show_is_a_fault_of_its_check() -> None:
    fact = Fact(r"so it is: $\nosuchcommand$", Grade.EXACT)
    result = found_by(lambda _: Decision(Verdict.CONFIRMED, [fact]))
    assert isinstance(result, Trouble)
    assert result.code == "check-broke"
    assert "nosuchcommand" in result.message


# ---- theorems as evidence ------------------------------------------------------------------------


def solvers_say(monkeypatch: pytest.MonkeyPatch, z3: Answer, cvc5: Answer) -> None:
    monkeypatch.setattr(prover, "do_locally", in_this_process)
    monkeypatch.setattr(prover, "Z3", Solver("z3", lambda _, __: z3))
    monkeypatch.setattr(prover, "CVC5", Solver("cvc5", lambda _, __: cvc5))


def test_a_theorem_is_evidence_if_both_solvers_prove_it(monkeypatch: pytest.MonkeyPatch) -> None:
    solvers_say(monkeypatch, "unsat", "unsat")
    found = dict(proving(NUMBERS, 1))
    assert [*found] == [theorem.name for theorem in NUMBERS]
    assert all(isinstance(fact, Fact) and fact.grade is Grade.THEOREM for fact in found.values())


def test_a_theorem_brings_all_that_it_may_use() -> None:
    assert theorems_before([]) == []
    assert theorems_before(["numbers/x"]) == NUMBERS
    areas = [theorem.name.partition("/")[0] for theorem in theorems_before(["ordered/x"])]
    assert [*dict.fromkeys(areas)] == ["numbers", "tournament", "ordered"]


@pytest.mark.parametrize(("z3", "cvc5"), [("unsat", "unknown"), ("unknown", "unknown")])
def test_a_solver_that_runs_out_of_time_leaves_a_theorem_undecided(
    z3: Answer, cvc5: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    solvers_say(monkeypatch, z3, cvc5)
    for evidence in dict(proving(NUMBERS, 1)).values():
        assert isinstance(evidence, NotDecided)
        assert "could not be decided: z3 says" in evidence.message
        assert evidence.exit_status == 2


def test_a_theorem_that_does_not_follow_is_no_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    solvers_say(monkeypatch, "sat", "unknown")
    for evidence in dict(proving(NUMBERS, 1)).values():
        assert not isinstance(evidence, Fact)
        assert evidence.exit_status == (1 if isinstance(evidence, NotProved) else 2)
    refused = dict(proving(NUMBERS, 1))[NUMBERS[0].name]
    assert isinstance(refused, NotProved)
    assert refused.message.startswith(f"{NUMBERS[0].name} is not proved: ")


def test_solvers_that_disagree_are_no_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    solvers_say(monkeypatch, "sat", "unsat")
    with pytest.raises(SolversDisagree):
        dict(proving(NUMBERS, 1))


@pytest.mark.parametrize(
    "error", [SolverMissing("cvc5"), SolversDisagree("firing/x", "z3 says sat, cvc5 says unsat")]
)
def test_an_audit_ends_where_the_solvers_do(
    error: FiringtreeError, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ends(*_: object) -> None:
        raise error

    monkeypatch.setattr(audit_session, "proving", ends)
    assert_refused(capsys, "audit model/gram --quick", error.code, [error.message])


def test_a_claim_whose_theorem_is_undecided_is_never_proved(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    undecided = NotDecided("firing/x", "z3 says unsat, cvc5 says unknown")
    names = all_checks.checks()["model/gram"].theorems

    def said(*_: object) -> Iterator[tuple[str, NotDecided]]:
        yield from ((name, undecided) for name in names)

    monkeypatch.setattr(audit_session, "proving", said)
    told = call(capsys, "audit model/gram --quick")
    assert told.status == 2
    assert "UNDECIDED: [not-decided] firing/x could not be decided" in told.out
    assert "0 of 1 verdicts" in told.out


# ---- what it comes to ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([PROVED, PROVED], 0),
        ([PROVED, REFUTED], 1),
        ([NOT_SO, PROVED], 1),
        ([PROVED, NO_SOLVER], 2),
        ([REFUTED, NO_SOLVER], 2),
        ([NO_SOLVER, REFUTED], 2),
    ],
)
def test_the_status_is_that_of_the_worst_result(results: list[Result], expected: int) -> None:
    claims = [msgspec.structs.replace(claim, verdict=Verdict.PROVED) for claim in (OFFSET, GRAM)]
    assert status(claims, results) == expected


def test_a_verdict_other_than_the_ledgers_is_told() -> None:
    claim = msgspec.structs.replace(OFFSET, verdict=Verdict.PROVED)
    assert holds(claim, PROVED)
    assert not holds(claim, REFUTED)
    assert not holds(claim, NOT_SO)
    assert in_words(claim, PROVED) == "PROVED"
    assert in_words(claim, REFUTED) == "REFUTED, but the ledger says PROVED"
    assert in_words(claim, NOT_SO) == "NOT ESTABLISHED: [not-established] not so: 1 = 2"
    assert in_words(claim, NO_SOLVER) == "UNDECIDED: [solver-missing] no z3"
    assert verdicts([PROVED, NOT_SO, REFUTED, PROVED]) == {Verdict.PROVED: 2, Verdict.REFUTED: 1}


# ---- files ---------------------------------------------------------------------------------------


def test_results_are_read_as_they_were_kept(tmp_path: Path) -> None:
    path = tmp_path / "audit.json"
    assert read(path, Effort.QUICK) == nothing_yet(Effort.QUICK)
    results = nothing_yet(Effort.QUICK).with_result("b", PROVED).with_result("a", NOT_SO)
    keep(path, results)
    assert read(path, Effort.QUICK) == results
    keep(path, nothing_yet(Effort.QUICK).with_result("a", NOT_SO).with_result("b", PROVED))
    assert path.read_bytes() == results.encoded()


def test_results_of_other_code_or_effort_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "audit.json"
    keep(path, nothing_yet(Effort.QUICK))
    with pytest.raises(ResultsOfOtherEffort, match="a quick audit, and a full one"):
        read(path, Effort.FULL)
    keep(path, Results(code="0" * 64, effort=Effort.QUICK))
    with pytest.raises(ResultsOfOtherCode, match="results of code 0000000000000000"):
        read(path, Effort.QUICK)
    monkeypatch.setattr("proofs.evidence.results.code_digest", lambda: "0" * 64)
    assert read(path, Effort.QUICK).results == {}


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff\xfe", b'{"format": "firingtree audit 9", "code": "x"}', b"[" * 9999],
)
def test_what_are_no_results_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "audit.json"
    path.write_bytes(content)
    with pytest.raises(ResultsDamaged):
        read(path, Effort.QUICK)
    with pytest.raises(ResultsDamaged):
        read(tmp_path, Effort.QUICK)


@pytest.mark.parametrize("content", [{"effort": "slow"}, {"results": {"a": {"type": "x"}}}, {}])
def test_results_with_a_damaged_part_are_refused(
    content: dict[str, object], tmp_path: Path
) -> None:
    path = tmp_path / "audit.json"
    whole = {"format": "firingtree audit 1", "code": digest.code_digest(), **content}
    path.write_bytes(msgspec.json.encode(whole))
    with pytest.raises(ResultsDamaged):
        read(path, Effort.QUICK)


def test_the_digest_is_of_every_source_file(tmp_path: Path) -> None:
    names = [name for name, _ in digest.sources()]
    assert {"reference/gram.py", "proofs/ledger/claims.toml", "proofs/claims/model.py"} <= set(
        names
    )
    assert len(set(names)) == len(names)
    house = Path(__file__).parent.parent
    for room in digest.ROOMS:
        shutil.copytree(house / room, tmp_path / room)

    def digest_there() -> str:
        digest.code_digest.cache_clear()
        with pytest.MonkeyPatch.context() as patch:
            copies = [(name, tmp_path / name) for name in names]
            patch.setattr(digest, "sources", lambda: iter(copies))
            return digest.code_digest()

    before = digest_there()
    assert before == digest_there()
    with (tmp_path / "reference/gram.py").open("a") as file:
        file.write("\n")
    assert digest_there() != before
    digest.code_digest.cache_clear()
    assert digest.code_digest() == before
