"""A grid: every combination of what its options list is the configuration of a run."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import product
from math import prod
from typing import TypeVar

import msgspec

from reference.edges.setup.configuration import Configuration
from reference.edges.sweep.number_lists import MOST
from reference.edges.system.option_lists import between_commas
from reference.edges.system.request_errors import OutOfRange
from reference.training.method import Method
from reference.training.step_rule import StepRule

E = TypeVar("E", bound=Enum)


@dataclass(frozen=True, slots=True)
class Grid:
    """What is varied; seeds vary fastest."""

    data: Sequence[str]
    points: Sequence[int]
    methods: Sequence[Method]
    step_rules: Sequence[StepRule]
    widths: Sequence[int]
    alphas: Sequence[float]
    seeds: Sequence[int]

    def runs(self, common: Configuration) -> list[Configuration]:
        """The configurations in order, each once, with what they have in common.

        A method along the gradient has one step rule, whatever is asked for. Errors: those of
        `Configuration.check`; `out-of-range` for too many runs.
        """
        axes = (
            self.data,
            self.points,
            self.methods,
            self.step_rules,
            self.widths,
            self.alphas,
            self.seeds,
        )
        count = prod(len(axis) for axis in axes)
        if count > MOST:
            raise OutOfRange("the grid", f"at most {MOST:,} runs", f"{count:,}")
        found: dict[Configuration, None] = {}
        for data, points, method, step_rule, width, alpha, seed in product(*axes):
            run = msgspec.structs.replace(
                common,
                data=data,
                points=points,
                method=method,
                step_rule=step_rule if method.solves else StepRule.FULL,
                width=width,
                alpha=alpha,
                seed=seed,
            )
            run.check()
            found[run] = None
        return list(found)


def members(option: str, text: str, kind: type[E]) -> list[E]:
    """The members of these names. Errors: `out-of-range`.

    >>> members("--step-rule", "full,damped", StepRule)
    [<StepRule.FULL: 'full'>, <StepRule.DAMPED: 'damped'>]
    """
    by_name = {str(member.value): member for member in kind}
    names = between_commas(option, text)
    for name in names:
        if name not in by_name:
            raise OutOfRange(option, f"some of {', '.join(by_name)}", name)
    return [by_name[name] for name in names]
