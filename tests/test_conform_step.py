"""Steps: what in them is exact, what has a band, and each stage judged from the one before."""

from collections.abc import Sequence
from fractions import Fraction
from math import hypot, nextafter

import pytest
from msgspec.structs import replace

from invariants.conformance.answering.reference_port import ReferencePort
from invariants.conformance.cases.case import DUMP, STEP, above, state
from invariants.conformance.drawn.programs import run_program
from invariants.conformance.judging.judge import Judge
from invariants.conformance.judging.state import loaded
from invariants.conformance.judging.step_checks import Equations, exact_step, is_power_of_four
from invariants.conformance.planted.textbook import TextbookPort
from invariants.conformance.protocol.messages import AnyRequest, Done, Load, Reply, Stepped, Update
from invariants.conformance.protocol.wire import bits_of, in_bits, number, rows_in_bits
from tests.conform_ports import (
    MovedAsSent,
    carry_out,
    declaring,
    headline,
    of_floats,
    put,
    talk_to,
    tampered,
)

EXACT = state(
    [[1, 1], [1, -1]],
    [[3, 2], [2, 1], [2, -2], [1, -2], [1, 1]],
    b=2,
    labels=[0, 1],
    signs=[1, -1, 1, 1, -1],
    scale=-2,
)
"""Neurons 0 and 1 fire on point 0, neurons 2 and 3 on point 1, neuron 4 ties; G is 1/4 of I."""

COUPLED = of_floats(
    [[0.1, 0.2, 0.3], [-0.6, 0.1, 0.1]],
    [[0.1, 0.2, 0.3], [-0.7, 0.1, 0.1], [0.6, 0.3, 0.7], [0.1, 0.9, 0.9]],
    b=0.01,
    labels=[0.7, -0.3],
    scale=5**-0.5,
)
"""Neurons 0, 2 and 3 fire on point 0, neurons 1 and 3 on point 1."""


def verdict(held: object, program: Sequence[AnyRequest]) -> str:
    """The headline of this port on this program."""
    return headline(run_program(talk_to(held), program))


def answer(load: Load, held: TextbookPort | None = None) -> Stepped:
    """What the textbook port answers to a step from here."""
    talk = talk_to(held or TextbookPort())
    talk.ask(load)
    reply = talk.ask(STEP)
    assert isinstance(reply.ok, Stepped)
    return reply.ok


def told(load: Load, held: TextbookPort, **changes: object) -> str:
    """The headline if the port's answer to a step from here has these changes."""
    judge = Judge(held.contract)
    assert judge.judge(load, Reply(seq=0, ok=Done())) == []
    found = judge.judge(STEP, Reply(seq=1, ok=replace(answer(load), **changes)))
    return found[0].check if found else ""


def near(bits: str, units: int) -> str:
    """The number so many units in the last place away."""
    value = float(number(bits))
    for _ in range(abs(units)):
        value = nextafter(value, units * 1e9)
    return bits_of(value)


# ---- exact steps ---------------------------------------------------------------------------------


@pytest.mark.parametrize("held", [TextbookPort(), ReferencePort(), ReferencePort("vectorized")])
def test_exact_steps_follow_each_other_with_and_without_dumps(held: object) -> None:
    programs: list[list[AnyRequest]] = [
        [EXACT, STEP, STEP, above(2), DUMP],
        [EXACT, DUMP, STEP, DUMP, STEP, DUMP, above(2)],
    ]
    for program in programs:
        assert verdict(held, program) == ""


def test_after_an_exact_step_the_state_is_known_without_a_dump() -> None:
    talk = talk_to(TextbookPort())
    assert run_program(talk, [EXACT, STEP]) is None
    assert talk.judge.known.exact
    # r_0 = ((5 − 2) − (3 − 2))/4, r_1 = ((4 − 2) + (3 − 2))/4 − 1, g = 4r; weights move by ∓g/4·x.
    half, quarter = Fraction(1, 2), Fraction(1, 4)
    moved = [(3 - half, 2 - half), (2 + half, 1 + half), (2 + quarter, -2 - quarter)]
    assert talk.judge.state is not None
    assert list(talk.judge.state.weights[:3]) == moved
    assert talk.judge.state.weights[4] == (Fraction(1), Fraction(1))


def test_the_exact_answer_is_the_one_that_ports_give() -> None:
    judge = Judge(TextbookPort.contract)
    assert judge.judge(EXACT, Reply(seq=0, ok=Done())) == []
    found = exact_step(judge.known, loaded(EXACT), [[0, 1], [2, 3]])
    assert found == answer(EXACT)
    assert exact_step(judge.known, loaded(EXACT), [[0], [2, 3]]) is None
    assert exact_step(judge.known, loaded(COUPLED), [[0, 2, 3], [1, 3]]) is None


def test_an_iterative_solver_need_not_find_even_the_exact_solution() -> None:
    first, *rest = answer(EXACT).solution
    other = [near(first, 1), *rest]
    assert told(EXACT, TextbookPort(), solution=other) == "step/solution"
    iterative = declaring(TextbookPort(), solve_bits=52)
    assert told(EXACT, iterative, solution=other) == ""


@pytest.mark.parametrize(
    "load",
    [
        state([[1]], [[3], [5]], b=1, labels=[1], scale=-1),
        state([[1]], [[3], [5], [9]], b=1, labels=[1], scale=-1),
        state([[1, 0], [0, 2]], [[3, 0], [0, 2]], b=1, scale=-1),
        state([[1, 0], [1, 1]], [[3, 0]], b=1, scale=-1),
        state([[1, 0], [0, 1]], [[3, 0], [5, 0], [6, 0], [7, 0], [0, 5]], b=1, scale=-2),
    ],
    ids=["half", "three", "another-length", "not-orthogonal", "another-count"],
)
def test_a_step_is_exact_only_if_its_matrix_is_a_power_of_four(load: Load) -> None:
    fired = answer(load).fired
    assert Equations(loaded(load), fired).times_a_power_of_four() is None
    first, *rest = answer(load).solution
    if number(first):
        assert told(load, TextbookPort(), solution=[near(first, 1), *rest]) == ""


def test_points_of_any_one_length_and_count_may_make_it_one() -> None:
    one = state([[0, 1, 1], [0, 1, -1]], [[0, 3, 1], [0, 3, -1]], b=2, scale=-1)
    four = state([[2, 0], [0, 2]], [[3, 3], [4, 4], [5, 5], [6, 6]], b=1, scale=-1)
    assert Equations(loaded(one), [[0], [1]]).times_a_power_of_four() is None
    assert Equations(loaded(one), [[0, 1], [0, 1]]).times_a_power_of_four() == 1
    assert Equations(loaded(four), [[0, 1, 2, 3]] * 2).times_a_power_of_four() == 4


def test_the_matrix_is_the_gram_matrix_of_the_jacobian() -> None:
    """G = J Jᵀ, J_i = scale · (a_r x_i for each r that fires on i)."""
    given = replace(COUPLED, signs=[1, -1, -1, 1])
    setup, fired = loaded(given), [[0, 2, 3], [1, 3]]

    def jacobian(i: int) -> list[Fraction]:
        blocks = [
            [setup.scale * setup.signs[r] * c * (r in fired[i]) for c in setup.points[i]]
            for r in range(setup.m)
        ]
        return [c for block in blocks for c in block]

    rows = [jacobian(i) for i in range(setup.n)]
    products = [[sum(a * c for a, c in zip(x, y, strict=True)) for y in rows] for x in rows]
    assert Equations(setup, fired).gram() == products


def test_powers_of_four_are_recognized() -> None:
    powers = {Fraction(4) ** j for j in range(-6, 7)}
    tried = {Fraction(sign * k, 1 << e) for k in range(70) for e in range(13) for sign in (1, -1)}
    assert {value for value in tried if is_power_of_four(value)} == tried & powers


# ---- steps with a band ---------------------------------------------------------------------------


def test_a_residual_may_be_rounded_and_no_more() -> None:
    first, second = answer(COUPLED).residual
    assert told(COUPLED, TextbookPort(), residual=[near(first, 2), second]) == ""
    assert told(COUPLED, TextbookPort(), residual=[near(first, 99), second]) == "step/residual"
    assert told(COUPLED, TextbookPort(), residual=[first, near(second, 99)]) == "step/residual"


def test_a_residual_of_one_step_must_be_exact_where_the_scale_is_a_power_of_two() -> None:
    """3·(1/2) rounds nothing; 3/√3 does."""
    for scale, check in ((0.5, "step/residual"), (3**-0.5, "")):
        load = of_floats([[1.0]], [[4.0], [-1.0]], b=1.0, labels=[2.0], scale=scale)
        (only,) = answer(load).residual
        assert told(load, TextbookPort(), residual=[near(only, 1)]) == check


LONGER = replace(COUPLED, points=rows_in_bits([[0.8, 1.6, 2.4], [-4.8, 0.8, 0.8]]))
"""The same with points eight times as long."""


@pytest.mark.parametrize("load", [COUPLED, LONGER], ids=["short", "long"])
@pytest.mark.parametrize("solve_bits", [53, 24, 11])
def test_a_solution_may_miss_by_what_the_page_says_of_the_solver(
    load: Load, solve_bits: int
) -> None:
    """‖G g − r‖₂² ≤ c²·4^−solve_bits·((tr G)²·‖g‖₂² + ‖r‖₂²) with c = 8n² + d + 16."""
    held, made, setup = declaring(TextbookPort(), solve_bits=solve_bits), answer(load), loaded(load)
    matrix = [[float(entry) for entry in line] for line in Equations(setup, made.fired).gram()]
    g, r = ([float(number(bits)) for bits in part] for part in (made.solution, made.residual))
    c = 8 * setup.n**2 + setup.d + 16
    allowed = c * 2.0**-solve_bits * hypot((matrix[0][0] + matrix[1][1]) * hypot(*g), hypot(*r))
    one_more = hypot(matrix[0][0], matrix[1][0])
    for share, check in ((0.9, ""), (1.1, "step/solution")):
        other = [bits_of(g[0] + share * allowed / one_more), bits_of(g[1])]
        assert told(load, held, solution=other) == check


def test_the_solution_is_judged_from_the_residual_that_was_told() -> None:
    """Both in units of the last place: the residual is off, and the solution is its own."""
    first, second = answer(EXACT).residual
    changed = [near(first, 1), second]
    assert told(EXACT, TextbookPort(), residual=changed) == "step/residual"
    load = of_floats([[0.7]], [[0.3], [0.9]], b=0.1, labels=[0.3], scale=2**-0.5)
    held = TextbookPort()
    (only,) = answer(load).residual
    (solution,) = answer(load).solution
    share = float(number(near(only, 1)) / number(only))
    scaled = [bits_of(float(number(solution)) * share)]
    assert told(load, held, residual=[near(only, 1)], solution=scaled) == ""


def test_a_solution_of_a_residual_of_zero_is_zero() -> None:
    load = state([[1]], [[3]], b=1, labels=[2])
    assert told(load, TextbookPort(), solution=[bits_of(-0.0)]) == ""
    assert told(load, TextbookPort(), solution=[bits_of(1e-300)]) == "step/solution"
    # Here G is 3/4: no exact solution is demanded, and still there is but one.
    three = state([[1]], [[3], [4], [5]], b=1, labels=[9], scale=-1)
    zero = replace(three, labels=in_bits([4.5]))
    assert answer(zero).residual == [bits_of(0.0)]
    assert told(zero, TextbookPort(), solution=[bits_of(0.0)]) == ""
    assert told(zero, TextbookPort(), solution=[bits_of(1e-300)]) == "step/solution"


def test_weights_are_judged_from_the_solution_that_was_told() -> None:
    """A solver of few bits: the weights follow its g, not the true one."""

    class Rough(TextbookPort):
        """Solves to 3 digits."""

        contract = replace(TextbookPort.contract, solve_bits=11)

        def share(self, r: int, g: float) -> float:
            return super().share(r, g * self.bias)

        bias = 1.0

        def step(self) -> tuple[Sequence[Sequence[int]], Sequence[float], Sequence[float]]:
            self.bias = 1.001
            fired, residual, solution = super().step()
            return fired, residual, [g * 1.001 for g in solution]

    program: list[AnyRequest] = [COUPLED, STEP, DUMP, STEP, DUMP]
    assert verdict(Rough(), program) == ""
    assert verdict(declaring(Rough(), solve_bits=53), program) == "step/solution"
    silent = put("solution", 0, answer(COUPLED).solution[0])
    assert headline(tampered(program[:3], 2, silent, Rough())) == "step/weights"


def test_a_neuron_moves_along_every_point_it_fires_on() -> None:
    """Neuron 3 fires on both, and is told to have moved along the first alone."""
    setup, made = loaded(COUPLED), answer(COUPLED)
    share = setup.scale * number(made.solution[0])
    alone = [w - share * c for w, c in zip(setup.weights[3], setup.points[0], strict=True)]
    moved = put("weights", 3, [bits_of(float(value)) for value in alone])
    assert headline(tampered([COUPLED, STEP, DUMP], 3, moved)) == "step/weights"


@pytest.mark.parametrize("signs", [[1, -1, -1, 1], [-1, -1, -1, -1]])
def test_a_neuron_moves_by_its_sign(signs: list[int]) -> None:
    signed = replace(COUPLED, signs=signs)
    assert verdict(TextbookPort(), [signed, STEP, DUMP, STEP, DUMP]) == ""
    exact = replace(EXACT, signs=[*signs, 1])
    assert verdict(TextbookPort(), [exact, STEP, STEP, DUMP]) == ""


def test_a_residual_may_come_from_stored_scores_that_moves_have_put_off() -> None:
    far = Update(neuron=0, delta=in_bits([1e8, 1e8, -3e8]))
    back = Update(neuron=0, delta=in_bits([-1e8, -1e8, 3e8]))
    program: list[AnyRequest] = [COUPLED, DUMP, far, DUMP, back, DUMP, STEP, DUMP, STEP, DUMP]
    assert verdict(MovedAsSent(), program) == ""


def test_without_a_dump_a_step_that_rounds_leaves_the_next_one_open() -> None:
    held = declaring(TextbookPort(), cost=False)
    nines = [bits_of(9.0)] * 2
    wild = carry_out(fired=[[1], [0]], residual=nines, solution=nines)
    program: list[AnyRequest] = [COUPLED, STEP, STEP, above(0), DUMP]
    assert verdict(held, program) == ""
    assert headline(tampered(program, 2, wild, held)) == "firing/threshold"
    assert headline(tampered(program, 3, wild, held)) == ""
    assert headline(tampered(program, 4, put("fired", [0, 1, 2]), held)) == ""


def test_a_solution_whose_square_no_float_holds_is_told_all_the_same() -> None:
    found = tampered([COUPLED, STEP], 2, put("solution", 0, bits_of(1e308)))
    assert headline(found) == "step/solution"
    assert "2^1020 or so" in str(found)


def test_a_step_may_round_the_weights_of_one_neuron_alone() -> None:
    load = of_floats([[1.0, 0.0], [0.0, 1.0]], [[3.0, 0.0], [0.0, 1 / 3]], b=0.25, scale=0.5)
    load = replace(load, labels=in_bits([1.0, 0.1]))
    for held in (TextbookPort(), MovedAsSent(), ReferencePort()):
        assert verdict(held, [load, STEP, DUMP, STEP, DUMP]) == ""


@pytest.mark.parametrize("kind", [TextbookPort, ReferencePort, MovedAsSent])
def test_many_steps_are_each_judged_from_the_dump_before(kind: type) -> None:
    program: list[AnyRequest] = [COUPLED, DUMP]
    for _ in range(4):
        program += [STEP, DUMP]
    assert verdict(kind(), program) == ""
