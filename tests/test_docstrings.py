"""Every example in a docstring of the reference is true."""

import doctest
from importlib import import_module
from pkgutil import walk_packages

import pytest

import reference

MODULES = [module.name for module in walk_packages(reference.__path__, "reference.")]
WITH_EXAMPLES = {
    "reference.errors",
    "reference.firing_sets",
    "reference.inner_products",
    "reference.matrix",
    "reference.edges.lanes",
    "reference.edges.progress",
    "reference.solvers.sketch",
    "reference.stopping",
    "reference.structures.tournament_tree",
}


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name: str) -> None:
    failed, attempted = doctest.testmod(import_module(name))
    assert failed == 0
    assert attempted > 0 or name not in WITH_EXAMPLES


def test_the_modules_with_examples_exist() -> None:
    assert set(MODULES) >= WITH_EXAMPLES
