"""What an iteration changes, in words and figures: MOVE, REFRESH, the counts, the loss."""

from reference import closed_forms
from reference.edges.runs.summary import ending
from reference.edges.walkthrough.drawn_tree import Mark
from reference.edges.walkthrough.plain_numbers import figure, neurons, points, vector
from reference.edges.walkthrough.small_run import PROBLEM
from reference.edges.walkthrough.story import Section, Story
from reference.edges.walkthrough.tallies import tallies
from reference.edges.walkthrough.tree_text import indented_tree
from reference.ids import Neuron
from reference.structures.threshold_search import Structure
from reference.structures.tournament_tree import inner_nodes_above


def move(told: Story) -> Section:
    """Which neurons move, and from where to where."""
    moves = told.moves
    lines = [
        "w_r ← w_r − m^(−1/2) a_r Σ g_i x_i, over the points x_i that r fires on.",
        "",
        f"  {'neuron':8}{'fires on':12}{'from':18}to",
    ]
    for one in moves:
        way = f"{vector(one.before):18}{vector(one.after)}"
        lines.append(f"  r{one.neuron:<7}{points(one.fires_on):12}{way}")
    firing = {one.neuron for one in moves}
    dead = [Neuron(r) for r in range(told.network.m) if r not in firing]
    if dead:
        lines += [
            "",
            f"  {neurons(dead)} fire on no point. They have no gradient and do not move,",
            "  so they never will: from now on nobody has to look at them.",
        ]
    return Section("MOVE: the neurons that fired, and no others", lines)


def refresh(told: Story) -> Section:
    """Each point's tree with what was rewritten in it."""
    if told.config.search is Structure.TOURNAMENT:
        lines = [
            "A neuron that moved has a new score at every point: its leaf is rewritten in every",
            "tree, and so is each node above such a leaf, once.",
        ]
        done = "rewritten"
    else:
        lines = [
            "A neuron that moved has a new score at every point: in every tree its node is taken",
            "out and put in again where the order wants it; the tree is balanced on the way.",
        ]
        done = "taken out and put in again"
    lines += ["", "   0.12", "  →1.23   what stood here, and what stands here now"]
    for i, tree in zip(PROBLEM.indices, told.changed, strict=True):
        lines += ["", f"x{i}", *indented_tree(tree), ""]
        lines.append(f"  {tree.marked(Mark.REWRITTEN)} of {len(tree.nodes())} nodes {done}")
    return Section("REFRESH: what is stored of their scores", lines)


def counted(told: Story) -> Section:
    """Each count beside its closed form."""
    firing, network = told.step.seen.firing, told.network
    tournament = told.config.search is Structure.TOURNAMENT
    lines = [f"P = {firing.pairs} (neuron, point) pairs fire, of U = {firing.union} neurons;"]
    if tournament:
        above = len(inner_nodes_above(told.step.made.motion.neurons, network.m))
        lines.append(
            f"A_i inner nodes above b; B = {above} nodes above leaves of neurons that moved;"
        )
    else:
        lines.append("k_i neurons fire on x_i; h is the largest height of such a tree;")
    lines += ["k_r points that neuron r fires on.", ""]
    for tally in tallies(told.step, told.asked):
        sign = "≤" if tally.bound else "="
        lines.append(
            f"  {tally.label.name:8}{tally.counted:>4} {tally.words:18}{sign} "
            f"{tally.form:52}{sign} {tally.value}"
        )
    dense = closed_forms.dense_query(network.m, PROBLEM.n, PROBLEM.d)
    most = "A_i and B are at most ⌈log₂ m⌉ times that" if tournament else "h grows like log₂ m"
    lines += [
        "",
        f"  A dense QUERY: m·n·d = {dense.multiply_adds} multiply-adds, m·n = {dense.comparisons}"
        " comparisons. Nothing above has",
        f"  a factor m: P and U are what fires, and {most}.",
    ]
    return Section("What it cost: counted, and as closed forms", lines)


def afterwards(told: Story) -> Section:
    """The loss before and after, and who fires now."""
    step, shift = told.step, told.network.shift
    after = [step.after.trees.query(i, shift).fired for i in PROBLEM.indices]
    lines = []
    for i, then in zip(PROBLEM.indices, after, strict=True):
        was = step.seen.firing.by_point[i]
        lines.append(f"  S_{i}: {neurons(was)} → {neurons(then)}")
    switched = sum(
        len(set(now) ^ set(then))
        for now, then in zip(step.seen.firing.by_point, after, strict=True)
    )
    lines += ["", *_why(switched), ""]
    losses = " → ".join(figure(loss) for loss in told.losses)
    lines.append(f"  loss {losses}   ({_end(told)})")
    return Section("The network after", lines)


def _why(switched: int) -> list[str]:
    """What the loss has to do with neurons that cross b."""
    if not switched:
        return [
            "  No neuron crossed b at a point: the outputs were linear in the weights all along,",
            "  the step has solved the problem, and the next loss is 0 but for rounding.",
        ]
    times = "Once" if switched == 1 else f"{switched} times"
    return [
        f"  {times} a neuron crossed b at a point. Had none, the next loss would be 0: while the",
        "  firing sets stay, outputs are linear in the weights, and the step solves for them.",
    ]


def _end(told: Story) -> str:
    """How the whole run ended."""
    run = told.run
    return f"all iterations; the run ended: {ending(run)}{'; ' if run.remark else ''}{run.remark}"
