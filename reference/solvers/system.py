"""The linear system of one step, as a solver may see it.

    (G + λ I) g = r,    G = J Jᵀ,    r = f − y

A solver takes from it what it needs: the matrix G, or the Jacobian that G is made of.
"""

from collections.abc import Sequence
from typing import Protocol

from reference.jacobian import Jacobian
from reference.scalar import S


class System(Protocol[S]):
    """G and r at one point of the trajectory."""

    @property
    def gram(self) -> Sequence[Sequence[S]]:
        """The lower triangle of G; its making is counted when it is first asked for."""

    @property
    def jacobian(self) -> Jacobian[S]:
        """J."""

    @property
    def residual(self) -> Sequence[S]:
        """f − y; 0 at points that were not asked about."""

    @property
    def step(self) -> int:
        """The number of the step, from 0: what draws of one step are told apart by."""
