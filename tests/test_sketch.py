"""A sketch is S Jᵀ for the S that its documentation describes, made here a second time."""

from fractions import Fraction
from hashlib import shake_128

import hypothesis.strategies as st
import pytest
from hypothesis import example, given

from reference.scalar import BINARY64, RATIONAL
from reference.solvers.sketch import OSNAP_NONZEROS, SketchChoice, SketchKind, hadamard, sketched
from tests.exact_algebra import Rows, inner_products, times, transposed
from tests.linear_systems import Drawn, draws, one_neuron
from tests.strategies import share

KINDS = st.sampled_from(SketchKind)
BLOCKS = {SketchKind.COUNTSKETCH: 1, SketchKind.OSNAP: OSNAP_NONZEROS}


def word(choice: SketchChoice, draw: int, r: int, index: int) -> int:
    """The word of this index in the stream of neuron r."""
    stream = shake_128(f"sketch/{choice.seed}/{draw}/{r}".encode("ascii"))
    return int.from_bytes(stream.digest(8 * index + 8)[-8:], "little")


def sign(number: int) -> int:
    return 1 if number % 2 else -1


def embedding(choice: SketchChoice, draw: int, m: int, d: int) -> Rows:
    """c·S, rows × m·d: in each block one sign for each column."""
    blocks = BLOCKS[choice.kind]
    block = -(-choice.rows // blocks)
    rows = [[Fraction()] * (m * d) for _ in range(block * blocks)]
    for r in range(m):
        for c in range(d):
            for k in range(blocks):
                number = word(choice, draw, r, c * blocks + k)
                rows[k * block + number // 2 % block][r * d + c] = Fraction(sign(number))
    return rows


def entry(p: int, q: int) -> int:
    """The Hadamard matrix: −1 where p and q have an odd number of ones in common."""
    return -1 if bin(p & q).count("1") % 2 else 1


def transform(choice: SketchChoice, draw: int, m: int, d: int) -> Rows:
    """c·S, rows × m·d: rows of the Hadamard matrix, every column times a sign of its own."""
    signs = [sign(word(choice, draw, r, c)) for r in range(m) for c in range(d)]
    return [
        [Fraction(entry(p, q) * signs[q]) for q in range(m * d)]
        for p in rows_of(choice, draw, m * d)
    ]


def rows_of(choice: SketchChoice, draw: int, length: int) -> list[int]:
    """Which rows of the least Hadamard matrix that holds so many numbers."""
    padded = next(1 << k for k in range(20) if 1 << k >= length)
    if choice.rows >= padded:
        return list(range(padded))
    chosen: list[int] = []
    stream = 0
    while missing := choice.rows - len(chosen):
        stream -= 1
        for index in range(missing):
            row = word(choice, draw, stream, index) % padded
            if row not in chosen:
                chosen.append(row)
    return chosen


def scaled_sketch(choice: SketchChoice, draw: int, m: int, d: int) -> Rows:
    """c·S, entries 0 and ±1."""
    if choice.kind is SketchKind.SRHT:
        return transform(choice, draw, m, d)
    return embedding(choice, draw, m, d)


def scaled_transpose(drawn: Drawn) -> Rows:
    """m^(1/2)·Jᵀ, m·d × n: coordinates of points, with signs."""
    root = {1: 1, 4: 2, 16: 4}[len(drawn.signs)]
    return [[root * q for q in row] for row in transposed(drawn.exact_jacobian)]


@share(2)
@given(draws(), KINDS, st.integers(1, 14), st.integers(0, 3), st.integers(0, 3))
@example(one_neuron([[1, 2, -1, 1]], [0]), SketchKind.SRHT, 4, 0, 0)
def test_the_columns_are_those_of_the_explicit_sketch_times_the_explicit_transpose(
    drawn: Drawn, kind: SketchKind, rows: int, seed: int, draw: int
) -> None:
    choice = SketchChoice(kind, rows, seed)
    made = sketched(RATIONAL, drawn.jacobian(RATIONAL), choice, draw)
    m, d = len(drawn.signs), len(drawn.points[0])
    explicit = scaled_sketch(choice, draw, m, d)
    assert made.columns == [times(explicit, x) for x in transposed(scaled_transpose(drawn))]
    nonzeros = BLOCKS.get(kind, len(explicit))
    assert made.weight == Fraction(1, m * nonzeros)


@share(8)
@given(draws(), KINDS, st.integers(1, 14))
def test_floats_that_nothing_rounds_give_the_same_sketch(
    drawn: Drawn, kind: SketchKind, rows: int
) -> None:
    choice = SketchChoice(kind, rows, 0)
    rounded = sketched(BINARY64, drawn.jacobian(BINARY64), choice, 1)
    exact = sketched(RATIONAL, drawn.jacobian(RATIONAL), choice, 1)
    assert rounded.columns == exact.columns
    assert rounded.operations == exact.operations
    assert rounded.weight == float(exact.weight)


# ---- the maps themselves -------------------------------------------------------------------------


def axes(d: int, signs: tuple[int, ...], r: int) -> Drawn:
    """The d axes as points, on which neuron r alone fires: their sketch shows its columns of S."""
    points = tuple(tuple(int(c == i) for c in range(d)) for i in range(d))
    fires = tuple(tuple(k == r for k in range(len(signs))) for _ in range(d))
    return Drawn(points, signs, fires, (0,) * d)


@pytest.mark.parametrize("kind", BLOCKS)
@pytest.mark.parametrize("rows", [1, 4, 13, 40])
def test_an_embedding_has_in_every_column_one_sign_a_block(kind: SketchKind, rows: int) -> None:
    blocks = BLOCKS[kind]
    for seed in range(4):
        jacobian = axes(3, (1, -1, 1, 1), seed).jacobian(RATIONAL)
        made = sketched(RATIONAL, jacobian, SketchChoice(kind, rows, seed), 0)
        for column in made.columns:
            block, spare = divmod(len(column), blocks)
            assert spare == 0
            assert rows <= len(column) < rows + blocks
            for start in range(0, len(column), block):
                assert sorted(map(abs, column[start : start + block])) == [0] * (block - 1) + [1]


def test_all_blocks_rows_and_signs_of_an_embedding_occur() -> None:
    jacobian = axes(3, (1, -1, 1, 1), 0).jacobian(RATIONAL)
    seen: set[tuple[int, Fraction]] = set()
    for draw in range(40):
        made = sketched(RATIONAL, jacobian, SketchChoice(SketchKind.OSNAP, 8, 0), draw)
        seen |= {(k, q) for column in made.columns for k, q in enumerate(column) if q}
    assert seen == {(k, Fraction(q)) for k in range(8) for q in (1, -1)}


@share(2)
@given(st.integers(0, 5), st.data())
def test_the_transform_is_its_definition_and_twice_of_it_is_n_times(
    places: int, data: st.DataObject
) -> None:
    values = data.draw(st.tuples(*[st.integers(-9, 9)] * (1 << places)))
    given_values = [Fraction(value) for value in values]
    size = len(values)
    once = hadamard(given_values)
    assert once == [
        sum((entry(p, q) * value for q, value in enumerate(given_values)), Fraction())
        for p in range(size)
    ]
    assert hadamard(once) == [size * value for value in given_values]
    assert given_values == list(values)


@share(4)
@given(draws(widths=(4, 16)), st.integers(1, 70), st.integers(0, 9))
def test_the_transform_gives_as_many_different_rows_as_it_has(
    drawn: Drawn, rows: int, seed: int
) -> None:
    choice = SketchChoice(SketchKind.SRHT, rows, seed)
    length = len(drawn.signs) * len(drawn.points[0])
    made = sketched(RATIONAL, drawn.jacobian(RATIONAL), choice, 0)
    padded = next(1 << k for k in range(20) if 1 << k >= length)
    assert len(set(rows_of(choice, 0, length))) == len(made.columns[0]) == min(rows, padded)


# ---- what makes it a sketch ----------------------------------------------------------------------


@pytest.mark.parametrize("kind", SketchKind)
@pytest.mark.parametrize("rows", [1, 3, 8, 64])
def test_a_single_entry_keeps_its_length_in_every_draw(kind: SketchKind, rows: int) -> None:
    """‖S e‖ = ‖e‖ exactly, so weight·AᵀA has the diagonal of G there: 9/4 from one entry 3/2."""
    drawn = Drawn(((3,),), (1, -1, 1, 1), ((False, True, False, False),), (0,))
    for draw in range(4):
        made = sketched(RATIONAL, drawn.jacobian(RATIONAL), SketchChoice(kind, rows, 5), draw)
        (column,) = made.columns
        assert made.weight * sum(q * q for q in column) == drawn.exact_gram[0][0] == Fraction(9, 4)


@share(4)
@given(draws())
def test_all_rows_of_the_transform_keep_every_inner_product(drawn: Drawn) -> None:
    length = 2 * len(drawn.signs) * len(drawn.points[0])
    choice = SketchChoice(SketchKind.SRHT, length, 0)
    made = sketched(RATIONAL, drawn.jacobian(RATIONAL), choice, 0)
    products = inner_products(made.columns, made.columns)
    assert [[made.weight * q for q in row] for row in products] == drawn.exact_gram


DENSE = one_neuron([[1, 2, 0, -1, 1, 1, 0, 2], [2, 1, 1, 0, -1, 1, 1, 0]], [0, 0])
DRAWS, ROWS = 400, 8


@pytest.mark.parametrize("kind", SketchKind)
def test_the_mean_of_many_draws_is_the_gram_matrix(kind: SketchKind) -> None:
    """The variance of an entry is at most 2·G_ii·G_jj/s a draw; here are five deviations.

    For the embeddings this is the pairwise independence of signs and rows; for the transform, of
    whose rows all together make no error, that of s of them is less than of s independent ones.
    """
    gram = DENSE.exact_gram
    choice, jacobian = SketchChoice(kind, ROWS, 0), DENSE.jacobian(RATIONAL)
    made = [sketched(RATIONAL, jacobian, choice, draw) for draw in range(DRAWS)]
    squares = [(sketch.weight, inner_products(sketch.columns, sketch.columns)) for sketch in made]
    for i in range(2):
        for j in range(2):
            mean = sum((weight * q[i][j] for weight, q in squares), Fraction()) / DRAWS
            variance = 2 * gram[i][i] * gram[j][j] / (ROWS * DRAWS)
            assert (mean - gram[i][j]) ** 2 <= 25 * variance
