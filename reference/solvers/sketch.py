"""Sketches of Jᵀ: a few rows that keep the lengths of its columns' combinations.

    ‖S Jᵀ v‖ ≈ ‖Jᵀ v‖ for every v ∈ Rⁿ, so (S Jᵀ)ᵀ(S Jᵀ) ≈ G, from s rows instead of m·d

    countsketch   every row of Jᵀ is added, with a sign, to one row        P·d, needs s of about n²
    osnap         the same with q rows, one in each of q blocks            q·P·d, s of about n·log n
    srht          random signs, a Hadamard transform, s of its N rows      n·N·log₂N, N ≥ m·d

P·d = nnz(J) entries of Jᵀ are not zero. So only the first two keep within m^(1−α)·n·d, and the last
costs more than m·d whatever fires (claim regression/sketch-cost).

No S is stored. What it does with the rows (r, ·) of Jᵀ are the words of SHAKE-128 over the seed,
the number of the draw and r, the neuron's place among all m: the same for any order of neurons, for
those held of a restricted network, and for any port. With B = ⌈s/q⌉, word c·q + k puts row (r, c)
into row k·B + ⌊word/2⌋ mod B; the transform takes word c of each row, and for its rows the words of
r = −1 modulo N, in the order drawn; in place of those that repeat an earlier one come as many of
r = −2, and so on. Everywhere the sign is + if the word is odd.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import shake_128
from struct import unpack
from typing import Generic

from reference import closed_forms
from reference.jacobian import Jacobian
from reference.scalar import Arithmetic, S

OSNAP_NONZEROS = 4
"""q, the entries that a column of the sparse embedding has."""


class SketchKind(Enum):
    """Which random map S is."""

    OSNAP = "osnap"
    COUNTSKETCH = "countsketch"
    SRHT = "srht"


@dataclass(frozen=True, slots=True)
class SketchChoice:
    """The kind of S, its rows s, and the seed that it is drawn from."""

    kind: SketchKind
    rows: int
    seed: int


@dataclass(frozen=True, slots=True)
class SketchedColumns(Generic[S]):
    """The n columns of c·S Jᵀ, s entries each; `weight` is 1/c², so that weight·AᵀA ≈ G.

    The entries of c·S are 0 and ±1, and those of c·Jᵀ coordinates of points: no roots are needed.
    """

    columns: list[list[S]]
    weight: S
    operations: dict[str, int]


def sketched(
    arithmetic: Arithmetic[S], jacobian: Jacobian[S], choice: SketchChoice, draw: int
) -> SketchedColumns[S]:
    """S Jᵀ for the S of this number.

    The embedding rounds s up to a multiple of q; the Hadamard transform has at most N rows to give.
    """
    match choice.kind:
        case SketchKind.COUNTSKETCH:
            return _embedded(arithmetic, jacobian, choice, draw, 1)
        case SketchKind.OSNAP:
            return _embedded(arithmetic, jacobian, choice, draw, OSNAP_NONZEROS)
        case SketchKind.SRHT:
            return _transformed(arithmetic, jacobian, choice, draw)


def _embedded(
    arithmetic: Arithmetic[S],
    jacobian: Jacobian[S],
    choice: SketchChoice,
    draw: int,
    nonzeros: int,
) -> SketchedColumns[S]:
    """Every row of Jᵀ added to one row of each block."""
    block = -(-choice.rows // nonzeros)
    n, d, firing = jacobian.n, jacobian.d, jacobian.firing
    zero = arithmetic.ratio(0)
    rows = [[zero] * n for _ in range(block * nonzeros)]
    for r, fired in firing.by_neuron.items():
        sign = jacobian.signs[r]
        words = iter(_words(choice.seed, draw, jacobian.places[r], d * nonzeros))
        for coordinate in range(d):
            entries = [(i, sign * jacobian.points[i][coordinate]) for i in fired]
            for start in range(0, block * nonzeros, block):
                word = next(words)
                row = rows[start + (word >> 1) % block]
                if word & 1:
                    for i, entry in entries:
                        row[i] += entry
                else:
                    for i, entry in entries:
                        row[i] -= entry
    work = {
        "hash": closed_forms.hashes(firing.union * d, nonzeros).solver_operations,
        "sketch": closed_forms.embedding(firing.pairs, d, nonzeros).solver_operations,
    }
    columns = [[row[i] for row in rows] for i in range(n)]
    return SketchedColumns(columns, arithmetic.ratio(1, jacobian.m * nonzeros), work)


def _transformed(
    arithmetic: Arithmetic[S], jacobian: Jacobian[S], choice: SketchChoice, draw: int
) -> SketchedColumns[S]:
    """Signs, a Hadamard transform of each column, and s of its rows, no two the same."""
    n, d, firing = jacobian.n, jacobian.d, jacobian.firing
    padded = 1 << (jacobian.m * d - 1).bit_length()
    chosen = _chosen_rows(choice, draw, padded)
    flips = {
        r: [
            sign if word & 1 else -sign for word in _words(choice.seed, draw, jacobian.places[r], d)
        ]
        for r, sign in jacobian.signs.items()
    }
    columns: list[list[S]] = []
    for x, fired in zip(jacobian.points, firing.by_point, strict=True):
        column = [arithmetic.ratio(0)] * padded
        for r in fired:
            start = jacobian.places[r] * d
            column[start : start + d] = [
                flip * entry for flip, entry in zip(flips[r], x, strict=True)
            ]
        transformed = hadamard(column)
        columns.append([transformed[row] for row in chosen])
    work = {
        "hash": closed_forms.hashes(firing.union * d, 1).solver_operations,
        "sketch": closed_forms.hadamard(n, padded).solver_operations,
    }
    return SketchedColumns(columns, arithmetic.ratio(1, jacobian.m * len(chosen)), work)


def hadamard(values: Sequence[S]) -> list[S]:
    """The Hadamard transform of 2^k values: entry p is Σ_q (−1)^(number of ones in p & q)·v_q.

    >>> hadamard([1.0, 2.0, 3.0, 4.0])
    [10.0, -2.0, -4.0, 0.0]
    """
    now = list(values)
    for _ in range(len(now).bit_length() - 1):
        pairs = list(zip(now[0::2], now[1::2], strict=True))
        now = [left + right for left, right in pairs] + [left - right for left, right in pairs]
    return now


def _chosen_rows(choice: SketchChoice, draw: int, padded: int) -> list[int]:
    """s different rows of the transform, or all of them."""
    if choice.rows >= padded:
        return list(range(padded))
    chosen: dict[int, None] = {}
    attempt = 0
    while len(chosen) < choice.rows:
        attempt += 1
        for word in _words(choice.seed, draw, -attempt, choice.rows - len(chosen)):
            chosen[word & (padded - 1)] = None
    return list(chosen)


def _words(seed: int, draw: int, r: int, count: int) -> Sequence[int]:
    """The first 64-bit words of SHAKE-128 over "sketch/seed/draw/r" in ASCII, little-endian."""
    digest = shake_128(f"sketch/{seed}/{draw}/{r}".encode()).digest(8 * count)
    words: Sequence[int] = unpack(f"<{count}Q", digest)
    return words
