"""What can be wrong with a port before any of its answers can be judged.

Each is a diagnosis on one screen: what was expected, what came, the usual causes, and the end of
what the port wrote to standard error.
"""

from dataclasses import dataclass
from typing import ClassVar

from reference.errors import FiringtreeError

SHOWN = 300
"""Characters that a diagnosis shows of what a port says."""

LONGEST = 1000
"""Characters of a line of a diagnosis."""


def shown(said: str, most: int = SHOWN) -> str:
    """What a port says as it is shown: on one line, not too long, with a mark for what no screen
    should be sent.

    >>> shown("garbage" + chr(27) + chr(10) + "and more", 12)
    'garbage��and …'
    """
    line = "".join(letter if letter.isprintable() else "�" for letter in said[:most])
    return line if len(said) <= most else f"{line} …"


@dataclass(eq=False)
class PortError(FiringtreeError):
    """A port that cannot be judged. `told` is the end of its standard error."""

    told: str = ""
    code: ClassVar[str] = "port"

    @property
    def message(self) -> str:
        """The diagnosis, and what the port said of it."""
        lines = [shown(line, LONGEST) for line in self.diagnosis.split("\n")]
        if self.told.strip():
            lines.append("the port's standard error ends with")
            lines += [f"  | {shown(line, 160)}" for line in self.told.strip().splitlines()[-12:]]
        return "\n".join(lines)

    @property
    def diagnosis(self) -> str:
        """What was expected, what came, and what to do."""
        return self.code


@dataclass(eq=False)
class PortNotFound(PortError):
    """There is no such program."""

    command: str = ""
    code: ClassVar[str] = "port-not-found"

    @property
    def diagnosis(self) -> str:
        """Which command."""
        return (
            f"there is no program {self.command!r}; give a path such as ./my_port, or a program "
            f"on the PATH, after --"
        )


@dataclass(eq=False)
class PortNotStarted(PortError):
    """The program cannot be executed."""

    command: str = ""
    detail: str = ""
    code: ClassVar[str] = "port-not-executable"

    @property
    def diagnosis(self) -> str:
        """Which command, and why."""
        return (
            f"{self.command!r} cannot be started: {self.detail}; is it executable (chmod +x), and "
            f"does its first line name an interpreter (#!/usr/bin/env …)?"
        )


@dataclass(eq=False)
class PortSilent(PortError):
    """No full line came in time."""

    request: str = ""
    seconds: float = 0.0
    received: str = ""
    code: ClassVar[str] = "port-silent"

    @property
    def diagnosis(self) -> str:
        """Which request, and the usual causes."""
        came = f"{self.received!r} came, without a newline" if self.received else "nothing came"
        return (
            f"no line in answer to {self.request} within {self.seconds:g} s: {came}. Usual causes: "
            f"the output is not flushed after each line (fflush, flush=True); the newline is "
            f"missing; the port waits for more input. --timeout gives it longer"
        )


@dataclass(eq=False)
class PortEnded(PortError):
    """The port is gone, or has closed its output."""

    request: str = ""
    how: str = ""
    code: ClassVar[str] = "port-ended"

    @property
    def diagnosis(self) -> str:
        """Which request, and how it ended."""
        return (
            f"the port {self.how} instead of answering {self.request}; it must stay until bye has "
            f"been answered or its input ends"
        )


@dataclass(eq=False)
class PortLingers(PortError):
    """The port does not end after bye, or not well."""

    how: str = ""
    code: ClassVar[str] = "port-lingers"

    @property
    def diagnosis(self) -> str:
        """How it ended, if it did."""
        return f"after bye the port must end with status 0; it {self.how}"


@dataclass(eq=False)
class PortFloods(PortError):
    """A line is longer than any may be."""

    request: str = ""
    limit: int = 0
    code: ClassVar[str] = "port-line-too-long"

    @property
    def diagnosis(self) -> str:
        """Which request, and the limit."""
        return (
            f"more than {self.limit:,} bytes in answer to {self.request}; an answer is one line, "
            f"and a line has at most so many. Does something else print to standard output?"
        )


@dataclass(eq=False)
class PortTooLarge(PortError):
    """The port takes more memory than it may."""

    request: str = ""
    found: int = 0
    limit: int = 0
    code: ClassVar[str] = "port-memory"

    @property
    def diagnosis(self) -> str:
        """Both figures."""
        return (
            f"the port holds {self.found >> 20} MiB at {self.request}, more than the "
            f"{self.limit >> 20} MiB allowed; --memory allows more"
        )


@dataclass(eq=False)
class PortMultiplies(PortError):
    """The port runs more processes than it may."""

    request: str = ""
    found: int = 0
    limit: int = 0
    code: ClassVar[str] = "port-processes"

    @property
    def diagnosis(self) -> str:
        """Both figures."""
        return (
            f"the port runs {self.found:,} processes at {self.request}, more than the "
            f"{self.limit:,} allowed; --processes allows more"
        )


@dataclass(eq=False)
class PortWrites(PortError):
    """The port writes more than it may, to files and pipes."""

    request: str = ""
    limit: int = 0
    code: ClassVar[str] = "port-output"

    @property
    def diagnosis(self) -> str:
        """The limit."""
        return (
            f"the port has written more than the {self.limit >> 20} MiB allowed by {self.request}; "
            f"--output allows more"
        )


@dataclass(eq=False)
class PortReply(PortError):
    """A line that is not a reply to this request."""

    request: str = ""
    detail: str = ""
    line: str = ""
    code: ClassVar[str] = "port-reply"

    @property
    def diagnosis(self) -> str:
        """What is wrong with the line."""
        return (
            f"the answer to {self.request} breaks the schema: {self.detail}. The line was\n"
            f"  {self.line}\nsee schema.json and PROTOCOL.md in invariants/conformance"
        )


@dataclass(eq=False)
class PortOutOfStep(PortError):
    """A reply to another request."""

    request: str = ""
    expected: int = 0
    found: int = 0
    line: str = ""
    code: ClassVar[str] = "port-out-of-step"

    @property
    def diagnosis(self) -> str:
        """Both numbers."""
        return (
            f"the answer to {self.request} must repeat its seq, {self.expected}, and has "
            f"{shown(str(self.found))}: an answer was left out, doubled, or given out of order. "
            f"The line was\n  {self.line}"
        )


@dataclass(eq=False)
class PortSpeaksOther(PortError):
    """No version of the protocol in common."""

    spoken: str = ""
    known: str = ""
    code: ClassVar[str] = "port-protocol"

    @property
    def diagnosis(self) -> str:
        """Both lists."""
        return f"the port speaks protocol {self.spoken or 'none'}, this harness {self.known}"


@dataclass(eq=False)
class PortContract(PortError):
    """A contract that contradicts itself, or a hello that is refused."""

    detail: str = ""
    code: ClassVar[str] = "port-contract"

    @property
    def diagnosis(self) -> str:
        """What is wrong with it."""
        return f"hello was not answered as it must be: {self.detail}"
