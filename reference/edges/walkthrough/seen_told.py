"""What an iteration finds, in words and figures: the network, QUERY, PREDICT, SOLVE."""

from collections.abc import Sequence

from reference.edges.walkthrough.drawn_tree import SEEN, DrawnNode, Mark
from reference.edges.walkthrough.plain_numbers import decimals, figure, neurons, two, vector
from reference.edges.walkthrough.small_run import PROBLEM
from reference.edges.walkthrough.story import Section, Story
from reference.edges.walkthrough.tree_text import indented_tree
from reference.gram import gram, intersections, point_products
from reference.ids import Neuron
from reference.scalar import BINARY64
from reference.structures.threshold_search import Structure


def before(told: Story) -> Section:
    """Data, weights, signs, scores."""
    step, m = told.step, told.network.m
    lines = [
        f"m = {m} neurons, n = {PROBLEM.n} points, d = {PROBLEM.d};"
        f" b = {two(told.network.shift)}, seed {told.config.seed};"
        f" iteration {told.iteration} of {_range(len(told.witness.steps))}",
        "",
    ]
    for i, (x, y) in enumerate(zip(PROBLEM.points, PROBLEM.labels, strict=True)):
        lines.append(f"  x{i} = {vector(x)}   y_{i} = {two(y):>5}")
    names = "".join(f"{f'⟨w, x{i}⟩':>10}" for i in PROBLEM.indices)
    lines += ["", f"  {'neuron':8}{'weights w_r':18}sign{names}    * above b: it fires"]
    for r in range(m):
        weights = vector(step.before.weights[r])
        lines.append(f"  r{r:<7}{weights:18}{_sign(told.network.signs[r]):>3} {_scores(told, r)}")
    return Section("The network before", lines)


def _range(steps: int) -> str:
    return "0" if steps == 1 else f"0 … {steps - 1}"


def _sign(a: int) -> str:
    return "+" if a > 0 else "−"


def _scores(told: Story, r: int) -> str:
    """The neuron's scores at all points, a star at those above b."""
    trees, fires_on = told.step.before.trees, told.step.seen.firing.by_neuron.get(Neuron(r), ())
    return "".join(
        f"{two(trees.scores(i, [Neuron(r)])[0]):>9}{'*' if i in fires_on else ' '}"
        for i in PROBLEM.indices
    )


def query(told: Story) -> Section:
    """Each point's tree, and what is looked at in it."""
    b = two(told.network.shift)
    if told.config.search is Structure.TOURNAMENT:
        lines = [
            "Each point has a tree. A leaf is a neuron's score, a node the larger of its two",
            "children, so nothing below a node that is not above b can be above b.",
            "",
            f"  [1.23]  looked at, above {b}: go on below; a leaf r3* fires",
            f"  (0.12)  looked at, not above {b}: nothing below it is looked at",
            "   0.12   not looked at",
        ]
    else:
        lines = [
            "Each point has a balanced search tree of its neurons, in the order of their scores:",
            "larger ones to the right. What is above b is found from the right.",
            "",
            f"  [1.23]  looked at, above {b}: r3* fires",
            f"  (0.12)  looked at, not above {b}: nothing to the left of it is looked at",
            "   0.12   not looked at",
        ]
    for i, tree in zip(PROBLEM.indices, told.asked, strict=True):
        fired = told.step.seen.firing.by_point[i]
        nodes = len(tree.nodes())
        lines += ["", f"x{i}", *indented_tree(tree), ""]
        lines.append(
            f"  S_{i} = {neurons(fired)}: {tree.marked(*SEEN)} of {nodes} nodes looked at,"
            f" {_visits(told, tree)}"
        )
    return Section("QUERY: which neurons score above b?", lines)


def _visits(told: Story, tree: DrawnNode) -> str:
    """Why so many nodes."""
    if told.config.search is Structure.TOURNAMENT:
        opened = tree.marked(Mark.OPENED)
        return f"1 + 2·{opened}: the root, and both children of {opened} nodes above b"
    fires, passed = tree.marked(Mark.FIRES), tree.marked(Mark.PASSED)
    return f"{fires} + {passed}: those that fire, and {passed} on the way to the boundary"


def predict(told: Story) -> Section:
    """Outputs and residuals, from the neurons that fire alone."""
    step, network = told.step, told.network
    lines = ["f_i = m^(−1/2) · Σ a_r (s_i,r − b), over the neurons that fire on x_i alone.", ""]
    for i in PROBLEM.indices:
        fired = step.seen.firing.by_point[i]
        scores = step.before.trees.scores(i, fired)
        terms = _sum([network.signs[r] for r in fired], scores, network.shift)
        y, residual = PROBLEM.labels[i], step.seen.residual[i]
        lines.append(
            f"  f_{i} = ({terms})/√{network.m} = {two(y + residual)}"
            f",   f_{i} − y_{i} = {figure(residual)}"
        )
    return Section(
        "PREDICT: how far are the outputs off?",
        [*lines, "", f"  loss ½‖f − y‖² = {figure(float(step.seen.loss))}"],
    )


def _sum(signs: Sequence[int], scores: Sequence[float], shift: float) -> str:
    """Σ a_r (s_i,r − b), written out."""
    written = ""
    for a, score in zip(signs, scores, strict=True):
        sign = "" if a > 0 and not written else f" {_sign(a)} " if written else _sign(a)
        written += f"{sign}({two(score)} − {two(shift)})"
    return written


def solve(told: Story) -> Section:
    """The Gram matrix from intersection counts, and g."""
    firing, m = told.step.seen.firing, told.network.m
    products = point_products(BINARY64, PROBLEM.points)
    shared, matrix = intersections(firing), gram(products, firing, m)
    g = told.step.made.choice.solution.g
    lines = [
        "G_ij = ⟨x_i, x_j⟩ · |S_i ∩ S_j| / m: the Jacobian is not needed to know G = J Jᵀ.",
        "",
        f"  {'⟨x_i, x_j⟩':25}{'|S_i ∩ S_j|':17}{'G':27}{'f − y':>8}{'g':>9}",
    ]
    for i in PROBLEM.indices:
        row = range(PROBLEM.n)
        inner = "".join(f"{two(products[i][j]):>7}" for j in row)
        counts = "".join(f"{shared[max(i, j)][min(i, j)]:>4}" for j in row)
        entries = "".join(f"{decimals(matrix[max(i, j)][min(i, j)], 3):>8}" for j in row)
        lines.append(
            f"  {inner}    {counts}   {entries}   "
            f"{figure(told.step.seen.residual[i]):>8}{figure(g[i]):>9}"
        )
    return Section("SOLVE: G g = f − y", lines)
