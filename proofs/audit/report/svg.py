"""A figure of matplotlib's as SVG that stands in a page.

Its colours are classes, which the page's style gives a colour by day and by night; what it refers
to has ids of its own; it has no style attribute, no metadata and no namespace. Text stays text.
"""

import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from itertools import count
from xml.etree.ElementTree import Element, fromstring, tostring

from markupsafe import Markup
from matplotlib.figure import Figure

INK, FAINT = "#000100", "#000200"
SERIES = tuple(f"#0{number}0000" for number in range(1, 9))
CLASSES: Mapping[str, str] = {
    INK: "ink",
    FAINT: "faint",
    **{colour: f"series-{number}" for number, colour in enumerate(SERIES, 1)},
}
"""Colours to draw with, and the class that each becomes: `stroke-ink`, `fill-series-1`."""

SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"

KEPT = re.findall(
    r"[a-z-]+",
    "fill fill-opacity font-size opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap "
    "stroke-linejoin stroke-opacity stroke-width text-anchor",
)
"""Properties of a style that are presentation attributes as well, and are wanted."""

NUMBER = re.compile(r"-?\d+\.\d{3,}")


def svg(figure: Figure, name: str, title: str, description: str) -> Markup:
    """The figure, with ids that begin with its name, and what a screen reader reads of it."""
    content = BytesIO()
    figure.savefig(content, format="svg", metadata={"Date": None})
    return drawn(fromstring(content.getvalue()), name, title, description)


def drawn(root: Element, name: str, title: str, description: str) -> Markup:
    """This SVG, made fit for a page."""
    ids = _new_ids(root, name)
    for element in root.iter():
        element.tag = element.tag.removeprefix(SVG)
        element.tail = None
        if element.tag != "text":
            element.text = None
        element.attrib = dict(_attributes(element, ids))
    for parent in list(root.iter()):
        parent[:] = [child for child in parent if child.tag not in ("metadata", "style")]
    root.attrib = {
        "viewBox": root.attrib["viewBox"],
        "role": "img",
        "aria-labelledby": f"{name}-title {name}-description",
    }
    for tag, words in (("description", description), ("title", title)):
        told = Element("title" if tag == "title" else "desc", id=f"{name}-{tag}")
        told.text = words
        root.insert(0, told)
    return Markup(tostring(root, encoding="unicode"))


def _new_ids(root: Element, name: str) -> Mapping[str, str]:
    """New ids, in the order in which they stand, for those that something refers to."""
    numbers = count(1)
    text = " ".join(" ".join(element.attrib.values()) for element in root.iter())
    used = set(re.findall(r"#([\w.-]+)", text))
    old = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    return {id_: f"{name}-{next(numbers)}" for id_ in old if id_ in used}


def _attributes(element: Element, ids: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    """What an element has: no style, numbers to a hundredth, its ids and colours as classes."""
    kept: dict[str, str] = {}
    for key, value in element.attrib.items():
        if key == "style":
            kept |= _presentation(value)
        elif key == "id":
            kept |= {"id": ids[value]} if value in ids else {}
        elif key.removeprefix(XLINK) == "href":
            kept["href"] = "#" + ids[value.removeprefix("#")]
        elif key == "clip-path":
            kept[key] = f"url(#{ids[value[5:-1]]})"
        elif not (key == "transform" and value.startswith("rotate(-0 ")):
            kept[key] = NUMBER.sub(lambda found: f"{float(found[0]):.2f}", value)
    return [(key, " ".join(value.split())) for key, value in kept.items()]


def _presentation(style: str) -> Mapping[str, str]:
    """A style as attributes, its colours as classes."""
    pairs = [declaration.partition(":") for declaration in style.split(";")]
    found = {key.strip(): value.strip() for key, _, value in pairs}
    classes = [
        f"{key}-{CLASSES[found[key]]}"
        for key in ("fill", "stroke")
        if found.get(key, "") in CLASSES
    ]
    kept = {key: value for key, value in found.items() if key in KEPT and value not in CLASSES}
    return {**({"class": " ".join(classes)} if classes else {}), **kept}
