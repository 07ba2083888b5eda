"""LaTeX to MathML that a browser sets well and that is safe to stand in a page.

latex2mathml translates. What it leaves to be done is done here: it lets pass what it does not know,
writes some brackets and signs as identifiers, and knows no binary minus from a sign. Elements and
attributes that are not on a list are refused, so no link, style or handler gets through.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import ClassVar
from unicodedata import category
from xml.etree.ElementTree import Element, SubElement, tostring

from latex2mathml.converter import convert_to_element
from markupsafe import Markup

from reference.errors import FiringtreeError

ELEMENTS = re.findall(
    r"\w+",
    "math mrow mi mn mo mtext mspace msub msup msubsup munder mover munderover mfrac msqrt mroot "
    "mtable mtr mtd mstyle mpadded",
)
ATTRIBUTES = re.findall(
    r"\w+",
    "accent columnalign displaystyle fence form height linethickness lspace mathvariant maxsize "
    "minsize movablelimits rspace scriptlevel stretchy width",
)
SCRIPTED = ("msub", "msup", "msubsup", "munder", "mover", "munderover")
"""Elements whose first child is what the others are attached to."""

OPENING, CLOSING, FENCES = "([{⟨⌈⌊", ")]}⟩⌉⌋", "|‖"
SIGNS = "+−±∓¬"
RELATIONS = "=≠<>≤≥≈≡∼≃≪≫∝∈∉⊆⊂→↦⟹⇒⟺⇔∣"
IDENTIFIERS = "∞∅∂∇′…⋯"
"""Signs by their kind, but names or digits of something."""

BOLD = {"A": 0x1D400, "a": 0x1D41A, "0": 0x1D7CE}
"""Where the bold letters and digits begin."""

THIN = "0.1667em"


@dataclass(eq=False)
class NotLatex(FiringtreeError):
    """A formula that cannot be typeset."""

    latex: str
    reason: str
    code: ClassVar[str] = "not-latex"

    @property
    def message(self) -> str:
        """The formula, and what is wrong with it."""
        return f"${self.latex}$ cannot be typeset: {self.reason}"


def formula(latex: str) -> Element:
    """The formula as one `math`. Errors: `not-latex`."""
    _check_braces(latex)
    try:
        math = convert_to_element(latex)
    except Exception as error:  # the library has no common class of errors
        raise NotLatex(latex, type(error).__name__) from error
    _check_elements(latex, math)
    _mend_row(math)
    return math


def written(math: Element) -> Markup:
    """As it stands in a page."""
    return Markup(tostring(math, encoding="unicode"))


def pieces(math: Element, length: int) -> Sequence[Element]:
    """The formula whole, or, if it is longer than this, cut after its relations and commas.

    A browser does not break a formula over lines, and a phone is narrow.
    """
    (row,) = math
    if len("".join(math.itertext())) <= length:
        return [math]
    cut = [Element("math")]
    line, depth = SubElement(cut[0], "mrow"), 0
    for child in row:
        line.append(child)
        sign = core(child).text
        depth += (sign in tuple(OPENING)) - (sign in tuple(CLOSING))
        if depth == 0 and child.tag == "mo" and sign in tuple(RELATIONS + ","):
            cut.append(Element("math"))
            line = SubElement(cut[-1], "mrow")
    return [each for each in cut if len(each[0])]


def core(element: Element) -> Element:
    """What scripts are attached to, as TeX's nucleus."""
    while element.tag in SCRIPTED and len(element):
        element = element[0]
    return element


def is_name(element: Element) -> bool:
    """Is it a function's name, as log or min?"""
    text = element.text or ""
    return element.tag in ("mi", "mo") and len(text) > 1 and text.replace("\u2009", "").isalpha()


def _check_braces(latex: str) -> None:
    """The library closes what was never closed, and sets what was never opened."""
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", re.sub(r"\\\\", "", latex)):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            break
    if depth != 0:
        raise NotLatex(latex, "its braces do not match")


def _check_elements(latex: str, math: Element) -> None:
    """Every element is known, and no command is left."""
    for element in math.iter():
        element.text = unescape(element.text) if element.text else None
        if element.tag == "math":
            element.attrib = {}
        strange = [name for name in element.attrib if name not in ATTRIBUTES]
        if element.tag not in ELEMENTS or strange:
            raise NotLatex(latex, f"<{element.tag}> {' '.join(strange)}".strip())
        text = element.text or ""
        if text.startswith("\\") or (element.tag == "mi" and text in ("&", "{", "}")):
            raise NotLatex(latex, f"{text} is not known here")


def _mend_row(element: Element) -> None:
    """Every row below it is mended, the inner ones first."""
    for child in element:
        _mend_row(child)
    _mend_token(element)
    if element.tag in ("mrow", "msqrt", "mtd", "math"):
        _join_letters(element)
        _join_thousands(element)
        for before, child, after in _neighbours(element):
            _space(before, child, after)


def _mend_token(element: Element) -> None:
    """Signs are operators, brackets do not stretch, bold letters are letters of their own."""
    text = element.text or ""
    if element.tag == "mi" and len(text) == 1 and _is_operator(text):
        element.tag = "mo"
    if element.tag == "mo" and text and text in OPENING + CLOSING + FENCES:
        form = "postfix" if text in CLOSING else "prefix"
        element.attrib = {"form": form, "stretchy": "false", **element.attrib}
    if element.tag == "mo" and text in tuple(IDENTIFIERS):
        element.tag, element.attrib = "mi", {}
    if element.tag == "mo" and text == "/":
        element.attrib |= {"lspace": "0", "rspace": "0"}
    if element.tag == "mi" and "Α" <= text <= "Ω" and len(text) == 1:
        element.attrib["mathvariant"] = "normal"
    if element.attrib.get("mathvariant") == "bold":
        element.text = "".join(map(_bold, text))
        del element.attrib["mathvariant"]


def _is_operator(text: str) -> bool:
    kind = category(text)
    return text not in IDENTIFIERS and (kind in ("Sm", "Ps", "Pe") or text in "·:‖")


def _bold(letter: str) -> str:
    for first, place in BOLD.items():
        if first <= letter <= chr(ord(first) + (9 if first == "0" else 25)):
            return chr(place + ord(letter) - ord(first))
    return letter


def _join_letters(row: Element) -> None:
    """Upright letters side by side are one name, as in \\mathrm{cond}."""
    kept: list[Element] = []
    for child in row:
        if kept and _is_upright(child) and _is_upright(kept[-1]):
            kept[-1].text = f"{kept[-1].text or ''}{child.text or ''}"
        else:
            kept.append(child)
    row[:] = kept


def _is_upright(element: Element) -> bool:
    letters = (element.text or "").isascii() and element.tag == "mi"
    return letters and element.attrib.get("mathvariant") == "normal"


def _join_thousands(row: Element) -> None:
    """A comma in braces belongs to its number, as in 1{,}000."""
    kept: list[Element] = []
    for child in row:
        if len(kept) > 1 and child.tag == kept[-2].tag == "mn" and _is_braced_comma(kept[-1]):
            kept.pop()
            kept[-1].text = f"{kept[-1].text},{child.text}"
        else:
            kept.append(child)
    row[:] = kept


def _is_braced_comma(element: Element) -> bool:
    return element.tag == "mrow" and [child.text for child in element] == [","]


def _neighbours(row: Element) -> Iterator[tuple[Element | None, Element, Element | None]]:
    children = list(row)
    yield from zip([None, *children[:-1]], children, [*children[1:], None], strict=True)


def _space(before: Element | None, child: Element, after: Element | None) -> None:
    """A sign that follows nothing or an operator is a sign; names stand off from letters."""
    token = core(child)
    ends = before is not None and (before.tag != "mo" or _sign(before) in tuple(CLOSING + FENCES))
    if token.tag == "mo" and token.text and token.text in SIGNS and not ends:
        token.attrib["form"] = "prefix"
    if is_name(token) and (token.tag == "mo" or before is not None or after is not None):
        token.tag = "mo"
        follows = after is not None and _sign(after) not in (*OPENING, *CLOSING, ",")
        token.attrib = {"form": "prefix", "lspace": THIN if ends else "0"} | {
            "rspace": THIN if follows else "0"
        }


def _sign(element: Element) -> str:
    """The operator that it begins with, or nothing."""
    token = core(element)
    while token.tag == "mrow" and len(token):
        token = core(token[0])
    return (token.text or "") if token.tag == "mo" else ""
