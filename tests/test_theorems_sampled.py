"""Every theorem that the solvers prove also holds where it is run, on what Hypothesis draws.

A proof is about what was read; this is about what runs. Were a premise never met, both would say
nothing: so the premises are counted. What a theorem's proof uses is a conjunction of theorems and
so true as well, and the theorem holds where its induction hypothesis is used.
"""

import sys
from collections.abc import Callable, Mapping
from fractions import Fraction
from inspect import signature
from typing import Any, get_type_hints

import pytest
from hypothesis import given

from proofs.smt.theorem import Theorem, theorems_in
from proofs.theorems import firing, numbers, ordered, tournament
from reference.specification.firing import output
from tests.specification_values import arguments
from tests.strategies import share

pytestmark = pytest.mark.plain

THEOREMS = [
    theorem for module in (numbers, tournament, ordered, firing) for theorem in theorems_in(module)
]


def with_a_fitting_label(values: Mapping[str, Any]) -> dict[str, Any]:
    """The label for which the points' coefficients are Gauss-Newton's at x."""
    neurons, points, x, b = (values[name] for name in ("neurons", "points", "x", "b"))
    scale = values["scale"]
    pulled = scale * scale * firing.pulls(neurons, points, x, b)
    return {**values, "label": scale * output(neurons, x, b) - pulled}


def with_the_key_silent(values: Mapping[str, Any]) -> dict[str, Any]:
    """The threshold is at the key, or above."""
    return {**values, "threshold": max(values["threshold"], values["key"].score)}


def with_the_key_firing(values: Mapping[str, Any]) -> dict[str, Any]:
    """The threshold is below the key."""
    return {**values, "threshold": min(values["threshold"], values["key"].score - Fraction(1, 2))}


FITTED = {
    "firing/exact_steps_leave_no_residual": with_a_fitting_label,
    "ordered/left_of_a_silent_key_nothing_fires": with_the_key_silent,
    "ordered/right_of_a_firing_key_all_is_answered": with_the_key_firing,
}
"""Premises that arguments drawn one by one would hardly ever meet."""


def run(hint: Callable[..., Any], values: Mapping[str, object]) -> Any:
    """What a hint says at those of the values that it asks for."""
    return hint(**{name: values[name] for name in signature(hint).parameters})


def given_by_at(theorem: Theorem) -> list[str]:
    """The parameters of which `at` gives values: of an integer `by`, its own as well."""
    integers = [name for name, kind in get_type_hints(theorem.statement).items() if kind is int]
    return [*[name for name in integers if name == theorem.by], *theorem.general]


@pytest.mark.parametrize("theorem", THEOREMS, ids=lambda theorem: theorem.name)
def test_a_theorem_holds_where_it_is_run(theorem: Theorem, monkeypatch: pytest.MonkeyPatch) -> None:
    premises: list[bool] = []
    met: list[bool] = []

    def watched(premise: bool, conclusion: bool) -> bool:
        premises.append(premise)
        return not premise or conclusion

    @share(5)
    @given(arguments(theorem.statement))
    def holds(values: Mapping[str, object]) -> None:
        premises.clear()
        assert theorem.statement(**FITTED.get(theorem.name, dict)(values)) is True
        met.append(all(premises))
        assert theorem.using is None or run(theorem.using, values) is True
        for instance in [] if theorem.at is None else run(theorem.at, values):
            there = dict(zip(given_by_at(theorem), instance, strict=True))
            assert theorem.statement(**{**values, **there}) is True

    monkeypatch.setattr(sys.modules[theorem.statement.__module__], "implies", watched)
    holds()
    assert sum(met) >= len(met) / 40, f"the premises were met {sum(met)} of {len(met)} times"


def test_there_are_as_many_theorems_as_functions_marked() -> None:
    assert len({theorem.name for theorem in THEOREMS}) == len(THEOREMS) > 80
