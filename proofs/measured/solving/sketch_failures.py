"""How often a sketch fails, against the number of its rows.

A draw of S *fails* if it does not keep the squared lengths of all combinations of Jᵀ's columns to
within a half: if some eigenvalue of G^(−1/2)·(SJᵀ)ᵀ(SJᵀ)·G^(−1/2) is outside [½, 3/2]. A draw that
does not fail makes a preconditioner with cond(M⁻¹G) ≤ 3. The rate comes with its 95 % interval by
Clopper and Pearson; draws are independent, their number is fixed before they begin.

Claims regression/sketch-cost, regression/precondition.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from reference.gram import gram
from reference.jacobian import Jacobian
from reference.scalar import BINARY64
from reference.solvers.factorization import factorize
from reference.solvers.sketch import SketchChoice, SketchKind, sketched
from reference.training.iteration import predict, query
from reference.training.trainer import Trainer

ArrayF = npt.NDArray[np.float64]

DISTORTION = 0.5
"""How far squared lengths may be off."""


@dataclass(frozen=True, slots=True)
class FailureRate:
    """Of so many draws of this sketch, so many failed; what a draw costs beside nnz(J) and m·d."""

    kind: str
    rows: int
    draws: int
    failures: int
    low: float
    high: float
    operations: int
    nonzeros: int
    dense: int


def failure_rates(
    trainer: Trainer[float], kinds: Sequence[SketchKind], rows: Sequence[int], draws: int
) -> Iterator[FailureRate]:
    """The rate of each sketch at each number of rows, on the Jacobian at the trainer's start.

    Errors: `no-firing-neuron`, `singular-gram`: then no sketch could keep lengths.
    """
    firing = query(trainer, trainer.problem.indices)
    predict(trainer, firing)
    jacobian = Jacobian(BINARY64, trainer.network, firing, trainer.problem.points)
    lower = gram(trainer.products, firing, trainer.network.m)
    factorize(BINARY64, lower)
    root = _inverse_root(lower)
    sizes = (firing.pairs * jacobian.d, jacobian.m * jacobian.d)
    for kind in kinds:
        if kind is SketchKind.SRHT:
            all_rows = 1 << (jacobian.m * jacobian.d - 1).bit_length()
            some = [count for count in rows if count < all_rows]
            every = [count for count in rows if count >= all_rows]
            failures, work = _of_nested_rows(jacobian, root, some, draws)
            failures_of_all, work_of_all = _of_nested_rows(jacobian, root, every, draws)
            for count in rows:
                failed = (failures | failures_of_all)[count]
                yield _rate(kind, count, draws, failed, work or work_of_all, sizes)
            continue
        for count in rows:
            failed = 0
            for draw in range(draws):
                sketch = sketched(BINARY64, jacobian, SketchChoice(kind, count, 0), draw)
                failed += _fails(root, np.array(sketch.columns), sketch.weight)
            yield _rate(kind, count, draws, failed, sum(sketch.operations.values()), sizes)


def _of_nested_rows(
    jacobian: Jacobian[float], root: ArrayF, rows: Sequence[int], draws: int
) -> tuple[dict[int, int], int]:
    """The failures at each number of rows, and the operations of a draw.

    The first rows of a Hadamard sketch are a shorter one, unless it has them all, in order; so one
    transform serves all of them: each rate is that of independent draws, the rates are not
    independent.
    """
    failures = dict.fromkeys(rows, 0)
    work = 0
    for draw in range(draws if rows else 0):
        choice = SketchChoice(SketchKind.SRHT, max(rows), 0)
        sketch = sketched(BINARY64, jacobian, choice, draw)
        columns = np.array(sketch.columns)
        work = sum(sketch.operations.values())
        for count in rows:
            share = columns.shape[1] / min(count, columns.shape[1])
            failures[count] += _fails(root, columns[:, :count], sketch.weight * share)
    return failures, work


def _fails(root: ArrayF, columns: ArrayF, weight: float) -> bool:
    """Is some squared length off by more than the distortion?"""
    return bool(np.abs(_lengths(root, columns, weight) - 1).max() > DISTORTION)


def condition_left(lower: Sequence[Sequence[float]], columns: ArrayF, weight: float) -> float:
    """cond(M⁻¹G) for M = weight·AᵀA of the sketched columns; lower is G's lower triangle."""
    lengths = _lengths(_inverse_root(lower), columns, weight)
    least, most = float(lengths[0]), float(lengths[-1])
    return most / least if least > 0 else float("inf")


def _lengths(root: ArrayF, columns: ArrayF, weight: float) -> ArrayF:
    """Ascending, what becomes of squared lengths: the eigenvalues of G^(−1/2)·M·G^(−1/2)."""
    products = root @ (columns @ columns.T * weight) @ root.T
    return np.asarray(np.linalg.eigvalsh(products), np.float64)


def _rate(
    kind: SketchKind, rows: int, draws: int, failures: int, work: int, sizes: tuple[int, int]
) -> FailureRate:
    """The rate with its interval."""
    interval = stats.binomtest(failures, draws).proportion_ci(0.95, "exact")
    low, high = float(interval.low), float(interval.high)
    return FailureRate(kind.value, rows, draws, failures, low, high, work, *sizes)


def _inverse_root(lower: Sequence[Sequence[float]]) -> ArrayF:
    """L⁻¹ for G = L Lᵀ, from the lower triangle of G."""
    n = len(lower)
    full = np.array([[lower[max(i, j)][min(i, j)] for j in range(n)] for i in range(n)])
    inverse: ArrayF = np.linalg.inv(np.linalg.cholesky(full))
    return inverse
