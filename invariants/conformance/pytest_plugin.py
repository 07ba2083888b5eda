"""A pytest fixture for ports that are Python objects: `pytest -p firingtree`.

    def test_my_port(conforms):
        conforms(MyPort())

What methods an object has, `object_port` tells. It is put through the same vectors and programs as
a program is by `firingtree conform`, and held against the same comparator.
"""

from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from invariants.conformance.report.verdict import Verdict


class Conforms(Protocol):
    """The fixture's value."""

    def __call__(self, port: object, seed: int = 0) -> "Verdict":
        """The verdict on this object; the test fails unless it conforms."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """How much is run."""
    group = parser.getgroup("firingtree")
    group.addoption(
        "--firingtree-deep",
        action="store_true",
        help="hold Python ports against ten times as many random programs",
    )


@pytest.fixture
def conforms(request: pytest.FixtureRequest) -> Conforms:
    """Fails the test of an object that diverges, with the shortest program that shows it."""
    deep = bool(request.config.getoption("--firingtree-deep"))

    def check(port: object, seed: int = 0) -> "Verdict":
        # Imported here, so that a run without such a test pays nothing.
        from invariants.conformance.answering.conversation import greet
        from invariants.conformance.answering.object_port import ObjectPort
        from invariants.conformance.cases.build import built
        from invariants.conformance.examination import Examination
        from invariants.conformance.plan import DEEP, DEFAULT
        from invariants.conformance.report.told import told

        plan = DEEP if deep else DEFAULT
        verdict = Examination(greet(ObjectPort(port)), plan, seed).run(built(), {})
        if verdict.outcome != "conforms":
            pytest.fail("\n".join(told(verdict)), pytrace=False)
        return verdict

    return check
