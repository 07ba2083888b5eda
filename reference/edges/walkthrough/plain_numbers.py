"""Numbers, vectors and sets as the walkthrough prints them."""

from collections.abc import Sequence

from reference.ids import Neuron, Point


def decimals(value: float, places: int) -> str:
    """So many decimals, with a minus that is as wide as a plus, and none before a zero.

    >>> decimals(-1.256, 2), decimals(-0.001, 2)
    ('−1.26', '0.00')
    """
    shown = f"{value:.{places}f}"
    return (shown if float(shown) else f"{0:.{places}f}").replace("-", "−")


def two(value: float) -> str:
    """Two decimals."""
    return decimals(value, 2)


def figure(value: float) -> str:
    """Two decimals, or two digits that count where these would say little.

    >>> figure(-1.256), figure(0.000123), figure(0.0)
    ('−1.26', '0.00012', '0.00')
    """
    return two(value) if abs(value) >= 0.1 or value == 0 else f"{value:.2g}".replace("-", "−")


def vector(values: Sequence[float]) -> str:
    """The values in columns, between parentheses."""
    return "(" + ", ".join(f"{two(value):>5}" for value in values) + ")"


def neurons(found: Sequence[Neuron]) -> str:
    """A set of neurons."""
    return "{" + ", ".join(f"r{r}" for r in found) + "}"


def points(found: Sequence[Point]) -> str:
    """Points, with commas."""
    return ", ".join(f"x{i}" for i in found)
