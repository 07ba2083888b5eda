"""A port that ends where it should answer: the shortest program that makes it do so."""

from collections.abc import Sequence

from invariants.conformance.answering.conversation import greet
from invariants.conformance.answering.port_errors import PortEnded, PortError
from invariants.conformance.answering.process_port import ProcessPort
from invariants.conformance.answering.warded_process import Limits
from invariants.conformance.drawn.programs import run_program, shortest
from invariants.conformance.protocol.messages import AnyRequest


def shortest_crash(
    command: Sequence[str], limits: Limits, program: Sequence[AnyRequest]
) -> list[AnyRequest]:
    """A program after which the port still ends early; the same one if it does not do so again.

    Cost: one start of the port a try.
    """

    def ends(tried: Sequence[AnyRequest]) -> bool:
        port = ProcessPort(command, limits)
        try:
            run_program(greet(port), tried)
        except PortEnded:
            return True
        except PortError:
            return False
        finally:
            port.close()
        return False

    return shortest(program, ends) if ends(program) else list(program)
