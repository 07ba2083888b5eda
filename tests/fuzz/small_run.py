"""Real files of a training that takes a few milliseconds."""

from pathlib import Path

import msgspec

from reference.edges.data.points import Dataset, choose_points
from reference.edges.data.tables import load_table
from reference.edges.runs.checkpoint import save_checkpoint
from reference.edges.runs.observers import observer
from reference.edges.runs.run_builder import build_run
from reference.edges.setup.configuration import Configuration
from reference.structures.threshold_search import Structure
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
    data, place = dataset(folder), folder / structure
    config = msgspec.structs.replace(configuration(), structure=Structure(structure), until=0.0)
    run = build_run(config, data.problem, observer(config.invariants))
    for _ in range(2):
        run.step()
    place.mkdir(exist_ok=True)
    save_checkpoint(place, config, data.digest, run)
    return place
