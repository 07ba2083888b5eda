"""Counts add up kind by kind and label by label."""

from reference.counters import NO_COUNTS, Counters, Counts, Label, added, joined

SOME, OTHERS = Counts(1, 2, 4, 8, 16), Counts(32, 64, 128, 256, 512)
BOTH = Counts(33, 66, 132, 264, 528)


def test_counts_add_up_kind_by_kind() -> None:
    assert SOME + OTHERS == added([SOME, OTHERS]) == BOTH
    assert Counts() == NO_COUNTS == added([]) == Counts(0, 0, 0, 0, 0)
    assert SOME.times(3) == Counts(3, 6, 12, 24, 48)
    assert SOME.total == 31


def test_each_kind_has_its_name() -> None:
    assert SOME.as_dict() == {
        "multiply_adds": 1,
        "comparisons": 2,
        "node_visits": 4,
        "node_writes": 8,
        "solver_operations": 16,
    }


def labelled(**counts: Counts) -> dict[Label, Counts]:
    """These, and nothing under other labels."""
    return dict.fromkeys(Label, NO_COUNTS) | {Label(name): one for name, one in counts.items()}


def test_counts_are_joined_label_by_label() -> None:
    left, right = labelled(query=SOME, move=OTHERS), labelled(query=OTHERS, solve=SOME)
    assert joined(left, right) == labelled(query=BOTH, move=OTHERS, solve=SOME)


def test_what_was_taken_or_cleared_is_counted_no_longer() -> None:
    counters = Counters()
    for label, counts in ((Label.QUERY, SOME), (Label.QUERY, OTHERS), (Label.MOVE, SOME)):
        counters.add(label, counts)
    assert counters.of(Label.QUERY) == BOTH
    assert counters.clear(Label.QUERY) == BOTH
    assert counters.take() == labelled(move=SOME)
    assert counters.take() == labelled()


def test_what_was_only_to_watch_is_charged_to_watching() -> None:
    counters = Counters()
    for label in (Label.QUERY, Label.PREDICT, Label.MOVE, Label.WATCH):
        counters.add(label, SOME)
    counters.watch()
    assert counters.take() == labelled(watch=SOME.times(3), move=SOME)
