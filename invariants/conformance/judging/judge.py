"""The comparator: one reply after another is held against what the reference says.

Everything is decided here, from the messages alone, whoever carries them: a live process, a Python
object, a recorded file. The judge knows the port's contract and, request by request, its state.
"""

from fractions import Fraction
from typing import assert_never

from msgspec import UNSET

from invariants.conformance.judging import changes
from invariants.conformance.judging.arithmetic import arithmetic_of
from invariants.conformance.judging.checks import (
    ERROR_CODE,
    ERROR_UNEXPECTED,
    FIRING_THRESHOLD,
    Divergence,
)
from invariants.conformance.judging.dump_checks import dump_divergences
from invariants.conformance.judging.knowledge import Knowledge, Tally
from invariants.conformance.judging.query_checks import query_divergences
from invariants.conformance.judging.state import State, fault, inner
from invariants.conformance.judging.step_checks import (
    Equations,
    exact_step,
    firing_divergences,
    step_divergences,
)
from invariants.conformance.protocol.messages import (
    AnyReply,
    AnyRequest,
    Bye,
    Code,
    Contract,
    Done,
    Dump,
    Dumped,
    Fired,
    Hello,
    Load,
    Query,
    Step,
    Stepped,
    Update,
)


class Judge:
    """Judges replies in the order in which they came."""

    def __init__(self, contract: Contract) -> None:
        self.known = Knowledge(contract, arithmetic_of(contract))

    @property
    def state(self) -> State | None:
        """What the port must hold, as far as it is known."""
        return self.known.state

    @property
    def tally(self) -> Tally:
        """How many decisions were judged so far."""
        return self.known.tally

    def judge(self, request: AnyRequest, reply: AnyReply) -> list[Divergence]:
        """What is wrong with this reply, the most telling first; skips are never wrong.

        Cost: of the order of the request's own work, in rationals.
        """
        if isinstance(request, Load) and reply.ok is UNSET and self.state is None:
            # It still holds whatever it held before this judge came.
            self.known.lose_sight()
        elif self.state is None and self.known.out_of_sight and not isinstance(request, Load | Bye):
            return []
        if reply.skip is not UNSET:
            return []
        if reply.error is not UNSET:
            return self._refused(request, reply.error.code)
        wanted = self._faults(request)
        if None not in wanted:
            if isinstance(reply.ok, Stepped) and self.state is not None:
                found = firing_divergences(self.known, self.state, reply.ok)
                if found:
                    return found
            told = f"error {' or '.join(sorted(filter(None, wanted)))}"
            return [ERROR_CODE.fails(request_named(request), told, "ok")]
        return self._carried_out(request, reply)

    def _faults(self, request: AnyRequest) -> set[Code | None]:
        """The codes that this request may be refused with; None if it may be carried out."""
        found = fault(request, self.state)
        if found is not None or not isinstance(request, Step):
            return {found}
        if self.state is None or not self.known.certain:
            return {found}
        silent = [firing(self.known, self.state, i) for i in range(self.state.n)]
        if any(answer == set() for answer in silent):
            return {"singular"}
        return {None} if all(silent) else {None, "singular"}

    def _refused(self, request: AnyRequest, code: Code) -> list[Divergence]:
        wanted = self._faults(request)
        self.known.refused = True
        if code in wanted or (code == "too_large" and isinstance(request, Load)):
            return []
        stepped = isinstance(request, Step) and self.state is not None
        if stepped and not self.well_conditioned():
            return []
        if stepped and code == "singular":
            told = "some neuron fires on every point"
            return [FIRING_THRESHOLD.fails("step", told, "error singular: on some point none does")]
        if wanted == {None}:
            return [ERROR_UNEXPECTED.fails(request_named(request), "ok", f"error {code}")]
        told = " or ".join(sorted(one or "ok" for one in wanted))
        return [ERROR_CODE.fails(request_named(request), told, code)]

    def _carried_out(self, request: AnyRequest, reply: AnyReply) -> list[Divergence]:
        known, state, answer = self.known, self.state, reply.ok
        match request, answer:
            case Load(), Done():
                changes.load(known, request)
            case Query(), Fired() if state is not None:
                return query_divergences(known, state, request, answer)
            case Update(), Done() if state is not None:
                changes.update(known, state, request)
            case Step(), Stepped() if state is not None:
                return self._stepped(state, answer)
            case Dump(), Dumped() if state is not None:
                return dump_divergences(known, state, answer)
            case _:
                pass
        return []

    def _stepped(self, state: State, answer: Stepped) -> list[Divergence]:
        if not self.well_conditioned():
            self.known.lose_sight()
            return []
        found = step_divergences(self.known, state, answer)
        if not found:
            changes.step(self.known, state, answer)
        return found

    def exactly(self, request: AnyRequest) -> bool:
        """The request has a fault, or what it leaves behind is exact as well."""
        state = self.state
        if state is None or fault(request, state) is not None:
            return True
        trial = self.known.trial()
        match request:
            case Update():
                changes.update(trial, state, request)
            case Step():
                fired = [sorted(firing(trial, state, i) or ()) for i in range(state.n)]
                answer = exact_step(trial, state, fired)
                if answer is None:
                    return not all(fired)
                changes.step(trial, state, answer)
            case _:
                pass
        return trial.exact

    def well_conditioned(self) -> bool:
        """A step from here has a solution that rounding does not drown.

        The pivots of G, exactly, against its diagonal: none is below 2^(−p/3), p the bits of sums
        and of the solver.
        """
        state = self.state
        if state is None or not self.known.certain:
            return False
        fired = [sorted(firing(self.known, state, i) or ()) for i in range(state.n)]
        if not all(fired):
            return True
        arithmetic = self.known.arithmetic
        bits = min(arithmetic.computed.kept.bits, arithmetic.solve_bits)
        matrix = Equations(state, fired).gram()
        squares = [state.scale**2, *(inner(x, x) for x in state.points)]
        squares += [row[i] for i, row in enumerate(matrix)]
        if not all(arithmetic.resolves(square, state.d, state.n) for square in squares):
            return False
        return least_pivot(matrix) >= Fraction(1, 1 << bits // 3)


def firing(known: Knowledge, state: State, i: int) -> set[int] | None:
    """Who fires at a point; None if nobody must and somebody may."""
    if known.leaves is not None:
        return {r for r, leaf in enumerate(known.leaves[i]) if leaf > state.b}
    bands = known.bands[i]
    apart = [state.score(i, r) - state.b for r in range(state.m)]
    must = {r for r, (gap, band) in enumerate(zip(apart, bands, strict=True)) if gap > band}
    may = any(-band < gap <= band for gap, band in zip(apart, bands, strict=True))
    return None if may and not must else must


def least_pivot(matrix: list[list[Fraction]]) -> Fraction:
    """The smallest pivot of Gaussian elimination, each relative to its diagonal entry.

    >>> least_pivot([[Fraction(2), Fraction(1)], [Fraction(1), Fraction(1)]])
    Fraction(1, 2)
    """
    diagonal = [line[i] for i, line in enumerate(matrix)]
    rows = [list(line) for line in matrix]
    least = Fraction(1)
    for k, pivot_row in enumerate(rows):
        pivot = pivot_row[k]
        if pivot <= 0:
            return Fraction(0)
        least = min(least, pivot / diagonal[k])
        for below in rows[k + 1 :]:
            share = below[k] / pivot
            below[k:] = [a - share * c for a, c in zip(below[k:], pivot_row[k:], strict=True)]
    return least


def request_named(request: AnyRequest) -> str:
    """A request in a few words.

    >>> from invariants.conformance.protocol.wire import in_integers
    >>> request_named(Query(point=2, threshold=in_integers(-1, 3)))
    'query of point 2'
    """
    match request:
        case Query():
            return f"query of point {request.point}"
        case Update():
            kind = "delta" if request.weight is UNSET else "weight"
            return f"update of neuron {request.neuron} by {kind}"
        case Load():
            return "load"
        case Step():
            return "step"
        case Dump():
            return "dump"
        case Hello():
            return "hello"
        case Bye():
            return "bye"
        case _:
            assert_never(request)
