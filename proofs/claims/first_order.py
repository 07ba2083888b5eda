"""Claim cost/first-order: how many more iterations gradient descent and SGD need."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from proofs.evidence.chart import Chart, Curve, Kind
from proofs.evidence.checks import decides
from proofs.evidence.effort import Effort
from proofs.evidence.evidence import Decision, Fact, Grade, established
from proofs.evidence.figures import all_rounded, rounded
from proofs.ledger.claim import Verdict
from proofs.measured.trainings.first_order import Race, race
from proofs.measured.trainings.trainings import live_training, orthonormal
from reference.edges.comparison.comparison import Course
from reference.network import Problem

FAR = 5
"""Times as many iterations, at least, are far more."""

DATA = ("diabetes", "wine", "breast-cancer", "digits")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large the races are, and what first order may choose from."""

    n: int
    m: int
    loss: float
    factors: Sequence[float]
    batches: Sequence[int]

    def race(self, data: str, problem: Problem[float] | None = None) -> Race:
        """On this data, or on other points."""
        config = live_training(data, self.n, self.m)
        until = msgspec.structs.replace(config, until=self.loss, steps=5000)
        return race(until, self.factors, self.batches, problem)


QUICK = Sizes(16, 1 << 10, 1e-4, (1.0, 2.0), (8,))
FULL = Sizes(16, 1 << 12, 1e-6, (1.0, 1.5, 2.0, 4.0), (1, 2, 4, 8))
DEEP = Sizes(32, 1 << 13, 1e-6, (1.0, 1.5, 2.0, 4.0), (1, 2, 4, 8, 16))
WELL_CONDITIONED = Sizes(16, 1 << 15, 1e-6, (1.0, 1.3), ())


@decides("cost/first-order")
def first_order(effort: Effort) -> Decision:
    """Several times as many iterations at the best rates, but not where G is nearly λI."""
    sizes = effort.of(QUICK, FULL, DEEP)
    races = [sizes.race(name) for name in DATA[: effort.of(3, 4, 4)]]
    even = WELL_CONDITIONED.race("digits", orthonormal(WELL_CONDITIONED.n))
    facts = [_iterations(races, sizes), _operations(races), _nearly_even(even)]
    return Decision(Verdict.CONDITIONAL, facts, _courses(races[-1], sizes))


def _iterations(races: Sequence[Race], sizes: Sizes) -> Fact:
    least = min(each.times_the_iterations for each in races)
    return established(
        least >= FAR and all(_all_took_part(each) for each in races),
        "On real data, from the same networks to the same loss, gradient descent and SGD, each at "
        "the best of the rates and batches tried, take at least five times the iterations of "
        "Gauss-Newton.",
        Grade.MEASURED,
        data=", ".join(each.data for each in races),
        n=sizes.n,
        m=sizes.m,
        loss=sizes.loss,
        gauss_newton=_fewest([each.gauss_newton] for each in races),
        gradient_descent=_fewest(each.descents for each in races),
        sgd=_fewest(each.mini_batches for each in races),
        least_times=rounded(least),
        multiples_of_the_own_rate=", ".join(f"{factor:g}" for factor in sizes.factors),
        batches=", ".join(map(str, sizes.batches)),
        did_not_reach_it=sum(each.failed for each in races),
        condition_of_G=", ".join(f"{each.condition:.3g}" for each in races),
    )


def _all_took_part(found: Race) -> bool:
    """Each method reached the loss, at some rate."""
    return found.gauss_newton.reached and bool(found.descents) and bool(found.mini_batches)


def _fewest(courses: Iterable[Sequence[Course]]) -> str:
    """The fewest iterations on each of the data; 0 if there is no course."""
    return ", ".join(str(min(map(_length, some), default=0)) for some in courses)


def _operations(races: Sequence[Race]) -> Fact:
    """A step of Gauss-Newton costs more; there are that many fewer."""
    least = min(each.times_the_operations for each in races)
    return established(
        least > 1,
        r"A Gauss-Newton step has its $n^3$ besides, and still all its steps together count fewer "
        "operations than those of the cheapest run along the gradient.",
        Grade.MEASURED,
        least_times=rounded(least),
        largest_times=rounded(max(each.times_the_operations for each in races)),
    )


def _nearly_even(found: Race) -> Fact:
    """If G = λI, then r/λ solves G g = r: the step along the gradient with η = 1/λ is the same."""
    return established(
        0 < found.times_the_iterations < 3 and found.condition < 2,
        r"At orthogonal points in a wide network $G$ is nearly a multiple of the identity, and a "
        "step along the gradient nearly the Gauss-Newton step: gradient descent needs less than "
        "three times the iterations.",
        Grade.MEASURED,
        n=WELL_CONDITIONED.n,
        m=WELL_CONDITIONED.m,
        condition_of_G=rounded(found.condition),
        gauss_newton=found.gauss_newton.iterations[-1],
        gradient_descent=min(map(_length, found.descents), default=0),
    )


def _courses(found: Race, sizes: Sizes) -> Chart:
    """Loss against updates of the weights, the first of them at 1 on a logarithmic axis."""
    best: Sequence[tuple[str, Course, Kind]] = (
        ("Gauss-Newton", found.gauss_newton, "line"),
        ("gradient descent", min(found.descents, key=_length), "dashed"),
        ("SGD", min(found.mini_batches, key=_length), "points"),
    )
    curves = [
        Curve(name, [float(1 + k) for k in each.iterations], all_rounded(each.losses), kind)
        for name, each, kind in best
    ]
    return Chart(
        title="Loss against iterations",
        x="iterations + 1",
        y="loss",
        curves=curves,
        x_scale="log",
        y_scale="log",
        caption=f"{found.data}, n = {sizes.n}, m = {sizes.m:,}, one network, each method at its "
        "best. SGD is looked at once an epoch.",
    )


def _length(course: Course) -> int:
    return course.iterations[-1]
