"""Systems (G + λ I) g = r with a Jacobian of small whole numbers, and every way to solve them."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Generic

import hypothesis.strategies as st

from reference.activation import Activation
from reference.errors import Unsolved
from reference.firing_sets import firing_sets
from reference.ids import Neuron, Point
from reference.jacobian import Jacobian
from reference.matrix import Matrix
from reference.network import network
from reference.scalar import RATIONAL, Arithmetic, S
from reference.solvers.conjugate_gradient import Accuracy, ConjugateGradientSolver
from reference.solvers.sketch import SketchChoice, SketchKind
from reference.solvers.sketch_solver import Draws, SketchSolver
from reference.solvers.solver import GramSolver, Solution, Solver, SolverName
from reference.weights import RewrittenWeights
from tests.exact_algebra import Rows, inner_products, lower_triangle


@dataclass(frozen=True)
class Linear(Generic[S]):
    """What a solver sees: implements `System`."""

    gram: list[list[S]]
    jacobian: Jacobian[S]
    residual: list[S]
    step: int


@dataclass(frozen=True)
class Drawn:
    """Points, signs, who fires where, and a residual; no weights that would make them fire."""

    points: tuple[tuple[int, ...], ...]
    signs: tuple[int, ...]
    fires: tuple[tuple[bool, ...], ...]
    residual: tuple[int, ...]

    @property
    def exact_jacobian(self) -> Rows:
        """Block (i, r) is m^(−1/2)·a_r·x_i where r fires on i."""
        scale = {1: Fraction(1), 4: Fraction(1, 2), 16: Fraction(1, 4)}[len(self.signs)]
        return [
            [scale * a * c * fire for a, fire in zip(self.signs, row, strict=True) for c in x]
            for x, row in zip(self.points, self.fires, strict=True)
        ]

    @property
    def exact_gram(self) -> Rows:
        """J Jᵀ in full."""
        return inner_products(self.exact_jacobian, self.exact_jacobian)

    @property
    def exact_residual(self) -> list[Fraction]:
        """r."""
        return [Fraction(k) for k in self.residual]

    def jacobian(self, arithmetic: Arithmetic[S]) -> Jacobian[S]:
        """The reference's J."""
        m, d = len(self.signs), len(self.points[0])
        weights = RewrittenWeights(Matrix(arithmetic, [arithmetic.ratio(0)] * (m * d), d))
        net = network(arithmetic, weights, self.signs, arithmetic.ratio(0), Activation.SHIFTED)
        by_point = [[Neuron(r) for r in range(m) if row[r]] for row in self.fires]
        firing = firing_sets(by_point, [Point(i) for i in range(len(by_point))])
        points = [[arithmetic.ratio(c) for c in x] for x in self.points]
        return Jacobian(arithmetic, net, firing, points)

    def linear(self, arithmetic: Arithmetic[S], step: int = 0) -> Linear[S]:
        """The system; nothing is rounded on the way to it."""
        gram = [
            [arithmetic.ratio(q.numerator, q.denominator) for q in row]
            for row in lower_triangle(self.exact_gram)
        ]
        residual = [arithmetic.ratio(k) for k in self.residual]
        return Linear(gram, self.jacobian(arithmetic), residual, step)


def one_neuron(rows: list[list[int]], residual: list[int]) -> Drawn:
    """J is this matrix."""
    points = tuple(map(tuple, rows))
    return Drawn(points, (1,), ((True,),) * len(rows), tuple(residual))


small = st.integers(-2, 2)


@st.composite
def draws(draw: st.DrawFn, n: int = 3, d: int = 3, widths: tuple[int, ...] = (1, 4)) -> Drawn:
    """Anything: silent points, dead neurons, points of zero length, dependent rows."""
    m = draw(st.sampled_from(widths))
    count, length = draw(st.integers(1, n)), draw(st.integers(1, d))
    points = draw(st.tuples(*[st.tuples(*[small] * length)] * count))
    signs = draw(st.tuples(*[st.sampled_from((1, -1))] * m))
    fires = draw(st.tuples(*[st.tuples(*[st.booleans()] * m)] * count))
    return Drawn(points, signs, fires, draw(st.tuples(*[small] * count)))


@st.composite
def regular_draws(draw: st.DrawFn, n: int = 3, widths: tuple[int, ...] = (1, 4)) -> Drawn:
    """The rows of J are independent: so are the points, and the first neuron fires on all."""
    m = draw(st.sampled_from(widths))
    count = draw(st.integers(1, n))
    points = tuple(
        (*draw(st.tuples(*[small] * i)), 1, *[0] * (count - 1 - i), draw(small))
        for i in range(count)
    )
    signs = draw(st.tuples(*[st.sampled_from((1, -1))] * m))
    fires = tuple(
        (True, *row) for row in draw(st.tuples(*[st.tuples(*[st.booleans()] * (m - 1))] * count))
    )
    return Drawn(points, signs, fires, draw(st.tuples(*[small] * count)))


@dataclass(frozen=True)
class Way:
    """How to solve: by which solver, and by which sketch."""

    solver: SolverName
    kind: SketchKind = SketchKind.OSNAP
    draws: Draws = Draws.FRESH

    def of(
        self, arithmetic: Arithmetic[S], accuracy: float, sketch_rows: int, seed: int = 0
    ) -> Solver[S]:
        """The solver."""
        match self.solver:
            case SolverName.GRAM:
                return GramSolver(arithmetic)
            case SolverName.CG:
                return ConjugateGradientSolver(Accuracy(arithmetic, accuracy))
            case SolverName.SKETCH:
                choice = SketchChoice(self.kind, sketch_rows, seed)
                return SketchSolver(Accuracy(arithmetic, accuracy), choice, self.draws)


def attempted(
    way: Way, drawn: Drawn, ridge: Fraction, accuracy: float, sketch_rows: int, seed: int = 0
) -> Solution[Fraction] | Unsolved:
    """The solution in rationals, or what was said instead."""
    try:
        return way.of(RATIONAL, accuracy, sketch_rows, seed).solve(drawn.linear(RATIONAL), ridge)
    except Unsolved as error:
        return error


GRAM, CG = Way(SolverName.GRAM), Way(SolverName.CG)
SKETCHES = [Way(SolverName.SKETCH, kind, draws) for kind in SketchKind for draws in Draws]
WAYS = [GRAM, CG, *SKETCHES]
