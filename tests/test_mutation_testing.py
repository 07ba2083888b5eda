"""Mutation testing: what is changed, what must notice, and the list of what survives."""

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from tests.mutation.areas import areas, left_out, matching
from tests.mutation.attempt import Verdict
from tests.mutation.loaded import Change, functions_from, put_in_place
from tests.mutation.mutants import Identity, mutants
from tests.mutation.summary import Score, problems
from tests.mutation.survivors import stale, survivors

pytestmark = pytest.mark.thorough

HOUSE = Path(__file__).parent.parent
MUTATED = matching(HOUSE, "reference/**/*.py") + matching(HOUSE, "invariants/**/*.py")

# ---- what stands in the two files ----------------------------------------------------------------


def test_every_listed_survivor_is_a_change_of_the_source_as_it_is() -> None:
    assert stale(HOUSE, survivors(HOUSE)) == []


def test_every_listed_survivor_has_a_reason() -> None:
    assert all(len(reason.split()) > 3 for reason in survivors(HOUSE).values())


def test_every_file_is_in_one_area_or_left_out() -> None:
    out = {file for pattern in left_out(HOUSE) for file in matching(HOUSE, pattern)}
    found = {file for area in areas(HOUSE).values() for file in area.files}
    assert set(MUTATED) - found == out


def test_the_tests_of_every_area_are_there() -> None:
    for area in areas(HOUSE).values():
        for file in [*area.tests, *area.apart]:
            assert (HOUSE / file).is_file(), file


@pytest.mark.parametrize(("whole", "told"), [(True, 3), (False, 2)])
def test_a_survivor_is_listed_and_nothing_else_is(whole: bool, told: int) -> None:
    """Of a whole area a part must be killed, too; a sample may be of what survives."""
    one, other, third = (Identity("a.py", "f", f"line {k}", "changed") for k in range(3))
    verdicts = {one: Verdict.SURVIVED, other: Verdict.SURVIVED, third: Verdict.KILLED}
    listed = {one: "makes no difference", third: "makes none either"}
    found = [*problems([Score("area", verdicts)], listed, whole)]
    assert len(found) == told
    assert found[-2:] == [f"survived: {other}", f"listed as a survivor, but killed: {third}"]


class Job(msgspec.Struct):
    """What is read of a job."""

    steps: list[dict[str, str | dict[str, str]]]


class Workflow(msgspec.Struct):
    """What is read of a workflow."""

    jobs: dict[str, Job]


def test_every_area_has_a_sample_in_ci(tmp_path: Path) -> None:
    """The step that finds them is run here. Above the jobs stands a key that is no text."""
    text = (HOUSE / ".github" / "workflows" / "verify.yml").read_bytes()
    text = text[text.index(b"jobs:") :]
    (step,) = [
        step
        for step in msgspec.yaml.decode(text, type=Workflow).jobs["areas"].steps
        if step.get("id") == "read"
    ]
    told = tmp_path / "told"
    subprocess.run(
        [sys.executable, "-c", str(step["run"])],
        cwd=HOUSE,
        env={**os.environ, "GITHUB_OUTPUT": str(told)},
        check=True,
    )
    name, names = told.read_text().split("=")
    assert (name, msgspec.json.decode(names)) == ("names", list(areas(HOUSE)))


# ---- the changes ---------------------------------------------------------------------------------

SOURCE = '''"""A docstring."""

from typing import TypeVar

S = TypeVar("S")
LEAST = 3


class Box:
    @property
    def full(self) -> bool:
        """Another."""
        return not self.empty and self.held == "all"

    def fill(self, by: int = 1) -> None:
        if self.empty:
            raise ValueError("it is empty")
        self.held += (by - 1) * max(by, LEAST)


def named(box: object) -> str:
    match box:
        case Box():
            return "box"
        case _:
            return "no box"
'''

CHANGES = {
    ("(module)", "LEAST = 4"),
    ("Box.full", 'return self.empty and self.held == "all"'),
    ("Box.full", 'return not self.empty or self.held == "all"'),
    ("Box.full", 'return not self.empty and self.held != "all"'),
    ("Box.full", 'return not self.empty and self.held == "XXallXX"'),
    ("Box.fill", "def fill(self, by: int = 2) -> None:"),
    ("Box.fill", "if not self.empty:"),
    ("Box.fill", "pass"),
    ("Box.fill", "self.held = (by - 1) * max(by, LEAST)"),
    ("Box.fill", "self.held -= (by - 1) * max(by, LEAST)"),
    ("Box.fill", "self.held += (by - 1) / max(by, LEAST)"),
    ("Box.fill", "self.held += (by + 1) * max(by, LEAST)"),
    ("Box.fill", "self.held += (by - 2) * max(by, LEAST)"),
    ("Box.fill", "self.held += (by - 1) * min(by, LEAST)"),
    ("named", "case Box() if False:"),
    ("named", "case _ if False:"),
    ("named", 'return "XXboxXX"'),
}


def test_each_operator_number_name_branch_and_statement_is_changed(tmp_path: Path) -> None:
    (tmp_path / "box.py").write_text(SOURCE)
    found = mutants(tmp_path, "box.py")
    assert {(one.identity.where, one.identity.becomes) for one in found} == CHANGES
    for one in found:
        compile(one.text, "box.py", "exec")


def test_the_same_change_of_the_same_line_is_counted(tmp_path: Path) -> None:
    (tmp_path / "sums.py").write_text(
        "def f(x: int) -> int:\n    x += x\n    x += x\n    return x\n"
    )
    found = [one.identity for one in mutants(tmp_path, "sums.py")]
    assert Identity("sums.py", "f", "x += x", "x -= x", nth=1) in found
    assert Identity("sums.py", "f", "x += x", "x -= x", nth=2) in found


# ---- a changed function in the place of the loaded one -------------------------------------------

LOADED = """from functools import cached_property


def adding(by):
    def added(number):
        return number + by

    return added


one_more = adding(1)


class Box:
    @cached_property
    def size(self):
        return 4

    def larger(self):
        return [by for by in range(self.size) if by > 2]
"""


def loaded(folder: Path) -> ModuleType:
    file = folder / "package" / "box.py"
    file.parent.mkdir()
    file.write_text(LOADED)
    module = ModuleType("box")
    exec(compile(LOADED, str(file), "exec"), module.__dict__)
    return module


@pytest.mark.parametrize(
    ("old", "new", "line", "what", "before", "after"),
    [
        ("return 4", "return 5", 17, "Box().size", 4, 5),
        ("by > 2", "by > 1", 20, "Box().larger()", [3], [2, 3]),
        ("number + by", "number - by", 6, "adding(2)(3)", 5, 1),
        ("number + by", "number - by", 6, "one_more(3)", 4, 2),
    ],
)
def test_what_was_loaded_does_what_the_changed_text_says(
    tmp_path: Path, old: str, new: str, line: int, what: str, before: object, after: object
) -> None:
    module = loaded(tmp_path)
    change = Change("package/box.py", LOADED.replace(old, new), line, {})
    assert eval(what, module.__dict__) == before
    assert put_in_place(change, functions_from(tmp_path))
    assert eval(what, module.__dict__) == after


def test_a_constant_is_in_no_function_and_must_be_loaded_afresh(tmp_path: Path) -> None:
    module = loaded(tmp_path)
    functions = functions_from(tmp_path)
    assert not put_in_place(Change("package/box.py", LOADED, 1, {}), functions)
    assert not put_in_place(Change("package/another.py", LOADED, 17, {}), functions)
    assert module.one_more(3) == 4


# ---- a whole run, of a small tree ----------------------------------------------------------------

LARGER = """def larger(a: int, b: int) -> int:
    return a if a > b else b


def unseen(a: int) -> int:
    return a + 1
"""

TESTS = """from reference.larger import larger


def test_larger():
    assert (larger(1, 2), larger(2, 1)) == (2, 2)
"""

AREA = '[areas.all]\nmutated = ["reference/*.py"]\ntests = ["tests/test_larger.py"]\n'

LISTED = """[["reference/larger.py"]]
where = "larger"
line = "return a if a > b else b"
becomes = "return a if (a > b) or True else b"
reason = "a reason that is wrong"

[["reference/larger.py"]]
where = "larger"
line = "return a if a > b else b"
becomes = "return a if a >= b else b"
reason = "equal numbers are the same number"

[["reference/larger.py"]]
where = "unseen"
line = "return a + 1"
becomes = "return a - 1"
reason = "nobody calls it"

[["reference/larger.py"]]
where = "unseen"
line = "return a + 1"
becomes = "return a + 2"
reason = "nobody calls it"
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project of one file and one file of tests."""
    for name in ("reference", "tests", "tests/mutation"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    (tmp_path / "reference/larger.py").write_text(LARGER)
    (tmp_path / "tests/test_larger.py").write_text(TESTS)
    (tmp_path / "tests/mutation/areas.toml").write_text(AREA)
    (tmp_path / "tests/mutation/survivors.toml").touch()
    return tmp_path


def run(tree: Path, *options: str) -> tuple[int, str]:
    """The exit status, and what is said."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "tests.mutation", "--jobs", "1", *options],
        cwd=tree,
        env=os.environ | {"PYTHONPATH": str(HOUSE)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_run_tells_what_survived_and_goes_on_from_there(tree: Path) -> None:
    status, said = run(tree)
    assert status == 1
    assert "all: 40.0 % killed; at least 95 % must be" in said
    assert "survived: reference/larger.py unseen: 'return a + 1' becomes 'return a - 1'" in said
    assert said.count("survived: ") == 3

    kept = (tree / "out/mutation/results.jsonl").read_bytes()
    (tree / "tests/mutation/survivors.toml").write_text(LISTED)
    status, said = run(tree)
    assert (status, said.count("survived: ")) == (1, 0)
    assert "listed as a survivor, but killed: reference/larger.py larger" in said
    assert (tree / "out/mutation/results.jsonl").read_bytes() == kept


def test_once_more_only_survivors_are_tried_and_all_changes_are_judged(tree: Path) -> None:
    run(tree)
    file = tree / "out/mutation/results.jsonl"
    before = file.read_text().splitlines()
    (tree / "tests/test_larger.py").write_text(TESTS.replace("(1, 2)", "(1, 2 + 0)"))
    (tree / "tests/mutation/survivors.toml").write_text(LISTED)
    status, said = run(tree, "--again")
    assert status == 1
    assert "all: 40.0 % killed" in said
    assert "listed as a survivor, but killed: reference/larger.py larger" in said
    assert len(file.read_text().splitlines()) == len(before) + 3


def test_tests_that_fail_without_a_change_are_refused(tree: Path) -> None:
    (tree / "tests/test_larger.py").write_text(TESTS + "    assert False\n")
    status, said = run(tree)
    assert status == 1
    assert "the tests of all fail without any change" in said
    assert not (tree / "out/mutation/results.jsonl").exists()
