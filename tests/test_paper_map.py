"""The map of the paper: every claim stands in it once, and what it names is there."""

import ast
from collections import Counter
from pathlib import Path

import pytest

from proofs.ledger.claim import ledger
from proofs.ledger.ledger_errors import ClaimUnknown
from proofs.ledger.paper_map import PaperMap, Part, markdown_map, paper_map
from tests.commands import call

HOUSE = Path(__file__).parent.parent
PLACES = [place for part in paper_map().part for place in part.places()]


def test_every_claim_stands_in_the_map_once() -> None:
    found = Counter(claim for part in paper_map().part for claim in part.claims)
    assert found == Counter(claim.id for claim in ledger().claim)


@pytest.mark.parametrize(("path", "names"), PLACES, ids=[path for path, _ in PLACES])
def test_every_file_is_there_and_defines_what_is_named(path: str, names: list[str]) -> None:
    tree = ast.parse((HOUSE / path).read_text(encoding="utf-8"))
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    assert set(names) <= defined


def test_the_map_of_the_reference_is_the_one_that_the_command_prints(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = call(capsys, "claims --map")
    assert told.status == 0
    page = (HOUSE / "reference" / "README.md").read_text(encoding="utf-8")
    assert told.out in page


def test_a_claim_that_is_none_is_refused() -> None:
    with pytest.raises(ClaimUnknown, match="did you mean model/gram"):
        markdown_map(ledger(), PaperMap([Part("G", [], ["model/gramm"])]))
