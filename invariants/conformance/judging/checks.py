"""What a port is checked for, a sentence each. The names are stable: reports and files use them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """A sentence that is true of every correct port, and its name."""

    name: str
    sentence: str

    def fails(self, place: str, expected: object, found: object, **numbers: object) -> "Divergence":
        """It is not true here. The numbers are what decided."""
        told = {name: str(value) for name, value in numbers.items()}
        return Divergence(self.name, self.sentence, place, str(expected), str(found), told)


@dataclass(frozen=True, slots=True)
class Divergence:
    """A check that failed: where, what had to stand there, what stood there."""

    check: str
    sentence: str
    place: str
    expected: str
    found: str
    numbers: dict[str, str]

    def __str__(self) -> str:
        """In a few lines."""
        lines = [
            f"{self.check}: {self.sentence}",
            f"  at        {self.place}",
            f"  expected  {self.expected}",
            f"  found     {self.found}",
        ]
        return "\n".join([*lines, *(f"  {name:9} {told}" for name, told in self.numbers.items())])


QUERY_NEURONS = Check("query/neurons", "Every answer is one of the m neurons.")
QUERY_DISTINCT = Check("query/distinct", "No neuron is answered twice.")
QUERY_ASCENDING = Check("query/ascending", "Answers are in ascending order.")
FIRING_THRESHOLD = Check(
    "firing/threshold", "A neuron fires if and only if its score is strictly above the threshold."
)
FIRING_LEAVES = Check(
    "firing/own-leaves", "Those that fire are exactly the port's own stored scores above it."
)
QUERY_VISITS = Check("query/visits", "A query looks at no more nodes than it must.")
QUERY_REPEATED = Check("query/repeated", "The same query on the same state has the same answer.")

DUMP_SHAPE = Check("dump/shape", "A dump has all weights, all scores, and all inner nodes.")
DUMP_FINITE = Check("dump/finite", "What a port holds is finite.")
DUMP_TREE = Check("dump/tree", "Every leaf hangs below the root, and every node but it below one.")
DUMP_INNER = Check("dump/inner-node", "Every inner node equals the larger of its children.")

LOAD_WEIGHTS = Check("load/weights", "After a load the weights are the ones sent.")
LOAD_LEAVES = Check("load/leaves", "After a load every leaf is its neuron's inner product.")
UPDATE_WEIGHTS = Check("update/weights", "After an update its neuron has the new weight.")
UPDATE_LEAVES = Check("update/leaves", "After an update its neuron's leaves are inner products.")
UPDATE_UNTOUCHED = Check("update/untouched", "An update leaves every other neuron as it was.")
STEP_SHAPE = Check("step/shape", "A step tells firing sets, residual and solution of all points.")
STEP_RESIDUAL = Check("step/residual", "The residual is scale · Σ a_r (s_i,r − b) − y_i.")
STEP_SOLUTION = Check("step/solution", "The solution solves G g = residual.")
STEP_WEIGHTS = Check("step/weights", "Weights move by −scale · a_r · Σ g_i x_i.")
STEP_LEAVES = Check("step/leaves", "After a step the moved neurons' leaves are inner products.")
STEP_UNTOUCHED = Check("step/untouched", "A step leaves neurons that did not fire as they were.")

ERROR_CODE = Check("error/code", "A faulty request is refused, with the code of its fault.")
ERROR_UNEXPECTED = Check("error/unexpected", "A request without fault is carried out.")
ERROR_UNCHANGED = Check("error/unchanged", "A refused request changes nothing.")

CHECKS = (
    FIRING_THRESHOLD,
    FIRING_LEAVES,
    QUERY_NEURONS,
    QUERY_DISTINCT,
    QUERY_ASCENDING,
    QUERY_VISITS,
    QUERY_REPEATED,
    DUMP_SHAPE,
    DUMP_FINITE,
    DUMP_TREE,
    DUMP_INNER,
    LOAD_WEIGHTS,
    LOAD_LEAVES,
    UPDATE_WEIGHTS,
    UPDATE_LEAVES,
    UPDATE_UNTOUCHED,
    STEP_SHAPE,
    STEP_RESIDUAL,
    STEP_SOLUTION,
    STEP_WEIGHTS,
    STEP_LEAVES,
    STEP_UNTOUCHED,
    ERROR_CODE,
    ERROR_UNEXPECTED,
    ERROR_UNCHANGED,
)
"""All of them."""
