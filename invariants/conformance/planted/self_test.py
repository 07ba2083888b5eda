"""The harness on trial: what is right must pass, and what is planted must be caught by name."""

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

from invariants.conformance.answering.conversation import Conversation, Diverged, greet
from invariants.conformance.answering.object_port import ObjectPort
from invariants.conformance.answering.port_errors import PortError
from invariants.conformance.answering.process_port import ProcessPort
from invariants.conformance.answering.reference_port import ReferencePort
from invariants.conformance.answering.warded_process import Limits
from invariants.conformance.cases.build import built
from invariants.conformance.drawn.programs import shortest_divergence
from invariants.conformance.examination import Examination, first_divergence
from invariants.conformance.plan import VECTORS_ONLY, Plan
from invariants.conformance.planted.misbehaving import KINDS
from invariants.conformance.planted.mutants import MUTANTS
from invariants.conformance.planted.textbook import TextbookPort
from invariants.conformance.protocol.messages import Bye
from reference.edges.system.with_parent import end_with_parent

MOST_REQUESTS = 3
"""Of a shrunk failure, its load among them."""

TRIAL = Plan(150, 75, 150, 9, 100)
"""For ports in this process."""

MISBEHAVIOUR = Limits(seconds=5.0, memory=256 << 20)
"""For programs that will not keep within limits; a busy machine takes a second to start one."""

CODES = {
    "unflushed": "port-silent",
    "without-newline": "port-silent",
    "hangs": "port-silent",
    "crashes": "port-ended",
    "exits-early": "port-ended",
    "dies-midway": "port-ended",
    "floods": "port-line-too-long",
    "out-of-order": "port-out-of-step",
    "doubles": "port-out-of-step",
    "garbage": "port-reply",
    "breaks-schema": "port-reply",
    "greedy": "port-memory",
    "lingers": "port-lingers",
    "ends-badly": "port-lingers",
    "logs": "conforms",
}
"""The diagnosis of each kind."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One port on trial: what had to come of it, what came, and in how many requests."""

    port: str
    expected: str
    found: str
    requests: int | None = None

    @property
    def passed(self) -> bool:
        """The harness did what it must."""
        return self.found == self.expected and (self.requests or 0) <= MOST_REQUESTS


RIGHT = (TextbookPort, ReferencePort, partial(ReferencePort, "vectorized"))
"""Ports that must pass."""


def trials(seed: int, processes: int) -> Iterator[Trial]:
    """All of them, in this order. Cost: about 40 seconds of one core, over so many processes."""
    tried: list[Callable[[int], Trial]] = [partial(_right, make) for make in RIGHT]
    tried += [partial(_mutant, mutant) for mutant in MUTANTS]
    tried += [partial(_misbehaving, kind) for kind in KINDS]
    spawn = get_context("spawn")
    with ProcessPoolExecutor(processes, spawn, initializer=end_with_parent) as pool:
        running = [pool.submit(trial, seed) for trial in tried]
        for future in running:
            yield future.result()


def _right(make: Callable[[], TextbookPort | ReferencePort], seed: int) -> Trial:
    """A port that must pass."""
    held = make()
    verdict = Examination(greet(ObjectPort(held)), TRIAL, seed).run(built(), {})
    return Trial(held.name, "conforms", verdict.outcome)


def _mutant(mutant: type[TextbookPort], seed: int) -> Trial:
    """A port that must be caught."""
    name, headline = mutant.__name__, MUTANTS[mutant]
    found = _caught(greet(ObjectPort(mutant())), seed)
    if found is None:
        return Trial(name, headline, "conforms")
    return Trial(name, headline, found.divergences[0].check, len(found.log))


def _misbehaving(kind: str, _seed: int) -> Trial:
    """A program that must be diagnosed."""
    return Trial(kind, CODES[kind], _diagnosis(kind))


def _caught(talk: Conversation, seed: int) -> Diverged | None:
    """The shrunk failure of the first lane that finds one."""
    for lane, programs in TRIAL.lanes(talk.judge.known.arithmetic):
        found = first_divergence(talk, lane, programs, seed, lambda: None)
        if found is not None:
            return shortest_divergence(talk, found)
    return None


def _diagnosis(kind: str) -> str:
    """What the harness says of a program, which it does not leave running."""
    command = [sys.executable, "-m", "invariants.conformance.planted.misbehaving", kind]
    port = ProcessPort(command, MISBEHAVIOUR)
    try:
        talk = greet(port)
        verdict = Examination(talk, VECTORS_ONLY, 0).run(built(), {})
        talk.ask(Bye())
        port.part()
    except PortError as error:
        return error.code
    finally:
        port.close()
    return verdict.outcome
