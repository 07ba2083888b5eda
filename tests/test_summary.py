"""What a run says of itself: the lines while it goes on, and the sentences at its end."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from rich.console import Console

from reference.counters import Label
from reference.edges.data.points import choose_points
from reference.edges.data.tables import load_table
from reference.edges.runs.display import Display, worth_a_line
from reference.edges.runs.run_builder import build_run
from reference.edges.runs.summary import verdict
from reference.edges.setup.configuration import Configuration
from reference.training.observer import Nobody
from reference.training.trace import Record
from tests.commands import DATA, SMALL, call, trained


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.csv").write_text(DATA)


# ---- lines ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "lines"),
    [(0, 99, 100), (100, 999, 90), (1000, 9999, 90), (98_000, 102_000, 3)],
)
def test_a_step_has_a_line_if_only_the_first_two_digits_of_its_number_count(
    first: int, last: int, lines: int
) -> None:
    told = [step for step in range(first, last + 1) if worth_a_line(step)]
    assert told == [step for step in range(first, last + 1) if not str(step)[2:].strip("0")]
    assert len(told) == lines


def record(step: int, rule: str = "full") -> Record:
    """What was seen at this step."""
    return Record(
        step=step,
        loss=0.5,
        fired=[1],
        union=1,
        switched=0,
        firing_digest="",
        rule=rule,
        size=1.0,
        damping=0.0,
        trials=0,
        moved=1,
        rounds=0,
        accuracy=0.0,
        solver_operations={},
        operations={},
    )


@pytest.mark.parametrize("lines", [True, False])
def test_a_long_run_has_few_lines_but_always_its_last_one(
    lines: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    with Display(Console(width=200), points=1, steps=2000, lines=lines) as display:
        for step in range(1234):
            display.show(record(step), dict.fromkeys(Label, 0.0))
        display.show(record(1234, "none"), dict.fromkeys(Label, 0.0))
    shown = [line.split()[1] for line in capsys.readouterr().out.splitlines()]
    expected = [*range(100), *range(100, 1000, 10), 1000, 1100, 1200, 1234]
    assert shown == ([str(step) for step in expected] if lines else [])


def test_the_steps_that_are_told_are_those_worth_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("reference.edges.runs.display.worth_a_line", lambda step: step == 2)
    told = call(capsys, f"train {SMALL} --method gradient-descent --steps 4")
    steps = [line for line in told.out.splitlines() if line.startswith("step ")]
    assert [line.split()[1] for line in steps] == ["2", "4"]


# ---- how near the exact run is -------------------------------------------------------------------


def test_a_certified_run_says_how_many_decisions_and_how_near(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = trained(f"{SMALL} --steps 3")
    told = capsys.readouterr().out
    bounds = run.invariants.bounds
    decisions = sum(int(report["decisions"]) for report in bounds)
    outputs = max(report["output_error"] for report in bounds)
    weights = bounds[-1]["weight_error_after"]
    assert [report["borderline"] for report in bounds] == [0] * len(bounds)
    assert (
        f"\nexact run: the same firing sets, {decisions:,} decisions certified; "
        f"outputs within {outputs:.1e}, weights within {weights:.1e}\n"
    ) in told
    assert 0 < outputs < 1e-9
    assert 0 < weights < 1e-9


def test_a_run_with_borderline_decisions_says_so_and_when_they_begin(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Mini-batches that go so far that later ones are decided by roundings."""
    run = trained(f"{SMALL} --method sgd --batch 1 --learning-rate 1e30")
    told = capsys.readouterr().out
    borderline = [int(report["borderline"]) for report in run.invariants.bounds]
    decisions = sum(int(report["decisions"]) for report in run.invariants.bounds)
    first = next(step for step, count in enumerate(borderline) if count)
    assert (
        f"\nexact run: {sum(borderline):,} of {decisions:,} firing decisions are borderline, "
        f"the first at step {first}; if they fall alike, outputs within "
    ) in told
    assert "certified" not in told


class Witness(Nobody[float]):
    """Reports what it was told to."""

    def __init__(self, borderline: Sequence[int]) -> None:
        self._said = [
            {"decisions": 1000, "borderline": count, "output_error": error, "weight_error_after": w}
            for count, error, w in zip(
                borderline, (1e-3, 2e-2, 3e-3), (1e-7, 2e-7, 3e-7), strict=True
            )
        ]

    def reports(self) -> Sequence[Mapping[str, float]]:
        return self._said


@pytest.mark.parametrize(
    ("borderline", "words"),
    [
        ((0, 0, 0), "the same firing sets, 3,000 decisions certified; "),
        ((0, 5, 7), "12 of 3,000 firing decisions are borderline, the first at step 1; if they f"),
        ((0, 0, 1), "1 of 3,000 firing decisions are borderline, the first at step 2; if they fa"),
    ],
)
def test_the_sentence_has_the_sums_the_worst_output_and_the_last_weights(
    borderline: tuple[int, ...], words: str
) -> None:
    config = Configuration(data="small.csv", points=4, width=64, alpha=0.1, steps=2)
    problem = choose_points(load_table("small.csv", None), 4, 0).problem
    run = build_run(config, problem, Witness(borderline))
    run.step()
    said = verdict(config, run)
    assert f"\nexact run: {words}" in said
    assert "outputs within 2.0e-02, weights within 3.0e-07" in said


def test_an_unwatched_run_says_nothing_of_either(capsys: pytest.CaptureFixture[str]) -> None:
    run = trained(f"{SMALL} --steps 1 --invariants off")
    assert run.invariants.bounds == []
    told = capsys.readouterr().out
    assert "exact run" not in told
    assert "invariants:" not in told


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("--steps 2", " after 2 steps, not the 1e-20 asked for; take more --steps\n"),
        ("--method sgd --steps 2", " after 2 epochs, not the 1e-20 asked for; take more --steps\n"),
        ("--until 1e9", "converged: loss 1.819e+00 after 0 steps\n"),
        ("--method gauss-newton", "certified; outputs within"),
    ],
)
def test_the_last_words_are_of_this_run(
    options: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told = call(capsys, f"train {SMALL} {options}").out
    assert words in told
    assert ("stored: 256 scores" in told) == ("--method" not in options)
