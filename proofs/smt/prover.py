"""Theorems made into obligations, and obligations put to both solvers."""

import ast
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from types import FunctionType

from proofs.smt.agreement import fitted
from proofs.smt.kernel import Induction, Obligation, by_cases, by_size
from proofs.smt.proof_errors import BadHint
from proofs.smt.reader import Body, Reader
from proofs.smt.smtlib import question
from proofs.smt.solvers import CVC5, Z3, Answer
from proofs.smt.terms import INT, Term, substituted
from proofs.smt.theorem import Theorem
from reference.edges.system.local_workers import do_locally

SECONDS = 60.0
"""For one question to one solver. On a machine that does nothing else each takes a few at most."""


@dataclass(frozen=True, slots=True)
class Question:
    """An obligation as text, and the theorem that it belongs to."""

    theorem: str
    obligation: str
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What both solvers said, and how long it took each."""

    question: Question
    answers: dict[str, Answer]
    seconds: dict[str, float]

    @property
    def proved(self) -> bool:
        """Both say that the goal follows."""
        return set(self.answers.values()) == {"unsat"}

    @property
    def disagree(self) -> bool:
        """One says that it follows, the other that it does not."""
        return {"unsat", "sat"} <= set(self.answers.values())

    @property
    def told(self) -> str:
        """In words."""
        return ", ".join(f"{name} says {answer}" for name, answer in self.answers.items())


class Prover:
    """Collects what must be shown for theorems, one after another.

    `asked_at` says at which values of its parameters a question asks for a theorem.
    """

    def __init__(self) -> None:
        self.reader = Reader()
        self.questions: list[Question] = []
        self.asked_at: dict[Question, Mapping[str, Term]] = {}
        self._stated: set[FunctionType] = set()
        self._told = 0

    def state(self, theorem: Theorem) -> None:
        """The theorem's questions are added, and those of whatever had to be read for it.

        From now on it may be used. Errors: `unreadable`, `not-terminating`, `bad-hint`.
        """
        variables = self.reader.variables(theorem.statement)
        obligations = self._obligations(theorem, variables)
        owed = self.reader.obligations[self._told :]
        self._told = len(self.reader.obligations)
        for obligation in (*owed, *obligations):
            text = question(self.reader.theory.datatypes, obligation.facts(self.reader.theory))
            asked = Question(theorem.name, obligation.name, text)
            self.questions.append(asked)
            if obligation not in owed:
                self.asked_at[asked] = obligation.values(theorem.by, variables)
        self._stated.add(theorem.statement)

    def _obligations(self, theorem: Theorem, variables: dict[str, Term]) -> list[Obligation]:
        statement = self.reader.call(theorem.statement, list(variables.values()))
        lemmas = self._lemmas(theorem, variables)
        if theorem.by is None:
            kept = theorem.any_products
            return [Obligation(theorem.name, tuple(lemmas), statement, theorem.fuel, None, kept)]
        strange = {theorem.by, *theorem.general}.difference(variables)
        if strange or theorem.by in theorem.general:
            raise BadHint(theorem.name, f"{strange or theorem.by} as a variable of induction")
        chosen = variables[theorem.by]
        generalized = [variables[name] for name in theorem.general]
        instances = self._instances(theorem, variables) or [generalized]
        named = [chosen, *generalized] if chosen.sort == INT else generalized
        if any(len(each) != len(named) for each in instances):
            raise BadHint(theorem.name, f"{len(named)} values an instance, not those in `at`")
        sorts = [variable.sort for variable in named]
        instances = [list(map(fitted, each, sorts)) for each in instances]

        def at(value: Term, others: Sequence[Term]) -> Term:
            return substituted(
                statement, dict(zip([chosen, *generalized], [value, *others], strict=True))
            )

        def moved(parts: Sequence[Term], value: Term) -> list[Term]:
            return [substituted(part, {chosen: value}) for part in parts]

        induction = Induction(
            at,
            generalized,
            lambda value: [moved(each, value) for each in instances],
            lambda value: moved(lemmas, value),
            theorem.fuel,
            theorem.any_products,
        )
        if chosen.sort == INT:
            return by_size(self.reader.theory, theorem.name, induction)
        if not self.reader.theory.constructors(chosen.sort):  # no case at all would be left to show
            raise BadHint(theorem.name, f"induction on {theorem.by}, of sort {chosen.sort.name}")
        return by_cases(self.reader.theory, theorem.name, chosen.sort, induction)

    def _instances(self, theorem: Theorem, variables: dict[str, Term]) -> list[list[Term]]:
        """The values at which the induction hypothesis is used."""
        hint = self._hint(theorem, "at")
        if hint is None:
            return []
        if not isinstance(hint, ast.Tuple):
            raise BadHint(theorem.name, ast.unparse(hint))
        uses = [use.elts if isinstance(use, ast.Tuple) else [use] for use in hint.elts]
        return [[self._value(theorem.statement, one, variables) for one in use] for use in uses]

    def _lemmas(self, theorem: Theorem, variables: dict[str, Term]) -> list[Term]:
        """Instances of earlier theorems. Errors: `bad-hint`."""
        hint = self._hint(theorem, "using")
        if hint is None:
            return []
        return self._conjuncts(theorem, theorem.statement, hint, variables)

    def _conjuncts(
        self,
        theorem: Theorem,
        function: FunctionType,
        node: ast.expr,
        values: Mapping[str, Term],
    ) -> list[Term]:
        """The theorems that an expression is a conjunction of, functions of that kind included."""
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
            parts = [self._conjuncts(theorem, function, part, values) for part in node.values]
            return [term for part in parts for term in part]
        read = self.reader.source(function)
        used = read.called(node) if isinstance(node, ast.Call) else None
        if not isinstance(used, FunctionType) or not isinstance(node, ast.Call):
            raise BadHint(theorem.name, ast.unparse(node))
        arguments = [self._value(function, each, values) for each in node.args]
        if used in self._stated:
            return [self.reader.call(used, arguments)]
        inner = self.reader.source(used)
        match inner.tree.body:
            case [ast.Expr(), ast.Return(ast.expr() as whole)]:
                bound = dict(zip(inner.parameters, arguments, strict=True))
                return self._conjuncts(theorem, used, whole, bound)
            case _:
                raise BadHint(theorem.name, ast.unparse(node))

    def _hint(self, theorem: Theorem, name: str) -> ast.expr | None:
        """The body of the lambda that the decorator was given under this name."""
        read = self.reader.source(theorem.statement)
        calls = [each for each in read.tree.decorator_list if isinstance(each, ast.Call)]
        for keyword in (keyword for call in calls for keyword in call.keywords):
            if keyword.arg == name and isinstance(keyword.value, ast.Lambda):
                return keyword.value.body
        return None

    def _value(self, function: FunctionType, node: ast.expr, values: Mapping[str, Term]) -> Term:
        """An expression as it would be read in this function's module."""
        return Body(self.reader, self.reader.source(function)).value(node, values)


def answered(questions: Sequence[Question], processes: int) -> Iterator[Outcome]:
    """What the solvers say to each question, in this order; a solver that dies says nothing."""
    early: dict[int, Outcome] = {}
    following = 0
    with closing(do_locally(questions, _asked, processes, lambda: False)) as found:
        for index, outcome in found:
            nothing = Outcome(questions[index], dict.fromkeys((Z3.name, CVC5.name), "unknown"), {})
            early[index] = outcome or nothing
            while following in early:
                yield early.pop(following)
                following += 1


def _asked(asked: Question) -> Outcome:
    answers: dict[str, Answer] = {}
    seconds: dict[str, float] = {}
    for solver in (Z3, CVC5):
        start = time.perf_counter()
        answers[solver.name] = solver.ask(asked.text, SECONDS)
        seconds[solver.name] = time.perf_counter() - start
    return Outcome(asked, answers, seconds)
