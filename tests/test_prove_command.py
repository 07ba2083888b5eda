"""`firingtree prove`: everything is proved, and nothing that is broken."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from proofs.smt.proof_mutants import OPERATIONS, fate, variants

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
