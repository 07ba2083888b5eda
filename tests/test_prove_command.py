"""`firingtree prove`: everything is proved, and nothing that is broken."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from proofs import prove_command
from proofs.smt.counterexamples import Counterexample
from proofs.smt.proof_mutants import OPERATIONS, Fate, fate, variants
from proofs.smt.prover import Outcome, Question
from proofs.smt.proving import Proved
from proofs.smt.theorem import theorems_in
from proofs.symbolic.proof import Proof
from proofs.theorems import numbers
from tests.commands import call

pytestmark = pytest.mark.plain

FIRINGTREE = Path(sys.executable).parent / "firingtree"


def prove(*options: str) -> subprocess.CompletedProcess[str]:
    """The command as a person runs it."""
    command = [str(FIRINGTREE), "prove", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)


def test_an_area_is_proved_and_what_is_trusted_is_said() -> None:
    """All areas are proved by the audit that `make verify` ends with."""
    done = prove("--area", "numbers", "--verbose")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "NOT PROVED" not in done.stdout
    assert "FAILED" not in done.stdout
    assert "Trusted:" in done.stdout


@pytest.mark.thorough
def test_no_broken_operation_is_proved() -> None:
    """Of the tournament tree and of firing; those of the ordered tree take minutes."""
    done = prove("--mutants", "--area", "tournament", "--area", "firing")
    assert done.returncode == 0, done.stdout + done.stderr
    count = sum(len(list(variants(area))) for area in ("tournament", "firing"))
    assert count > 60
    assert f"{count} of {count} broken functions are not proved" in done.stdout
    shown = re.search(r"^(\d+) have a counterexample", done.stdout, re.MULTILINE)
    assert shown is not None
    assert count - 6 <= int(shown[1]) < count  # four functions are changed to what they were


def test_every_operation_has_variants_and_they_differ() -> None:
    for area, functions in OPERATIONS.items():
        found = list(variants(area))
        assert len({variant.name for variant in found}) == len(found)
        assert len({variant.source for variant in found}) == len(found)
        assert {variant.function for variant in found} <= set(functions)


def test_a_variant_names_what_refused_it() -> None:
    (broken,) = [v for v in variants("tournament") if "max(" in v.change and "min(" in v.change]
    assert "update_keeps_every_node_the_larger" in (fate(broken).refused_by or "")


# ---- what is not proved --------------------------------------------------------------------------


def test_an_identity_that_fails_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = [Proof("area/one", "1 = 1", lambda: True), Proof("area/two", "1 = 2", lambda: False)]
    monkeypatch.setattr(prove_command, "all_proofs", lambda: found)
    told = call(capsys, "prove --area symbolic")
    assert told == (1, "PROVED  area/one: 1 = 1\nFAILED  area/two: 1 = 2\n", "")
    found.pop()
    assert call(capsys, "prove --area symbolic") == (0, "PROVED  area/one: 1 = 1\n", "")


def test_a_theorem_that_fails_is_told_with_its_open_question(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second is proved by itself, but may use the first; the third is as it should be."""
    first, second, third = theorems_in(numbers)[:3]
    seconds = {"z3": 0.5, "cvc5": 1.0}
    asked = [Question(first.name, f"{first.name} / n = {k}", "") for k in range(2)]
    follows = Outcome(asked[0], {"z3": "unsat", "cvc5": "unsat"}, seconds)
    fails = Outcome(asked[1], {"z3": "sat", "cvc5": "unknown"}, seconds)
    found = [
        Proved(first, [follows, fails], ""),
        Proved(second, [follows], first.name),
        Proved(third, [follows], ""),
    ]
    monkeypatch.setattr(prove_command, "proved", lambda *_: iter(found))
    told = call(capsys, "prove --area numbers")
    assert told.status == 1
    assert told.out.splitlines()[:5] == [
        f"NOT PROVED  {first.name}: {first.sentence}  (3.00 s)",
        f"  {asked[1].obligation}: z3 says sat, cvc5 says unknown",
        f"UNDECIDED   {second.name}: {second.sentence}  (1.50 s)",
        f"  {first.name}, before it, is not proved",
        "1 of 3 theorems about running source proved, for all sizes, in 4 questions to z3 and "
        "cvc5 each",
    ]
    found[:2] = []
    assert call(capsys, "prove --area numbers").status == 0


def test_a_broken_function_that_is_proved_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    alive, seen, unseen = list(variants("tournament"))[:3]
    shown = Counterexample("tournament/valid", {"tree": "Leaf(0, 0)"}, "is False")
    found = [Fate(alive, None), Fate(seen, "a question (sat)", shown), Fate(unseen, "x (unknown)")]
    monkeypatch.setattr(prove_command, "fates", lambda *_: iter(found))
    told = call(capsys, "prove --mutants --area tournament")
    assert told.status == 1
    assert told.out.splitlines()[:4] == [
        f"SURVIVED  {alive.name}",
        "          by nothing",
        "2 of 3 broken functions are not proved (1 of them undecided in time)",
        "1 have a counterexample: values at which a theorem is False (1) or raises an error (0)",
    ]
    del found[0]
    told = call(capsys, "prove --mutants --area tournament --verbose")
    assert told.status == 0
    assert told.out.splitlines()[:3] == [
        f"REFUSED   {seen.name}",
        "          by a question (sat)",
        "          counterexample: valid(tree=Leaf(0, 0)) is False",
    ]
