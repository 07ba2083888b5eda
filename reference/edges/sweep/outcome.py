"""What is kept of a run: how it ended, and what it took."""

import msgspec

REFUSED = "refused"
"""The reason of a run that could not begin, or was lost with its worker."""

KINDS = (
    "converged",
    "step limit",
    "stalled",
    "diverged",
    "singular",
    "unsolved",
    "no firing neuron",
    "refused",
)
"""How runs end, as a person tells them apart."""

KIND_OF_CODE = {"no-firing-neuron": "no firing neuron", "singular-gram": "singular"}
"""Refusals that say something of the network; the others say something of the request."""


class Spent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What depends on the machine: seconds, and the most memory that the worker had ever held."""

    init_seconds: float = 0.0
    step_seconds: float = 0.0
    peak_bytes: int = 0


class Outcome(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a run ended. Everything but `spent` depends on the configuration and the data alone.

    `code` and `message` are those of the error that refused the run; of a run that ended by itself
    `message` is its remark. `losses`, `fired` (pairs) and `union` have an entry for every record;
    a loss that is no finite number is None. `operations` has all counts by label: `init` is what
    setting up took, the others are sums over the steps. `data_sha256` is that of the data file,
    and empty for data that come with scikit-learn.
    """

    reason: str
    code: str = ""
    message: str = ""
    data_sha256: str = ""
    steps: int = 0
    losses: list[float | None] = []
    fired: list[int] = []
    union: list[int] = []
    operations: dict[str, dict[str, int]] = {}
    spent: Spent = Spent()

    @property
    def kind(self) -> str:
        """One of `KINDS`."""
        if self.reason == REFUSED:
            return KIND_OF_CODE.get(self.code, REFUSED)
        return self.reason.replace("-", " ")


def refused(code: str, message: str, data_sha256: str = "") -> Outcome:
    """The outcome of a run that could not be made."""
    return Outcome(reason=REFUSED, code=code, message=message, data_sha256=data_sha256)
