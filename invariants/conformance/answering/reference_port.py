"""The reference as a port: this project's own engines, held against the oracle like anyone else's.

A query asks the structure, an update replaces a neuron's scores in it, and a step is one iteration
with full steps. The scores of an update are computed anew, those of a step moved by the kept
⟨x_i, x_j⟩.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from invariants.conformance.answering.object_port import BINARY64_CONTRACT, Neurons, Numbers, Table
from invariants.conformance.protocol.messages import Contract
from reference.errors import BadIndex, BadShape, NotFinite
from reference.ids import Neuron, Point
from reference.inner_products import PlainInnerProducts
from reference.matrix import Matrix
from reference.network import Network, Problem
from reference.ports.vectorized.array_engine import ArrayEngine
from reference.ports.vectorized.scan_arrays import ScanArrays
from reference.ports.vectorized.score_arrays import StoredScoreArrays
from reference.ports.vectorized.tournament_arrays import TournamentArrays
from reference.ports.vectorized.weight_arrays import WeightArrays
from reference.scalar import BINARY64
from reference.solvers.solver import GramSolver, Solver
from reference.structures.factory import threshold_search
from reference.structures.threshold_search import Structure, ThresholdSearch
from reference.structures.tournament_tree import TournamentTrees
from reference.training.engine import Engine, PlainEngine
from reference.training.iteration import advance, predict, query
from reference.training.scores import StoredScores
from reference.training.step_rule import FullSteps
from reference.training.trainer import Trainer
from reference.training.training import prepare
from reference.weights import RewrittenWeights, Weights


@dataclass(frozen=True, slots=True)
class Parts:
    """What an engine makes of a state."""

    weights: Weights[float]
    scores: StoredScores[float]
    engine: Engine[float]
    solver: Solver[float]


_State = tuple[Trainer[float], ThresholdSearch[float]]
"""What was loaded, and its scores."""


class ReferencePort:
    """One of the engines: a port object."""

    name = "firingtree"

    def __init__(self, engine: str = "plain", structure: Structure = Structure.TOURNAMENT) -> None:
        """Errors: `ValueError` for a structure that the engine does not have."""
        allowed = {Structure.TOURNAMENT, Structure.SCAN}
        if engine == "plain":
            allowed.add(Structure.ORDERED)
        if structure not in allowed:
            raise ValueError(f"the engine {engine} has no structure {structure.value} for a port")
        self.name = f"firingtree {engine} {structure.value}"
        self._engine, self._structure = engine, structure
        self._state: _State | None = None
        self.visited = 0

    @property
    def contract(self) -> Contract:
        """Binary64 throughout."""
        shaped = self._structure is Structure.TOURNAMENT
        return msgspec.structs.replace(
            BINARY64_CONTRACT,
            leaf_update="delta",
            tree_shape="canonical" if shaped else "none",
            cost=True,
        )

    def load(
        self, points: Table, labels: Numbers, weights: Table, signs: Neurons, b: float, scale: float
    ) -> None:
        """Errors: `bad-shape`, `not-finite`."""
        if not points or not points[0] or not weights:
            raise BadShape("points, coordinates and neurons, at least one", 1, 0)
        problem = Problem(tuple(tuple(x) for x in points), tuple(labels))
        for line in (*points, *weights, labels, (b, scale)):
            _check_finite(line)
        for line in weights:
            _check_length("coordinates of a weight", problem.d, line)
        _check_length("signs, one a neuron", len(weights), signs)
        if any(sign not in (-1, 1) for sign in signs):
            raise BadShape("signs, each ±1", 1, 0)
        width = max(len(weights), round(1 / scale**2))
        parts = _parts(self._engine, self._structure, problem, weights, b)
        held = range(len(weights))
        network = Network(parts.weights, array("b", signs), b, scale, 0.0, (), width, held)
        rule = FullSteps(BINARY64, parts.solver)
        trainer = prepare(BINARY64, problem, network, parts.scores, rule, engine=parts.engine)
        self._state = trainer, parts.scores.search

    def query(self, point: int, threshold: float) -> Neurons:
        """Errors: `bad-index`, `not-finite`."""
        _, search = self._loaded
        answer = search.query(Point(point), threshold)
        self.visited = answer.cost.node_visits
        return [*answer.fired]

    def update(self, neuron: int, weight: Numbers) -> None:
        """Errors: `bad-index`, `not-finite`, `bad-shape`."""
        trainer, search = self._loaded
        if not 0 <= neuron < search.m:
            raise BadIndex("neuron", neuron, search.m)
        _check_length("coordinates of a weight", trainer.problem.d, weight)
        _check_finite(weight)
        rows = [list(weight)]
        columns = PlainInnerProducts(BINARY64).of_rows(rows, trainer.problem.points)
        search.replace([Neuron(neuron)], columns)
        trainer.network.weights.restore(Neuron(neuron), weight)

    def delta(self, neuron: int, delta: Numbers) -> None:
        """Errors: the same."""
        trainer, search = self._loaded
        if not 0 <= neuron < search.m:
            raise BadIndex("neuron", neuron, search.m)
        _check_length("coordinates of a delta", trainer.problem.d, delta)
        before = trainer.network.weights.row(Neuron(neuron))
        self.update(neuron, [w + change for w, change in zip(before, delta, strict=True)])

    def step(self) -> tuple[Sequence[Neurons], Numbers, Numbers]:
        """Errors: `no-firing-neuron`, `singular-gram`."""
        trainer, _ = self._loaded
        firing = query(trainer, trainer.problem.indices)
        observation = predict(trainer, firing)
        made = advance(trainer, observation, 0)
        if made is None:
            raise ArithmeticError("no step was found")
        fired: list[list[int]] = [[*neurons] for neurons in firing.by_point]
        return fired, observation.residual, made.choice.solution.g

    def dump(self) -> tuple[Table, Table, Table]:
        """Read from where it is kept."""
        trainer, search = self._loaded
        weights = trainer.network.weights
        neurons = [Neuron(r) for r in range(search.m)]
        leaves = [search.scores(Point(i), neurons) for i in range(search.n)]
        inner: list[Numbers] = []
        if isinstance(search, TournamentTrees):
            inner = [[float(value) for value in nodes][1 : search.m] for nodes in search.trees]
        return [weights.row(r) for r in neurons], leaves, inner

    @property
    def _loaded(self) -> _State:
        if self._state is None:
            raise BadIndex("point", 0, 0)
        return self._state


def _parts(
    engine: str, structure: Structure, problem: Problem[float], weights: Table, b: float
) -> Parts:
    """The engine's weights, scores and sums for this state."""
    if engine == "plain":
        matrix = Matrix(BINARY64, [w for row in weights for w in row], problem.d)
        columns = PlainInnerProducts(BINARY64).columns(matrix, problem.points)
        search = threshold_search(structure, BINARY64, columns, b)
        scores = StoredScores(search)
        return Parts(RewrittenWeights(matrix), scores, PlainEngine(BINARY64), GramSolver(BINARY64))
    rows, points = np.array(weights, np.float64), np.array(problem.points, np.float64)
    products = points @ rows.T
    trees = structure is Structure.TOURNAMENT
    doubled = np.concatenate([products.T, products.T])
    from reference.ports.vectorized.lapack_solver import LapackSolver  # scipy's, slow to load

    arrays = StoredScoreArrays(TournamentArrays(doubled) if trees else ScanArrays(products))
    return Parts(WeightArrays(rows), arrays, ArrayEngine(arrays, problem), LapackSolver())


def _check_finite(values: Sequence[float]) -> None:
    index = BINARY64.first_not_finite(values)
    if index is not None:
        raise NotFinite("the request's numbers", index)


def _check_length(what: str, expected: int, values: Sequence[object]) -> None:
    if len(values) != expected:
        raise BadShape(what, expected, len(values))
