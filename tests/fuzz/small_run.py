"""Real files of a training that takes a few milliseconds."""

from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from reference.edges.command_line import status_of
from reference.edges.configuration import Configuration
from reference.edges.points import Dataset, choose_points
from reference.edges.tables import load_table
from tests.commands import DATA
from tests.fuzz.target import written

STRUCTURES = ("tournament", "ordered", "incremental")
TABLE = "small.csv"


def dataset(folder: Path) -> Dataset:
    """Four points of the table."""
    path = written(folder, TABLE, DATA.encode())
    return choose_points(load_table(str(path), None), 4, 0)


def configuration() -> Configuration:
    """What the small run is asked to do."""
    return Configuration(data=TABLE, points=4, width=64, alpha=0.1)


def kept(folder: Path, structure: str) -> Path:
    """The folder of the checkpoint that two steps with this structure leave."""
    path = written(folder, TABLE, DATA.encode())
    place = folder / structure
    options = f"--points 4 --width 64 --alpha 0.1 --until 0 --steps 2 --structure {structure}"
    with redirect_stdout(StringIO()):
        status_of(["train", "--data", str(path), *options.split(), "--checkpoint", str(place)])
    return place
