"""The pages of prose, as tests read them."""

from pathlib import Path

HOUSE = Path(__file__).parent.parent
PAGES = ("README.md", "reference/README.md", "proofs/README.md")


def page(name: str) -> str:
    """What stands on it."""
    return (HOUSE / name).read_text(encoding="utf-8")


def unwrapped(text: str) -> str:
    """The text with every run of white space as one space, so that line ends do not matter."""
    return " ".join(text.split())
