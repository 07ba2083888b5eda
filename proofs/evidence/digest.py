"""What code found a result: its digest."""

import platform
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

ROOMS = ("reference", "invariants", "proofs")
ENDINGS = (".py", ".toml", ".json", ".md")
LIBRARIES = ("cvc5", "numpy", "scikit-learn", "scipy", "sympy", "z3-solver")
"""What besides our own code a verdict may depend on; the data sets are scikit-learn's."""


@cache
def code_digest() -> str:
    """SHA-256 over every source file of the rooms, Python's version and the libraries'."""
    digest = sha256(platform.python_version().encode())
    for name in LIBRARIES:
        digest.update(f"{name} {version(name)}\n".encode())
    for name, path in sources():
        content = path.read_bytes()
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def sources() -> Iterator[tuple[str, Path]]:
    """Every source file, by its name from the house on, in the order of names."""
    for room in ROOMS:
        spec = find_spec(room)
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            root = Path(folder)
            for path in sorted(root.rglob("*")):
                if path.suffix in ENDINGS and "__pycache__" not in path.parts:
                    yield f"{room}/{path.relative_to(root).as_posix()}", path
