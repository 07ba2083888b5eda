"""A composite GitHub Action as a runner reads it, and its shell steps run here."""

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

HOUSE = Path(__file__).parent.parent
CONFORM = HOUSE / ".github" / "actions" / "conform"


class Input(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What may be given under `with`."""

    description: str
    required: bool = False
    default: str = ""


class Step(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, rename={"given": "with"}):
    """Another action, or commands of a shell."""

    id: str = ""
    uses: str = ""
    given: dict[str, str | bool] = {}
    shell: str = ""
    env: dict[str, str] = {}
    run: str = ""


class Runs(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """How an action is carried out."""

    using: str
    steps: list[Step]


class Action(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The file `action.yml`, with the fields that ours uses and no others."""

    name: str
    description: str
    inputs: dict[str, Input]
    runs: Runs


def conform_action() -> Action:
    """The one that holds a port against the reference."""
    return msgspec.yaml.decode((CONFORM / "action.yml").read_bytes(), type=Action)


@dataclass(frozen=True, slots=True)
class Runner:
    """A machine's folders, as far as our steps look at them."""

    workspace: Path
    temp: Path

    def does(self, step: Step, values: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """What the step's shell says, with each `${{ … }}` of its environment by its value."""

        def value(found: re.Match[str]) -> str:
            return values[found[1]]

        given = {name: re.sub(r"\$\{\{ (\S+) \}\}", value, text) for name, text in step.env.items()}
        places = {"RUNNER_TEMP": str(self.temp), "GITHUB_ACTION_PATH": str(CONFORM)}
        return subprocess.run(
            [step.shell, "--noprofile", "--norc", "-eo", "pipefail", "-c", step.run],
            cwd=self.workspace,
            env=os.environ | given | places,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )


def values_of(action: Action, given: Mapping[str, str]) -> dict[str, str]:
    """The values of `inputs.…` where these are given."""
    assert set(given) <= set(action.inputs)
    assert {name for name, each in action.inputs.items() if each.required} <= set(given)
    values = {name: each.default for name, each in action.inputs.items()} | dict(given)
    return {f"inputs.{name}": value for name, value in values.items()}
