"""An iteration as text, in the order in which it happens."""

from collections.abc import Iterator

from reference.edges.walkthrough.done_told import afterwards, counted, move, refresh
from reference.edges.walkthrough.seen_told import before, predict, query, solve
from reference.edges.walkthrough.story import Section, Story


def sections(told: Story) -> Iterator[Section]:
    """The network, the five steps, what they cost, and what they achieved."""
    for part in (before, query, predict, solve, move, refresh, counted, afterwards):
        yield part(told)
