"""Verdicts made by hand: every line that is told of them, and every case of their JUnit XML."""

import pkgutil
from importlib import import_module
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest
from msgspec.structs import replace

import invariants.conformance
from invariants.conformance.answering.conversation import greet
from invariants.conformance.answering.object_port import BINARY64_CONTRACT, ObjectPort
from invariants.conformance.cases.build import built
from invariants.conformance.cases.case import above, column
from invariants.conformance.judging.knowledge import Tally
from invariants.conformance.planted.textbook import TextbookPort
from invariants.conformance.report.junit import junit
from invariants.conformance.report.replays import Replay, write_replay
from invariants.conformance.report.told import SHOWS, failure_told, outcome_told, skips_told, told
from invariants.conformance.report.verdict import (
    Failure,
    Part,
    Skipped,
    VectorResults,
    Verdict,
    part,
)
from invariants.conformance.vectors.vector_files import Needs, not_offered

FAILURE = Failure(
    found_in="lane exact",
    check="query/visits",
    sentence="A query looks at no more nodes than it must.",
    place="point 0",
    expected="5",
    found="6",
    numbers={"answers": "1"},
    requests=[column(3), above(1)],
    lines=["load", "done", "query", "fired"],
    replay="kept/a.json",
)

RESULTS = VectorResults(
    version="1.0",
    passed=["one", "two"],
    failed=["three"],
    known=["four"],
    not_offered={"five": "no step", "six": "no dump", "seven": "no step"},
)

VERDICT = Verdict(
    port="mine",
    version="2.1",
    language="C",
    issues="",
    contract=replace(BINARY64_CONTRACT, input_bits=24, leaf_bits=11, cost=True),
    seed=7,
    outcome="diverges",
    parts=[
        Part("vectors", 3, 30, 40, 5, 6, 1),
        Part("exact", 1000, 2000, 3000, 400, 500, 6),
    ],
    vectors=RESULTS,
    failures=[FAILURE],
    not_claimed=["dump", "step"],
    skips=[Skipped("not built", "https://example.org/1", 3), Skipped("never", "", 2)],
    remarks=["it is slow"],
    round_trip_ms=0.25,
    seconds=1.5,
)

OUTCOME = (
    "diverges: E(11) + B(53), vectors 1.0: 2 passed, 1 failed, 1 known, 3 not offered; "
    "1,003 programs, 5 skips; 405 boundary decisions, 0.2% of all left to the port; seed 7, 1.5 s"
)

LINES = [
    "port      mine 2.1 (C)",
    "contract  24 bits held, 53 computed, 11 kept, 53 solved; rounding nearest, "
    "subnormals kept; scores recomputed; trees none; cost counted",
    "vectors   3 programs, 30 requests, 40 decisions: 5 at the boundary, 6 ties, 1 free",
    "exact     1,000 programs, 2,000 requests, 3,000 decisions: "
    "400 at the boundary, 500 ties, 6 free",
    "not sent  1 vectors: no dump",
    "not sent  2 vectors: no step",
    "known     four",
    "not claimed: dump, step",
    "skipped   3 times: not built https://example.org/1",
    "skipped   2 times: never",
    "round trip 0.250 ms a request (median)",
    "remark    it is slow",
    "",
    "DIVERGES  query/visits: A query looks at no more nodes than it must.",
    "  in        lane exact, point 0",
    "  expected  5",
    "  found     6",
    "  answers   1",
    "  agrees    load",
    "  agrees    done",
    "  diverges  query",
    "  diverges  fired",
    "  again     firingtree conform --replay kept/a.json -- <your port>",
    "",
    OUTCOME,
]


# ---- in words ------------------------------------------------------------------------------------


def test_a_verdict_is_told_line_by_line() -> None:
    assert list(told(VERDICT)) == LINES


def test_what_there_is_nothing_of_has_no_line() -> None:
    nothing = replace(
        VERDICT,
        contract=BINARY64_CONTRACT,
        outcome="conforms",
        parts=[],
        vectors=VectorResults("1.0", ["one"], [], [], {}),
        failures=[],
        not_claimed=[],
        skips=[],
        remarks=[],
        round_trip_ms=None,
    )
    port, contract, *rest = told(nothing)
    assert port == LINES[0]
    assert contract.endswith("; cost not counted")
    assert rest == ["", outcome_told(nothing), SHOWS]
    assert "boundary decisions, 0.0% of all" in outcome_told(nothing)


@pytest.mark.parametrize(
    ("others", "words"),
    [
        (1, "  also in   place 0"),
        (5, "  also in   place 0, place 1, place 2, place 3, place 4"),
        (7, "  also in   place 0, place 1, place 2, place 3, place 4 and 2 more"),
    ],
)
def test_failures_of_one_check_are_told_together(others: int, words: str) -> None:
    longer = [*FAILURE.requests, above(2)]
    also = [replace(FAILURE, found_in=f"place {k}", requests=longer) for k in range(others)]
    lines = list(told(replace(VERDICT, failures=[*also, FAILURE])))
    assert [line for line in lines if line.startswith("  also in ")] == [words]
    assert sum(line.startswith("DIVERGES") for line in lines) == 1


@pytest.mark.parametrize(
    ("exchanges", "agreed", "earlier"), [(5, 8, []), (6, 8, ["1"]), (7, 8, ["2"])]
)
def test_of_a_long_program_the_end_is_shown(
    exchanges: int, agreed: int, earlier: list[str]
) -> None:
    """The last exchange is the wrong one."""
    lines = [f"line {k}" for k in range(2 * exchanges)]
    shown = list(failure_told(replace(FAILURE, lines=lines, replay="")))
    assert sum(line.startswith("  agrees") for line in shown) == agreed
    assert [line.split()[1] for line in shown if line.startswith("  …")] == earlier
    assert shown[-1] == f"  diverges  {lines[-1]}"


def test_five_reasons_for_skips_are_told_and_more_are_counted() -> None:
    skips = [Skipped(f"reason {k}", "", k + 1) for k in range(7)]
    assert len(list(skips_told(skips[:5]))) == 5
    assert list(skips_told(skips))[5:] == ["skipped   13 times for 2 more reasons"]


def test_a_part_is_what_was_added() -> None:
    before, after = Tally(10, 20, 30, 40), Tally(11, 22, 33, 44)
    counted = part("exact", 5, 6, before, after)
    assert counted.decisions == after.decisions - before.decisions
    assert counted.boundary == after.boundary - before.boundary
    assert counted.ties == after.ties - before.ties
    assert counted.free == after.free - before.free


# ---- as files ------------------------------------------------------------------------------------


def test_every_case_has_its_place_in_the_xml() -> None:
    parts = [*VERDICT.parts, Part("banded", 1, 1, 1, 1, 1, 1)]
    elsewhere = replace(FAILURE, found_in="elsewhere")
    in_three = replace(FAILURE, found_in="three")
    verdict = replace(VERDICT, parts=parts, failures=[FAILURE, elsewhere, in_three])
    document = junit(replace(verdict, outcome="too little tested"))
    assert document.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    suite = ElementTree.fromstring(document)
    cases = [
        (
            case.get("classname"),
            case.get("name"),
            [(each.tag, each.get("message")) for each in case],
        )
        for case in suite
    ]
    failed = [("failure", "query/visits: point 0: expected 5, found 6")]
    assert cases == [
        ("vectors", "one", []),
        ("vectors", "two", []),
        ("vectors", "three", failed),
        ("vectors", "four", [("skipped", "a known failure")]),
        ("vectors", "five", [("skipped", "no step")]),
        ("vectors", "six", [("skipped", "no dump")]),
        ("vectors", "seven", [("skipped", "no step")]),
        ("lanes", "lane exact", failed),
        ("lanes", "lane banded", []),
        ("other", "elsewhere", failed),
        ("other", "enough was tested", [("failure", "see the remarks of the verdict")]),
    ]
    assert suite.attrib == {
        "name": "firingtree conform mine",
        "tests": "11",
        "failures": "4",
        "skipped": "4",
        "time": "1.500",
    }
    assert suite[2][0].text == "load\ndone\nquery\nfired"


def test_a_replay_is_named_by_what_it_shows(tmp_path: Path) -> None:
    path = write_replay(tmp_path / "a" / "b", Replay(1, "mine", "lane exact", "query/visits", []))
    assert path == tmp_path / "a" / "b" / "lane-exact-query-visits.json"
    assert path.read_text().startswith('{\n "schema": 1,\n')


# ---- what is needed ------------------------------------------------------------------------------


@pytest.mark.parametrize(("bits", "offered"), [(11, True), (12, False)])
def test_a_port_is_sent_what_the_least_of_its_bits_can_hold(bits: int, offered: bool) -> None:
    hailed = replace(greet(ObjectPort(TextbookPort())).hailed, contract=VERDICT.contract)
    vector = replace(built().vectors[0], needs=Needs(bits, [], False))
    assert (not_offered(vector, hailed) is None) == offered


# ---- what is made of them ------------------------------------------------------------------------

WRITTEN = {"Failure", "Part", "VectorResults", "Skipped", "Verdict"}
"""Written, and never read."""


def structs() -> list[type[msgspec.Struct]]:
    """All of the harness but those that look at a part of something larger."""
    found: list[type[msgspec.Struct]] = []
    package = invariants.conformance
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.endswith("warden"):
            there = vars(import_module(module.name)).values()
            found += [
                each
                for each in there
                if isinstance(each, type)
                and issubclass(each, msgspec.Struct)
                and each.__module__ == module.name
                and not each.__name__.startswith("_")
            ]
    return found


@pytest.mark.parametrize("struct", structs(), ids=lambda struct: struct.__name__)
def test_what_was_read_does_not_change_and_has_no_unknown_field(
    struct: type[msgspec.Struct],
) -> None:
    config = struct.__struct_config__
    assert config.frozen
    assert config.forbid_unknown_fields == (struct.__name__ not in WRITTEN)
