"""The regime diagram: what its cells say, and that the same outcomes give the same bytes."""

import re
from collections.abc import Sequence

import pytest

from reference.edges.configuration import Configuration
from reference.edges.sweep.outcome import KINDS, Outcome, Spent, refused
from reference.edges.sweep.regime_picture import draw_regimes
from reference.edges.sweep.run_record import RunRecord
from reference.method import Method

pytestmark = pytest.mark.plain

CODES = {"no firing neuron": "no-firing-neuron", "refused": "out-of-memory"}


def ended(
    kind: str, seed: int, alpha: float = 0.2, seconds: float = 1.0, data: str = "wine"
) -> RunRecord:
    """A run of this seed that ended so."""
    outcome = Outcome(reason=kind.replace(" ", "-"), spent=Spent(step_seconds=seconds))
    if kind in CODES:
        outcome = refused(CODES[kind], "")
    config = Configuration(
        data=data, width=2**12, alpha=alpha, seed=seed, method=Method.GAUSS_NEWTON
    )
    return RunRecord(version="", config=config, outcome=outcome)


def drawn(records: Sequence[RunRecord]) -> str:
    """The picture as SVG, where each text stands in a comment."""
    return draw_regimes(records, "svg").decode()


def test_every_kind_of_end_has_its_entry() -> None:
    alphas = [0.1 + index / 20 for index in range(len(KINDS))]
    picture = drawn([ended(k, 0, alpha) for k, alpha in zip(KINDS, alphas, strict=True)])
    for text in (*KINDS, "wine, n = 64", *(f"{alpha:g}" for alpha in alphas)):
        assert f"<!-- {text} -->" in picture
    title = "where full Gauss-Newton steps converge (gauss-newton): to a loss of 1e-20 in at most"
    written = " ".join(" ".join(re.findall("<!-- (.*?) -->", picture, re.DOTALL)).split())
    assert f"{title} 30 steps, 1 seed a cell" in written
    assert "a number: " not in picture


@pytest.mark.parametrize(
    ("ends", "share"),
    [
        (["converged", "stalled", "converged"], "2/3"),
        (["diverged", "converged", "stalled"], "1/3"),
        (["converged"] * 3, None),
        (["diverged", "stalled", "stalled"], None),
    ],
)
def test_a_cell_says_how_many_of_its_seeds_converged(ends: list[str], share: str | None) -> None:
    picture = drawn([ended(kind, seed) for seed, kind in enumerate(ends)])
    assert ("a number: " in picture) == (share is not None)
    assert [f"{k}/3" for k in range(4) if f"<!-- {k}/3 -->" in picture] == [share] * bool(share)
    assert all(f"<!-- {kind} -->" in picture for kind in ends)


def test_data_sets_and_methods_have_panels_of_their_own() -> None:
    records = [ended("converged", 0, data=data) for data in ("wine", "digits", "a.csv", "b$.csv")]
    picture = drawn(records)
    for name in ("wine", "digits", "a.csv", "b$.csv"):
        assert f"<!-- {name}, n = 64 -->" in picture
    assert picture.count("<!-- width m -->") == 4


@pytest.mark.parametrize("format_", ["png", "svg", "pdf"])
def test_the_same_outcomes_give_the_same_bytes(format_: str) -> None:
    one, other = ([ended("converged", 0, seconds=s), ended("stalled", 1)] for s in (1.0, 2.0))
    assert draw_regimes(one, format_) == draw_regimes(other, format_)
