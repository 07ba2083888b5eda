"""What `firingtree train` leaves and says: JSON, trace and picture, lines and exit status."""

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from reference.counters import Counts, Label
from reference.edges.command_line import status_of
from reference.edges.runs.report import dense_operations
from reference.edges.setup.configuration import Configuration
from reference.training.trace import Record

pytestmark = pytest.mark.plain

DIGITS = "--points 6 --width 128 --seed 1"
TWINS = "1,0,0\n1,0.01,1\n0,1,0\n0.6,0.8,1\n"
"""Two nearly parallel points of different labels: full steps are far too long."""


class Config(msgspec.Struct, forbid_unknown_fields=True):
    """The part `config`."""

    data: str
    target: str | None
    points: int
    width: int
    alpha: float
    bias: float | None
    bias_spread: float
    norms: str
    init: str
    engine: str
    method: str
    structure: str | None
    weights: str
    solver: str
    accuracy: float
    sketch: str
    sketch_rows: int | None
    sketch_draws: str
    batch: int | None
    learning_rate: float | None
    activation: str
    scalar: str
    grid: int
    invariants: str
    steps: int
    until: float
    step_rule: str
    seed: int
    shift: float


class Data(msgspec.Struct):
    """The part `data`."""

    n: int
    d: int
    name: str
    digest: str


class Step(msgspec.Struct):
    """One of `steps`."""

    loss: float
    fired: list[int]
    union: int
    switched: int
    operations: dict[str, dict[str, int]]
    seconds: dict[str, float]


class Invariants(msgspec.Struct):
    """The part `invariants`."""

    level: str
    checks: dict[str, int]
    violations: list[str]
    bounds: list[dict[str, float]]


class Document(msgspec.Struct):
    """What the JSON holds at least."""

    version: str
    config: Config
    data: Data
    steps: list[Step]
    converged: bool
    reason: str
    invariants: Invariants


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def train(options: str) -> int:
    return status_of(["train", *options.split()])


def trace(options: str) -> list[Record]:
    """The records of a run with these options."""
    Path("run.jsonl").unlink(missing_ok=True)
    assert train(f"{options} --trace run.jsonl") in (0, 3)
    return [
        msgspec.json.decode(line, type=Record)
        for line in Path("run.jsonl").read_bytes().splitlines()
    ]


# ---- outputs -------------------------------------------------------------------------------------


def test_the_json_tells_the_whole_run() -> None:
    assert train(f"{DIGITS} --json run.json --trace run.jsonl") == 0
    run = msgspec.json.decode(Path("run.json").read_bytes(), type=Document)
    assert (run.version, run.reason, run.converged) == ("0.1.0", "converged", True)
    assert (run.data.n, run.data.d, run.data.name, len(run.data.digest)) == (6, 64, "digits", 64)
    assert (run.config.width, run.config.seed, run.config.structure) == (128, 1, None)
    assert (run.config.init, run.config.engine) == ("whole", "plain")
    assert run.invariants.level == "touched"
    assert run.invariants.violations == []
    assert len(run.invariants.bounds) == len(run.steps)
    assert {"firing/threshold", "tournament/inner-node"} <= run.invariants.checks.keys()
    labels = {label.value for label in Label}
    for step in run.steps:
        assert len(step.fired) == 6
        assert max(step.fired) <= step.union <= sum(step.fired)
        assert step.operations.keys() == step.seconds.keys() == labels
    assert run.steps[-1].loss <= 1e-20
    assert Path("run.jsonl").read_bytes().count(b"\n") == len(run.steps)


def test_the_trace_has_one_record_a_step_and_the_same_bytes_every_time() -> None:
    for name in ("one.jsonl", "two.jsonl"):
        train(f"{DIGITS} --trace {name}")
    assert Path("one.jsonl").read_bytes() == Path("two.jsonl").read_bytes()
    records = trace(DIGITS)
    assert [record.step for record in records] == list(range(len(records)))
    assert [record.rule for record in records] == ["full"] * (len(records) - 1) + ["none"]


@pytest.mark.parametrize(
    ("ending", "begins"), [("png", b"\x89PNG\r\n"), ("svg", b"<?xml"), ("pdf", b"%PDF-")]
)
def test_a_picture_is_of_its_kind_and_has_the_same_bytes_every_time(
    ending: str, begins: bytes
) -> None:
    for name in ("one", "two"):
        assert train(f"{DIGITS} --steps 1 --plot {name}.{ending}") == 0
    picture = Path(f"one.{ending}").read_bytes()
    assert picture.startswith(begins)
    assert picture == Path(f"two.{ending}").read_bytes()


@pytest.mark.parametrize("options", ["--steps 0", "--until 1e9", "--until 0 --steps 12"])
def test_a_picture_is_drawn_of_the_shortest_run_and_of_a_loss_of_zero(options: str) -> None:
    train(f"{DIGITS} --step-rule damped {options} --plot run.svg")
    assert b"</svg>" in Path("run.svg").read_bytes()


@pytest.mark.parametrize("name", ["a$b^{$c.csv", "[red].csv", "[a[/b].csv", ":smile:.csv"])
def test_a_name_is_said_and_drawn_as_it_is(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_text(TWINS)
    status_of(f"train --points 4 --width 64 --plot run.svg --data {name}".split())
    status_of(f"train --points 4 --width 64 --data {name} --trace {name}.jsonl".split())
    printed, told = capsys.readouterr()
    assert told == ""
    assert f"{Path(name).name}: n = 4" in printed
    assert f"written: {name}.jsonl" in printed


# ---- how a run ends ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "status", "words"),
    [
        ("", 0, "converged: loss "),
        ("--steps 1", 0, "step-limit: loss "),
        ("--until 0 --step-rule backtracking", 3, "no backtracking step lowers the loss"),
        ("--until 0", 3, "stalled: loss "),
        ("--width 16 --points 8 --seed 1", 3, "singular: loss "),
        ("--data twins.csv --points 4 --width 64 --alpha 0.1 --seed 0", 3, "diverged: loss "),
    ],
)
def test_the_last_words_say_how_it_ended(
    options: str, status: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("twins.csv").write_text(TWINS)
    assert train(f"{DIGITS} {options} --json run.json") == status
    assert words in capsys.readouterr().out
    run = msgspec.json.decode(Path("run.json").read_bytes(), type=Document)
    assert run.converged == (words == "converged: loss ")


def test_without_a_terminal_there_are_plain_lines_only(capsys: pytest.CaptureFixture[str]) -> None:
    train(f"{DIGITS} --trace run.jsonl")
    printed = capsys.readouterr().out
    steps = [line for line in printed.splitlines() if line.startswith("step ")]
    assert len(steps) == Path("run.jsonl").read_bytes().count(b"\n")
    assert "\x1b" not in printed
    assert "\r" not in printed
    assert "written: run.jsonl" in printed


def test_the_bias_given_is_the_shift_and_otherwise_alpha_is() -> None:
    train(f"{DIGITS} --bias 0.75 --alpha 0.5 --steps 0 --json run.json")
    assert msgspec.json.decode(Path("run.json").read_bytes(), type=Document).config.shift == 0.75
    few = trace(f"{DIGITS} --bias 1.5 --steps 0")[0].union
    assert few < trace(f"{DIGITS} --bias 0.5 --steps 0")[0].union


@pytest.mark.parametrize(
    ("data", "activation"),
    [
        ("diabetes", "shifted"),
        ("diabetes", "printed"),
        ("wine", "shifted"),
        ("breast-cancer", "printed"),
    ],
)
def test_other_data_sets_are_learned_with_either_activation(data: str, activation: str) -> None:
    options = f"--data {data} --activation {activation} --points 6 --width 256 --alpha 0.1"
    assert trace(options)[-1].loss <= 1e-20


# ---- methods -------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", ["full", "backtracking", "damped"])
def test_both_methods_and_all_structures_fire_the_same_neurons(rule: str) -> None:
    options = f"{DIGITS} --steps 3 --step-rule {rule}"
    tournament, *others = (
        [replace(record, operations={}) for record in trace(f"{options} --structure {structure}")]
        for structure in ("tournament", "ordered", "scan", "incremental")
    )
    assert others == [tournament] * 3
    firing = [record.firing_digest for record in tournament]
    dense = trace(f"{options} --method gauss-newton")
    assert [record.firing_digest for record in dense] == firing
    assert len(set(firing)) > 1


def test_the_dense_method_counts_what_the_table_predicts_for_it() -> None:
    config = Configuration(points=6, width=128, seed=1)
    through_trees, dense = trace(DIGITS), trace(f"{DIGITS} --method gauss-newton")
    assert len(through_trees) == len(dense)
    for predicted_from, record in zip(through_trees, dense, strict=True):
        counted = {label: Counts(**record.operations[label.value]) for label in Label}
        assert dense_operations(predicted_from, config, 6, 64) == counted


# ---- other commands ------------------------------------------------------------------------------


def test_the_invariants_are_listed_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["invariants"]) == 0
    assert "firing/threshold" in capsys.readouterr().out


def test_levels_are_compared_within_one_run(capsys: pytest.CaptureFixture[str]) -> None:
    options = "--width 128 --points 6 --steps 2 --json levels.json"
    assert status_of(["bench", "levels", *options.split()]) == 0
    assert "touched over off" in capsys.readouterr().out
    assert b'"ratios"' in Path("levels.json").read_bytes()


@pytest.mark.parametrize("arguments", ["--help", "train -h", "bench -h", "--version"])
def test_help_is_no_error(arguments: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(arguments.split()) == 0
    assert capsys.readouterr().err == ""
