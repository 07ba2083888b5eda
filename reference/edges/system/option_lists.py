"""Options that take several values, with commas between them."""

from collections.abc import Sequence

from reference.edges.system.request_errors import OutOfRange


def between_commas(option: str, text: str) -> list[str]:
    """What stands between the commas. Errors: `out-of-range` for nothing, or for the same twice.

    >>> between_commas("--data", "digits,wine")
    ['digits', 'wine']
    """
    found = text.split(",")
    if "" in found:
        raise OutOfRange(option, "no empty entry", repr(text))
    check_once(option, found)
    return found


def check_once(option: str, found: Sequence[str]) -> None:
    """Nothing stands there twice. Errors: `out-of-range`."""
    for index, entry in enumerate(found):
        if entry in found[:index]:
            raise OutOfRange(option, "each only once", f"{entry} again")
