"""What a dump must be: the state that the port should hold, and trees that stand on its own leaves.

Weights and leaves are held to the bands of the last change; whatever it did not touch, and every
inner node, to equality. A dump that passes is the state from then on.
"""

from fractions import Fraction

from msgspec import UNSET

from invariants.conformance.judging.checks import (
    DUMP_FINITE,
    DUMP_INNER,
    DUMP_SHAPE,
    DUMP_TREE,
    ERROR_UNCHANGED,
    LOAD_LEAVES,
    LOAD_WEIGHTS,
    STEP_LEAVES,
    STEP_UNTOUCHED,
    STEP_WEIGHTS,
    UPDATE_LEAVES,
    UPDATE_UNTOUCHED,
    UPDATE_WEIGHTS,
    Check,
    Divergence,
)
from invariants.conformance.judging.knowledge import Knowledge
from invariants.conformance.judging.query_checks import show
from invariants.conformance.judging.state import State, inner
from invariants.conformance.judging.trees import Shape, wrong_inner_nodes
from invariants.conformance.protocol.messages import Dumped
from invariants.conformance.protocol.wire import NotANumber, Row, Rows, number

WEIGHTS = {"load": LOAD_WEIGHTS, "update": UPDATE_WEIGHTS, "step": STEP_WEIGHTS}
LEAVES = {"load": LOAD_LEAVES, "update": UPDATE_LEAVES, "step": STEP_LEAVES}
UNTOUCHED = {"load": LOAD_LEAVES, "update": UPDATE_UNTOUCHED, "step": STEP_UNTOUCHED}


def dump_divergences(known: Knowledge, state: State, dumped: Dumped) -> list[Divergence]:
    """What is wrong with this dump; if nothing is, its weights and leaves are the state."""
    found = _shape(known, state, dumped)
    if found:
        return found
    try:
        weights, leaves = _decoded(dumped.weights), _decoded(dumped.leaves)
        inner_nodes = _decoded([] if dumped.trees is UNSET else [t.inner for t in dumped.trees])
    except NotANumber as error:
        return [DUMP_FINITE.fails("the dump", "finite numbers", error)]
    if not known.out_of_sight:
        found = [*_weights(known, state, weights), *_untouched(known, leaves)]
        if found and known.refused:
            return [_after_refusal(found[0])]
        found = found or _leaves(known, state, weights, leaves)
    found = found or _trees(dumped, leaves, inner_nodes)
    if not found and not known.out_of_sight:
        _adopt(known, state, weights, leaves)
        known.dump = dumped
    return found


def _decoded(lines: list[list[str]]) -> Rows:
    return tuple(tuple(map(number, line)) for line in lines)


def _shape(known: Knowledge, state: State, dumped: Dumped) -> list[Divergence]:
    """Everything is there, as often as it should be."""
    wanted = [
        ("weights", state.m, state.d, dumped.weights),
        ("leaves", state.n, state.m, dumped.leaves),
    ]
    for name, lines, length, found in wanted:
        lengths = sorted({len(line) for line in found})
        if len(found) != lines or lengths != [length]:
            told = f"{len(found)} rows of {', '.join(map(str, lengths))}"
            return [DUMP_SHAPE.fails(name, f"{lines} rows of {length}", told)]
    kind = known.contract.tree_shape
    if dumped.trees is UNSET or kind == "none":
        if (dumped.trees is UNSET) == (kind == "none"):
            return []
        told = "none" if dumped.trees is UNSET else "some"
        return [DUMP_SHAPE.fails("trees", f"as tree_shape {kind!r} says", told)]
    if len(dumped.trees) != state.n:
        return [DUMP_SHAPE.fails("trees", state.n, len(dumped.trees))]
    for i, tree in enumerate(dumped.trees):
        if (tree.children is UNSET) != (kind == "canonical"):
            told = "left out" if tree.children is UNSET else "given"
            return [DUMP_SHAPE.fails(f"tree {i}", f"children as {kind!r} says", told)]
        nodes = state.m - 1 if tree.children is UNSET else len(tree.children)
        if len(tree.inner) != nodes:
            return [DUMP_SHAPE.fails(f"tree {i}", f"{nodes} inner nodes", len(tree.inner))]
    return []


def _weights(known: Knowledge, state: State, weights: Rows) -> list[Divergence]:
    """Weights are what they were, or what the last change should have made of them."""
    expected = known.uncertain
    for r, (now, before) in enumerate(zip(weights, state.weights, strict=True)):
        wanted, bands = before, tuple(Fraction(0) for _ in before)
        if expected is not None and r in expected.weights:
            wanted, bands = expected.weights[r], expected.bands[r]
        for c, (found, value, band) in enumerate(zip(now, wanted, bands, strict=True)):
            if abs(found - value) > band:
                moved = r in known.touched or known.change == "load"
                check = WEIGHTS[known.change] if moved else UNTOUCHED[known.change]
                return [_off(check, f"neuron {r}, weight {c}", value, found, band)]
    return []


def _untouched(known: Knowledge, leaves: Rows) -> list[Divergence]:
    """Leaves of neurons that nothing has changed are what they were, bit for bit."""
    earlier = known.leaves or known.earlier
    if earlier is None:
        return []
    touched = frozenset[int]() if known.leaves else known.touched
    for i, (now, before) in enumerate(zip(leaves, earlier, strict=True)):
        for r, (found, value) in enumerate(zip(now, before, strict=True)):
            if found != value and r not in touched:
                place = f"point {i}, leaf of neuron {r}"
                return [UNTOUCHED[known.change].fails(place, show(value), show(found))]
    return []


def _leaves(known: Knowledge, state: State, weights: Rows, leaves: Rows) -> list[Divergence]:
    """Each leaf is its neuron's inner product with the point, within its band."""
    for i, line in enumerate(leaves):
        for r, found in enumerate(line):
            value = inner(weights[r], state.points[i])
            band = _leaf_band(known, weights[r], i, r)
            if abs(found - value) > band:
                place = f"point {i}, leaf of neuron {r}"
                return [_off(LEAVES[known.change], place, value, found, band)]
    return []


def _leaf_band(known: Knowledge, weight: Row, i: int, r: int) -> Fraction:
    """How far a leaf may be off; a leaf that was moved, also because the weight was rounded."""
    band, expected = known.bands[i][r], known.uncertain
    if expected is None or r not in expected.weights:
        return band
    x = expected.before.points[i]
    band = max(band, known.arithmetic.score(weight, x))
    if known.contract.leaf_update == "recompute":
        return band
    apart = tuple(now - meant for now, meant in zip(weight, expected.weights[r], strict=True))
    return band + abs(inner(apart, x))


def _trees(dumped: Dumped, leaves: Rows, inner_nodes: Rows) -> list[Divergence]:
    """Each tree is one, and each of its inner nodes holds the larger of its children."""
    if dumped.trees is UNSET:
        return []
    for i, tree in enumerate(dumped.trees):
        shape = Shape.of(tree, len(leaves[i]))
        flaw = shape.flaw()
        if flaw is not None:
            return [DUMP_TREE.fails(f"tree {i}", "one tree over all leaves", flaw)]
        wrong = wrong_inner_nodes(shape, leaves[i], inner_nodes[i])
        if wrong:
            k, larger = wrong[0]
            place = f"tree {i}, inner node {k}, children {list(shape.children[k])}"
            return [DUMP_INNER.fails(place, show(larger), show(inner_nodes[i][k]))]
    return []


def _adopt(known: Knowledge, state: State, weights: Rows, leaves: Rows) -> None:
    """What was dumped is the state; a moved leaf's error is known now."""
    known.state = state.with_weights(weights)
    if known.contract.leaf_update == "delta":
        for i, line in enumerate(leaves):
            for r, leaf in enumerate(line):
                known.bands[i][r] = abs(leaf - inner(weights[r], state.points[i]))
    elif known.uncertain is not None:
        for r in known.uncertain.weights:
            for i, x in enumerate(state.points):
                known.bands[i][r] = known.arithmetic.score(weights[r], x)
    known.leaves, known.uncertain, known.refused = leaves, None, False


def _off(check: Check, place: str, value: Fraction, found: Fraction, band: Fraction) -> Divergence:
    numbers = {"off by": show(abs(found - value)), "δ": show(band)}
    return check.fails(place, show(value), show(found), **numbers)


def _after_refusal(seen: Divergence) -> Divergence:
    """What a dump shows after a refusal is the refusal's fault."""
    return ERROR_UNCHANGED.fails(seen.place, seen.expected, seen.found, **seen.numbers)
