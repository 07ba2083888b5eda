"""The installed wheel does its work where no checkout is, and its first within two minutes."""

import os
import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from time import perf_counter
from xml.etree import ElementTree

import pytest

from tests.composite_action import Runner, conform_action, values_of
from tests.packaging.distributions import HOUSE, Distributions
from tests.packaging.installed import Installed

AT_MOST = 120.0
"""Seconds from an empty environment to the first trained network."""

HELPS = """import sys
from reference.edges.command_line import status_of
sys.exit(max(status_of([command, "--help"]) for command in sys.argv[1:]))
"""
"""All in one process, which imports what they need once."""

USER = "from reference.specification.tournament import query\n\nquery([0.5], 0.25)\n"
"""Somebody's module, with a mistake that only our types show."""


def test_the_first_network_is_trained_within_two_minutes(installed: Installed) -> None:
    told = installed.told("train", "--plot", "loss.png", "--network", "network.npz")
    taken = perf_counter() - installed.begun
    print(f"from an empty environment to the first trained network: {taken:.0f} s")
    assert "\nconverged: loss " in told
    assert "invariants: " in told
    assert Path("loss.png").read_bytes()[1:4] == b"PNG"
    assert Path("network.npz").is_file()
    assert taken <= AT_MOST, f"load average: {os.getloadavg()[0]:.1f}"


def test_it_needs_nothing_that_is_not_installed_with_it(installed: Installed) -> None:
    done = installed.run("python", "-m", "pip", "check")
    assert (done.returncode, done.stdout) == (0, "No broken requirements found.\n")


def test_every_command_tells_its_help(distributions: Distributions, installed: Installed) -> None:
    entry_points = ConfigParser()
    entry_points.read_string(distributions.described("entry_points.txt"))
    commands = entry_points.options("firingtree.commands")
    assert len(commands) >= 12
    done = installed.run("python", "-c", HELPS, *commands)
    assert (done.returncode, done.stderr) == (0, "")
    told = re.findall(r"^Usage: firingtree (\S+) \[OPTIONS\]", done.stdout, re.MULTILINE)
    assert told == commands


def test_it_tells_the_version_of_its_wheel(
    distributions: Distributions, installed: Installed
) -> None:
    _, version, *_ = distributions.wheel.name.split("-")
    assert installed.told("--version") == f"firingtree, version {version}\n"


def test_the_ledger_came_along(installed: Installed) -> None:
    assert "model/gram  PROVED" in installed.told("claims", "model/gram")


def test_theorems_are_proved_from_the_installed_source(installed: Installed) -> None:
    assert "proved" in installed.told("prove", "--area", "numbers")


def test_a_claim_is_audited_and_its_page_has_its_style(installed: Installed) -> None:
    told = installed.told("audit", "--quick", "--html", "audit.html", "cost/alpha-range")
    assert "1 of 1 verdicts found as the ledger has them" in told
    page = Path("audit.html").read_text(encoding="utf-8")
    style = (HOUSE / "proofs" / "audit" / "report" / "style.css").read_text(encoding="utf-8")
    assert style.strip().splitlines()[-1] in page
    assert "cost/alpha-range" in page


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        ("sweep all --scheduler tcp://localhost:9", "cluster"),
        ("bench rivals --methods torch-lbfgs", "torch"),
    ],
)
def test_an_extra_that_is_missing_is_named(installed: Installed, command: str, extra: str) -> None:
    done = installed.run("firingtree", *command.split())
    assert done.returncode == 2
    assert done.stderr.startswith("firingtree: error[extra-missing]: ")
    assert f"pip install 'firingtree[{extra}]'" in done.stderr


def test_its_types_are_seen_by_who_imports_it(installed: Installed) -> None:
    Path("user.py").write_text(USER, encoding="utf-8")
    python = ["--python-executable", str(installed.folder / "bin" / "python")]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", *python, "user.py"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert 'user.py:3: error: Argument 1 to "query" has incompatible type' in done.stdout


def test_the_action_installs_what_it_was_taken_from_and_judges_a_port(
    installed: Installed,
) -> None:
    """Both of its shell steps; the runner's environment has our dependencies already."""
    runner = Runner(workspace=Path.cwd(), temp=installed.folder.parent)
    action = conform_action()
    values = values_of(
        action,
        {
            "port": f"{installed.folder}/bin/firingtree port",
            "options": "--vectors-only",
        },
    )
    values["steps.python.outputs.python-path"] = sys.executable
    _, install, conform = action.runs.steps
    done = runner.does(install, values)
    assert done.returncode == 0, done.stderr
    done = runner.does(conform, values)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\nconforms: " in done.stdout
    suites = ElementTree.parse("firingtree.xml").iter("testsuite")
    assert sum(int(suite.attrib["tests"]) for suite in suites) > 100
