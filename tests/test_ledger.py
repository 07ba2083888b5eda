"""The ledger: every claim is there, is of its form, and fits its check; no id is a stranger."""

from pathlib import Path

import msgspec
import pytest

from proofs.audit.all_checks import check_fit, checks
from proofs.audit.report.typesetting import plain
from proofs.ledger.claim import LEDGER, MEANINGS, Claim, Ledger, Verdict, decoded, ledger
from proofs.ledger.ledger_errors import ClaimUnknown, LedgerDamaged, LedgerOrphans
from proofs.ledger.references import strangers, strangers_in
from tests.commands import assert_refused, call

HOUSE = Path(__file__).parent.parent

FIRST_CLAIMS = [
    "model/jacobian",
    "model/gram",
    "model/offset",
    "model/residual",
    "model/ties",
    "kernel/upper",
    "kernel/lower",
    "kernel/duplicates",
    "sparsity/expectation",
    "sparsity/076",
    "sparsity/080",
    "sparsity/all-inputs",
    "sparsity/all-times",
    "sparsity/norms",
    "movement/radius",
    "movement/small-subset",
    "movement/monotone",
    "structure/correct",
    "structure/init",
    "structure/update",
    "structure/query",
    "structure/is-a-bst",
    "structure/beats-scan",
    "regression/target",
    "regression/sketch-cost",
    "regression/adaptive",
    "regression/precondition",
    "regression/inner-iterations",
    "regression/exact-gram",
    "regression/n3",
    "cost/iteration",
    "cost/extra-n",
    "cost/alpha-range",
    "cost/amortized",
    "cost/total",
    "cost/implicit",
    "cost/baseline",
    "cost/first-order",
    "convergence/linear",
    "convergence/finite",
    "convergence/width",
    "convergence/regime",
    "bound/seth",
    "bound/tightness",
    "beyond/dead-neurons",
    "beyond/live-equals-dense",
    "beyond/no-search",
    "beyond/live-sampler",
    "beyond/sublinear-total",
]
"""Ids are never renamed and never given away: this list only grows."""


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def entry(**changed: object) -> str:
    """A ledger of one claim, as TOML, with these fields changed or, if None, left out."""
    fields: dict[str, object] = {
        "id": "model/gram",
        "statement": "It is $G$.",
        "sources": "D",
        "verdict": "PROVED",
        "because": "It is proved.",
    }
    fields |= changed
    lines = [f"{name} = {value!r}" for name, value in fields.items() if value is not None]
    return "\n".join(['[[source]]\nletter = "D"\nname = "here"', "[[claim]]", *lines])


def test_no_claim_has_gone() -> None:
    assert set(FIRST_CLAIMS) <= {claim.id for claim in ledger().claim}


def test_every_claim_has_a_check_and_every_check_and_proof_a_claim() -> None:
    check_fit(ledger(), ledger().claim)


def test_at_most_three_claims_are_open() -> None:
    assert [claim.verdict for claim in ledger().claim].count(Verdict.OPEN) <= 3


def test_a_check_is_named_as_its_claim() -> None:
    for claim, check in checks().items():
        assert claim.split("/")[1].replace("-", "_") in check.decide.__name__


def test_every_id_in_prose_and_code_is_a_claims() -> None:
    rooms = [HOUSE / name for name in ("reference", "invariants", "proofs")]
    found = [one for room in rooms for one in strangers_in(room, ledger())]
    readme = strangers((HOUSE / "README.md").read_text(encoding="utf-8"), ledger())
    assert (found, readme) == ([], [])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("claims cost/nothing and cost/total", ["cost/nothing"]),
        ("see cost/nothing, `kernel/upper`.", ["cost/nothing"]),
        ("(claim model/gramm)", ["model/gramm"]),
        ("a path: a/cost/nothing, cost/nothing.py, cost/nothing/more", []),
        ("structures/none, the model/*", []),
    ],
)
def test_strangers_are_found_and_paths_are_none(text: str, found: list[str]) -> None:
    assert strangers(text, ledger()) == found


def test_a_stranger_in_a_file_is_named_with_it(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("claim cost/nothing")
    (tmp_path / "b.png").write_bytes(b"cost/nothing \xff")
    assert [*strangers_in(tmp_path, ledger())] == [(tmp_path / "a.md", "cost/nothing")]


def test_a_claim_without_a_check_is_an_orphan() -> None:
    claim = msgspec.structs.replace(ledger().claim[0], id="model/new")
    with pytest.raises(LedgerOrphans) as refused:
        check_fit(Ledger(ledger().source, [*ledger().claim, claim]), [claim])
    assert refused.value.found == ["no check decides model/new"]


def test_a_check_and_a_proof_without_a_claim_are_orphans() -> None:
    rest = [claim for claim in ledger().claim if claim.id != "model/offset"]
    with pytest.raises(LedgerOrphans) as refused:
        check_fit(Ledger(ledger().source, rest), [])
    assert set(refused.value.found) == {
        "no claim model/offset, which a check decides",
        "no claim model/offset, which a proof by sympy serves",
    }


def test_a_check_that_rests_on_no_theorem_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proofs.audit.all_checks.AREAS", ())
    with pytest.raises(LedgerOrphans, match="no theorem firing/gram_matrix_by_intersection_counts"):
        check_fit(ledger(), [])


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"id": "Model/gram"}, "area/slug"),
        ({"id": "gram"}, "area/slug"),
        ({"sources": "DX"}, "sources"),
        ({"sources": ""}, "sources"),
        ({"statement": "a $ alone"}, "second"),
        ({"statement": ""}, "empty"),
        ({"because": ""}, "empty"),
        ({"because": None}, "because"),
        ({"verdict": "MAYBE"}, "MAYBE"),
        ({"verdict": "CONDITIONAL"}, "condition"),
        ({"condition": "if so"}, "condition"),
        ({"verdict": "OPEN"}, "tried"),
        ({"tried": "all"}, "tried"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_damaged_entry_is_named(changed: dict[str, object], words: str) -> None:
    with pytest.raises(LedgerDamaged, match=words):
        decoded(entry(**changed).encode())


def test_a_right_entry_is_read_and_an_id_is_given_once() -> None:
    (claim,) = decoded(entry().encode()).claim
    assert (claim.area, claim.verdict) == ("model", Verdict.PROVED)
    twice = entry() + entry().partition("[[claim]]")[2].join(["\n[[claim]]", ""])
    with pytest.raises(LedgerDamaged, match="2 times"):
        decoded(twice.encode())


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[[claim", b"source = 1\nclaim = 2", b""])
def test_what_is_no_ledger_is_refused(content: bytes) -> None:
    with pytest.raises(LedgerDamaged):
        decoded(content)


def test_a_name_of_very_many_parts_is_refused_before_it_is_read() -> None:
    long = b"a = 1\n" + b"x." * 200_000 + b"x = 1"
    with pytest.raises(LedgerDamaged, match="line 2 has more than 100 dots"):
        decoded(long)


def test_claims_are_chosen_by_id_and_area_in_the_ledgers_order() -> None:
    book = ledger()
    assert book.chosen([], []) == book.claim
    some = [claim.id for claim in book.chosen(["bound/seth", "model/gram"], ["kernel"])]
    assert some == [
        "model/gram", "kernel/upper", "kernel/lower", "kernel/duplicates", "bound/seth"
    ]  # fmt: skip
    with pytest.raises(ClaimUnknown, match="did you mean model/gram"):
        book.chosen(["model/gramm"], [])
    with pytest.raises(ClaimUnknown, match="did you mean kernel"):
        book.chosen([], ["kernels"])


def test_the_claims_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    told = call(capsys, "claims")
    assert told.status == 0
    for claim in ledger().claim:
        assert f"{claim.id}  {claim.verdict.value}  " in told.out
        assert plain(claim.because) in told.out
    assert all(meaning in told.out for meaning in MEANINGS.values())


def test_the_table_of_the_proofs_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """`test_readme_claims` holds it against proofs/README.md."""
    told = call(capsys, "claims --markdown")
    assert told.out.count("\n| `") == len(ledger().claim)


def test_an_unknown_claim_is_refused_by_both_commands(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("claims", "audit"):
        assert_refused(capsys, f"{command} kernel/uper", "claim-unknown", ["kernel/upper"])
        assert_refused(capsys, f"{command} --area kernels", "claim-unknown", ["kernel"])


def test_the_ledger_is_a_file_of_the_package() -> None:
    assert LEDGER.is_file()
    assert decoded(LEDGER.read_bytes()) == ledger()
    assert isinstance(ledger().claim[0], Claim)
