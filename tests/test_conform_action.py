"""The GitHub Action for ports: its steps judge a port, and the pages call it as it is."""

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest

from tests.composite_action import HOUSE, Runner, conform_action, values_of

pytestmark = pytest.mark.thorough

SKELETON = (HOUSE / "tests" / "ports" / "skeleton" / "port.py").read_text(encoding="utf-8")
CALLS = ["README.md", "invariants/conformance/GUIDE.md", ".github/workflows/verify.yml"]


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """A runner on which firingtree is installed: the one under test."""
    temp = tmp_path / "temp"
    (temp / "firingtree").mkdir(parents=True)
    (temp / "firingtree" / "bin").symlink_to(Path(sys.executable).parent)
    (tmp_path / "work").mkdir()
    return Runner(tmp_path / "work", temp)


@pytest.mark.parametrize(("comparison", "status"), [("s > threshold", 0), ("s >= threshold", 1)])
def test_the_actions_verdict_is_the_ports(runner: Runner, comparison: str, status: int) -> None:
    port = SKELETON.replace("if s > threshold", f"if {comparison}")
    (runner.workspace / "my port.py").write_text(port, encoding="utf-8")
    action = conform_action()
    given = {"port": "python3 'my port.py'", "options": "--vectors-only", "junit": "a $b.xml"}
    done = runner.does(action.runs.steps[-1], values_of(action, given))
    assert (done.returncode, done.stderr) == (status, "")
    (suite,) = ElementTree.parse(runner.workspace / "a $b.xml").iter("testsuite")
    assert (int(suite.attrib["failures"]) > 0) == (status == 1)


def test_a_port_that_is_not_there_fails_the_step(runner: Runner) -> None:
    action = conform_action()
    done = runner.does(action.runs.steps[-1], values_of(action, {"port": "./none"}))
    assert done.returncode == 2
    assert done.stderr.startswith("firingtree: error[port-not-found]: ")


@pytest.mark.parametrize("page", CALLS)
def test_a_page_calls_the_action_as_it_is(page: str) -> None:
    text = (HOUSE / page).read_text(encoding="utf-8")
    found = re.findall(r"uses: \S*(/\.github/actions/\w+)\S*\n +with: (.*)", text)
    assert found
    for path, given in found:
        assert (HOUSE / path[1:] / "action.yml").is_file()
        values_of(conform_action(), msgspec.yaml.decode(given, type=dict[str, str]))


def test_what_a_step_takes_is_an_input_or_comes_from_an_earlier_step() -> None:
    action = conform_action()
    assert action.runs.using == "composite"
    known = {f"inputs.{name}" for name in action.inputs}
    for step in action.runs.steps:
        given = [str(value) for value in (*step.given.values(), *step.env.values())]
        assert set(re.findall(r"\$\{\{ (\S+) \}\}", " ".join(given))) <= known
        assert "${{" not in step.run
        assert bool(step.run) == bool(step.shell) != bool(step.uses)
        known |= {f"steps.{step.id}.outputs.python-path"} if "setup-python" in step.uses else set()
