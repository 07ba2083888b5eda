"""What can be wrong with a network that is drawn or read."""

from dataclasses import dataclass
from typing import ClassVar

from reference.errors import FiringtreeError


@dataclass(eq=False)
class NetworkMismatch(FiringtreeError):
    """Initial weights that a trained network did not start from."""

    expected: tuple[int, ...]
    found: tuple[int, ...]
    code: ClassVar[str] = "network-mismatch"

    @property
    def message(self) -> str:
        """Both shapes."""
        return f"initial weights: expected an array of shape {self.expected}, found {self.found}"


@dataclass(eq=False)
class NetworkDamaged(FiringtreeError):
    """The file of a trained network cannot be read as one."""

    detail: str
    code: ClassVar[str] = "network-damaged"

    @property
    def message(self) -> str:
        """What is wrong with it."""
        return f"not a network as `--network` writes it: {self.detail}"


@dataclass(eq=False)
class LiveSumAboveOne(FiringtreeError):
    """A neuron is expected to fire on more than one point: the live ones are not to be had alone.

    `total` is Σ P(Z > b/‖x_i‖) over the `points`, at this `shift` b.
    """

    total: float
    points: int
    shift: float
    code: ClassVar[str] = "live-sum-above-one"

    @property
    def message(self) -> str:
        """The sum, what it means, and what would lower it."""
        return (
            f"drawing only neurons that fire needs Σ P(Z > b/‖x_i‖) of at most 1, found "
            f"{self.total:.4g} for {self.points} points and b = {self.shift:.6g}; beyond 1 drawing "
            f"the whole network is no dearer: use --init whole, or a larger --alpha or --bias, or "
            f"fewer --points"
        )
