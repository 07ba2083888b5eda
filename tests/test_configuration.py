"""Where the choices of a run begin and end: what is just allowed, and what is not any more."""

from math import inf, nan

import msgspec
import pytest

from reference.edges.data.points import LARGEST
from reference.edges.setup.configuration import MOST_ROWS, WIDEST, Configuration
from reference.edges.system.request_errors import OutOfRange
from reference.errors import FiringtreeError, SketchTooFewRows, WidthNotPowerOfFour
from reference.solvers.solver import SolverName
from reference.structures.threshold_search import Structure
from reference.training.method import Method
from reference.training.step_rule import StepRule
from reference.training.stopping import GRADIENT_PATIENCE, PATIENCE, Limits
from reference.weights import Reading

DEFAULT = Configuration()
GRADIENT = Configuration(method=Method.GRADIENT_DESCENT)
SGD = Configuration(method=Method.SGD)
SKETCH = Configuration(solver=SolverName.SKETCH)
EXACT = Configuration(scalar="exact", width=1024)
LIVE = Configuration(init="live")
ARRAYS = Configuration(engine="vectorized")


def error_of(config: Configuration, **changed: object) -> FiringtreeError | None:
    """What is wrong with it, if anything."""
    try:
        msgspec.structs.replace(config, **changed).check()
    except FiringtreeError as error:
        return error
    return None


def test_what_is_not_asked_for_is_this() -> None:
    assert msgspec.to_builtins(DEFAULT) == {
        "data": "digits",
        "target": None,
        "points": 64,
        "width": 32768,
        "alpha": 0.24,
        "bias": None,
        "bias_spread": 0.0,
        "norms": "unit",
        "init": "whole",
        "engine": "plain",
        "method": "sublinear",
        "structure": None,
        "weights": "rewritten",
        "solver": "gram",
        "accuracy": 1e-10,
        "sketch": "osnap",
        "sketch_rows": None,
        "sketch_draws": "fresh",
        "batch": None,
        "learning_rate": None,
        "activation": "shifted",
        "scalar": "float",
        "grid": 8,
        "invariants": "touched",
        "steps": 30,
        "until": 1e-20,
        "step_rule": "full",
        "seed": 0,
    }
    assert DEFAULT.limits == Limits(30, 1e-20, PATIENCE)
    assert GRADIENT.limits == Limits(30, 1e-20, GRADIENT_PATIENCE)
    assert (SKETCH.sketch_choice.rows, SKETCH.sketch_choice.seed) == (16 * 64, 0)


@pytest.mark.parametrize(
    ("config", "option", "allowed", "refused"),
    [
        (DEFAULT, "points", (2,), (1,)),
        (DEFAULT, "width", (1, WIDEST), (0, WIDEST + 1)),
        (DEFAULT, "alpha", (1e-300, 1 - 1e-16), (0.0, 1.0, nan)),
        (DEFAULT, "bias", (0.0, 1e308), (-1e-300, inf, nan)),
        (DEFAULT, "steps", (0,), (-1,)),
        (DEFAULT, "until", (0.0, 1e308), (-1e-300, inf, nan)),
        (DEFAULT, "seed", (0,), (-1,)),
        (DEFAULT, "bias_spread", (0.0, LARGEST), (-1e-300, 1.01 * LARGEST, nan)),
        (DEFAULT, "accuracy", (1e-300, 1 - 1e-16), (0.0, 1.0)),
        (DEFAULT, "grid", (0, 52), (-1, 53)),
        (DEFAULT, "batch", (None,), (8,)),
        (DEFAULT, "learning_rate", (None,), (0.5,)),
        (DEFAULT, "sketch_rows", (None,), (1024,)),
        (DEFAULT, "target", (None,), ("label",)),
        (GRADIENT, "learning_rate", (1e-300, LARGEST), (0.0, 1.01 * LARGEST)),
        (GRADIENT, "batch", (None,), (8,)),
        (GRADIENT, "step_rule", (StepRule.FULL,), (StepRule.DAMPED, StepRule.BACKTRACKING)),
        (GRADIENT, "solver", (SolverName.GRAM,), (SolverName.CG, SolverName.SKETCH)),
        (SGD, "batch", (None, 1, 64), ()),
        (SKETCH, "sketch_rows", (64, MOST_ROWS), (MOST_ROWS + 1,)),
        (EXACT, "init", ("whole",), ("live",)),
        (Configuration(bias_spread=0.5), "init", ("whole",), ("live",)),
        (LIVE, "scalar", ("float",), ()),
        (ARRAYS, "scalar", ("float",), ("exact",)),
        (ARRAYS, "bias_spread", (0.0,), (0.5,)),
        (
            ARRAYS,
            "structure",
            (None, Structure.TOURNAMENT, Structure.SCAN),
            (Structure.ORDERED, Structure.INCREMENTAL),
        ),
        (ARRAYS, "weights", (Reading.REWRITTEN, Reading.IMPLICIT), (Reading.RECOMPUTED,)),
    ],
)
def test_the_edges_of_a_choice(
    config: Configuration, option: str, allowed: tuple[object, ...], refused: tuple[object, ...]
) -> None:
    width = {"width": 1024} if config is ARRAYS else {}  # an exact run takes a power of four
    for value in allowed:
        assert error_of(config, **width | {option: value}) is None
    for value in refused:
        error = error_of(config, **width | {option: value})
        assert isinstance(error, OutOfRange)
        assert error.option == f"--{option.replace('_', '-')}"


@pytest.mark.parametrize("option", ["data", "target"])
def test_names_that_are_no_text_are_refused(option: str) -> None:
    config = Configuration(data="small.csv")
    for name in ("\ud800.csv", "\udfff.csv"):
        error = error_of(config, **{option: name})
        assert isinstance(error, OutOfRange)
        assert (error.option, error.found) == (f"--{option}", ascii(name))
    assert error_of(config, **{option: "\ud7ff\ue000.csv"}) is None


def test_an_exact_run_takes_a_power_of_four_and_a_sketch_a_row_a_point() -> None:
    for width in (1, 4, 1024):
        assert error_of(EXACT, width=width) is None
    for width in (2, 5, 1023, 2048):
        assert isinstance(error_of(EXACT, width=width), WidthNotPowerOfFour)
        assert error_of(DEFAULT, width=width) is None
    assert isinstance(error_of(SKETCH, sketch_rows=63), SketchTooFewRows)


def test_differences_are_told_in_words_and_in_order() -> None:
    other = Configuration(step_rule=StepRule.DAMPED, bias=0.5)
    assert other.differences(DEFAULT) == [
        "--bias is 0.5 here and None there",
        "--step-rule is damped here and full there",
    ]
    assert DEFAULT.differences(Configuration()) == []
