"""The regime diagram: what its panels and cells say; and the same outcomes give the same bytes."""

import re
from collections.abc import Sequence

import pytest

from reference.edges.setup.configuration import Configuration
from reference.edges.sweep.outcome import KINDS, Outcome, Spent, refused
from reference.edges.sweep.regime_picture import draw_regimes
from reference.edges.sweep.regimes import Part, by_hand, cells, heading, title
from reference.edges.sweep.run_record import RunRecord
from reference.training.method import Method
from reference.training.step_rule import StepRule

pytestmark = pytest.mark.plain

CODES = {"no firing neuron": "no-firing-neuron", "refused": "out-of-memory"}


def ended(
    kind: str,
    seed: int,
    alpha: float = 0.2,
    seconds: float = 1.0,
    data: str = "wine",
    method: Method = Method.GAUSS_NEWTON,
    step_rule: StepRule = StepRule.FULL,
) -> RunRecord:
    """A run of this seed that ended so."""
    outcome = Outcome(reason=kind.replace(" ", "-"), spent=Spent(step_seconds=seconds))
    if kind in CODES:
        outcome = refused(CODES[kind], "")
    config = Configuration(
        data=data, width=2**12, alpha=alpha, seed=seed, method=method, step_rule=step_rule
    )
    return RunRecord(version="", config=config, outcome=outcome)


def drawn(records: Sequence[RunRecord]) -> str:
    """The picture as SVG, where each text stands in a comment."""
    return draw_regimes(records, "svg").decode()


# ---- what it says --------------------------------------------------------------------------------


def test_a_cell_is_divided_among_the_ends_of_its_runs_from_the_bottom() -> None:
    ends = ["stalled", "refused", "converged", "stalled"]
    records = [ended(kind, seed) for seed, kind in enumerate(ends)]
    ((panel, of_panel),) = cells(records).items()
    ((place, cell),) = of_panel.items()
    assert panel == ("wine", 64, "gauss-newton", "full")
    assert place == (0.2, 2**12)
    assert list(cell.parts()) == [
        Part("converged", 0.0, 0.25),
        Part("stalled", 0.25, 0.5),
        Part("refused", 0.75, 0.25),
    ]
    assert cell.converged == "1/4"


def test_every_run_is_in_the_cell_of_its_panel_alpha_and_width() -> None:
    records = [
        ended("converged", seed, alpha, data=data, step_rule=rule)
        for rule in (StepRule.FULL, StepRule.DAMPED)
        for data in ("wine", "digits")
        for alpha in (0.2, 0.1)
        for seed in range(3)
    ]
    found = cells(records)
    assert [(panel[0], panel[3]) for panel in found] == [
        ("wine", "full"),
        ("digits", "full"),
        ("wine", "damped"),
        ("digits", "damped"),
    ]
    for panel in found.values():
        assert list(panel) == [(0.2, 2**12), (0.1, 2**12)]
        assert [cell.ends for cell in panel.values()] == [{"converged": 3}] * 2


def test_the_title_says_what_all_panels_have_in_common() -> None:
    full, gradient = ended("stalled", 0), ended("stalled", 1, method=Method.GRADIENT_DESCENT)
    limits = "to a loss of 1e-20 in at most 30 steps"
    way = "where full Gauss-Newton steps converge (gauss-newton)"
    assert title([full]) == f"{way}: {limits}, 1 seed a cell"
    assert title([full, ended("stalled", 1)]) == f"{way}: {limits}, 2 seeds a cell"
    way = "where full gradient steps converge (gradient-descent)"
    assert title([gradient]) == f"{way}: {limits}, 1 seed a cell"
    assert title([full, gradient]) == f"where training converges: {limits}, 2 seeds a cell"


def test_a_heading_says_what_its_panel_has_of_its_own() -> None:
    live, other = ("wine", 16, "live", "full"), ("digits", 8, "live-sgd", "full")
    damped = ("wine", 16, "live", "damped")
    assert [
        heading(live, [live]),
        heading(other, [live, other]),
        heading(damped, [live, damped]),
    ] == ["wine, n = 16", "digits, n = 8, live-sgd", "wine, n = 16, damped steps"]
    assert [by_hand(width) for width in (1, 4096, 5000)] == ["2⁰", "2¹²", "5,000"]


# ---- the picture ---------------------------------------------------------------------------------


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
