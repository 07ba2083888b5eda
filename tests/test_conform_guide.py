"""The port author's guide: every command on the page is run, and shows what the page says."""

import os
import re
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

pytestmark = pytest.mark.plain

CHECKOUT = Path(__file__).parent.parent
GUIDE = CHECKOUT / "invariants" / "conformance" / "GUIDE.md"


def blocks() -> list[list[tuple[str, list[str]]]]:
    """Each console block as its commands, and the lines shown after each."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", GUIDE.read_text(), re.DOTALL):
        commands: list[tuple[str, list[str]]] = []
        for line in block.splitlines():
            if line.startswith("$ "):
                commands.append((line[2:], []))
            elif line.startswith(">"):
                command, shown = commands.pop()
                commands.append((f"{command}\n{line[2:]}", shown))
            else:
                commands[-1][1].append(line)
        found.append(commands)
    return found


def shown_in(shown: list[str], told: list[str]) -> bool:
    """The lines come in this order; a line `…` stands for any, a `…` in one for any text."""
    lines = iter(told)
    for wanted in shown:
        if wanted == "…":
            continue
        pattern = re.sub(r"([\[\]?*])", r"[\1]", wanted).replace("…", "*")
        if not any(fnmatchcase(line, pattern) for line in lines):
            return False
    return True


@pytest.mark.thorough
def test_every_command_of_the_guide_shows_what_it_says(tmp_path: Path) -> None:
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "CHECKOUT": str(CHECKOUT),
    }
    commands = [command for block in blocks() for command in block]
    assert len(commands) > 12
    for command, shown in commands:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        told = (done.stdout + done.stderr).splitlines()
        if not shown_in(shown, told):
            pytest.fail("\n".join([f"$ {command}", *told, "does not show", *shown]))


def test_a_line_that_is_not_shown_would_be_noticed() -> None:
    assert shown_in(["a", "…", "c …"], ["a", "b", "c d"])
    assert not shown_in(["a", "d"], ["a", "b", "c d"])
    assert not shown_in(["c …", "a"], ["a", "b", "c d"])
