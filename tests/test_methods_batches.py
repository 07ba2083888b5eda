"""Mini-batches go once over all points an epoch, in an order that any port can have."""

from dataclasses import replace
from fractions import Fraction
from hashlib import sha256

import hypothesis.strategies as st
import pytest
from hypothesis import given

from reference.counters import Counts
from reference.errors import BatchTooLarge, NoFiringNeuron
from reference.ids import Point
from reference.scalar import BINARY64, RATIONAL
from reference.structures.threshold_search import Structure
from reference.training.batches import Batches
from reference.training.method import Method
from reference.training.step_rule import GradientSteps
from reference.training.stopping import Limits, Reason
from reference.training.training import Run
from tests.small_training import HALF_ALIVE, Diary, Setup, setup
from tests.strategies import setups, share
from tests.trainings import DENSE, STORED, Way, batches_of, journey, rule_of, trained

SEEDS, EPOCHS = st.integers(0, 2**63), st.integers(0, 10**6)


@st.composite
def batches(draw: st.DrawFn) -> Batches:
    n = draw(st.integers(1, 12))
    return Batches(n, draw(st.integers(1, n)), draw(SEEDS))


@given(batches(), EPOCHS)
def test_an_epochs_batches_part_the_points_in_order_of_their_hashes(
    split: Batches, epoch: int
) -> None:
    """All of one size but the last, each in ascending order."""
    found = split.of_epoch(epoch)
    hashes = {
        Point(i): sha256(f"batch/{split.seed}/{epoch}/{i}".encode("ascii")).hexdigest()
        for i in range(split.n)
    }
    order = sorted(hashes, key=lambda i: hashes[i])
    assert sorted(i for batch in found for i in batch) == list(range(split.n))
    assert [len(batch) for batch in found[:-1]] == [split.size] * (len(found) - 1)
    assert 1 <= len(found[-1]) <= split.size
    for k, batch in enumerate(found):
        assert batch == sorted(order[k * split.size : (k + 1) * split.size])


@given(batches(), EPOCHS)
def test_batches_depend_on_seed_and_epoch_alone(split: Batches, epoch: int) -> None:
    """Not on what was asked before; what size they have changes where the order is cut, no more."""
    split.of_epoch(epoch + 1)
    again = Batches(split.n, split.size, split.seed)
    assert split.of_epoch(epoch) == again.of_epoch(epoch)
    ones = Batches(split.n, 1, split.seed).of_epoch(epoch)
    order = [i for (i,) in ones]
    assert [set(batch) for batch in split.of_epoch(epoch)] == [
        set(order[start : start + split.size]) for start in range(0, split.n, split.size)
    ]


def test_epochs_and_seeds_have_orders_of_their_own() -> None:
    """Of 12! orders no two of a hundred are the same but with probability 10⁻⁵."""
    orders = [
        repr(Batches(12, 1, seed).of_epoch(epoch)) for seed in range(10) for epoch in range(10)
    ]
    assert len(set(orders)) == len(orders)


@pytest.mark.parametrize("size", [-1, 0, 4])
def test_a_batch_has_a_point_at_least_and_all_at_most(size: int) -> None:
    with pytest.raises(BatchTooLarge, match=f"from 1 to 3 points, .* not {size}; change --batch"):
        Batches(3, size, 0)


@share(8)
@given(setups(), st.integers(1, 3), st.integers(0, 9))
def test_every_step_of_an_epoch_asks_about_its_batch_and_no_other_point(
    given_setup: Setup, size: int, seed: int
) -> None:
    split = batches_of(Method.SGD, given_setup, size, seed)
    assert split is not None
    chosen = rule_of(Method.SGD, RATIONAL, split.size, Fraction(1, 64))
    found = journey(trained(given_setup, RATIONAL, chosen, DENSE), 2, split)
    asked = [list(moment.firing.asked) for moment in found.moments]
    everything = list(range(split.n))
    planned = [
        expected
        for epoch in range(2)
        for expected in [everything, *map(list, split.of_epoch(epoch))]
    ] + [everything]
    assert asked == planned[: len(asked)]
    if found.end == "step-limit":
        assert len(asked) == len(planned)
    for moment in found.moments:
        for i, fired in enumerate(moment.firing.by_point):
            assert bool(fired) == (i in moment.firing.asked)


@pytest.mark.parametrize("way", [DENSE, *STORED])
def test_looking_at_all_points_once_an_epoch_is_charged_to_nobody(way: Way) -> None:
    """It stands under `watch`; what the epoch's own looks at its batches cost, does not."""
    chosen = GradientSteps(RATIONAL, 1, Fraction(1, 64))
    parts = trained(HALF_ALIVE, RATIONAL, chosen, way)
    diary: Diary[Fraction] = Diary()
    run = Run(parts, Limits(1, 0.0), diary, batches=Batches(3, 1, 0))
    first, last = run.step(), run.step()
    assert first is not None
    assert last is not None
    assert run.reason is Reason.STEP_LIMIT
    nothing = Counts().as_dict()
    assert last.operations["query"] == last.operations["predict"] == nothing
    for entry in (first, last):
        looked = entry.operations["watch"]
        computed = 16 * 3 * 2 if way.structure is None else 0
        assert looked["multiply_adds"] == computed + sum(entry.fired)
    assert first.operations["query"] != nothing


LOSING = setup([[1, 0], [1, 1]], [0, 0], [[Fraction(1), Fraction(0)]], [1], 0)
"""One neuron fires on both points, and a long step for either carries it below b at the other."""


@pytest.mark.parametrize("structure", [None, *Structure])
def test_a_point_that_falls_silent_within_the_first_epoch_ends_the_run(
    structure: Structure | None,
) -> None:
    """The weights have moved, so it is the training that failed, and not its start."""
    parts = trained(LOSING, BINARY64, GradientSteps(BINARY64, 1, 4.0), Way(structure))
    run = Run(parts, Limits(3, 0.0), Diary(), batches=Batches(2, 1, 0))
    entry = run.step()
    assert run.reason is Reason.SINGULAR
    assert "without a firing neuron" in run.remark
    assert entry is not None
    assert (entry.moved, entry.loss, len(run.records)) == (1, 1.0, 1)


JUMPING = setup([[1], [1]], [3, 2], [[Fraction(2)]], [1], 0)
"""A long step for the first point carries the output far beyond the second's label."""


@pytest.mark.parametrize(("first", "moved"), [(0.5, 1), (1e6, 2)])
def test_a_batch_has_diverged_if_it_is_a_thousand_times_beyond_the_first_loss_of_all(
    first: float, moved: int
) -> None:
    """The loss here is ½, and 100²/2 at the second batch: too much unless the run began far off."""
    orders = (Batches(2, 1, seed) for seed in range(99))
    split = next(order for order in orders if order.of_epoch(1)[0] == [0])
    resting = trained(JUMPING, BINARY64, GradientSteps(BINARY64, 1, 0.0))
    entry = Run(resting, Limits(3, 0.0), Diary()).step()
    assert entry is not None
    parts = trained(JUMPING, BINARY64, GradientSteps(BINARY64, 1, 100.0))
    run = Run(parts, Limits(3, 0.0), Diary(), [replace(entry, loss=first)], batches=split)
    entry = run.step()
    assert entry is not None
    assert (entry.loss, entry.moved) == (0.5, moved)


def test_a_point_that_is_silent_from_the_start_is_an_error() -> None:
    silent = setup([[1, 0], [-1, 0]], [0, 0], [[Fraction(1), Fraction(0)]], [1], 0)
    parts = trained(silent, BINARY64, GradientSteps(BINARY64, 1, 4.0))
    run = Run(parts, Limits(3, 0.0), Diary(), batches=Batches(2, 1, 0))
    with pytest.raises(NoFiringNeuron, match="point 1 is without a firing neuron"):
        run.step()
    assert run.records == []
