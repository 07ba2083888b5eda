"""The induction kernel: a theorem about all values as finitely many questions without quantifier.

A definition is recorded as f(x) = body. A question contains the hypotheses, the negated goal, and
the definitions unfolded, `fuel` times over, at the calls that occur. Induction hypotheses and
earlier theorems are used at the instances that the author lists. `unsat` means that the goal
follows.

Trusted: this file, `reader`, `terms`, `smtlib`, and one of the two solvers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from proofs.smt.terms import BOOL as TRUTH
from proofs.smt.terms import (
    INT,
    Constructor,
    Function,
    Head,
    Sort,
    Term,
    any_product,
    conjunction,
    equal,
    implication,
    integer,
    make,
    negation,
    operation,
    rebuilt,
    substituted,
    subterms,
    variable,
)


@dataclass(frozen=True, slots=True)
class Definition:
    """f(parameters) = body, for all parameters."""

    parameters: tuple[Term, ...]
    body: Term


@dataclass(slots=True)
class Theory:
    """The datatypes and definitions so far."""

    datatypes: list[tuple[Constructor, ...]] = field(default_factory=list)
    definitions: dict[Head, Definition] = field(default_factory=dict)
    fresh: int = 0

    def constructors(self, sort: Sort) -> tuple[Constructor, ...]:
        """All forms of a datatype; none of another sort."""
        found = (forms for forms in self.datatypes if forms[0].result == sort)
        return next(found, ())

    def unknown(self, name: str, sort: Sort) -> Term:
        """A variable that occurs nowhere else."""
        self.fresh += 1
        return variable(f"{name}!{self.fresh}", sort)

    def unfolded(self, application: Term) -> Term:
        """The definition of a function, at the arguments of this call."""
        defined = self.definitions[application.head]
        values = dict(zip(defined.parameters, application.arguments, strict=True))
        return equal(application, substituted(defined.body, values))


@dataclass(frozen=True, slots=True)
class Obligation:
    """The goal follows from the hypotheses and the definitions, but for that of `opaque`.

    With `any_products` it follows for whatever multiplication is: what is needed of it must be
    among the hypotheses. Solvers decide that where they would be lost among polynomials. `chosen`
    is the value of the variable of induction: it says where a counterexample is to be looked for.
    """

    name: str
    hypotheses: tuple[Term, ...]
    goal: Term
    fuel: int = 2
    opaque: Function | None = None
    any_products: bool = False
    chosen: Term | None = None

    def facts(self, theory: Theory) -> list[Term]:
        """What cannot all be true if the goal follows."""
        facts = [*self.hypotheses, negation(self.goal)]
        unfolded: set[Term] = set()
        frontier = list(facts)
        for _ in range(self.fuel):
            calls = [part for part in subterms(frontier) if self._known(theory, part)]
            new = [part for part in calls if part not in unfolded]
            unfolded.update(new)
            frontier = [theory.unfolded(part) for part in new]
            facts += frontier
        return without_products(facts) if self.any_products else facts

    def values(self, by: str | None, variables: Mapping[str, Term]) -> Mapping[str, Term]:
        """Of a theorem's parameters, where this is asked: in an induction on `by`, a case."""
        if by is None or self.chosen is None:
            return variables
        return {**variables, by: self.chosen}

    def _known(self, theory: Theory, part: Term) -> bool:
        return part.head in theory.definitions and part.head != self.opaque


def without_products(facts: Sequence[Term]) -> list[Term]:
    """The same of an operation of which nothing is known in place of multiplication."""
    new: dict[Term, Term] = {}
    for part in subterms(facts):
        arguments = [new[argument] for argument in part.arguments]
        new[part] = any_product(*arguments) if part.head == "*" else rebuilt(part, arguments)
    return [new[fact] for fact in facts]


Statement = Callable[[Term, Sequence[Term]], Term]
"""A theorem's body, at a value of the variable of induction and of the generalized ones."""


@dataclass(frozen=True, slots=True)
class Induction:
    """How a theorem is proved by induction on one of its variables.

    `generalized` are variables for which the hypothesis holds at any value, `instances` the values
    at which it is used, and `lemmas` instances of earlier theorems, both for a given value of the
    variable. An integer's hypothesis is used at the first of each instance.
    """

    statement: Statement
    generalized: Sequence[Term]
    instances: Callable[[Term], Sequence[Sequence[Term]]]
    lemmas: Callable[[Term], Sequence[Term]]
    fuel: int
    any_products: bool

    def obligation(self, name: str, hypotheses: Sequence[Term], chosen: Term) -> Obligation:
        """The statement at this value of the variable."""
        goal, kept = self.statement(chosen, self.generalized), self.any_products
        shown = tuple(hypotheses)
        return Obligation(name, shown, goal, self.fuel, any_products=kept, chosen=chosen)


def by_cases(theory: Theory, name: str, sort: Sort, induction: Induction) -> list[Obligation]:
    """One obligation a constructor; the hypothesis holds for its fields of the same sort."""
    obligations = []
    for constructor in theory.constructors(sort):
        parts = [theory.unknown(label, kind) for label, kind in constructor.fields]
        whole = make(constructor, parts)
        hypotheses = [
            induction.statement(part, values)
            for part in parts
            if part.sort == sort
            for values in induction.instances(whole)
        ]
        hypotheses += induction.lemmas(whole)
        label = f"{name} / {constructor.name}"
        obligations.append(induction.obligation(label, hypotheses, whole))
    return obligations


def by_size(theory: Theory, name: str, induction: Induction) -> list[Obligation]:
    """One obligation for all integers; the hypothesis holds for those in 0 … n − 1."""
    n = theory.unknown("n", INT)
    hypotheses = []
    for smaller, *values in induction.instances(n):
        least = operation("<=", (integer(0), smaller), TRUTH)
        below = operation("<", (smaller, n), TRUTH)
        at_smaller = induction.statement(smaller, values)
        hypotheses.append(implication(conjunction([least, below]), at_smaller))
    hypotheses += induction.lemmas(n)
    return [induction.obligation(name, hypotheses, n)]
