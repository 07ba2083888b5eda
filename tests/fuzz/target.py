"""What is fuzzed: a parser, files that it reads, and how these are altered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from reference.errors import FiringtreeError

ACCEPTED = "accepted"
"""What an input comes to that is read without an error."""

Read = Callable[[Path, bytes], object]
"""Reads this content, by way of a file in the folder if need be."""

Mutation = Callable[[bytes, Random], bytes]
"""Another content."""


@dataclass(frozen=True, slots=True)
class Target:
    """A parser. `seeds` makes real files, in an empty folder, and gives their contents."""

    name: str
    read: Read
    seeds: Callable[[Path], Sequence[bytes]]
    mutated: Mutation

    def outcome(self, folder: Path, content: bytes) -> str:
        """The code of the error that the content is refused with, or `accepted`.

        Whatever else is raised is a crash.
        """
        try:
            self.read(folder, content)
        except FiringtreeError as error:
            str(error).encode()
            return error.code
        return ACCEPTED


def written(folder: Path, name: str, content: bytes) -> Path:
    """A file of this content."""
    path = folder / name
    path.write_bytes(content)
    return path
