"""An iteration as a picture: the plane with its neurons, and each point's tree before and after."""

from collections.abc import Sequence
from io import BytesIO

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from reference.edges.walkthrough.boundary import boundary
from reference.edges.walkthrough.drawn_tree import DrawnNode, Mark
from reference.edges.walkthrough.plain_numbers import figure, neurons, two
from reference.edges.walkthrough.small_run import PROBLEM
from reference.edges.walkthrough.story import Story
from reference.edges.walkthrough.tree_layout import placed

POINT_COLOURS = ("#2a6fbb", "#3f9b5b", "#7a5fb0")
ORANGE, GREY, PALE = "#d9702a", "#8a8f98", "#d5d8dc"
FACES = {
    Mark.FIRES: "#f3b98f",
    Mark.OPENED: "#c5daf1",
    Mark.PASSED: "white",
    Mark.UNSEEN: "white",
    Mark.REWRITTEN: "#f9e3a8",
    Mark.KEPT: "white",
}
EDGES = {
    Mark.FIRES: ORANGE,
    Mark.OPENED: "#2a6fbb",
    Mark.PASSED: "black",
    Mark.UNSEEN: PALE,
    Mark.REWRITTEN: "#b08a1e",
    Mark.KEPT: PALE,
}
LEGEND = {
    "fires": Mark.FIRES,
    "above b": Mark.OPENED,
    "looked at, not above b": Mark.PASSED,
    "not looked at, not touched": Mark.UNSEEN,
    "rewritten: before, → after": Mark.REWRITTEN,
}


def draw(told: Story, format_: str) -> bytes:
    """The picture as the bytes of a file; the same iteration gives the same bytes."""
    with mpl.rc_context({"svg.hashsalt": "firingtree", "font.size": 9}):
        wide = max(4.4, 0.58 * told.network.m)
        picture = Figure(figsize=(4.8 + 2 * wide, 8.4), layout="constrained")
        picture.suptitle(
            f"One iteration (number {told.iteration}): m = {told.network.m} neurons,"
            f" n = {PROBLEM.n} points, b = {two(told.network.shift)}, seed {told.config.seed}",
            fontsize=11,
        )
        grid = picture.add_gridspec(3, 3, width_ratios=(4.8, wide, wide))
        _draw_plane(picture.add_subplot(grid[:2, 0]), told)
        _draw_losses(picture.add_subplot(grid[2, 0]), told)
        for i, (asked, changed) in enumerate(zip(told.asked, told.changed, strict=True)):
            fired = neurons(told.step.seen.firing.by_point[i])
            title = f"QUERY at x{i}, y = {figure(PROBLEM.labels[i])}: S_{i} = {fired}"
            _draw_tree(picture.add_subplot(grid[i, 1]), asked, title)
            _draw_tree(picture.add_subplot(grid[i, 2]), changed, f"REFRESH at x{i}")
        _legend(picture)
        content = BytesIO()
        dated = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}[format_]
        picture.savefig(content, format=format_, dpi=110, metadata=dated)
    return content.getvalue()


def _draw_plane(axes: Axes, told: Story) -> None:
    """Neurons stand at their weights; on the far side of a point's line they fire on it."""
    step = told.step
    title = "MOVE: a neuron fires on x_i beyond the line ⟨w, x_i⟩ = b"
    axes.set_title(f"{title}\norange: fires, and moves; grey: neither", loc="left", fontsize=10)
    places = [*step.before.weights, *step.after.weights, *PROBLEM.points]
    reach = 1.12 * max(abs(value) for place in places for value in place)
    for i, x in enumerate(PROBLEM.points):
        colour = POINT_COLOURS[i]
        axes.axline(*boundary(x, told.network.shift), color=colour, linewidth=1)
        _arrow(axes, (0.0, 0.0), x, colour)
        _name(axes, f"x{i}", x[0], x[1], (4, 3), colour)
    moves = {move.neuron: move for move in told.moves}
    for r, weights in enumerate(step.before.weights):
        colour = ORANGE if r in moves else GREY
        axes.plot(*weights, marker="o", markersize=5, color=colour)
        _name(axes, f"r{r}", weights[0], weights[1], (-4, 6), colour)
    for move in moves.values():
        _arrow(axes, move.before, move.after, ORANGE)
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    axes.grid(alpha=0.25, linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)


def _arrow(axes: Axes, start: Sequence[float], end: Sequence[float], colour: str) -> None:
    """From one place to another."""
    axes.annotate(
        "",
        (end[0], end[1]),
        (start[0], start[1]),
        arrowprops={"arrowstyle": "->", "color": colour, "shrinkA": 0, "shrinkB": 0},
    )


def _name(axes: Axes, name: str, x: float, y: float, beside: tuple[int, int], colour: str) -> None:
    """The name of what stands there."""
    axes.annotate(name, (x, y), xytext=beside, textcoords="offset points", color=colour, fontsize=8)


def _draw_losses(axes: Axes, told: Story) -> None:
    """The losses of the run, this iteration's before and after in orange."""
    losses = told.losses
    steps = range(len(losses))
    axes.set_title("loss  ½‖f − y‖²", loc="left", fontsize=10)
    axes.plot(steps, losses, marker="o", markersize=4, color=GREY)
    here = slice(told.iteration, told.iteration + 2)
    axes.plot(steps[here], losses[here], marker="o", markersize=5, color=ORANGE)
    for step in steps[here]:
        place = (step, losses[step])
        _name(axes, figure(losses[step]), *place, (6, 4), "black")
    if all(loss > 0 for loss in losses):
        axes.set_yscale("log")
    axes.set_xlabel("iteration")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.margins(x=0.12, y=0.15)
    axes.grid(alpha=0.25, linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)


def _draw_tree(axes: Axes, tree: DrawnNode, title: str) -> None:
    """Each node in a box of its mark's colours, below its parent."""
    axes.set_title(title, loc="left", fontsize=10)
    places = placed(tree).all()
    for place in places:
        for child in place.children:
            across, down = (place.x, child.x), (-place.depth, -child.depth)
            axes.plot(across, down, color=GREY, linewidth=0.8, zorder=1)
        _draw_node(axes, place.node, place.x, -place.depth)
    columns, deepest = [place.x for place in places], max(place.depth for place in places)
    axes.set(xlim=(min(columns) - 0.6, max(columns) + 0.6), ylim=(-deepest - 0.55, 0.6))
    axes.set_axis_off()


def _draw_node(axes: Axes, node: DrawnNode, x: float, y: float) -> None:
    """The value, or the earlier and the new one, and the neuron's name."""
    lines = [two(node.value)]
    if node.earlier is not None:
        lines = [two(node.earlier), f"→{two(node.value)}"]
    faint = node.mark in (Mark.UNSEEN, Mark.KEPT)
    drawn = axes.text(
        x,
        y,
        "\n".join([*lines, *([node.neuron] if node.neuron else [])]),
        ha="center",
        va="center",
        fontsize=7.5,
        color=GREY if faint else "black",
        bbox={"boxstyle": "round,pad=0.25", "fc": FACES[node.mark], "ec": EDGES[node.mark]},
    )
    drawn.set_in_layout(False)


def _legend(picture: Figure) -> None:
    """What the colours mean."""
    handles = [
        Line2D([], [], linestyle="", marker="s", color=FACES[mark], markeredgecolor=EDGES[mark])
        for mark in LEGEND.values()
    ]
    picture.legend(
        handles, list(LEGEND), loc="outside lower right", ncols=len(LEGEND), frameon=False
    )
