"""Terms of many-sorted logic: what typed Python is read into, and what solvers are asked about.

Every term is made once: equal terms are the same object, so that sharing is kept however often a
term is used. Making a term simplifies it where that takes no thought: a field of what was just
made, a choice whose condition is known.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Sort:
    """A kind of value, by its name in SMT-LIB: Bool, Int, Real, (Seq Int), or a datatype's."""

    name: str


BOOL, INT, REAL = Sort("Bool"), Sort("Int"), Sort("Real")


def sequence_of(sort: Sort) -> Sort:
    """Finite sequences."""
    return Sort(f"(Seq {sort.name})")


@dataclass(frozen=True, slots=True)
class Constructor:
    """One form of a datatype: its fields by name, which may be of the datatype itself."""

    name: str
    result: Sort
    fields: tuple[tuple[str, Sort], ...]


@dataclass(frozen=True, slots=True)
class Function:
    """A function that is defined by recursion, or a variable if it has no parameters."""

    name: str
    parameters: tuple[Sort, ...]
    result: Sort


@dataclass(frozen=True, slots=True)
class Field:
    """The field of this number of what the constructor has made."""

    constructor: Constructor
    number: int


@dataclass(frozen=True, slots=True)
class Tester:
    """Was this constructor used?"""

    constructor: Constructor


Head: TypeAlias = Function | Constructor | Field | Tester | str | bool | int
"""What a term applies: a symbol of our own, an operation of the logic by its name, or a literal."""


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A head applied to arguments."""

    head: Head
    arguments: tuple["Term", ...]
    sort: Sort


_made: dict[tuple[Head, type, tuple[int, ...], Sort], Term] = {}
"""All terms so far, by their parts. Terms are never forgotten, so ids stay theirs."""


def _term(head: Head, arguments: Sequence[Term], sort: Sort) -> Term:
    key = (head, type(head), tuple(map(id, arguments)), sort)
    return _made.setdefault(key, Term(head, tuple(arguments), sort))


# ---- making terms --------------------------------------------------------------------------------

TRUE = _term(True, (), BOOL)
FALSE = _term(False, (), BOOL)


def truth(value: bool) -> Term:
    """A literal."""
    return TRUE if value else FALSE


def integer(value: int) -> Term:
    """A literal."""
    return _term(value, (), INT)


def real(value: Fraction) -> Term:
    """A literal, as a quotient."""
    over, under = as_real(integer(value.numerator)), as_real(integer(value.denominator))
    return over if value.denominator == 1 else _term("/", (over, under), REAL)


def variable(name: str, sort: Sort) -> Term:
    """A constant about which nothing is known."""
    return _term(Function(name, (), sort), (), sort)


def call(function: Function, arguments: Sequence[Term]) -> Term:
    """A defined function, applied."""
    return _term(function, arguments, function.result)


def make(constructor: Constructor, arguments: Sequence[Term]) -> Term:
    """A value of a datatype."""
    return _term(constructor, arguments, constructor.result)


def field(constructor: Constructor, number: int, value: Term) -> Term:
    """A field of a value."""
    if value.head == constructor:
        return value.arguments[number]
    return _term(Field(constructor, number), (value,), constructor.fields[number][1])


def made_by(constructor: Constructor, value: Term) -> Term:
    """Whether a value was made by this constructor."""
    if isinstance(value.head, Constructor):
        return truth(value.head == constructor)
    return _term(Tester(constructor), (value,), BOOL)


def choice(condition: Term, then: Term, otherwise: Term) -> Term:
    """One or the other."""
    if condition is TRUE or then is otherwise:
        return then
    if condition is FALSE:
        return otherwise
    return _term("ite", (condition, then, otherwise), then.sort)


def negation(value: Term) -> Term:
    """Not."""
    if value in (TRUE, FALSE):
        return truth(value is FALSE)
    return value.arguments[0] if value.head == "not" else _term("not", (value,), BOOL)


def conjunction(parts: Sequence[Term]) -> Term:
    """And."""
    if FALSE in parts:
        return FALSE
    left = [part for part in dict.fromkeys(parts) if part is not TRUE]
    if len(left) < 2:
        return left[0] if left else TRUE
    return _term("and", left, BOOL)


def disjunction(parts: Sequence[Term]) -> Term:
    """Or."""
    return negation(conjunction([negation(part) for part in parts]))


def implication(premise: Term, conclusion: Term) -> Term:
    """If, then."""
    return disjunction([negation(premise), conclusion])


def equal(left: Term, right: Term) -> Term:
    """The same value."""
    if left is right:
        return TRUE
    heads = (left.head, right.head)
    if isinstance(heads[0], Constructor) and isinstance(heads[1], Constructor):
        if heads[0] != heads[1]:
            return FALSE
        pairs = zip(left.arguments, right.arguments, strict=True)
        return conjunction([equal(one, other) for one, other in pairs])
    return _term("=", (left, right), BOOL)


def operation(name: str, arguments: Sequence[Term], sort: Sort) -> Term:
    """An operation of the logic: +, −, *, div, <, <=, seq.++, seq.len, seq.unit, seq.empty."""
    return _term(name, arguments, sort)


def as_real(value: Term) -> Term:
    """An integer as a real number."""
    return value if value.sort == REAL else _term("to_real", (value,), REAL)


def any_product(left: Term, right: Term) -> Term:
    """left · right, of which nothing is known but what is said of it: less than multiplication."""
    return _term(Function("product", (left.sort, right.sort), left.sort), (left, right), left.sort)


# ---- working with terms --------------------------------------------------------------------------


def subterms(terms: Sequence[Term]) -> Iterator[Term]:
    """All terms within these, each once, arguments before what they are arguments of."""
    seen: set[Term] = set()
    waiting = [(term, False) for term in reversed(terms)]
    while waiting:
        term, ready = waiting.pop()
        if term in seen:
            continue
        if ready:
            seen.add(term)
            yield term
        else:
            waiting.append((term, True))
            waiting += [(argument, False) for argument in term.arguments]


def substituted(term: Term, values: Mapping[Term, Term]) -> Term:
    """The term with these values in place of variables, simplified again."""
    new: dict[Term, Term] = dict(values)
    for part in subterms([term]):
        if part not in new:
            new[part] = rebuilt(part, [new[argument] for argument in part.arguments])
    return new[term]


def rebuilt(term: Term, arguments: Sequence[Term]) -> Term:
    """The same head on other arguments."""
    match term.head:
        case Constructor() as head:
            return make(head, arguments)
        case Field(constructor, number):
            return field(constructor, number, arguments[0])
        case Tester(constructor):
            return made_by(constructor, arguments[0])
        case "ite":
            return choice(*arguments)
        case "not":
            return negation(*arguments)
        case "and":
            return conjunction(arguments)
        case "=":
            return equal(*arguments)
        case head:
            return _term(head, arguments, term.sort)
