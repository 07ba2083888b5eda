"""Claims structure/is-a-bst, structure/beats-scan: what is searched, and whether it pays."""

from collections.abc import Sequence

from proofs.evidence.chart import Chart, Curve
from proofs.evidence.effort import Effort
from proofs.evidence.evidence import Fact, Grade, established
from proofs.evidence.figures import all_rounded, rounded
from proofs.measured.structures.small_structures import arrangements
from proofs.measured.structures.structure_counts import Searched, by_running, searched
from proofs.measured.trainings.trainings import PAPER_ALPHA
from reference.edges.setup.configuration import Configuration
from reference.structures.threshold_search import Structure


def stored(points: int, power: int, alpha: float = PAPER_ALPHA, seed: int = 0) -> Configuration:
    """Digits, 2^power neurons, all scores stored, nothing watched."""
    return Configuration(
        points=points,
        width=1 << power,
        alpha=alpha,
        seed=seed,
        engine="vectorized",
        invariants="off",
    )


# ---- is a binary search tree ---------------------------------------------------------------------


def orders_of_scores(effort: Effort) -> Fact:
    """Every order of a few scores, and in how many the tree over them is a search tree."""
    found = [arrangements(m) for m in range(1, effort.of(7, 8, 9))]
    two, last = found[1], found[-1]
    return established(
        all(each.right == each.all and each.leaves_by_score == 1 for each in found)
        and two.all > two.leaves_by_score
        and all(each.nodes_by_score == 0 for each in found if each.m >= 4),
        r"Over all orders of $m$ different scores the tournament tree is valid and answers "
        r"rightly; its leaves stand by score in one order of $m!$, and from $m=4$ on no order "
        "makes its nodes a search tree. The smallest counterexample has two neurons, with scores "
        "1 and 0.",
        Grade.EXHAUSTIVE,
        m_at_most=last.m,
        orders=sum(each.all for each in found),
        with_leaves_by_score=sum(each.leaves_by_score for each in found),
        with_nodes_by_score=sum(each.nodes_by_score for each in found),
    )


def both_counted(effort: Effort) -> Fact:
    """The ordered tree beside the tournament tree, by running both."""
    config = effort.of(stored(8, 9), stored(16, 11), stored(16, 13))
    one, other = (by_running(config, each) for each in (Structure.TOURNAMENT, Structure.ORDERED))
    tree, by_score = one.counted, other.counted
    return established(
        by_score > tree and one.firing == other.firing,
        "A tree that is a search tree, by score and neuron, gives the same answers; in an "
        "iteration on digits it counts more than the tournament tree does, as each moved neuron "
        "is taken out and put in again.",
        Grade.MEASURED,
        m=config.width,
        n=config.points,
        tournament=tree,
        ordered=by_score,
        ratio=rounded(by_score / tree),
    )


# ---- beats a scan --------------------------------------------------------------------------------


def as_run() -> Fact:
    """What is counted is what runs count."""
    config = stored(16, 9)
    found = searched(config)
    ran = {each: by_running(config, each).counted for each in found.counted}
    return established(
        ran == found.counted,
        "Counted here are comparisons, visits and writes of an iteration; for scan and kept sets "
        "in closed form, which is what runs with them count.",
        Grade.EXACT,
        m=config.width,
        **{each.value: count for each, count in ran.items()},
    )


def crossing(seen: Sequence[Searched]) -> Fact:
    """The scan wins in the narrowest network, the trees from some width on."""
    first, last = seen[0], seen[-1]
    better = [each for each in seen if each.ratio > 1]
    return established(
        first.ratio < 1 < last.ratio and better == seen[len(seen) - len(better) :],
        r"On digits at $\alpha=0.24$ the scan counts less than the trees in narrow networks, and "
        "more in wide ones.",
        Grade.MEASURED,
        n=len(last.firing),
        widths=", ".join(str(each.width) for each in seen),
        scan_over_trees=", ".join(str(rounded(each.ratio, 4)) for each in seen),
        trees_win_at=", ".join(str(each.width) for each in better),
    )


def scan_wins(found: Searched) -> Fact:
    """Where most neurons move."""
    return established(
        found.ratio < 1 and 2 * found.moved > found.width,
        r"At orthogonal points with $\alpha=0.24$ most neurons move in an iteration, and scanning "
        "what is stored counts less than the trees do.",
        Grade.MEASURED,
        m=found.width,
        n=len(found.firing),
        moved=found.moved,
        scan=found.counted[Structure.SCAN],
        trees=found.counted[Structure.TOURNAMENT],
    )


def trees_win(found: Searched) -> Fact:
    """Where few do."""
    return established(
        found.ratio > 5,
        r"At $\alpha=0.5$ few neurons move, and the trees count less than a fifth of the scan.",
        Grade.MEASURED,
        m=found.width,
        n=len(found.firing),
        moved=found.moved,
        scan_over_trees=rounded(found.ratio),
    )


def kept_sets_win(seen: Sequence[Searched]) -> Fact:
    """Against both, at every width."""
    least = min(
        each.counted[other] / each.counted[Structure.INCREMENTAL]
        for each in seen
        for other in (Structure.SCAN, Structure.TOURNAMENT)
    )
    return established(
        least > 1,
        "Firing sets that are kept up to date, and never searched for, count less than either at "
        "every one of these widths.",
        Grade.MEASURED,
        least_ratio=rounded(least),
    )


def by_width(seen: Sequence[Searched]) -> Chart:
    """All three against the width."""
    x = [float(each.width) for each in seen]
    names = {
        Structure.TOURNAMENT: "tournament trees",
        Structure.SCAN: "scan of stored scores",
        Structure.INCREMENTAL: "kept firing sets",
    }
    curves = [
        Curve(name, x, all_rounded(each.counted[structure] for each in seen))
        for structure, name in names.items()
    ]
    return Chart(
        title="Knowing who fires, in one iteration",
        x="width m",
        y="comparisons, visits and writes",
        curves=curves,
        x_scale="log2",
        y_scale="log",
        caption="Digits, n = 16, α = 0.24. A scan is straight with slope 1; the trees win only "
        "once the width is large, and kept sets at every width.",
    )
