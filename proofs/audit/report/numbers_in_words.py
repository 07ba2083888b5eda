"""Numbers as a reader wants them: 1,048,576; 0.0125; 3.4·10⁻⁷; 2²⁰."""

from decimal import Decimal
from math import isfinite, log

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
LONGEST = 24
"""An integer of more digits is rounded."""


def figure(value: float | str) -> str:
    """A figure of a fact: integers whole, floats to six digits, text as it is.

    >>> figure(1048576), figure(0.0125), figure(3.4e-7), figure("1/3")
    ('1,048,576', '0.0125', '3.4·10⁻⁷', '1/3')
    >>> figure(64**100), figure(1 - 2.5e-9)
    ('≈ 4.14952·10¹⁸⁰', '1 − 2.5·10⁻⁹')
    """
    match value:
        case str():
            return value
        case int() if abs(value) >= 10**LONGEST:
            mantissa, _, exponent = f"{Decimal(value):.5e}".partition("e")
            return f"≈ {_scientific(mantissa, int(exponent))}"
        case int():
            return f"{value:,}".replace("-", "−")
        case float() if 0.9999995 <= value < 1:
            return f"1 − {short(1 - value, 3)}"
        case _:
            return short(value, 6)


def short(value: float, digits: int) -> str:
    """To so many digits, as a power of ten where there would be many noughts.

    >>> short(1234567.0, 4), short(12345.6, 6), short(-0.5, 4), short(1e-9, 4)
    ('1.235·10⁶', '12,345.6', '−0.5', '10⁻⁹')
    """
    if not isfinite(value):
        return str(value).replace("inf", "∞").replace("-", "−")
    mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
    if value == 0 or -4 <= int(exponent) < max(digits, 5):
        return (
            f"{float(f'{value:.{digits}g}'):,.{digits + 4}f}".rstrip("0")
            .rstrip(".")
            .replace("-", "−")
        )
    return _scientific(mantissa, int(exponent))


def power(value: float, base: float) -> str:
    """A power of the base as such, or the number itself while that is short.

    >>> power(1024.0, 2.0), power(1e-3, 10.0), power(20.0, 10.0), power(1.0, 10.0)
    ('2¹⁰', '10⁻³', '20', '1')
    """
    exponent = round(log(value, base))
    whole = abs(value / base**exponent - 1) < 1e-9
    if not whole or abs(exponent) < 2:
        return short(value, 4)
    return f"{base:g}{str(exponent).translate(RAISED)}"


def _scientific(mantissa: str, exponent: int) -> str:
    told = mantissa.rstrip("0").rstrip(".").replace("-", "−")
    factor = "" if told == "1" else "−" if told == "−1" else f"{told}·"
    return f"{factor}10{str(exponent).translate(RAISED)}"
