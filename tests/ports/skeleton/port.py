"""A port to begin with: copy it, or say the same in your own language, and go on from there.

Run it as `python3 port.py` (3.11 or later, nothing to install). It was written from PROTOCOL.md,
version 1: one request a line on standard input, one answer a line on standard output. It does
`query` and `dump`, and answers `skip` to `update` and `step`. Look for HERE to go on.
"""

import json
import math
import struct
import sys
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
Vector = list[float]
Matrix = list[Vector]

MAX_LINE = 8 * 2**20
ISSUES = "https://example.org/issues"  # HERE: where one can tell you of a fault
HELLO: Json = {
    "name": "skeleton",
    "version": "0.1",
    "language": "Python",
    "issues": ISSUES,
    "protocol": [1],
    "operations": ["query", "dump"],  # HERE: add "update", "delta", "step" when they are done
    "contract": {  # HERE: what is true of your numbers; these are Python's
        "input_bits": 53,
        "accumulate_bits": 53,
        "leaf_bits": 53,
        "solve_bits": 53,
        "rounding": "nearest",
        "subnormals": "kept",
        "leaf_update": "recompute",
        "choice": "fixed",
        "tree_shape": "none",  # HERE: "canonical" or "own" when there is a tree
        "cost": False,  # HERE: True when query counts the nodes that it looks at
    },
}
# What Python raises where a key is missing, or something is not what it should be.
MALFORMED = (ArithmeticError, LookupError, RecursionError, TypeError, ValueError, struct.error)


class Refused(Exception):
    """The request is at fault: a code of the page's table, and some words."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


class Skipped(Exception):
    """This port cannot do that yet: the reason."""


def demand(condition: bool, code: str, detail: str) -> None:
    """Refuse the request unless the condition holds."""
    if not condition:
        raise Refused(code, detail)


# Numbers ------------------------------------------------------------------------------------------


def from_bits(digits: str) -> float:
    """The binary64 number with these 16 hex digits."""
    return float(struct.unpack(">d", bytes.fromhex(digits))[0])


def to_bits(numbers: Vector) -> list[str]:
    """The 16 hex digits of each number."""
    return [struct.pack(">d", number).hex() for number in numbers]


def read_vector(form: Json) -> Vector:
    """Numbers in one of the two forms, all of them finite."""
    if "bits" in form:
        numbers = [from_bits(digits) for digits in form["bits"]]
    else:
        numbers = [math.ldexp(k, form["exp"]) for k in form["int"]]
    demand(all(map(math.isfinite, numbers)), "not_finite", "NaN or an infinity")
    return numbers


def read_matrix(form: Json) -> Matrix:
    """Rows of numbers: at least one row, at least one number in each, as many in all."""
    if "bits" in form:
        rows = [read_vector({"bits": row}) for row in form["bits"]]
    else:
        rows = [read_vector({"exp": form["exp"], "int": row}) for row in form["int"]]
    lengths = {len(row) for row in rows}
    demand(len(lengths) == 1 and 0 not in lengths, "bad_shape", "no rows, or not of one length")
    return rows


def read_number(form: Json) -> float:
    """A single number, sent as an array of one."""
    numbers = read_vector(form)
    demand(len(numbers) == 1, "bad_shape", f"{len(numbers)} numbers for one")
    return numbers[0]


# What the port holds ------------------------------------------------------------------------------


@dataclass
class State:
    """What was loaded, and the scores: scores[i][r] is that of neuron r at point i."""

    points: Matrix
    labels: Vector
    weights: Matrix
    signs: list[int]
    b: float
    scale: float
    scores: Matrix


@dataclass
class Port:
    """The state, which is none before the first load, and whether bye was said."""

    state: State | None = None
    ended: bool = False


def score(weight: Vector, point: Vector) -> float:
    """The scalar product of the two."""
    return sum((w * x for w, x in zip(weight, point, strict=True)), start=0.0)


# Requests -----------------------------------------------------------------------------------------


def load(request: Json) -> State:
    """A new state. Nothing is put in place before all of it is read, checked and computed."""
    points, weights = read_matrix(request["points"]), read_matrix(request["weights"])
    labels, signs = read_vector(request["labels"]), request["signs"]
    b, scale = read_number(request["b"]), read_number(request["scale"])
    demand(len(labels) == len(points), "bad_shape", "not one label for each point")
    demand(len(signs) == len(weights), "bad_shape", "not one sign for each neuron")
    demand(all(sign in (1, -1) for sign in signs), "bad_shape", "a sign is neither 1 nor -1")
    demand(len(weights[0]) == len(points[0]), "bad_shape", "weights and points do not match")
    scores = [[score(weight, point) for weight in weights] for point in points]
    finite = all(math.isfinite(s) for row in scores for s in row)
    demand(finite, "too_large", "a score is beyond the range of binary64")
    return State(points, labels, weights, signs, b, scale, scores)


def query(state: State, request: Json) -> Json:
    """The neurons strictly above the threshold. HERE: find them in a tree."""
    point, threshold = request["point"], read_number(request["threshold"])
    exists = isinstance(point, int) and 0 <= point < len(state.points)
    demand(exists, "bad_index", f"no point {point}")
    return {"fired": [r for r, s in enumerate(state.scores[point]) if s > threshold]}


def dump(state: State) -> Json:
    """The weights and the scores as they are kept. HERE: `trees`, when there are some."""
    return {
        "weights": [to_bits(weight) for weight in state.weights],
        "leaves": [to_bits(row) for row in state.scores],
    }


def loaded(port: Port) -> State:
    """The state. Before the first load there is no point and no neuron."""
    if port.state is None:
        raise Refused("bad_index", "nothing is loaded")
    return port.state


def obey(port: Port, request: Json) -> Json:
    """Do what is asked, and return what stands under `ok`."""
    match request["cmd"]:
        case "hello":
            return HELLO
        case "load":
            port.state = load(request)
            return {}
        case "query":
            return query(loaded(port), request)
        case "update":  # HERE: a new `weight`, or a `delta` to it; then the scores at all points
            raise Skipped("update is not built yet")
        case "step":  # HERE: who fires, residual, solution; then the weights, and their scores
            raise Skipped("step is not built yet")
        case "dump":
            return dump(loaded(port))
        case "bye":
            port.ended = True
            return {}
        case other:
            raise Refused("unsupported", f"cmd {other}")


# Lines --------------------------------------------------------------------------------------------


def outcome(port: Port, request: Json) -> Json:
    """What stands beside `seq` in the reply: ok, skip or error."""
    try:
        return {"ok": obey(port, request)}
    except Skipped as missing:
        return {"skip": {"reason": str(missing), "link": ISSUES}}
    except Refused as fault:
        return {"error": {"code": fault.code, "detail": fault.detail}}
    except MALFORMED as fault:
        return {"error": {"code": "internal", "detail": repr(fault)}}


def answer(port: Port, line: bytes) -> str:
    """One line for one line; seq 0 if the request has none that can be read."""
    try:
        request = json.loads(line)
        seq = int(request["seq"])
    except MALFORMED as fault:
        return json.dumps({"seq": 0, "error": {"code": "internal", "detail": repr(fault)}})
    reply = json.dumps({"seq": seq, **outcome(port, request)})
    if len(reply) < MAX_LINE:
        return reply
    return json.dumps({"seq": seq, "error": {"code": "too_large"}})


def main() -> None:
    """Answer until bye, or until the input ends."""
    port = Port()
    for line in sys.stdin.buffer:
        print(answer(port, line), flush=True)
        if port.ended:
            return


if __name__ == "__main__":
    main()
