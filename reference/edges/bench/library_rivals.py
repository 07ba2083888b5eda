"""How scikit-learn and PyTorch are trained to a loss of ½Σ(f − y)².

scikit-learn's MLPRegressor has biases and trains both layers, all from weights of its own; it has
no shift and no frozen signs. Its loss is half the mean square: times n it is ours. It stops by
iterations, not by loss, so for lbfgs the fewest iterations that reach the loss are found first
(each fit of a seed is the same), and the time told is that of one fit of so many.

PyTorch trains our network: the first layer alone, the same W(0), signs and shift, in float64, by
autograd on the whole batch. Gradient descent takes η = 1/λ_max(G) of the start, as numpy's does.
"""

import importlib
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from time import perf_counter
from types import ModuleType

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor

from reference.edges.bench.numpy_rivals import DenseGradientDescent
from reference.edges.bench.whole_training import Trained
from reference.edges.setup.configuration import Configuration
from reference.network import Problem

LBFGS_MOST = 1 << 15
"""Iterations of scikit-learn's lbfgs at most."""

NEEDED = {
    "sklearn-lbfgs": "sklearn",
    "sklearn-adam": "sklearn",
    "torch-gradient": "torch",
    "torch-lbfgs": "torch",
}
"""The package that each of them needs."""

DIFFERENCES = {
    "sklearn": "sklearn trains both layers and biases, from weights of its own, without a shift: "
    "another network of the same width, and another problem; of lbfgs the time is that of one fit, "
    "the fewest iterations that reach the loss having been found by other fits",
    "torch": "torch trains our network from our W(0), by autograd",
}
"""What differs from ours, by package, for whoever reads the figures."""


@dataclass(frozen=True, slots=True)
class Task:
    """A training that a library is asked for; `known` are iterations that were found enough."""

    name: str
    config: Configuration
    problem: Problem[float]
    limit: float
    known: int = 0


def is_installed(name: str) -> bool:
    """Is the package there that this rival needs?"""
    return name not in NEEDED or find_spec(NEEDED[name]) is not None


def library_trained(task: Task) -> Trained:
    """The training of the task, by its library."""
    ways: dict[str, Callable[[Task], Trained]] = {
        "sklearn-lbfgs": _sklearn_lbfgs,
        "sklearn-adam": _sklearn_adam,
        "torch-gradient": _torch_gradient,
        "torch-lbfgs": _torch_lbfgs,
    }
    return ways[task.name](task)


# ---- scikit-learn --------------------------------------------------------------------------------


def _regressor(task: Task, solver: str, iterations: int) -> MLPRegressor:
    """A network of the width, without weight decay, whose own stopping rules are out of the way."""
    return MLPRegressor(
        hidden_layer_sizes=(task.config.width,),
        activation="relu",
        solver=solver,
        alpha=0.0,
        batch_size=task.problem.n,
        shuffle=False,
        max_iter=iterations,
        max_fun=10 * LBFGS_MOST,
        tol=0.0,
        random_state=task.config.seed,
    )


def _sklearn_lbfgs(task: Task) -> Trained:
    """One fit of the fewest iterations that reach the loss, or of all it would make."""
    iterations = task.known or _fewest(task)
    return _fit(task, iterations)


def _fewest(task: Task) -> int:
    """By doubling, until a fit reaches the loss, ends by itself or takes too long; then halving."""
    enough, began = 1, perf_counter()
    while True:
        fitted = _fit(task, enough)
        if fitted.reached:
            break
        late = perf_counter() - began > task.limit
        if fitted.iterations < enough or enough >= LBFGS_MOST or late:
            return enough
        enough *= 2
    too_few = enough // 2
    while enough - too_few > 1:
        middle = (enough + too_few) // 2
        if _fit(task, middle).reached:
            enough = middle
        else:
            too_few = middle
    return enough


def _fit(task: Task, iterations: int) -> Trained:
    """One fit by lbfgs of at most so many iterations."""
    x, y = np.array(task.problem.points), np.array(task.problem.labels)
    regressor = _regressor(task, "lbfgs", iterations)
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        began = perf_counter()
        regressor.fit(x, y)
        seconds = perf_counter() - began
    made = int(regressor.n_iter_)
    loss = 0.5 * float(((regressor.predict(x) - y) ** 2).sum())
    reached = loss <= task.config.until
    why = "by its own tolerance" if made < iterations else f"to keep to {task.limit:g} s"
    return Trained(
        setup=0.0,
        seconds=seconds,
        iterations=made,
        loss=loss,
        reached=reached,
        remark="" if reached else f"stopped after {made:,} iterations {why}",
    )


def _sklearn_adam(task: Task) -> Trained:
    """Epochs of one batch each; an epoch's loss is that before its step."""
    x, y, n = np.array(task.problem.points), np.array(task.problem.labels), task.problem.n
    regressor = _regressor(task, "adam", 1)
    epochs, loss, began = 0, float("inf"), perf_counter()
    seconds = 0.0
    while loss > task.config.until and epochs < task.config.steps and seconds < task.limit:
        regressor.partial_fit(x, y)
        loss = n * float(regressor.loss_)
        epochs += 1
        seconds = perf_counter() - began
    return _ended(task, 0.0, seconds, epochs, loss)


# ---- PyTorch -------------------------------------------------------------------------------------


def _torch() -> ModuleType:
    """The package, with all that its first optimizer loads: no training is to wait for that."""
    torch = importlib.import_module("torch")
    torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    return torch


class _Network:
    """Our network in PyTorch."""

    def __init__(self, torch: ModuleType, task: Task) -> None:
        self.torch = torch
        dense = DenseGradientDescent(task.config, task.problem)
        self.rate, self.scale, self.shift = dense.rate, dense.scale, dense.shift
        self.points = self.torch.from_numpy(dense.points)
        self.labels = self.torch.from_numpy(dense.labels)
        self.signs = self.torch.from_numpy(dense.signs)
        self.weights = self.torch.from_numpy(dense.weights).requires_grad_()

    def backpropagated(self) -> float:
        """The loss; its gradient has been put beside the weights."""
        scores = self.points @ self.weights.T - self.shift
        outputs = self.scale * (self.torch.relu(scores) @ self.signs)
        loss = 0.5 * ((outputs - self.labels) ** 2).sum()
        loss.backward()
        return float(loss.detach())


def _torch_gradient(task: Task) -> Trained:
    """Full-batch gradient descent by autograd."""
    torch = _torch()
    began = perf_counter()
    network = _Network(torch, task)
    optimizer = torch.optim.SGD([network.weights], lr=network.rate)
    built = perf_counter()
    steps, loss = 0, network.backpropagated()
    while loss > task.config.until and steps < task.config.steps:
        optimizer.step()
        optimizer.zero_grad()
        steps += 1
        loss = network.backpropagated()
        if perf_counter() - built >= task.limit:
            break
    return _ended(task, built - began, perf_counter() - built, steps, loss)


class _Enough(Exception):
    """The loss is reached, or the time is over: the optimizer is broken off."""


def _torch_lbfgs(task: Task) -> Trained:
    """LBFGS with a strong Wolfe line search, broken off at the first loss that is low enough."""
    torch = _torch()
    began = perf_counter()
    network = _Network(torch, task)
    optimizer = torch.optim.LBFGS(
        [network.weights],
        max_iter=task.config.steps,
        max_eval=10 * task.config.steps,
        tolerance_grad=0.0,
        tolerance_change=0.0,
        line_search_fn="strong_wolfe",
    )
    built = perf_counter()
    least = [float("inf")]

    def closure() -> float:
        optimizer.zero_grad()
        loss = network.backpropagated()
        least[0] = min(least[0], loss)
        if loss <= task.config.until or perf_counter() - built >= task.limit:
            raise _Enough
        return loss

    with suppress(_Enough):
        optimizer.step(closure)
    seconds = perf_counter() - built
    made = optimizer.state_dict()["state"].get(0, {}).get("n_iter", 0)
    return _ended(task, built - began, seconds, int(made), least[0])


def _ended(task: Task, setup: float, seconds: float, iterations: int, loss: float) -> Trained:
    """A training that ended at this loss."""
    reached = loss <= task.config.until
    late = f"stopped after {task.limit:g} s" if seconds >= task.limit else ""
    made = f"stopped after {iterations:,} iterations"
    return Trained(
        setup=setup,
        seconds=seconds,
        iterations=iterations,
        loss=loss,
        reached=reached,
        remark="" if reached else late or made,
    )
