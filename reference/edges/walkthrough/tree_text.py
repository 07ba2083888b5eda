"""A tree in lines of text.

Each node is a label, each pair of branches a line below it. A block is a tree's lines and the
column in which its root stands; the blocks of two children stand side by side below their parent.
"""

from dataclasses import dataclass
from itertools import zip_longest

from reference.edges.walkthrough.drawn_tree import DrawnNode, Mark
from reference.edges.walkthrough.plain_numbers import two

BRACKETS = {
    Mark.FIRES: "[{}]",
    Mark.OPENED: "[{}]",
    Mark.PASSED: "({})",
    Mark.UNSEEN: " {} ",
    Mark.REWRITTEN: " {} ",
    Mark.KEPT: " {} ",
}
GAP = 1
"""Columns between two children."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines, and the column of the root."""

    lines: list[str]
    root: int

    @property
    def width(self) -> int:
        """Of the longest line."""
        return max(len(line) for line in self.lines)

    def moved(self, by: int) -> "Block":
        """So many columns to the right."""
        return Block([" " * by + line for line in self.lines], self.root + by)


def indented_tree(node: DrawnNode) -> list[str]:
    """The tree, from its root down, two columns from the margin."""
    return [f"  {line.rstrip()}" for line in _block(node).lines]


def _label(node: DrawnNode) -> list[str]:
    """The value in the brackets of its mark, or the earlier and the new one; then the neuron."""
    lines = [BRACKETS[node.mark].format(two(node.value))]
    if node.earlier is not None:
        lines = [two(node.earlier), f"→{two(node.value)}"]
    if node.neuron:
        lines.append(f"{node.neuron}*" if node.mark is Mark.FIRES else node.neuron)
    width = max(len(line) for line in lines)
    return [line.center(width) for line in lines]


def _block(node: DrawnNode) -> Block:
    """The label, the branches, and the children's blocks."""
    label = _label(node)
    half = len(label[0]) // 2
    if not node.children:
        return Block(label, half)
    below = _below(node)
    shift = max(0, half - below.root)
    below = below.moved(shift)
    return Block([*(" " * (below.root - half) + line for line in label), *below.lines], below.root)


def _below(node: DrawnNode) -> Block:
    """The branches and the children, side by side; the root is where their parent stands."""
    if node.right is None and node.left is not None:
        left = _block(node.left)
        return Block([f"{' ' * left.root}┌──┘", *left.lines], left.root + 3)
    if node.left is None and node.right is not None:
        right = _block(node.right)
        right = right.moved(max(0, 3 - right.root))
        return Block([f"└{'─' * (right.root - 1)}┐", *right.lines], 0)
    left, right = (_block(child) for child in node.children)
    return _side_by_side(left, right)


def _side_by_side(left: Block, right: Block) -> Block:
    """Two children below branches whose middle is their parent's place."""
    start = left.width + GAP
    rows = zip_longest(left.lines, right.lines, fillvalue="")
    lines = [f"{mine:{start}}{other}" for mine, other in rows]
    far = start + right.root
    root = (left.root + far) // 2
    branches = f"┌{'─' * (root - left.root - 1)}┴{'─' * (far - root - 1)}┐"
    return Block([" " * left.root + branches, *lines], root)
