"""Every example in a docstring of the core is true."""

import doctest
from importlib import import_module
from pkgutil import iter_modules

import pytest

import reference

CORE = [f"reference.{module.name}" for module in iter_modules(reference.__path__)]
WITH_EXAMPLES = {
    "reference.errors",
    "reference.firing_sets",
    "reference.inner_products",
    "reference.matrix",
    "reference.stopping",
    "reference.tournament_tree",
}


@pytest.mark.parametrize("name", CORE)
def test_the_examples_of_a_module_run(name: str) -> None:
    failed, attempted = doctest.testmod(import_module(name))
    assert failed == 0
    assert attempted > 0 or name not in WITH_EXAMPLES


def test_the_modules_with_examples_exist() -> None:
    assert set(CORE) >= WITH_EXAMPLES
