"""`firingtree audit`: every claim's check, and whether its verdict still holds."""

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import click

from proofs.audit.all_checks import check_fit
from proofs.audit.audit_session import Session
from proofs.audit.conclusion import conclusion
from proofs.audit.report.page import page
from proofs.audit.running import holds, status, theorems_for, verdicts
from proofs.evidence.effort import Effort
from proofs.evidence.results import Result, alone_with, nothing_yet, read
from proofs.ledger.claim import Claim, ledger
from reference.edges.system.local_workers import cores
from reference.edges.system.output_files import check_outputs, write_whole
from reference.edges.system.request_errors import OutOfRange
from reference.edges.system.terminal import Terminal
from reference.errors import INTERRUPTED

FILE = click.Path(path_type=Path)

MOST_WORKERS = 64


@click.command()
@click.argument("claims", nargs=-1)
@click.option("--area", "areas", multiple=True, help="All claims of this area.")
@click.option("--quick", "effort", flag_value="quick", help="Smaller samples: minutes in all.")
@click.option("--full", "effort", flag_value="full", default=True, help="The default.")
@click.option("--deep", "effort", flag_value="deep", help="Larger samples: a night.")
@click.option("--results", "results_path", type=FILE, help="Keep results; go on from those there.")
@click.option("--html", "html_path", type=FILE, help="Write the report, one page.")
@click.option("--workers", default=None, type=int, help="Processes [default: one a core].")
@click.option("--verbose", is_flag=True, help="Every fact [default: if claims are named].")
def audit(
    claims: tuple[str, ...],
    areas: tuple[str, ...],
    effort: str,
    results_path: Path | None,
    html_path: Path | None,
    workers: int | None,
    verbose: bool,
) -> int:
    """Check the paper's CLAIMS, all if none is named, and say what each check came to.

    Exit status: 0 if every verdict of the ledger was found again; 1 if a check came to another one,
    or could not establish what it rests on; 2 if one could not be made.
    """
    book = ledger()
    chosen = book.chosen(claims, areas)
    check_fit(book, chosen)
    count = cores() if workers is None else workers
    if not 1 <= count <= MOST_WORKERS:
        raise OutOfRange("--workers", f"from 1 to {MOST_WORKERS}", str(count))
    check_outputs([], [("--results", results_path), ("--html", html_path)])
    spent = Effort(effort)
    session = Session(Terminal(), count, results_path, verbose or bool(claims))
    with nullcontext() if results_path is None else alone_with(results_path):
        before = read(results_path, spent) if results_path else nothing_yet(spent)
        after = session.audited(chosen, before)
    if html_path is not None:
        write_whole(html_path, page(book, chosen, after))
        session.say(f"written: {html_path}")
    done = [claim for claim in chosen if claim.id in after.results]
    found = [after.results[claim.id] for claim in done]
    session.say(_summary(chosen, done, found))
    if len(done) < len(chosen):
        goes_on = "; the same command goes on" if results_path else ""
        session.say(f"interrupted after {len(done)} claims{goes_on}")
        return INTERRUPTED
    ended = status(chosen, found)
    if ended == 0 and len(chosen) == len(book.claim):
        session.say(conclusion(found, spent, len(theorems_for(chosen))))
    return ended


def _summary(chosen: Sequence[Claim], done: Sequence[Claim], found: Sequence[Result]) -> str:
    """How many verdicts are the ledger's, and how many of each were found."""
    counts = ", ".join(f"{count} {verdict.value}" for verdict, count in verdicts(found).items())
    as_stored = sum(holds(claim, result) for claim, result in zip(done, found, strict=True))
    return f"{as_stored} of {len(chosen)} verdicts found as the ledger has them: {counts or 'none'}"
