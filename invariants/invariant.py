"""An invariant: a name, one sentence that is true of every correct run, and when it is checked."""

from dataclasses import dataclass

from reference.violation import Violation


@dataclass(frozen=True, slots=True)
class Invariant:
    """A sentence with a name. `touched` and `full` say what each level looks at."""

    name: str
    sentence: str
    touched: str
    full: str

    def violated(self, path: str, expected: object, found: object) -> Violation:
        """It fails at this place."""
        return Violation(self.name, self.sentence, path, str(expected), str(found))
