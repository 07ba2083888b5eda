"""What dead neurons withstand beside plain steps, for all sizes."""

import sympy

from proofs.symbolic.proof import proves


@proves(
    "beyond/dead-neurons",
    r"With $b \ge 0$ a score $s \le b$ stays so when weights shrink: "
    r"$(1 - c)s \le b$ for $0 \le c \le 1$.",
)
def shrinking_wakes_nobody() -> bool:
    """b − (1 − c)·s = (1 − c)·(b − s) + c·b, a sum of what is not negative."""
    b, below = sympy.symbols("b below", nonnegative=True)
    kept, lost = sympy.symbols("kept lost", nonnegative=True)
    room = b - kept * (b - below)
    parts = kept * below + lost * b
    return bool(
        sympy.expand((room - parts).subs(lost, 1 - kept)) == 0 and parts.is_nonnegative is True
    )
