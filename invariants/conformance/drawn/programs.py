"""Programs: lists of requests that begin with a load, run as they stand, and made as short as can
be.

A program is what a vector, a replay file and a shrunk failure have in common.
"""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from invariants.conformance.answering.conversation import Conversation, Diverged
from invariants.conformance.protocol.messages import AnyRequest, Load


def run_program(talk: Conversation, program: Sequence[AnyRequest]) -> Diverged | None:
    """Where the port first answers wrongly, if it does. Requests that it does not claim are left
    out.

    Errors: the port's own.
    """
    talk.begin()
    try:
        for request in program:
            if talk.may(request):
                talk.ask(request)
    except Diverged as found:
        return found
    return None


def shortest(
    program: Sequence[AnyRequest], fails: Callable[[Sequence[AnyRequest]], bool]
) -> list[AnyRequest]:
    """A program that still fails, and fails no more when any one request but the load is left out.

    Cost: at most one run for each pair of requests.
    """
    kept = list(program)
    k = len(kept) - 1
    while k >= 0:
        fewer = kept[:k] + kept[k + 1 :]
        if not isinstance(kept[k], Load) and fails(fewer):
            kept = fewer
            k = len(kept)
        k -= 1
    return [replace(request, seq=k) for k, request in enumerate(kept, 1)]


def shortest_divergence(talk: Conversation, found: Diverged) -> Diverged:
    """The same check failing, in as few requests as can be."""
    check = found.divergences[0].check
    best = found

    def fails(program: Sequence[AnyRequest]) -> bool:
        nonlocal best
        again = run_program(talk, program)
        if again is None or again.divergences[0].check != check:
            return False
        best = again
        return True

    shortest([exchange.request for exchange in found.log], fails)
    return best
