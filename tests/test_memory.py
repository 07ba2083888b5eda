"""A stored score costs at most 24 bytes, measured by what Python allocates."""

import tracemalloc

import pytest

from reference.scalar import BINARY64
from reference.structures.factory import threshold_search
from reference.structures.threshold_search import Structure

pytestmark = pytest.mark.plain

BYTES_PER_SCORE = 24


@pytest.mark.parametrize("structure", Structure)
@pytest.mark.parametrize("m", [2**15, 2**15 + 1])
def test_a_stored_score_costs_at_most_24_bytes(structure: Structure, m: int) -> None:
    """One neuron in 24 is above the threshold: what fires at α = 0.24 in a width of 2^15."""
    scores = [float(r % 96) for r in range(m)]
    tracemalloc.start()
    try:
        search = threshold_search(structure, BINARY64, [scores], 91.0)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held <= BYTES_PER_SCORE * m
    assert search.stored_bytes <= held
