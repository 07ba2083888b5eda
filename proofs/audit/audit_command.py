"""`firingtree audit`: every claim's check, and whether its verdict still holds."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from proofs.audit.checks import check_fit
from proofs.audit.conclusion import conclusion
from proofs.audit.effort import Effort
from proofs.audit.report.page import page
from proofs.audit.report.typesetting import in_a_line
from proofs.audit.results import Found, Results, keep, nothing_yet, read
from proofs.audit.running import holds, in_words, results_of, status, theorems_for, verdicts
from proofs.audit.theorem_evidence import Evidence, proving
from proofs.ledger.claim import Claim, ledger
from reference.edges.input_errors import OutOfRange
from reference.edges.interrupts import interrupts
from reference.edges.local_workers import cores
from reference.edges.output_files import check_outputs, write_whole
from reference.edges.progress import Terminal
from reference.errors import INTERRUPTED

FILE = click.Path(path_type=Path)


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
    if not 1 <= count <= 64:
        raise OutOfRange("--workers", "from 1 to 64", str(count))
    check_outputs([], [("--results", results_path), ("--html", html_path)])
    spent = Effort(effort)
    console = Terminal()
    before = read(results_path, spent) if results_path else nothing_yet(spent)
    told = verbose or bool(claims)
    after = _audited(console, chosen, before, count, results_path, told)
    done = [claim for claim in chosen if claim.id in after.results]
    found = [after.results[claim.id] for claim in done]
    if html_path is not None:
        write_whole(html_path, page(book, chosen, after))
        _say(console, f"written: {html_path}")
    counts = ", ".join(f"{count} {verdict.value}" for verdict, count in verdicts(found).items())
    as_stored = sum(holds(claim, result) for claim, result in zip(done, found, strict=True))
    _say(console, f"{as_stored} of {len(chosen)} verdicts found as the ledger has them: {counts}")
    if len(done) < len(chosen):
        goes_on = "; the same command goes on" if results_path else ""
        _say(console, f"interrupted after {len(done)} claims{goes_on}")
        return INTERRUPTED
    ended = status(chosen, found)
    if ended == 0 and len(chosen) == len(book.claim):
        _say(console, conclusion(found, spent, len(theorems_for(chosen))))
    return ended


def _audited(
    console: Terminal,
    chosen: Sequence[Claim],
    results: Results,
    workers: int,
    path: Path | None,
    told: bool,
) -> Results:
    """All results, those that were there and those that are found now."""
    open_ones = [claim for claim in chosen if claim.id not in results.results]
    if len(open_ones) < len(chosen):
        _say(console, f"{len(chosen) - len(open_ones)} results are in {path} already")
    for claim in chosen:
        if claim.id in results.results:
            _show(console, claim, results, told)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    bar = Progress(
        *columns,
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )
    with interrupts() as noted, bar:
        theorems = _proved(bar, open_ones, workers, noted)
        if theorems is None:
            return results
        task = bar.add_task("claims", total=len(open_ones))
        found = results_of(open_ones, theorems, results.effort, workers, lambda: bool(noted))
        for claim, result in found:
            results = results.with_result(claim.id, result)
            if path is not None:
                keep(path, results)
            bar.advance(task)
            _show(console, claim, results, told)
    return results


def _proved(
    bar: Progress, claims: Sequence[Claim], workers: int, noted: Sequence[int]
) -> Mapping[str, Evidence] | None:
    """The theorems that these claims rest on, by name; none once Ctrl-C was pressed."""
    needed = theorems_for(claims)
    task = bar.add_task("theorems", total=len(needed))
    found: dict[str, Evidence] = {}
    with closing(proving(needed, workers)) as proofs:
        for name, evidence in proofs:
            found[name] = evidence
            bar.advance(task)
            if noted:
                return None
    bar.remove_task(task)
    return found


def _show(console: Terminal, claim: Claim, results: Results, told: bool) -> None:
    """One claim's line; its statement and facts too, if asked for."""
    result = results.results[claim.id]
    _say(console, f"{claim.id:28}  {in_words(claim, result)}")
    if told:
        _say(console, f"  claim: {in_a_line(claim.statement)}")
        for fact in result.decision.facts if isinstance(result, Found) else ():
            _say(console, f"  {fact.grade.value}: {in_a_line(fact.says)}")
            for name, value in fact.figures.items():
                shown = f"{value:.6g}" if isinstance(value, float) else value
                _say(console, f"    {name}: {shown}")
        _say(console, f"  why: {in_a_line(claim.because)}")


def _say(console: Terminal, line: str) -> None:
    console.print(line, soft_wrap=True)
