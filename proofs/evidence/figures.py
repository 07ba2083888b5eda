"""Floats as they go into facts and charts: the digits that another machine finds too."""

from collections.abc import Iterable


def rounded(value: float, digits: int = 6) -> float:
    """To so many significant digits.

    >>> rounded(1234567.8), rounded(2 / 3, 3)
    (1234570.0, 0.667)
    """
    return float(f"{value:.{digits}g}")


def all_rounded(values: Iterable[float]) -> list[float]:
    """Each to six digits."""
    return [rounded(value) for value in values]
