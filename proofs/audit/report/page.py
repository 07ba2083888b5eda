"""The page, made of the ledger and of what an audit has found."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from platform import python_version

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from proofs.audit.report.notation import AREAS, SYMBOLS
from proofs.audit.report.standing import OTHER_WORDS, WORDS
from proofs.audit.report.typesetting import typeset
from proofs.audit.report.view import ClaimShown, shown
from proofs.evidence.digest import LIBRARIES, code_digest
from proofs.evidence.evidence import GRADES
from proofs.evidence.results import Results
from proofs.ledger.claim import MEANINGS, Claim, Ledger
from proofs.smt.proving import TRUSTED

PACKAGE = "proofs.audit.report"


def page(book: Ledger, chosen: Sequence[Claim], results: Results) -> bytes:
    """The file: nothing in it is fetched from elsewhere, and nothing runs.

    Errors: `ledger-damaged`, `check-broke`, if what a claim or a check says cannot be shown.
    """
    ids = [claim.id for claim in chosen]
    claims = [shown(claim, book, results, ids) for claim in chosen]
    style = files(PACKAGE).joinpath("style.css").read_text(encoding="utf-8")
    return (
        _environment()
        .get_template("page.html.jinja")
        .render(
            areas=_by_area(claims),
            by_word=_by_word(claims),
            claims=claims,
            effort=results.effort.value,
            digest=results.code,
            grades={grade.value: meaning for grade, meaning in GRADES.items()},
            meanings={verdict.value: words for verdict, words in MEANINGS.items()} | OTHER_WORDS,
            of=len(book.claim),
            policy=_policy(style),
            sources=book.source,
            style=Markup(style),
            symbols=[(typeset(symbol), typeset(meaning)) for symbol, meaning in SYMBOLS.items()],
            trusted=TRUSTED,
            versions=_versions(results),
            wrong=[each for each in claims if each.standing.wrong],
        )
        .encode()
    )


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader(PACKAGE, "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _by_area(claims: Sequence[ClaimShown]) -> Sequence[tuple[str, str, Sequence[ClaimShown]]]:
    """Each area with its title and its claims."""
    areas = dict.fromkeys(each.claim.area for each in claims)
    return [
        (area, AREAS.get(area, ""), [each for each in claims if each.claim.area == area])
        for area in areas
    ]


def _by_word(claims: Sequence[ClaimShown]) -> Mapping[str, Sequence[ClaimShown]]:
    """The claims of each verdict, and those that have none, where there are any."""
    found = {word: [each for each in claims if each.standing.word == word] for word in WORDS}
    return {word: those for word, those in found.items() if those}


def _policy(style: str) -> str:
    """What the page may do: be looked at in this style, and nothing else."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _versions(results: Results) -> Mapping[str, str]:
    """Of Python and of the libraries that the digest covers, if the results are of this code."""
    if results.code != code_digest():
        return {}
    return {"Python": python_version()} | {name: version(name) for name in LIBRARIES}
