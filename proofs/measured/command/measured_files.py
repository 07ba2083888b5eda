"""What a measurement leaves: figures as JSON, and a picture."""

import json
from pathlib import Path

import click

from reference.edges.data.tables import data_file
from reference.edges.system.output_files import check_outputs, write_whole
from reference.edges.system.terminal import Terminal

FILE = click.Path(path_type=Path)
"""An option that names a file."""


def check_files(data: str, json_path: Path | None, plot: Path | None) -> None:
    """Both can be written. Errors: `output-folder-missing`, `output-collision`, `out-of-range`."""
    check_outputs([("--data", data_file(data))], [("--json", json_path), ("--plot", plot)])


def as_json(found: object) -> bytes:
    """The figures, for people too."""
    return json.dumps(found, indent=1).encode() + b"\n"


def write(console: Terminal, path: Path | None, content: bytes) -> None:
    """The file holds this and it is said so, if there is one. Errors: `output-not-written`."""
    if path is not None:
        write_whole(path, content)
        console.print(f"written: {path}", soft_wrap=True)
