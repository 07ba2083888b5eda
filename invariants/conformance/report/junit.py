"""A verdict as JUnit XML, which build servers show: a test case for each vector and each lane."""

from xml.etree import ElementTree

from invariants.conformance.answering.port_errors import shown
from invariants.conformance.report.verdict import Failure, Verdict


def junit(verdict: Verdict) -> bytes:
    """The document."""
    failures = {failure.found_in: failure for failure in verdict.failures}
    suite = ElementTree.Element("testsuite", name=f"firingtree conform {shown(verdict.port)}")
    results = verdict.vectors
    for name in (*results.passed, *results.failed):
        _case(suite, "vectors", name, failures.pop(name, None), name in results.failed)
    for name in results.known:
        _skipped(suite, name, "a known failure")
    for name, reason in results.not_offered.items():
        _skipped(suite, name, reason)
    for part in verdict.parts:
        if part.name != "vectors":
            place = f"lane {part.name}"
            _case(suite, "lanes", place, failures.pop(place, None), failed=False)
    for place, failure in failures.items():
        _case(suite, "other", place, failure, failed=True)
    if verdict.outcome == "too little tested":
        _case(suite, "other", "enough was tested", None, failed=True)
    cases = list(suite)
    suite.set("tests", str(len(cases)))
    suite.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    suite.set("skipped", str(sum(case.find("skipped") is not None for case in cases)))
    suite.set("time", f"{verdict.seconds:.3f}")
    document: bytes = ElementTree.tostring(suite, encoding="utf-8", xml_declaration=True)
    return document


def _case(
    suite: ElementTree.Element, area: str, name: str, failure: Failure | None, failed: bool
) -> None:
    case = ElementTree.SubElement(suite, "testcase", classname=area, name=name)
    if failure is not None:
        told = f"{failure.place}: expected {failure.expected}, found {failure.found}"
        ElementTree.SubElement(
            case, "failure", message=f"{failure.check}: {told}"
        ).text = "\n".join(failure.lines)
    elif failed:
        ElementTree.SubElement(case, "failure", message="see the remarks of the verdict")


def _skipped(suite: ElementTree.Element, name: str, reason: str) -> None:
    case = ElementTree.SubElement(suite, "testcase", classname="vectors", name=name)
    ElementTree.SubElement(case, "skipped", message=reason)
