"""What became of each change, kept line by line, so that a run goes on where it was interrupted.

A kill stands as long as the changed file and the file of the test that killed it are what they
were; a survival as long as all tests of the area are. What else they use is not looked at:
`make clean` forgets everything.
"""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from tests.mutation.areas import Area
from tests.mutation.attempt import Verdict
from tests.mutation.digests import digest
from tests.mutation.mutants import Identity
from tests.mutation.trial import Ended


@dataclass(frozen=True, slots=True)
class Result:
    """A verdict on a change, what it rests on, and the test that failed first."""

    identity: Identity
    rests_on: str
    verdict: Verdict
    killer: str = ""


class Results:
    """The last result of every change that was ever tried, in a file of JSON lines."""

    def __init__(self, root: Path, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._root = root
        self._file = file
        self._last: dict[Identity, Result] = {}
        if file.exists():
            for line in file.read_bytes().splitlines():
                result = msgspec.json.decode(line, type=Result)
                self._last[result.identity] = result

    def last(self, identity: Identity) -> Result | None:
        """Of this change, whether it stands or not."""
        return self._last.get(identity)

    def stands(self, area: Area, identity: Identity) -> bool:
        """There is a result, and what it rests on is what it was."""
        last = self._last.get(identity)
        return last is not None and last.rests_on == self._rests_on(area, identity, last.killer)

    def keep(self, area: Area, ended: Ended) -> None:
        """From now on, and on disk."""
        rests_on = self._rests_on(area, ended.identity, ended.killer)
        result = Result(ended.identity, rests_on, ended.verdict, ended.killer)
        self._last[result.identity] = result
        with self._file.open("ab") as file:
            file.write(msgspec.json.encode(result) + b"\n")

    def _rests_on(self, area: Area, identity: Identity, killer: str) -> str:
        tests = [killer.split("::")[0]] if killer else [*area.tests, *area.apart]
        return digest(self._root, [identity.file, *tests])
