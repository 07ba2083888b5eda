"""Text of the ledger and of facts: prose, `code`, ids of claims, and LaTeX between dollar signs.

typeset   as HTML: formulas in MathML, everything else escaped
plain     as one line of text for a terminal: λ_min(K) ≤ exp(−b²/2)
"""

import re
from collections.abc import Collection, Iterator
from unicodedata import normalize
from xml.etree.ElementTree import Element

from markupsafe import Markup, escape

from proofs.audit.report.mathml import (
    RELATIONS,
    NotLatex,
    core,
    formula,
    is_name,
    pieces,
    written,
)

LONGEST = 22
"""A formula of more characters may be broken over lines."""

RAISED = str.maketrans("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
SPACED = frozenset(RELATIONS + "+−±×∪∩∖⧵∧∨:~")
"""Operators with a space at either side when they stand between two things."""

LARGE = "∑∏∫⋃⋂"
ACCENTS = {"^": "\u0302", "~": "\u0303", "¯": "\u0304", "―": "\u0304", "→": "\u20d7"}

CODE_OR_ID = re.compile(r"`([^`]+)`|(?<![\w/.-])([a-z]+/[a-z0-9][a-z0-9-]*)(?![\w/])")


def typeset(text: str, linked: Collection[str] = ()) -> Markup:
    """The text as HTML, where these claims' ids are links. Errors: `not-latex`."""
    parts = list(_parts(text))
    told = Markup("")
    for index, (latex, part) in enumerate(parts):
        if latex:
            before = parts[index - 1][1] if index else ""
            after = parts[index + 1][1] if index + 1 < len(parts) else ""
            told += _formula(_opening(before), part, _closing(after))
        else:
            first = len(_closing(part)) if index else 0
            end = len(part) - (len(_opening(part)) if index + 1 < len(parts) else 0)
            told += _prose(part[first:end], linked)
    return told


def plain(text: str) -> str:
    """The text in one line of Unicode. Errors: `not-latex`.

    >>> plain(r"at most $\\exp(-b^2/2)$ of them, $\\lvert S_i \\rvert \\le \\frac{m}{2 n}$")
    'at most exp(−b²/2) of them, |S_i| ≤ m/(2n)'
    """
    return "".join(_line(formula(part)) if latex else part for latex, part in _parts(text))


def in_a_line(text: str) -> str:
    """The text as by `plain`, or as it is if it cannot be typeset: a terminal shows it anyway.

    >>> in_a_line(r"$\\lambda > 0$"), in_a_line(r"$\\lamda > 0$")
    ('λ > 0', '$\\\\lamda > 0$')
    """
    try:
        return plain(text)
    except NotLatex:
        return text


def _parts(text: str) -> Iterator[tuple[bool, str]]:
    """Prose and LaTeX in turn."""
    parts = text.split("$")
    if len(parts) % 2 == 0:
        raise NotLatex(parts[-1], "a $ has no second")
    for index, part in enumerate(parts):
        if part or index % 2:
            yield index % 2 == 1, part


def _opening(prose: str) -> str:
    """The bracket that ends it: no line may end between it and a formula."""
    return "(" if prose.endswith("(") else ""


def _closing(prose: str) -> str:
    """The marks that begin it: no line may begin with them after a formula."""
    marks = re.match(r"[,.;:!?)’'-]*", prose)
    return marks[0] if marks else ""


def _formula(opening: str, latex: str, closing: str) -> Markup:
    """The formula between these marks; lines may break where it is cut."""
    cut = [written(piece) for piece in pieces(formula(latex), LONGEST)]
    if opening or closing:
        cut[0] = opening + cut[0]
        cut[-1] += closing
        cut = [Markup('<span class="whole">{}</span>').format(piece) for piece in cut]
    return Markup("<wbr>").join(cut)


def _prose(text: str, linked: Collection[str]) -> Markup:
    parts, end = [], 0
    for match in CODE_OR_ID.finditer(text):
        code, id_ = match.groups()
        if code is None and id_ not in linked:
            continue
        parts.append(escape(text[end : match.start()]))
        end = match.end()
        if (code or id_) in linked:
            parts.append(Markup('<a class="id" href="#{0}">{0}</a>').format(code or id_))
        else:
            parts.append(Markup("<code>{}</code>").format(code))
    return Markup("").join([*parts, escape(text[end:])])


def _line(element: Element) -> str:
    """The formula in a line."""
    children = [_line(child) for child in element]
    match element.tag, children:
        case "mfrac", [above, below]:
            chosen = element.attrib.get("linethickness") == "0"
            return f"{above} choose {below}" if chosen else f"{_product(above)}/{_one(below)}"
        case "msqrt", _:
            return f"√{_one(_row(element))}"
        case "mroot", [radicand, index]:
            return f"{_raised(index)}√{_one(radicand)}"
        case (("msub" | "munder"), [base, below]):
            return base + _lowered(below)
        case (("msup" | "mover"), [base, above]):
            accent = ACCENTS.get(above)
            return normalize("NFC", base + accent) if accent else base + _raised(above)
        case (("msubsup" | "munderover"), [base, below, above]):
            return base + _lowered(below) + _raised(above)
        case (("mtr" | "mtable"), _):
            return ("; " if element.tag == "mtable" else ", ").join(children)
        case "mspace", _:
            return " " if float(element.attrib.get("width", "0").rstrip("empx")) > 0.1 else ""
        case _:
            return _row(element) if children else (element.text or "").replace("\xa0", " ")


def _row(row: Element) -> str:
    """Its children side by side, apart where they would be read as one."""
    line, last = "", len(row) - 1
    for index, child in enumerate(row):
        token, told = core(child), _line(child)
        text = (token.text or "") if token.tag == "mo" else ""
        if text in SPACED and token.attrib.get("form") != "prefix":
            told = f" {told} " if index < last else f" {told}"
        elif text in (",", ";") or (text and text in LARGE):
            told += " "
        elif is_name(token) and last > 0:
            told = f"{_before(token)}{told}{_after(token)}"
        elif child.tag == "mfrac" and index < last and row[index + 1].tag != "mo":
            told = f"({told})"
        elif index and row[index - 1].tag in ("msub", "msubsup") and told[:1].isalnum():
            told = f" {told}"
        line += told
    return re.sub(" {2,}", " ", line).strip()


def _before(name: Element) -> str:
    return "" if name.attrib.get("lspace", "0") == "0" else " "


def _after(name: Element) -> str:
    return "" if name.attrib.get("rspace", "0") == "0" else " "


def _product(text: str) -> str:
    """In brackets, unless nothing in it binds less than a product."""
    return f"({text})" if re.search(r" \W |/", text) else text


def _one(text: str) -> str:
    """In brackets, unless it is read as one thing anyway."""
    letter = r"√?[^\W\d_]′?(_\w+)?[⁰-⁹¹²³]?"  # with what is attached to it
    whole = rf"\d+(\.\d+)?|{letter}|[√\w]*\([^()]*\)|⌈[^⌈]*⌉|∞|∗|\*"
    return text if re.fullmatch(whole, text) else f"({text})"


def _closed_up(text: str) -> str:
    """Without spaces about its operators."""
    return re.sub(r" ([^\w ]) ", r"\1", text).replace(", ", ",")


def _lowered(text: str) -> str:
    told = _closed_up(text)
    return f"_{told}" if re.fullmatch(r"[\w,]+", told) else f"_({told})"


def _raised(text: str) -> str:
    if re.fullmatch("−?[0-9]+", text):
        return text.translate(RAISED)
    if text == "⊤":
        return "ᵀ"
    return text if text in ("′", "″") else f"^{_one(_closed_up(text))}"
