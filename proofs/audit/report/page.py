"""The page, made of the ledger and of what an audit has found."""

from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined

from proofs.audit.results import Results
from proofs.ledger.claim import Claim, Ledger


def page(book: Ledger, chosen: Sequence[Claim], results: Results) -> bytes:
    """The file: nothing in it is fetched from elsewhere."""
    loader = PackageLoader("proofs.audit.report", ".")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    template = environment.get_template("page.html.jinja")
    return template.render(book=book, claims=chosen, results=results).encode()
