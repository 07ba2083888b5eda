"""Vector files: what cannot be read is told with its line; the committed ones are whole."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import msgspec
import pytest
from msgspec import UNSET

from invariants.conformance.answering.conversation import operation_of
from invariants.conformance.judging.state import State, loaded
from invariants.conformance.protocol.messages import AnyRequest, Load, Query, Step, Update
from invariants.conformance.protocol.wire import row, rows
from invariants.conformance.vectors.vector_files import Header, Vector, read_vectors
from tests.commands import Told, call
from tests.ports_for_tests import VECTORS, assert_diagnosed, conform, few, process

FILE = Path("damaged/query.jsonl")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test's own, with few vectors in a file that is to be damaged."""
    monkeypatch.chdir(tmp_path)
    few(FILE.parent.name)


def put(before: bytes, after: bytes) -> None:
    """The first of these in the file is another."""
    content = FILE.read_bytes()
    assert before in content
    FILE.write_bytes(content.replace(before, after, 1))


def read(capsys: pytest.CaptureFixture[str]) -> Told:
    """What is said of the file, before any port is started."""
    return conform(capsys, ["./not-started"], f"--vectors={FILE.parent}")


# ---- files that cannot be read -------------------------------------------------------------------

MANY = b"[" * 99_999
DAMAGES = [
    (b'"schema":1,', b"", "line 1: "),
    (b'"schema":1', b'"schema":"1"', "line 1: "),
    (b'"schema":1', b'"schema":1,"x":' + MANY, "line 1: "),
    (b'"schema":1', b'"schema":1,"' + MANY + b'":1', "line 1: Object contains unknown field `["),
    (b'"area"', b'"region"', "line 1: "),
    (b'"protocol":1', b'"protocol":2', "line 1: it is for protocol 2"),
    (b'"count":3', b'"count":4', "line 1: the header counts 4 vectors, and there are 3"),
    (b'"count":3', b'"count":2', "line 1: the header counts 2 vectors, and there are 3"),
    (b'"flags":["tie"]', b'"flags":"tie"', "line 2: "),
    (b'"lane":"exact"', b'"lane":"other"', "line 2: "),
    (b'"bits":8', b'"bits":8,"threads":2', "line 2: "),
    (b"silent", b"s\xfflent", "line 2: "),
    (b'{"fired":[[2]]', b'{"fired":[[1]]', "line 2: query/tie-is-silent has not the hash"),
    (b'"exp":0,"int":[2]}', b'"exp":0,"int":[4]}', "line 2: query/tie-is-silent has not the hash"),
    (b'"id":"query/tie-is-silent"', b'"id":"query/one-neuron"', "query/one-neuron is there twice"),
]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    DAMAGES,
    ids=[f"{after.decode('latin-1')[:50] or 'nothing'} for it" for _, after, _ in DAMAGES],
)
def test_a_damaged_file_is_told_with_its_line(
    capsys: pytest.CaptureFixture[str], before: bytes, after: bytes, words: str
) -> None:
    put(before, after)
    assert_diagnosed(read(capsys), "vectors-malformed", "damaged", words)


CUTS: list[tuple[Callable[[bytes], bytes], str]] = [
    (lambda content: content[:200], "line 1: "),
    (lambda content: content[:-2], "line 4: "),
    (lambda content: content[: content.rindex(b"\n", 0, -1)], "line 1: the header counts 3"),
    (lambda content: content[:0], "line 1: the file is empty"),
    (lambda content: b"\n" + content, "line 1: "),
    (lambda content: content + b"\n", "line 5: "),
    (lambda content: b"\xff\xfe" + content, "line 1: "),
]


@pytest.mark.parametrize(
    ("cut", "words"),
    CUTS,
    ids=["header", "vector", "line", "everything", "line before", "line after", "mark"],
)
def test_a_file_cut_short_or_drawn_out_is_told_with_its_line(
    capsys: pytest.CaptureFixture[str], cut: Callable[[bytes], bytes], words: str
) -> None:
    FILE.write_bytes(cut(FILE.read_bytes()))
    assert_diagnosed(read(capsys), "vectors-malformed", str(FILE), words)


@pytest.mark.parametrize("more", [b"", b',"colour":"red"'])
def test_a_newer_schema_is_told_whatever_else_is_new(
    capsys: pytest.CaptureFixture[str], more: bytes
) -> None:
    put(b'"schema":1', b'"schema":2' + more)
    words = ["schema 2, and this version reads 1 at most", "install a newer firingtree"]
    assert_diagnosed(read(capsys), "vectors-newer", str(FILE), *words)


def test_no_id_is_there_twice_in_all_files(capsys: pytest.CaptureFixture[str]) -> None:
    FILE.with_name("more.jsonl").write_bytes(FILE.read_bytes())
    assert_diagnosed(read(capsys), "vectors-malformed", "is there twice")


@pytest.mark.parametrize("name", ["absent", "empty", "folders"])
def test_where_there_are_no_vectors_it_is_told(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    Path("empty").mkdir()
    Path("folders/query.jsonl").mkdir(parents=True)
    told = conform(capsys, ["./not-started"], f"--vectors={name}")
    assert_diagnosed(told, "vectors-missing", name, "--vectors")


# ---- build and check -----------------------------------------------------------------------------


def test_the_committed_files_are_built_again_byte_for_byte() -> None:
    """Also over others."""
    Path("new/folder").mkdir(parents=True)
    Path("new/folder/query.jsonl").write_text("old")
    told = process("vectors", "build", "--folder", "new/folder")
    assert (told.status, told.err) == (0, "")
    kept = {path.name: path.read_bytes() for path in VECTORS.iterdir()}
    made = {path.name: path.read_bytes() for path in Path("new/folder").iterdir()}
    assert made == kept
    assert told.out.count("\n") == len(kept) == 5


def test_the_committed_files_are_what_is_built() -> None:
    told = process("vectors", "check", "--folder", VECTORS)
    assert (told.status, told.err) == (0, "")
    assert re.fullmatch("5 files with [0-9]+ vectors are as they are built\n", told.out)


CHANGES: list[tuple[Callable[[], object], str]] = [
    (lambda: put(b"Firing is strict", b"Firing is lax"), f"{FILE} is not what"),
    (lambda: put(b"Firing is strict", b"Firing is lax"), "line 2 is another"),
    (lambda: put(b"Every neuron", b"Each neuron"), "line 1 is another"),
    (lambda: put(b"\n", b"\r\n"), "line 1 is another"),
    (lambda: FILE.write_bytes(FILE.read_bytes()[:-1]), "line 5 is another"),
    (lambda: FILE.rename(FILE.with_name("other.jsonl")), "other.jsonl is not what"),
]


@pytest.mark.parametrize(
    ("change", "words"),
    CHANGES,
    ids=["file", "source", "header", "line end", "last newline", "name"],
)
def test_a_change_that_no_hash_sees_is_told_with_file_and_line(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[], object],
    words: str,
) -> None:
    content = FILE.read_bytes()
    monkeypatch.setattr(
        "invariants.conformance.command.vectors_command.files", lambda: {FILE.name: content}
    )
    change()
    told = call(capsys, f"vectors check --folder {FILE.parent}")
    assert_diagnosed(told, "vectors-changed", words, "a changed expectation the major one")


def test_a_changed_byte_of_a_request_is_told_with_file_and_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    put(b'"int":[[1],[2],[3]]', b'"int":[[1],[2],[4]]')
    told = call(capsys, f"vectors check --folder {FILE.parent}")
    assert_diagnosed(told, "vectors-malformed", f"{FILE}, line 2: query/tie-is-silent has not")


def test_vectors_are_not_built_where_no_folder_can_be(capsys: pytest.CaptureFixture[str]) -> None:
    told = call(capsys, f"vectors build --folder {FILE}/here")
    assert_diagnosed(told, "output-folder-missing", "--folder", "is a file")


# ---- the committed vectors -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def vectors() -> Sequence[Vector]:
    return read_vectors(VECTORS).vectors


def headers() -> dict[str, Header]:
    """The first line of each file."""
    lines = {path.stem: path.read_bytes().splitlines()[0] for path in VECTORS.glob("*.jsonl")}
    return {name: msgspec.json.decode(line, type=Header) for name, line in lines.items()}


def test_every_file_is_small() -> None:
    sizes = [path.stat().st_size for path in VECTORS.iterdir()]
    assert max(sizes) < 100_000


def test_ids_are_unique_and_name_their_file(vectors: Sequence[Vector]) -> None:
    ids = [vector.id for vector in vectors]
    assert len(set(ids)) == len(ids) > 100
    slug = "[a-z0-9]+(-[a-z0-9]+)*"
    assert [one for one in ids if not re.fullmatch(f"[a-z]+/{slug}", one)] == []
    for name, header in headers().items():
        assert header.area == name
        assert header.count == sum(one.startswith(f"{name}/") for one in ids)


def test_each_flag_has_its_meaning_and_effect_in_the_header(vectors: Sequence[Vector]) -> None:
    for area, header in headers().items():
        of_area = [vector for vector in vectors if vector.id.startswith(f"{area}/")]
        assert header.flags.keys() == {flag for vector in of_area for flag in vector.flags}
        assert all(flag.meaning and flag.effect for flag in header.flags.values())


def test_a_vector_needs_the_operations_that_it_asks_for(vectors: Sequence[Vector]) -> None:
    for vector in vectors:
        used = {operation_of(request) for request in vector.requests} - {None}
        assert ({*vector.needs.operations}, len(vector.expect), bool(vector.source)) == (
            used,
            len(vector.requests),
            True,
        )


def test_no_number_of_an_exact_vector_has_more_bits_than_it_needs(
    vectors: Sequence[Vector],
) -> None:
    for vector in vectors:
        if vector.lane == "exact" and "refusal" not in vector.flags:
            loads = [request for request in vector.requests if isinstance(request, Load)]
            lines = [line for one in loads for line in (*rows(one.points), *rows(one.weights))]
            most = max(significant(value) for line in lines for value in line)
            assert most <= vector.needs.bits, vector.id


def significant(value: Fraction) -> int:
    """The bits of a dyadic number from its first to its last."""
    odd = abs(value.numerator)
    while odd and odd % 2 == 0:
        odd //= 2
    return odd.bit_length()


# ---- what they must contain ----------------------------------------------------------------------


class Moment:
    """A request that is carried out, and the state before it."""

    def __init__(self, state: State, request: AnyRequest) -> None:
        self.state, self.request = state, request

    @property
    def scores(self) -> list[list[Fraction]]:
        """At each point, of every neuron."""
        state = self.state
        return [[state.score(i, r) for r in range(state.m)] for i in range(state.n)]

    def asks(self, holds: Callable[[list[Fraction], Fraction], bool]) -> bool:
        """It is a query, and this holds of the scores at its point and its threshold."""
        if not isinstance(self.request, Query):
            return False
        return holds(self.scores[self.request.point], row(self.request.threshold)[0])

    def changes(self, holds: Callable[[list[Fraction], list[Fraction], int], bool]) -> list[bool]:
        """Of an update: at each point, whether this holds of old and new scores, and the neuron."""
        if not isinstance(self.request, Update):
            return []
        r, after = self.request.neuron, Moment(self.after, self.request)
        return [holds(old, new, r) for old, new in zip(self.scores, after.scores, strict=True)]

    @property
    def after(self) -> State:
        """The state after an update."""
        if not isinstance(self.request, Update):
            return self.state
        r, before = self.request.neuron, self.state.weights[self.request.neuron]
        if self.request.weight is not UNSET:
            return self.state.with_weight(r, row(self.request.weight))
        assert self.request.delta is not UNSET
        moves = row(self.request.delta)
        return self.state.with_weight(r, tuple(w + c for w, c in zip(before, moves, strict=True)))


def moments(vector: Vector) -> Iterator[Moment]:
    """Each request beside the state that it finds; loads beside their own; up to the first step."""
    state: State | None = None
    for request, expected in zip(vector.requests, vector.expect, strict=True):
        if isinstance(request, Step):
            return
        if expected.error is UNSET:
            state = loaded(request) if isinstance(request, Load) else state
            assert state is not None
            moment = Moment(state, request)
            yield moment
            state = moment.after


def disagree(moment: Moment) -> bool:
    """A neuron is above the threshold at one point, and not at another."""
    if not isinstance(moment.request, Query):
        return False
    (threshold,) = row(moment.request.threshold)
    by_neuron = zip(*moment.scores, strict=True)
    return any(min(scores) <= threshold < max(scores) for scores in by_neuron)


def has_a_zero_vector(moment: Moment) -> bool:
    return not all(any(line) for line in (*moment.state.points, *moment.state.weights))


OBLIGATORY: Mapping[str, Callable[[Moment], bool]] = {
    "tie": lambda moment: moment.asks(lambda scores, threshold: threshold in scores),
    "equal-scores": lambda moment: any(len({*line}) < len(line) for line in moment.scores),
    "all-fire": lambda moment: moment.asks(lambda scores, threshold: min(scores) > threshold),
    "none-fires": lambda moment: moment.asks(lambda scores, threshold: max(scores) <= threshold),
    "one-neuron": lambda moment: moment.state.m == 1,
    "odd-width": lambda moment: moment.state.m.bit_count() > 1,
    "lowers-maximum": lambda moment: any(
        moment.changes(lambda old, new, r: new[r] < old[r] == max(old))
    ),
    "no-effect": lambda moment: (
        (same := moment.changes(lambda old, new, _: max(old) == max(new))) != [] and all(same)
    ),
    "zero-vector": has_a_zero_vector,
    "minus-zero": lambda moment: b"8000000000000000" in msgspec.json.encode(moment.request),
    "points-disagree": disagree,
}
"""What the exact lane must contain, by flag; what is true of some moment of each such vector."""


@pytest.mark.parametrize("flag", OBLIGATORY)
def test_an_obligatory_case_is_there_and_is_what_its_flag_says(
    vectors: Sequence[Vector], flag: str
) -> None:
    """Steps aside, where the state is not known without one."""
    holds = OBLIGATORY[flag]
    flagged = [one for one in vectors if flag in one.flags and one.lane == "exact"]
    without_steps = [one for one in flagged if "step" not in one.flags]
    assert without_steps
    assert [one.id for one in without_steps if not any(map(holds, moments(one)))] == []


def test_one_neuron_is_updated_again_and_again(vectors: Sequence[Vector]) -> None:
    flagged = [one for one in vectors if "repeated" in one.flags]
    assert flagged
    for vector in flagged:
        updated = [one.neuron for one in vector.requests if isinstance(one, Update)]
        assert len(set(updated)) < len(updated), vector.id
