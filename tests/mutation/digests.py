"""What files hold, in a few characters; each is read once."""

from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path


def digest(root: Path, files: Iterable[str]) -> str:
    """Of these files' names and texts; one that is not there is empty."""
    whole = sha256()
    for file in files:
        whole.update(f"{file} {_of_text(root / file)} ".encode())
    return whole.hexdigest()[:16]


@cache
def _of_text(path: Path) -> str:
    return sha256(path.read_bytes() if path.is_file() else b"").hexdigest()
