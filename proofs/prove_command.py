"""`firingtree prove`: every proof, by sympy and by two SMT solvers."""

import os
from collections.abc import Sequence
from textwrap import fill

import click

from proofs.smt.counterexamples import FALSE
from proofs.smt.proof_mutants import OPERATIONS, Fate, fates
from proofs.smt.proving import AREAS, TRUSTED, Proved, proved, theorems_of
from proofs.symbolic.proof import all_proofs

FAILED = 1
"""Exit status: something is not proved."""


@click.command()
@click.option("--area", "areas", multiple=True, type=click.Choice(["symbolic", *AREAS]))
@click.option("--mutants", is_flag=True, help="Break the functions, and see that proofs fail.")
@click.option(
    "--verbose", is_flag=True, help="What each theorem says, how long it took; counterexamples."
)
def prove(areas: tuple[str, ...], mutants: bool, verbose: bool) -> int:
    """Prove what holds for all sizes; status 1 if anything is not proved.

    symbolic: identities behind the counters and the model, by sympy. The other areas: theorems
    about the functions of reference/specification, read from their source, by z3 and cvc5, which
    both have to agree. What an area uses of the areas before it is not proved again.
    """
    chosen = areas or ("symbolic", *AREAS)
    if mutants:
        return _mutants([area for area in chosen if area in OPERATIONS], verbose)
    failed = _symbolic() if "symbolic" in chosen else 0
    return FAILED if failed + _theorems([area for area in chosen if area in AREAS], verbose) else 0


def _mutants(areas: Sequence[str], verbose: bool) -> int:
    """Status 1 if a broken function is still proved."""
    found = []
    for fate in fates(areas, os.cpu_count() or 1):
        found.append(fate)
        alive = fate.refused_by is None
        if alive or verbose:
            click.echo(f"{'SURVIVED' if alive else 'REFUSED '}  {fate.variant.name}")
            click.echo(f"          by {fate.refused_by or 'nothing'}")
        if verbose and not alive:
            click.echo(_folded(fate.told))
    refused = [fate for fate in found if fate.refused_by is not None]
    undecided = sum(fate.undecided for fate in refused)
    click.echo(
        f"{len(refused)} of {len(found)} broken functions are not proved "
        f"({undecided} of them undecided in time)"
    )
    click.echo(_counterexamples(refused))
    return FAILED if len(refused) < len(found) else 0


def _counterexamples(refused: Sequence[Fate]) -> str:
    """Of how many there are some, of which kind, and what is known of the rest."""
    outcomes = [fate.counterexample.outcome for fate in refused if fate.counterexample]
    false = sum(outcome == FALSE for outcome in outcomes)
    alike = sum(fate.differs == "" for fate in refused)
    return (
        f"{len(outcomes)} have a counterexample: values at which a theorem is False ({false}) or "
        f"raises an error ({len(outcomes) - false})\n"
        f"{len(refused) - len(outcomes)} have none that was found; {alike} of them gave what the "
        f"right function gives, wherever that was tried"
    )


def _folded(text: str) -> str:
    """Lines that can be read, below a variant's name."""
    for outcome in (" is ", " raises "):  # no line ends there
        text = text.replace(outcome, outcome.replace(" ", "\u00a0"))
    lines = fill(
        text,
        width=100,
        initial_indent=" " * 10,
        subsequent_indent=" " * 14,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return lines.replace("\u00a0", " ")


def _symbolic() -> int:
    """How many identities fail."""
    failed = 0
    for proof in all_proofs():
        holds = proof.holds()
        failed += not holds
        click.echo(f"{'PROVED' if holds else 'FAILED'}  {proof.claim}: {proof.statement}")
    return failed


def _theorems(areas: Sequence[str], verbose: bool) -> int:
    """How many theorems are not proved."""
    if not areas:
        return 0
    failed = count = questions = 0
    running = proved(
        theorems_of(areas),
        lambda theorem: theorem.name.partition("/")[0] in areas,
        os.cpu_count() or 1,
    )
    for one in running:
        count, questions = count + 1, questions + len(one.outcomes)
        failed += one.verdict != "PROVED"
        if verbose or one.verdict != "PROVED":
            click.echo(_told(one))
    click.echo(
        f"{count - failed} of {count} theorems about running source proved, for all sizes, in "
        f"{questions} questions to z3 and cvc5 each"
    )
    click.echo(TRUSTED)
    return failed


def _told(one: Proved) -> str:
    """A theorem and its verdict; of one that is not proved, the question that is open."""
    name, sentence = one.theorem.name, one.theorem.sentence
    line = f"{one.verdict:10}  {name}: {sentence}  ({one.seconds:.2f} s)"
    open_ones = [outcome for outcome in one.outcomes if not outcome.proved]
    if not open_ones and one.missing:
        return f"{line}\n  {one.missing}, before it, is not proved"
    return "\n".join([line, *(f"  {each.question.obligation}: {each.told}" for each in open_ones)])
