"""Whole trainings of which only the live part is drawn, at several widths, and their exponents.

Each has points, network and seed of its own; what is counted is that of `live_exponents`.

Claim beyond/sublinear-total.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from proofs.measured.costs.exponents import Fit, fitted
from proofs.measured.live.live_exponents import (
    Exponent,
    LeftOut,
    LiveCost,
    Plan,
    exponents,
    measured,
    plans,
)
from proofs.symbolic.live_bound import most_operations
from reference.edges.data.tables import load_table
from reference.edges.setup.configuration import Configuration


@dataclass(frozen=True, slots=True)
class TrainingsByWidth:
    """Trainings of one configuration, from the narrowest on, and how many said nothing."""

    config: Configuration
    d: int
    costs: Sequence[LiveCost]
    lines: Sequence[Exponent]
    left_out: int

    def line(self, quantity: str) -> Exponent:
        """The line through this quantity."""
        return next(line for line in self.lines if line.quantity == quantity)

    @property
    def powers(self) -> tuple[int, int]:
        """The least and the largest width, as powers of two."""
        widths = [cost.width.bit_length() - 1 for cost in self.costs]
        return min(widths), max(widths)

    @property
    def steps(self) -> Fit:
        """The line through the numbers of steps."""
        return fitted([cost.width for cost in self.costs], [cost.steps for cost in self.costs])

    def most(self, cost: LiveCost) -> int:
        """The most operations that this training could have taken."""
        return most_operations(cost.candidates, self.config.points, self.d, cost.steps)


def trainings_by_width(
    widths: Sequence[int],
    seeds: int,
    data: str = "digits",
    points: int = 16,
    alpha: float = 0.5,
    until: float = 1e-20,
) -> TrainingsByWidth:
    """So many trainings at each width. Domain: three widths at least. Errors: those of `plans`."""
    config = Configuration(data=data, points=points, alpha=alpha, until=until, width=widths[-1])
    planned = plans(load_table(data, None), config, widths, seeds)
    costs = [run for run in measured(planned) if isinstance(run, LiveCost)]
    d = next(plan.problem.d for plan in planned if isinstance(plan, Plan))
    return TrainingsByWidth(config, d, costs, exponents(costs, alpha), len(planned) - len(costs))


def reasons_to_stop(
    data: str, points: int, alpha: float, widths: Sequence[int], seeds: int
) -> Sequence[str]:
    """Why each training to the same loss ended without it, or nothing if it did reach it."""
    config = Configuration(data=data, points=points, alpha=alpha, until=1e-20, width=widths[-1])
    runs = measured(plans(load_table(data, None), config, widths, seeds))
    return [run.why if isinstance(run, LeftOut) else "" for run in runs]
