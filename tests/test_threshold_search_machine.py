"""Any sequence of operations: each structure, in each lane, answers as the plain model does."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from math import inf, nan
from typing import Generic

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from reference.errors import BadIndex, BadShape, FiringtreeError, NotFinite, OtherThreshold
from reference.ids import Neuron, Point
from reference.scalar import BINARY64, RATIONAL, Arithmetic, S
from reference.structures.factory import threshold_search
from reference.structures.incremental_sets import IncrementalSets
from reference.structures.ordered_tree import OrderedTrees
from reference.structures.threshold_search import Structure, ThresholdSearch
from reference.structures.tournament_tree import TournamentTrees
from tests.dense_model import check_ordered, check_tournament, disagreements, firing, links, stored
from tests.strategies import columns, dyadic, share

pytestmark = pytest.mark.plain


class SearchMachine(RuleBasedStateMachine, Generic[S]):
    """One structure beside the model, a list of scores a point.

    The threshold that it is built for is one of few that scores are too; sets that are kept for it
    are asked at no other.
    """

    structure: Structure
    arithmetic: Arithmetic[S]
    search: ThresholdSearch[S]
    threshold: S
    model: list[list[S]]

    @initialize(data=st.data())
    def build(self, data: st.DataObject) -> None:
        self.model = data.draw(columns(self.arithmetic, n=2, m=40))
        self.threshold = data.draw(dyadic(self.arithmetic, bound=1))
        self.search = threshold_search(self.structure, self.arithmetic, self.model, self.threshold)

    @property
    def answers_at_one_threshold(self) -> bool:
        return self.structure is Structure.INCREMENTAL

    def asked(self, threshold: S) -> S:
        """This threshold, where any can be asked."""
        return self.threshold if self.answers_at_one_threshold else threshold

    def some_neurons(self, data: st.DataObject) -> list[Neuron]:
        neurons = st.integers(0, self.search.m - 1).map(Neuron)
        return data.draw(st.lists(neurons, min_size=1, max_size=6, unique=True))

    def fresh_scores(self, data: st.DataObject, count: int) -> list[list[S]]:
        column = st.lists(dyadic(self.arithmetic), min_size=count, max_size=count)
        return [data.draw(column) for _ in self.model]

    @rule(data=st.data())
    def replace(self, data: st.DataObject) -> None:
        neurons = self.some_neurons(data)
        scores = self.fresh_scores(data, len(neurons))
        self.search.replace(neurons, scores)
        for column, new in zip(self.model, scores, strict=True):
            for r, score in zip(neurons, new, strict=True):
                column[r] = score

    @rule(data=st.data())
    def replace_without_effect(self, data: st.DataObject) -> None:
        neurons = self.some_neurons(data)
        self.search.replace(neurons, [[column[r] for r in neurons] for column in self.model])

    @rule(data=st.data())
    def lower_the_maximum(self, data: st.DataObject) -> None:
        top = [column.index(max(column)) for column in self.model]
        neuron = Neuron(data.draw(st.sampled_from(top)))
        lower = [[min(column)] for column in self.model]
        self.search.replace([neuron], lower)
        for column, (score,) in zip(self.model, lower, strict=True):
            column[neuron] = score

    @rule(data=st.data())
    def query_at_a_stored_score(self, data: st.DataObject) -> None:
        i = data.draw(st.integers(0, len(self.model) - 1))
        threshold = self.asked(data.draw(st.sampled_from(self.model[i])))
        assert self.search.query(Point(i), threshold).fired == firing(self.model[i], threshold)

    @rule(data=st.data())
    def query_anywhere(self, data: st.DataObject) -> None:
        threshold = self.asked(data.draw(dyadic(self.arithmetic, bound=3)))
        for i, column in enumerate(self.model):
            assert self.search.query(Point(i), threshold).fired == firing(column, threshold)

    @rule(data=st.data())
    def land_on_the_threshold(self, data: st.DataObject) -> None:
        neurons = self.some_neurons(data)
        self.search.replace(neurons, [[self.threshold] * len(neurons)] * len(self.model))
        for column in self.model:
            for r in neurons:
                column[r] = self.threshold

    @precondition(lambda self: self.answers_at_one_threshold)
    @rule(data=st.data())
    def another_threshold_changes_nothing(self, data: st.DataObject) -> None:
        threshold = data.draw(dyadic(self.arithmetic, bound=3).filter(self.threshold.__ne__))
        with self.refused(OtherThreshold):
            self.search.query(Point(0), threshold)

    @contextmanager
    def refused(self, error: type[FiringtreeError]) -> Iterator[None]:
        """It raises this, and afterwards everything is as it was."""
        shape = self.search.shape()
        with pytest.raises(error):
            yield
        assert stored(self.search) == self.model
        only = [self.threshold] if self.answers_at_one_threshold else []
        assert disagreements(self.search, self.model, only) == []
        assert self.search.shape() == shape

    @rule(data=st.data(), beyond=st.booleans())
    def a_bad_index_changes_nothing(self, data: st.DataObject, beyond: bool) -> None:
        bad = Neuron(self.search.m if beyond else -1)
        neurons = [*self.some_neurons(data), bad]
        scores = self.fresh_scores(data, len(neurons))
        with self.refused(BadIndex):
            self.search.replace(neurons, scores)

    @rule(data=st.data())
    def a_neuron_named_twice_changes_nothing(self, data: st.DataObject) -> None:
        neurons = self.some_neurons(data)
        neurons.append(neurons[0])
        scores = self.fresh_scores(data, len(neurons))
        with self.refused(BadIndex):
            self.search.replace(neurons, scores)

    @rule(data=st.data(), count=st.sampled_from((-1, 1)))
    def a_column_of_another_length_changes_nothing(self, data: st.DataObject, count: int) -> None:
        neurons = self.some_neurons(data)
        scores = self.fresh_scores(data, len(neurons))
        scores[-1] = self.fresh_scores(data, len(neurons) + count)[-1]
        with self.refused(BadShape):
            self.search.replace(neurons, scores)

    @rule(data=st.data(), extra=st.booleans())
    def a_column_too_many_or_few_changes_nothing(self, data: st.DataObject, extra: bool) -> None:
        neurons = self.some_neurons(data)
        scores = self.fresh_scores(data, len(neurons))
        scores = scores + scores[:1] if extra else scores[:-1]
        with self.refused(BadShape):
            self.search.replace(neurons, scores)

    @invariant()
    def what_is_stored_is_the_model(self) -> None:
        assert stored(self.search) == self.model

    @invariant()
    def a_tournament_node_holds_the_larger_of_its_children(self) -> None:
        if isinstance(self.search, TournamentTrees):
            for nodes in self.search.trees:
                check_tournament(nodes, self.search.m)

    @invariant()
    def an_incremental_set_has_those_above_the_threshold(self) -> None:
        if isinstance(self.search, IncrementalSets):
            expected = [set(firing(column, self.threshold)) for column in self.model]
            assert self.search.sets == expected

    @invariant()
    def an_ordered_tree_is_one_and_can_be_rebuilt(self) -> None:
        if isinstance(self.search, OrderedTrees):
            again = OrderedTrees(self.arithmetic, self.model, self.search.shape())
            for tree, rebuilt in zip(self.search.trees, again.trees, strict=True):
                check_ordered(tree)
                assert links(tree) == links(rebuilt)


class FloatMachine(SearchMachine[float]):
    """Only floats can fail to be finite."""

    arithmetic = BINARY64

    @rule(data=st.data(), bad=st.sampled_from((nan, inf, -inf)))
    def a_number_that_is_not_finite_changes_nothing(self, data: st.DataObject, bad: float) -> None:
        neurons = self.some_neurons(data)
        scores = self.fresh_scores(data, len(neurons))
        scores[-1][-1] = bad
        with self.refused(NotFinite):
            self.search.replace(neurons, scores)


LONG_RUNS = settings(share(16), stateful_step_count=50)


@pytest.mark.parametrize("kind", Structure)
def test_any_operations_on_floats_agree_with_the_model(kind: Structure) -> None:
    class Machine(FloatMachine):
        structure = kind

    run_state_machine_as_test(Machine, settings=LONG_RUNS)


@pytest.mark.parametrize("kind", Structure)
def test_any_operations_on_rationals_agree_with_the_model(kind: Structure) -> None:
    class Machine(SearchMachine[Fraction]):
        structure = kind
        arithmetic = RATIONAL

    run_state_machine_as_test(Machine, settings=LONG_RUNS)
