"""A copy of the tree, in which a change is planted while its tests run."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.mutants import Mutant

PACKAGES = ("reference", "invariants", "proofs", "tests")
KILLER = "killer.txt"
COPIED = (*PACKAGES, "pyproject.toml", "README.md", "Makefile", "CHANGELOG.md")


@dataclass(frozen=True, slots=True)
class Copy:
    """A folder that holds what the tests need."""

    folder: Path

    def killer(self) -> str:
        """The test that failed first, if one did."""
        file = self.folder / KILLER
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def keep_killer(self, name: str) -> None:
        """The test that failed first is this one."""
        if not self.killer():
            (self.folder / KILLER).write_text(name, encoding="utf-8")

    def forget_killer(self) -> None:
        """No test has failed."""
        (self.folder / KILLER).unlink(missing_ok=True)

    @contextmanager
    def planted(self, mutant: Mutant) -> Iterator[None]:
        """The change stands in the copy.

        Its time is another than the original's, or Python would take what was compiled from that:
        it tells files apart by size and time, and `<` is as long as `>`.
        """
        file = self.folder / mutant.identity.file
        original, times = file.read_bytes(), file.stat()
        try:
            file.write_text(mutant.text, encoding="utf-8")
            os.utime(file, (times.st_atime, times.st_mtime + 1000))
            yield
        finally:
            file.write_bytes(original)
            os.utime(file, (times.st_atime, times.st_mtime))


def copied(root: Path, folder: Path) -> Copy:
    """A fresh copy of the tree; times are kept, and so what is compiled already stays valid."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    for name in COPIED:
        source = root / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        elif source.exists():
            shutil.copy2(source, folder / name)
    return Copy(folder)
