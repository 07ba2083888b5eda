"""`python -m tests.fuzz.again out/fuzz/NAME/crashes/FILE`: an input once more, without atheris."""

import sys
import tempfile
import warnings
from pathlib import Path

from tests.fuzz.table import TARGETS


def main(path: Path) -> None:
    """What the input comes to is printed; a crash is a traceback."""
    warnings.simplefilter("error")
    with tempfile.TemporaryDirectory() as folder:
        target = TARGETS[path.parent.parent.name]
        target.seeds(Path(folder))
        print(target.outcome(Path(folder), path.read_bytes()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
