"""Claims cost/amortized, cost/total: what a training costs as a whole."""

from collections.abc import Sequence

from proofs.evidence.effort import Effort
from proofs.evidence.evidence import Fact, Grade, established
from proofs.evidence.figures import rounded
from proofs.measured.costs.exponents import fitted
from proofs.measured.costs.whole_trainings import WholeTraining, whole_training
from proofs.measured.live.live_exponents import DENSE_WITHIN
from proofs.measured.trainings.movers import movers
from proofs.measured.trainings.trainings import PAPER_ALPHA
from reference.edges.setup.configuration import Configuration

# ---- amortized -----------------------------------------------------------------------------------


def to_the_end(effort: Effort) -> Sequence[WholeTraining]:
    """On digits, to a loss of 1e-20; those that do not reach it are left out."""
    powers = effort.of((10, 12, 14), range(10, 17), range(10, 19))
    configs = [
        Configuration(points=16, width=1 << power, engine="vectorized", invariants="off")
        for power in powers
    ]
    found = [whole_training(config) for config in configs]
    return [each for each in found if each is not None]


def all_move(effort: Effort) -> Fact:
    """In rationals, where it is certain that a weight has changed."""
    found = movers(effort.of(40, 300, 3000))
    return established(
        found.others == 0 and found.unexplained == 0 and 20 * found.stayed < found.fired,
        "In small trainings in rationals no other neurons than those that fire ever move, and of "
        r"those over 95 % do, at every step: all whose $\sum g_i x_i$ is not 0. There are no cheap "
        "iterations to pay for dear ones.",
        Grade.SAMPLED,
        steps=found.steps,
        firing_neurons=found.fired,
        of_these_stayed=found.stayed,
        stayed_against_a_pull=found.unexplained,
        others_moved=found.others,
    )


def alike(seen: Sequence[WholeTraining]) -> Fact:
    """No iteration costs much more than another."""
    dearest = max(max(each.iterations) / each.mean for each in seen)
    return established(
        dearest < 1.25 and all(each.moved == each.fired for each in seen),
        "In trainings on digits every iteration rewrites every neuron that fires, and the dearest "
        "costs less than a quarter more than the mean: a bound for each would be as good as one "
        "for their mean.",
        Grade.MEASURED,
        trainings=len(seen),
        iterations=sum(len(each.iterations) for each in seen),
        dearest_over_mean=rounded(dearest),
    )


def too_few(seen: Sequence[WholeTraining]) -> Fact:
    """Fewer iterations than set-up needs to be spread over."""
    last, steps = seen[-1], [len(each.iterations) for each in seen]
    needed = min(last.width**PAPER_ALPHA, last.width * last.d / last.n**2)
    return established(
        steps[-1] < needed and steps[-1] <= steps[0] and last.set_up > sum(last.iterations),
        r"The widest takes no more iterations than the narrowest, fewer than $m^\alpha$ and "
        r"$m d/n^2$, and set-up counts more than all of them together: spread over them it is "
        "above the bound.",
        Grade.MEASURED,
        m=last.width,
        iterations=", ".join(map(str, steps)),
        needed=rounded(needed),
        set_up=last.set_up,
        iterations_together=sum(last.iterations),
    )


# ---- total ---------------------------------------------------------------------------------------


def linear(seen: Sequence[WholeTraining]) -> Fact:
    """Set-up, and so the whole, is linear in the weights."""
    fit = fitted([each.width for each in seen], [each.set_up for each in seen])
    least = min(each.whole / each.weights for each in seen)
    return established(
        all(each.whole >= each.n * each.weights for each in seen)
        and abs(fit.slope - 1) <= DENSE_WITHIN,
        r"Counted on digits, set-up grows as $m$ itself, and every training takes at least $n$ "
        r"operations for each of the $md$ weights.",
        Grade.MEASURED,
        trainings=len(seen),
        widths=f"{seen[0].width} to {seen[-1].width}",
        n=seen[0].n,
        exponent_of_set_up=rounded(fit.slope),
        least_operations_a_weight=rounded(least),
    )


def gained(seen: Sequence[WholeTraining]) -> Fact:
    """Over the dense method, at most the number of looks."""
    gains = [each.gain for each in seen]
    return established(
        all(1 < each.gain <= each.looks for each in seen),
        "Over the dense method a training gains a factor, at most the number of looks at the loss.",
        Grade.MEASURED,
        gains=", ".join(str(rounded(gain, 4)) for gain in gains),
        looks=", ".join(str(each.looks) for each in seen),
    )
