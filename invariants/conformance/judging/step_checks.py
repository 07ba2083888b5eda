"""What a step must have seen and solved: who fired, the residual, and the solution g.

Each stage is judged from what the port said of the stage before it: the residual from its firing
sets, the solution from its residual, and the weights, when they are dumped, from its solution.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from invariants.conformance.judging.checks import (
    STEP_RESIDUAL,
    STEP_SHAPE,
    STEP_SOLUTION,
    Divergence,
)
from invariants.conformance.judging.knowledge import Knowledge
from invariants.conformance.judging.query_checks import answer_divergences, show
from invariants.conformance.judging.state import State, inner
from invariants.conformance.protocol.messages import Stepped
from invariants.conformance.protocol.wire import NotANumber, Row, bits_of, number


def step_divergences(known: Knowledge, state: State, answer: Stepped) -> list[Divergence]:
    """What is wrong with this answer, the earliest stage first."""
    try:
        residual = tuple(map(number, answer.residual))
        solution = tuple(map(number, answer.solution))
    except NotANumber as error:
        return [STEP_SOLUTION.fails("the reply", "finite numbers", error)]
    lengths = (len(answer.fired), len(residual), len(solution))
    if lengths != (state.n, state.n, state.n):
        return [STEP_SHAPE.fails("fired, residual, solution", f"{state.n} of each", lengths)]
    found = firing_divergences(known, state, answer)
    if found or not known.certain:
        return found
    return [
        *_residual(known, state, answer.fired, residual),
        *_solution(known, state, Equations(state, answer.fired), residual, solution),
    ][:1]


def firing_divergences(known: Knowledge, state: State, answer: Stepped) -> list[Divergence]:
    """What is wrong with the firing sets, at the first point where something is."""
    for i, fired in zip(range(state.n), answer.fired, strict=False):
        found = answer_divergences(known, state, i, state.b, fired)
        if found:
            return found
    return []


@dataclass(frozen=True, slots=True)
class Equations:
    """G and what it is made of, for these firing sets."""

    state: State
    fired: Sequence[Sequence[int]]

    def gram(self) -> list[list[Fraction]]:
        """G_ij = scale² · ⟨x_i, x_j⟩ · |S_i ∩ S_j|."""
        square, sets = self.state.scale**2, [frozenset(fired) for fired in self.fired]
        return [
            [square * inner(x, y) * len(here & there) for y, there in self._columns(sets)]
            for x, here in self._columns(sets)
        ]

    def times_a_power_of_four(self) -> Fraction | None:
        """c, if G = c·I with c a power of four and every product in it is simple; or None."""
        matrix = self.gram()
        c = matrix[0][0]
        if not is_power_of_four(c):
            return None
        n = range(len(matrix))
        wanted = all(matrix[i][j] == (c if i == j else 0) for i in n for j in n)
        return c if wanted else None

    def _columns(self, sets: Sequence[frozenset[int]]) -> Sequence[tuple[Row, frozenset[int]]]:
        return list(zip(self.state.points, sets, strict=True))


def is_power_of_four(value: Fraction) -> bool:
    """4^j for some whole number j.

    >>> [is_power_of_four(Fraction(*pair)) for pair in ((1, 4), (16, 1), (1, 2), (3, 1), (0, 1))]
    [True, True, False, False, False]
    """
    if value <= 0 or value.numerator.bit_count() != 1 or value.denominator.bit_count() != 1:
        return False
    return (value.numerator.bit_length() - value.denominator.bit_length()) % 2 == 0


def residual_terms(state: State, i: int, fired: Sequence[int]) -> list[Fraction]:
    """a_r·s_i,r and −a_r·b of the neurons that fired."""
    terms = []
    for r in fired:
        terms += [state.signs[r] * state.score(i, r), -state.signs[r] * state.b]
    return terms


def exact_step(known: Knowledge, state: State, fired: Sequence[Sequence[int]]) -> Stepped | None:
    """What a step must answer, bit for bit, if nothing in it is rounded."""
    residual = []
    for i, neurons in enumerate(fired):
        terms = residual_terms(state, i, neurons)
        stored = sum((known.bands[i][r] for r in neurons), Fraction(0))
        if known.arithmetic.residual(terms, state.scale, state.labels[i], stored):
            return None
        residual.append(state.scale * sum(terms, Fraction(0)) - state.labels[i])
    solution = exact_solution(known, state, Equations(state, fired), tuple(residual))
    if solution is None:
        return None
    return Stepped(
        fired=[list(neurons) for neurons in fired],
        residual=[bits_of(float(value)) for value in residual],
        solution=[bits_of(float(value)) for value in solution],
    )


def _residual(
    known: Knowledge, state: State, fired: Sequence[Sequence[int]], residual: Row
) -> list[Divergence]:
    for i, (neurons, found) in enumerate(zip(fired, residual, strict=True)):
        terms = residual_terms(state, i, neurons)
        value = state.scale * sum(terms, Fraction(0)) - state.labels[i]
        stored = sum((known.bands[i][r] for r in neurons), Fraction(0))
        band = known.arithmetic.residual(terms, state.scale, state.labels[i], stored)
        if abs(found - value) > band:
            return [
                STEP_RESIDUAL.fails(
                    f"point {i}", show(value), show(found), fired=list(neurons), δ=show(band)
                )
            ]
    return []


def _solution(
    known: Knowledge, state: State, equations: Equations, residual: Row, solution: Row
) -> list[Divergence]:
    """‖G g − r‖ is within its bound; where G = 4^j·I, the solution is r / 4^j itself."""
    exactly = exact_solution(known, state, equations, residual)
    if exactly is not None:
        wrong = [i for i, (g, e) in enumerate(zip(solution, exactly, strict=True)) if g != e]
        if not wrong:
            return []
        i = wrong[0]
        return [STEP_SOLUTION.fails(f"point {i}", show(exactly[i]), show(solution[i]), δ="0")]
    matrix = equations.gram()
    missed = [inner(tuple(line), solution) - r for line, r in zip(matrix, residual, strict=True)]
    trace = sum((line[i] for i, line in enumerate(matrix)), Fraction(0))
    # (t‖g‖ + ‖r‖)² lies between t²‖g‖² + ‖r‖² and twice that: the smaller is demanded.
    sizes = trace**2 * inner(solution, solution) + inner(residual, residual)
    allowed = known.arithmetic.solve(state.n, state.d) ** 2 * sizes
    allowed += known.arithmetic.underflow(trace, state.n) ** 2
    square = inner(tuple(missed), tuple(missed))
    # Sizes of 0 miss nothing: either both g and r are 0, or G is, and no solution is judged then.
    if square <= allowed:
        return []
    return [
        STEP_SOLUTION.fails(
            "all points",
            f"‖G g − r‖ at most {root(allowed)}",
            root(square),
            relative=root(square / sizes),
        )
    ]


def root(square: Fraction) -> str:
    """Its square root, near enough to read, also if no float is as large.

    >>> root(Fraction(2)), root(Fraction(16) ** 1000)
    ('1.41', '2^2000 or so')
    """
    try:
        return f"{sqrt(square):.3g}"
    except OverflowError:
        return f"2^{(square.numerator // square.denominator).bit_length() // 2} or so"


def exact_solution(
    known: Knowledge, state: State, equations: Equations, residual: Row
) -> Row | None:
    """g, where any solver finds it without rounding."""
    arithmetic = known.arithmetic
    c = equations.times_a_power_of_four()
    if c is None or arithmetic.solve_bits < arithmetic.bits:
        return None
    products = [
        [a * b for a, b in zip(x, y, strict=True)] for x in state.points for y in state.points
    ]
    solution = tuple(r / c for r in residual)
    numbers = [[value] for value in (*residual, *solution, c, 1 / c)]
    return solution if arithmetic.exact(*products, *numbers) else None
