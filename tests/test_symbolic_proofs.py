"""The symbolic proofs hold, and fail for closed forms that are off by one."""

from collections.abc import Callable

import pytest
import sympy

from proofs.symbolic import cheaper_solver, model, sublinear_total
from proofs.symbolic.live_bound import most_operations
from proofs.symbolic.proof import Proof, all_proofs
from proofs.symbolic.sizes import Size, naturals
from reference import closed_forms
from reference.counters import Counts

pytestmark = pytest.mark.plain


@pytest.mark.thorough
@pytest.mark.parametrize("proof", all_proofs(), ids=lambda proof: proof.holds.__name__)
def test_every_proof_holds(proof: Proof) -> None:
    assert proof.holds()


@pytest.mark.parametrize(
    ("closed_form", "proof"),
    [
        ("tournament_build", "tournament_nodes"),
        ("tournament_query", "query_visits"),
        ("factorized_solve", "solver_operations"),
    ],
)
def test_a_wrong_closed_form_is_not_proved(
    closed_form: str, proof: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = Counts(node_visits=7, node_writes=7, solver_operations=7)
    monkeypatch.setattr(closed_forms, closed_form, lambda *_: wrong)
    (holds,) = [claim.holds for claim in all_proofs() if claim.holds.__name__ == proof]
    assert not holds()


@pytest.mark.parametrize("wrong", [lambda k: k * k, lambda k: k * (k - 1) // 2, lambda k: k + 1])
def test_wrong_coincidences_are_not_proved(
    wrong: Callable[[int], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of pairs i, j; of i > j; with a 1 too many."""
    monkeypatch.setattr(closed_forms, "coincidences", lambda sizes: sum(map(wrong, sizes)))
    (holds,) = [claim.holds for claim in all_proofs() if claim.holds.__name__ == "gram_increments"]
    assert not holds()


def test_an_activation_without_a_kink_has_a_slope_below_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "_printed", lambda score, shift: score - shift)
    assert not model.slopes_off_ties()


def test_a_cost_with_the_square_of_the_candidates_is_not_linear_in_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def squared(candidates: int, n: int, d: int, steps: int) -> int:
        return most_operations(candidates * candidates, n, d, steps)

    monkeypatch.setattr(sublinear_total, "most_operations", squared)
    assert not sublinear_total.linear_in_the_candidates()


def test_a_cost_of_another_power_of_the_width_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sympy, "limit", lambda *_: sympy.Integer(1))
    assert not sublinear_total.linear_in_the_candidates()


def test_operations_that_round_down_are_no_polynomial() -> None:
    (n,) = map(Size, naturals("n"))
    with pytest.raises(ArithmeticError, match="rounds down"):
        cheaper_solver._whole(Counts(solver_operations=n // 2))
