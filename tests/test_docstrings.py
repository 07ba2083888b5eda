"""Every example in a docstring is true."""

import doctest
from importlib import import_module

import pytest

from tests.readme_pages import HOUSE

MODULES = [
    ".".join(path.relative_to(HOUSE).with_suffix("").parts)
    for package in ("reference", "invariants", "proofs")
    for path in sorted((HOUSE / package).rglob("*.py"))
    if ">>> " in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name: str) -> None:
    failed, attempted = doctest.testmod(import_module(name))
    assert failed == 0
    assert attempted > 0


def test_there_are_modules_with_examples() -> None:
    assert len(MODULES) > 40
