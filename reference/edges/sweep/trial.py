"""One run of a sweep, from its data to its end. This is what a worker does."""

from collections.abc import Generator
from hashlib import sha256
from math import isfinite

import msgspec

from reference.counters import Counts, Label, added
from reference.edges.data.data_errors import DataFileMissing
from reference.edges.data.points import Dataset, choose_points, name_rows
from reference.edges.data.tables import data_file, load_table
from reference.edges.runs.observers import observer
from reference.edges.runs.run_builder import build_run
from reference.edges.runs.summary import ending
from reference.edges.setup.configuration import Configuration
from reference.edges.setup.memory import peak_bytes
from reference.edges.sweep.outcome import Outcome, Spent, refused
from reference.edges.sweep.run_record import version_here
from reference.edges.system.system_error import why
from reference.errors import FiringtreeError
from reference.training.clock import step_seconds
from reference.training.training import Run

Answer = tuple[str, Outcome]
"""A worker's version of firingtree, and what came of the run."""

Answers = Generator[tuple[int, Answer | None], None, None]
"""Answers by the index of their run, as they come; None for a run that was lost with workers."""


def answer(config: Configuration) -> Answer:
    """The outcome of this configuration, and which version says so."""
    return version_here(), trial(config)


def trial(config: Configuration) -> Outcome:
    """The outcome of this configuration. Whatever goes wrong is an outcome too."""
    digest, dataset = "", None
    try:
        digest = file_digest(config.data)
        table = load_table(config.data, config.target)
        dataset = choose_points(table, config.points, config.seed, config.norms)
        run = _run_to_its_end(config, dataset)
    except FiringtreeError as error:
        if dataset is not None:
            name_rows(error, dataset)
        return refused(error.code, error.message, digest)
    except MemoryError:
        return refused("out-of-memory", "take a smaller --width, or less data", digest)
    except Exception as error:  # a fault of the program must not take the sweep with it
        return refused("crashed", f"{type(error).__name__}: {error}", digest)
    return _outcome(run, digest)


def file_digest(data: str) -> str:
    """SHA-256 of the data file; empty for data that come with scikit-learn.

    Errors: `data-file-missing`.
    """
    path = data_file(data)
    if path is None:
        return ""
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise DataFileMissing(data, why(error)) from error


def _run_to_its_end(config: Configuration, dataset: Dataset) -> Run[float]:
    """The run, with a reason to have stopped. Errors: those of step 0."""
    run = build_run(config, dataset.problem, observer(config.invariants))
    while run.reason is None:
        run.step()
    return run


def _outcome(run: Run[float], digest: str) -> Outcome:
    """What is kept of a run that has ended."""
    operations = {
        label.value: added(Counts(**record.operations[label.value]) for record in run.records)
        for label in Label
    }
    return Outcome(
        reason=ending(run),
        message=run.remark,
        data_sha256=digest,
        steps=sum(record.rule != "none" for record in run.records),
        losses=[record.loss if isfinite(record.loss) else None for record in run.records],
        fired=[sum(record.fired) for record in run.records],
        union=[record.union for record in run.records],
        operations={label: counts.as_dict() for label, counts in operations.items()},
        spent=Spent(
            init_seconds=round(sum(seconds[Label.INIT] for seconds in run.seconds), 6),
            step_seconds=round(sum(step_seconds(seconds) for seconds in run.seconds), 6),
            peak_bytes=peak_bytes(),
        ),
    )


def located(config: Configuration) -> Configuration:
    """The same for a worker in another folder: a data file is named from the root on."""
    path = data_file(config.data)
    return config if path is None else msgspec.structs.replace(config, data=str(path.absolute()))
