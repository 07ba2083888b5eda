"""The AVL tree stays one for thousands of changes: wrong rotations show only after a long while."""

import random
from math import log2

import pytest

from reference.ids import Neuron
from reference.scalar import BINARY64
from reference.structures.ordered_tree import OrderedTree
from tests.dense_model import check_ordered, firing, links


@pytest.mark.parametrize(("values", "changes"), [(8, 3000), (1000, 3000)])
def test_order_heights_and_balance_survive_thousands_of_changes(values: int, changes: int) -> None:
    numbers = random.Random(0)
    m = 64
    tree = OrderedTree(BINARY64.store([0.0] * m))
    for change in range(1, changes + 1):
        tree.replace(Neuron(numbers.randrange(m)), numbers.randrange(values) / 4)
        if change % 10 == 0:
            check_ordered(tree)
            threshold = numbers.choice(tree.scores)
            assert tree.query(threshold).fired == firing(tree.scores, threshold)


@pytest.mark.parametrize("m", range(1, 34))
def test_a_fresh_tree_has_the_least_height(m: int) -> None:
    tree = OrderedTree(BINARY64.store(float(r * 7 % m) for r in range(m)))
    check_ordered(tree)
    assert tree.height[tree.root] == m.bit_length()


@pytest.mark.parametrize("m", [1, 2, 3, 21, 64])
def test_the_shape_of_a_used_tree_rebuilds_it_node_for_node(m: int) -> None:
    numbers = random.Random(m)
    tree = OrderedTree(BINARY64.store([0.0] * m))
    for _ in range(5 * m):
        tree.replace(Neuron(numbers.randrange(m)), numbers.randrange(9) / 4)
    again = OrderedTree(BINARY64.store(tree.scores), tree.height[:-1].tobytes())
    assert links(again) == links(tree)
    assert tree.height[tree.root] <= 1.4405 * log2(m + 2)
