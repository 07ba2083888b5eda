"""What a benchmark leaves: medians, ratios of what was measured in pairs, a document."""

from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median

import msgspec

from reference.edges.bench.machine import Machine
from reference.edges.system.output_files import write_whole
from reference.edges.system.terminal import Terminal


class Ratio(msgspec.Struct, frozen=True):
    """The quotients of pairs: their median, the least and the largest."""

    median: float
    least: float
    most: float

    @property
    def words(self) -> str:
        """The median, and how far the others are from it."""
        return f"{figure(self.median)} ({figure(self.least)} – {figure(self.most)})"


def ratio(numerators: Sequence[float], denominators: Sequence[float]) -> Ratio | None:
    """The quotients pair by pair; None if there is no pair. Of two lengths, the shorter counts.

    >>> ratio([6.0, 1.0, 9.0], [2.0, 1.0, 1.0, 5.0])
    Ratio(median=3.0, least=1.0, most=9.0)
    """
    found = [above / below for above, below in zip(numerators, denominators, strict=False)]
    return Ratio(median(found), min(found), max(found)) if found else None


def figure(value: float) -> str:
    """Three digits that count, without an exponent where it can be read without.

    >>> [figure(value) for value in (1234.5, 12.345, 0.012345, 1.2e-7)]
    ['1,234', '12.3', '0.0123', '1.2e-07']
    """
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def seconds_in_words(value: float) -> str:
    """Seconds, or thousandths of them.

    >>> seconds_in_words(2.5), seconds_in_words(0.0025)
    ('2.5 s', '2.5 ms')
    """
    return f"{figure(value)} s" if value >= 1 else f"{figure(1e3 * value)} ms"


def size_in_words(count: int) -> str:
    """Bytes in units of 2^30, or of 2^20.

    >>> size_in_words(3 << 29), size_in_words(3 << 19)
    ('1.5 GiB', '1.5 MiB')
    """
    if count >= 1 << 30:
        return f"{figure(count / 2**30)} GiB"
    return f"{figure(count / 2**20)} MiB"


def document(machine: Machine, settings: dict[str, object], results: object) -> bytes:
    """The results as JSON, with where and how they were had."""
    whole = {
        "version": version("firingtree"),
        "machine": machine,
        "settings": settings,
        "results": results,
    }
    return msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n"


Drawing = Callable[[str], bytes]
"""Makes a picture of a format: png, svg or pdf."""


def write_results(
    console: Terminal, json_path: Path | None, content: bytes, plot: Path | None, draw: Drawing
) -> None:
    """Both files hold what was asked for, and it is said so. Errors: `output-not-written`."""
    if json_path is not None:
        write_whole(json_path, content)
    if plot is not None:
        write_whole(plot, draw(plot.suffix[1:].lower()))
    for path in (json_path, plot):
        if path is not None:
            console.print(f"written: {path}", soft_wrap=True)
