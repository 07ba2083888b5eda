"""A violated run leaves a dump, and the dump shows the same violation again, or that it is gone."""

from collections.abc import Callable, Iterable, MutableSequence
from pathlib import Path

import msgspec
import pytest

from invariants import tournament
from reference.edges.command_line import status_of
from reference.edges.runs.replay import Dump, read_dump
from reference.edges.runs.run_errors import DumpUnreadable
from reference.edges.setup.configuration import Configuration
from reference.scalar import S
from reference.structures import tournament_tree

REPAIR = tournament_tree._repair
RUN = ["train", "--points", "4", "--width", "64", "--steps", "3"]
DUMP = "violation-seed0-step1.json"


class StaleAncestor:
    """From the second step after a build on, one of the nodes to repair is not repaired."""

    def __init__(self, points: int, skipped: int) -> None:
        self._calls = 0
        self._points = points
        self._skipped = skipped

    def __call__(self, nodes: MutableSequence[S], inner: Iterable[int]) -> None:
        above = list(inner)
        self._calls = 0 if isinstance(inner, range) else self._calls + 1
        if self._calls > self._points:
            above.pop(self._skipped)
        REPAIR(nodes, above)


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def plant(patch: pytest.MonkeyPatch, skipped: int = -1) -> None:
    """The root is not repaired, or another node."""
    patch.setattr(tournament_tree, "_repair", StaleAncestor(4, skipped))


@pytest.fixture
def dump(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """The dump of a run with the fault, which is planted no longer."""
    with monkeypatch.context() as patch:
        plant(patch)
        assert status_of(RUN) == 4
    capsys.readouterr()
    return Path(DUMP)


def test_a_violated_run_says_which_sentence_and_how_to_see_it_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plant(monkeypatch)
    assert status_of(RUN) == 4
    told = capsys.readouterr()
    assert f"to see it again: firingtree train --replay {DUMP}" in told.out
    assert "firingtree: error[invariant-violated]: tournament/inner-node: " in told.err
    assert tournament.INNER_NODE.sentence in told.err
    assert list(Path().iterdir()) == [Path(DUMP)]


def test_a_dump_lies_beside_the_checkpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    assert status_of([*RUN, "--checkpoint", "kept"]) == 4
    assert list(Path().iterdir()) == [Path("kept")]
    assert (Path("kept") / DUMP).exists()


def test_a_dump_tells_what_ran_on_which_numbers_and_what_was_violated(dump: Path) -> None:
    told = read_dump(dump)
    assert (told.config.width, told.config.points, told.config.invariants) == (64, 4, "touched")
    assert (told.data, told.step) == ("digits", 1)
    assert {violation.name for violation in told.violations} == {tournament.INNER_NODE.name}
    assert [[x.hex() for x in row] for row in told.dataset.problem.points] == told.points
    assert len(told.dataset.problem.labels) == 4


def test_a_dump_can_be_read_by_a_person(dump: Path) -> None:
    assert dump.read_text(encoding="utf-8").startswith('{\n "format": ')


def test_rows_of_a_dump_are_counted_from_one(dump: Path) -> None:
    assert list(read_dump(dump).dataset.row_numbers) == [1, 2, 3, 4]


def test_a_replay_with_the_fault_reproduces_the_violation_and_writes_nothing(
    dump: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plant(monkeypatch)
    assert status_of(["train", "--replay", str(dump)]) == 4
    told = capsys.readouterr().out
    assert "replaying to: tournament/inner-node: " in told
    assert told.endswith("\nreproduced\n")
    assert list(Path().iterdir()) == [Path(DUMP)]


def test_a_replay_without_the_fault_does_not_reproduce_it(
    dump: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status_of(["train", "--replay", str(dump)]) == 0
    assert capsys.readouterr().out.endswith("not reproduced: no violation up to step 1\n")


def test_a_replay_with_another_fault_shows_another_violation(
    dump: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plant(monkeypatch, skipped=0)
    assert status_of(["train", "--replay", str(dump)]) == 4
    told = capsys.readouterr().out
    assert "\nanother violation:\ntournament/inner-node: " in told
    assert "reproduced" not in told


def repairs_nothing(nodes: MutableSequence[S], inner: Iterable[int]) -> None:
    assert nodes
    assert inner


def test_a_violation_while_building_is_dumped_and_reproduced(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tournament_tree, "_repair", repairs_nothing)
    assert status_of(RUN) == 4
    capsys.readouterr()
    assert status_of(["train", "--replay", "violation-seed0-step0.json"]) == 4
    assert capsys.readouterr().out.endswith("\nreproduced\n")


def test_a_replay_needs_the_dump_and_not_the_data(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = Path("table.csv")
    data.write_text("p,q,y\n1,2,0\n3,1,1\n-1,4,0\n2,-5,1\n")
    plant(monkeypatch)
    assert status_of([*RUN, "--data", str(data)]) == 4
    data.unlink()
    capsys.readouterr()
    (dump,) = Path().glob("violation-*.json")
    assert status_of(["train", "--replay", str(dump)]) == 4
    assert capsys.readouterr().out.endswith("\nreproduced\n")


# ---- dumps that are none -------------------------------------------------------------------------


def test_a_dump_that_is_not_there_is_unreadable(capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["train", "--replay", "missing.json"]) == 2
    assert "error[dump-unreadable]: missing.json is not a dump" in capsys.readouterr().err
    with pytest.raises(DumpUnreadable):
        read_dump(Path())


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b"null"])
def test_another_file_is_no_dump(content: bytes) -> None:
    Path(DUMP).write_bytes(content)
    with pytest.raises(DumpUnreadable):
        read_dump(Path(DUMP))


@pytest.mark.parametrize(
    ("part", "other"),
    [
        (b"violation 1", b"violation 2"),
        (b'"step": 1', b'"step": "one"'),
        (b'"step": 1,', b""),
        (b'"width": 64', b'"width": 64.5'),
        (b'"structure": null', b'"structure": "bush"'),
        (b'"0x1.', b'"0y1.'),
        (b"\n}", b""),
    ],
)
def test_an_altered_dump_is_unreadable(dump: Path, part: bytes, other: bytes) -> None:
    before = dump.read_bytes()
    assert part in before
    dump.write_bytes(before.replace(part, other, 1))
    with pytest.raises(DumpUnreadable):
        read_dump(dump)


def beyond_floats(dump: Dump) -> Dump:
    return msgspec.structs.replace(dump, labels=["0x1p5000", *dump.labels[1:]])


def not_a_number(dump: Dump) -> Dump:
    return msgspec.structs.replace(dump, labels=["nan", *dump.labels[1:]])


def a_label_short(dump: Dump) -> Dump:
    return msgspec.structs.replace(dump, labels=dump.labels[1:])


def a_ragged_point(dump: Dump) -> Dump:
    return msgspec.structs.replace(dump, points=[dump.points[0][1:], *dump.points[1:]])


def no_points(dump: Dump) -> Dump:
    return msgspec.structs.replace(dump, points=[], labels=[])


def no_violation(dump: Dump) -> Dump:
    return msgspec.structs.replace(dump, violations=[])


def an_unknown_level(dump: Dump) -> Dump:
    config = msgspec.structs.replace(dump.config, invariants="some")
    return msgspec.structs.replace(dump, config=config)


@pytest.mark.parametrize(
    "altered",
    [
        beyond_floats,
        not_a_number,
        a_label_short,
        a_ragged_point,
        no_points,
        no_violation,
        an_unknown_level,
    ],
)
def test_a_dump_of_impossible_values_is_unreadable(
    dump: Path, altered: Callable[[Dump], Dump]
) -> None:
    dump.write_bytes(msgspec.json.encode(altered(read_dump(dump))))
    with pytest.raises(DumpUnreadable):
        read_dump(dump)


@pytest.mark.parametrize(("name", "value"), [("width", 0), ("points", 1), ("seed", -1)])
def test_a_dump_of_a_configuration_that_no_run_has_is_refused_by_option(
    dump: Path, name: str, value: int, capsys: pytest.CaptureFixture[str]
) -> None:
    told = read_dump(dump)
    config = msgspec.convert({**msgspec.to_builtins(told.config), name: value}, Configuration)
    dump.write_bytes(msgspec.json.encode(msgspec.structs.replace(told, config=config)))
    assert status_of(["train", "--replay", str(dump)]) == 2
    assert f"error[out-of-range]: --{name}" in capsys.readouterr().err
