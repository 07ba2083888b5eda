"""Reads small, total, pure functions of typed Python into logic: what runs is what is proved.

Read are the very function objects, from their source: frozen dataclasses and unions of them become
datatypes; match, if, return and local assignment, and/or/not, comparisons, + − * and // by a
positive literal, conditional expressions, tuples and calls become terms. Anything else is refused
by name.

A function that does not call itself is replaced by its body. One that does becomes a definition,
and so an axiom: f(n) = f(n) + 1 would make everything provable. Therefore it must call itself only
on values that a pattern has taken out of one and the same argument, or state `decreases: …` in its
docstring, an integer that is proved to be at least 0 and smaller at each call. Every match has a
case for each form.
"""

import ast
import dataclasses
import inspect
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from tokenize import TokenError
from types import FunctionType, UnionType
from typing import Union, get_args, get_origin, get_type_hints

from proofs.smt import terms
from proofs.smt.agreement import alike, concatenated, either, fitted, is_sequence, joined, numbers
from proofs.smt.kernel import Definition, Obligation, Theory
from proofs.smt.proof_errors import NotTerminating, Unreadable
from proofs.smt.recursion import measure_of, structural
from proofs.smt.source import Source, calls, name_of
from proofs.smt.terms import BOOL, INT, REAL, TRUE, Constructor, Function, Sort, Term

Environment = Mapping[str, Term]

MOST_READ = 4_000
"""Statements on all ways through a function and through what it calls."""

LARGEST = 1 << 64
"""A literal is below."""

COMPARED = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
COMPUTED = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}


@dataclass(slots=True)
class Reader:
    """Functions read so far; what reading them demands to be proved is in `obligations`."""

    theory: Theory = field(default_factory=Theory)
    obligations: list[Obligation] = field(default_factory=list)
    _sorts: dict[object, Sort] = field(default_factory=dict)
    _forms: dict[type, Constructor] = field(default_factory=dict)
    _sources: dict[FunctionType, Source] = field(default_factory=dict)
    _defined: dict[FunctionType, Function] = field(default_factory=dict)
    _open: list[FunctionType] = field(default_factory=list)
    _read: int = 0

    # ---- types -----------------------------------------------------------------------------------

    def sort(self, kind: object) -> Sort:
        """What a type is in logic. Errors: `unreadable`."""
        simple = {bool: BOOL, int: INT, Fraction: REAL}
        if isinstance(kind, type) and kind in simple:
            return simple[kind]
        if get_origin(kind) is tuple:
            return terms.sequence_of(self.sort(get_args(kind)[0]))
        classes = self._classes(kind)
        key = frozenset(classes)
        if key not in self._sorts:
            self._declare(key, classes)
        return self._sorts[key]

    def _classes(self, kind: object) -> tuple[type, ...]:
        """The dataclasses of a union, or the one."""
        found = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
        classes = tuple(one for one in found if isinstance(one, type))
        if len(classes) < len(found) or not all(map(plain, classes)):
            raise Unreadable(str(kind), "neither a frozen dataclass nor a union of such")
        if len({one.__name__ for one in classes}) < len(classes):
            raise Unreadable(str(kind), "two classes of one name")
        return classes

    def _declare(self, key: frozenset[type], classes: Sequence[type]) -> None:
        """A datatype, whose fields may be of itself."""
        sort = Sort(
            f"{classes[0].__module__.split('.')[-1]}.{'_'.join(c.__name__ for c in classes)}"
        )
        self._sorts[key] = sort
        forms = []
        for one in classes:
            hints = get_type_hints(one)
            fields = tuple(
                (f"{sort.name}.{one.__name__}.{each.name}", self.sort(hints[each.name]))
                for each in dataclasses.fields(one)
            )
            forms.append(Constructor(f"{sort.name}.{one.__name__}", sort, fields))
            self._forms[one] = forms[-1]
        self.theory.datatypes.append(tuple(forms))

    # ---- functions -------------------------------------------------------------------------------

    def source(self, function: FunctionType) -> Source:
        """The syntax of a function."""
        if function not in self._sources:
            if function.__closure__ or hasattr(function, "__wrapped__"):
                raise Unreadable(
                    function.__name__, "it is wrapped, or made within another function"
                )
            self._sources[function] = Source(function, syntax_of(function), hints_of(function))
        return self._sources[function]

    def variables(self, function: FunctionType) -> dict[str, Term]:
        """One for each parameter."""
        read = self.source(function)
        return {
            name: terms.variable(f"{read.name}.{name}", self.sort(read.hint(name)))
            for name in read.parameters
        }

    def call(self, function: FunctionType, arguments: Sequence[Term]) -> Term:
        """The function's value: a call if it is recursive, its body otherwise."""
        if not self._open:
            self._read = 0
        read = self.source(function)
        wanted = [self.sort(read.hint(name)) for name in read.parameters]
        given = [fitted(value, sort) for value, sort in read.paired(arguments, wanted)]
        if function in self._open:  # it calls itself by way of another: no check would see that
            raise NotTerminating(read.name)
        if read.recursions:
            return terms.call(self._definition(read), given)
        environment = dict(zip(read.parameters, given, strict=True))
        self._open.append(function)
        body = Body(self, read).whole(environment)
        self._open.pop()
        return fitted(body, self.sort(read.hint("return")))

    def recursion(self, read: Source, arguments: Sequence[Term]) -> Term:
        """A call of a function within itself."""
        function = self._defined[read.function]
        pairs = read.paired(arguments, function.parameters)
        return terms.call(function, [fitted(value, sort) for value, sort in pairs])

    def _definition(self, read: Source) -> Function:
        """The function as a defined symbol. Errors: `not-terminating`."""
        function = read.function
        if function not in self._defined:
            environment = self.variables(function)
            sorts = tuple(variable.sort for variable in environment.values())
            result = self.sort(read.hint("return"))
            symbol = Function(read.name, sorts, result)
            if symbol in self._defined.values():
                raise Unreadable(read.name, "two functions of this name")
            self._defined[function] = symbol
            measure = measure_of(read)
            if measure is None and not structural(read):
                raise NotTerminating(read.name)
            body = Body(self, read)
            self._open.append(function)
            value = fitted(body.whole(environment), result)
            if measure is not None:
                self._decreases(read, environment, measure, body.recursions)
            self._open.pop()
            self.theory.definitions[self._defined[function]] = Definition(
                tuple(environment.values()), value
            )
        return self._defined[function]

    def _decreases(
        self,
        read: Source,
        environment: Environment,
        measure: ast.expr,
        recursions: Sequence[tuple[Term, Sequence[Term]]],
    ) -> None:
        """At each call of itself the measure is at least 0, and smaller than before.

        It is read while the function is still open, so that it cannot lead back to it.
        """
        function = self._defined[read.function]
        if any(read.called(node) is read.function for node in calls(measure)):
            raise NotTerminating(read.name)
        body = Body(self, read)
        before = body.value(measure, environment)
        if before.sort != INT:  # there is no end of ever smaller fractions
            raise NotTerminating(read.name)
        for guard, arguments in recursions:
            if any(part.head == function for part in terms.subterms(arguments)):
                raise NotTerminating(read.name)
            pairs = zip(arguments, function.parameters, strict=True)
            inner = dict(zip(read.parameters, [fitted(*pair) for pair in pairs], strict=True))
            after = body.value(measure, inner)
            natural = terms.operation("<=", (terms.integer(0), after), BOOL)
            smaller = terms.operation("<", (after, before), BOOL)
            goal = terms.conjunction([natural, smaller])
            ends = f"{read.name} ends"
            self.obligations.append(Obligation(ends, (guard,), goal, 1, opaque=function))

    def count(self, read: Source) -> None:
        """One more statement is read. Errors: `unreadable` if there are too many."""
        self._read += 1
        if self._read > MOST_READ:
            raise Unreadable(
                read.name, f"more than {MOST_READ:,} statements on all ways through it"
            )

    def form(self, kind: object) -> Constructor | None:
        """The constructor that a dataclass is, once its union is known."""
        return self._forms.get(kind) if isinstance(kind, type) else None


@dataclass(slots=True)
class Body:
    """The body of one function, read under the conditions that lead to each of its parts."""

    reader: Reader
    read: Source
    recursions: list[tuple[Term, Sequence[Term]]] = field(default_factory=list)
    guard: Term = TRUE

    # ---- statements ------------------------------------------------------------------------------

    def whole(self, environment: Environment) -> Term:
        """What the function returns. Errors: `unreadable`."""
        try:
            return self.block(self.read.tree.body, environment, TRUE)
        except RecursionError as error:
            raise Unreadable(self.read.name, "it is nested too deeply") from error

    def block(self, statements: Sequence[ast.stmt], environment: Environment, guard: Term) -> Term:
        """What these statements return, where the guard is true."""
        if not statements:
            raise Unreadable(self.read.name, "a way through it does not return")
        self.reader.count(self.read)
        first, rest = statements[0], statements[1:]
        self.guard = guard
        match first:
            case ast.Expr(ast.Constant(str())):
                return self.block(rest, environment, guard)
            case ast.Return(ast.expr() as value):
                return self.value(value, environment)
            case ast.Assign([ast.Name(name)], value):
                bound = {**environment, name: self.value(value, environment)}
                return self.block(rest, bound, guard)
            case ast.If(test, then, otherwise):
                condition = self._truth(test, environment)
                yes = terms.conjunction([guard, condition])
                no = terms.conjunction([guard, terms.negation(condition)])
                return either(
                    condition,
                    self.block([*then, *rest], environment, yes),
                    self.block([*otherwise, *rest], environment, no),
                )
            case ast.Match(subject, cases):
                return self._match(
                    self.value(subject, environment), cases, rest, environment, guard
                )
            case _:
                raise self.read.refused(first)

    def _match(
        self,
        subject: Term,
        cases: Sequence[ast.match_case],
        rest: Sequence[ast.stmt],
        environment: Environment,
        guard: Term,
    ) -> Term:
        """The value of the first case that fits."""
        fits: list[tuple[Term, Term]] = []
        for case in cases:
            if case.guard is not None:
                raise self.read.refused(case.pattern)
            condition, bound = self._pattern(case.pattern, subject)
            before = [terms.negation(earlier) for earlier, _ in fits]
            here = terms.conjunction([guard, *before, condition])
            fits.append(
                (condition, self.block([*case.body, *rest], {**environment, **bound}, here))
            )
        self._check_exhaustive(cases, subject)
        value = fits[-1][1]
        for condition, earlier in reversed(fits[:-1]):
            value = either(condition, earlier, value)
        return value

    def _check_exhaustive(self, cases: Sequence[ast.match_case], subject: Term) -> None:
        """Each form of the subject's type has a case that takes all of it."""
        whole = [case.pattern for case in cases if takes_all(case.pattern)]
        named = [
            self.reader.form(self.read.function.__globals__.get(name_of(pattern.cls)))
            for pattern in (case.pattern for case in cases)
            if isinstance(pattern, ast.MatchClass) and all(map(takes_all, pattern.patterns))
        ]
        forms = self.reader.theory.constructors(subject.sort)
        missing = [form.name for form in forms if form not in named]
        if not whole and (missing or not forms):
            raise Unreadable(self.read.name, f"a match without a case for all of {missing}")

    def _pattern(self, pattern: ast.pattern, subject: Term) -> tuple[Term, dict[str, Term]]:
        """Whether a value fits, and what its parts are called."""
        match pattern:
            case ast.MatchAs(None, None):
                return TRUE, {}
            case ast.MatchAs(None, str(name)):
                return TRUE, {name: subject}
            case ast.MatchClass(ast.Name(name), parts, []):
                form = self.reader.form(self.read.function.__globals__.get(name))
                if form is None or form.result != subject.sort or len(parts) > len(form.fields):
                    raise self.read.refused(pattern)
                conditions = [terms.made_by(form, subject)]
                bound: dict[str, Term] = {}
                for number, part in enumerate(parts):
                    inner, names = self._pattern(part, terms.field(form, number, subject))
                    conditions.append(inner)
                    bound |= names
                return terms.conjunction(conditions), bound
            case _:
                raise self.read.refused(pattern)

    # ---- expressions -----------------------------------------------------------------------------

    def value(self, node: ast.expr, environment: Environment) -> Term:
        """An expression. Errors: `unreadable`."""
        match node:
            case ast.Name(name) if name in environment:
                return environment[name]
            case ast.Constant(bool(literal)):
                return terms.truth(literal)
            case ast.Constant(int(literal)) if literal < LARGEST:
                return terms.integer(literal)
            case ast.BoolOp(ast.And(), parts):
                return terms.conjunction([self._truth(part, environment) for part in parts])
            case ast.BoolOp(ast.Or(), parts):
                return terms.disjunction([self._truth(part, environment) for part in parts])
            case ast.UnaryOp(ast.Not(), part):
                return terms.negation(self._truth(part, environment))
            case ast.UnaryOp(ast.USub(), part):
                inner = self.value(part, environment)
                if not numbers([inner]):
                    raise self.read.refused(node)
                return terms.operation("-", (inner,), inner.sort)
            case ast.IfExp(test, then, otherwise):
                values = [self.value(part, environment) for part in (then, otherwise)]
                return either(self._truth(test, environment), *values)
            case ast.Tuple(parts):
                return joined([self.value(part, environment) for part in parts])
            case ast.BinOp(left, operator, right):
                sides = self.value(left, environment), self.value(right, environment)
                return self._computed(node, operator, *sides)
            case ast.Compare(left, operators, others):
                values = [self.value(each, environment) for each in (left, *others)]
                pairs = zip(operators, values, values[1:], strict=False)
                return terms.conjunction([self._compared(node, *pair) for pair in pairs])
            case ast.Attribute(whole, name):
                return self._attribute(node, self.value(whole, environment), name)
            case ast.Call(ast.Name(name), arguments, []) if name not in environment:
                return self._called(node, [self.value(each, environment) for each in arguments])
            case _:
                raise self.read.refused(node)

    def _truth(self, node: ast.expr, environment: Environment) -> Term:
        """A condition: nothing but a bool is one."""
        value = self.value(node, environment)
        if value.sort != BOOL:
            raise self.read.refused(node)
        return value

    def _computed(self, node: ast.AST, operator: ast.operator, left: Term, right: Term) -> Term:
        if isinstance(operator, ast.Add) and is_sequence(left) and is_sequence(right):
            return concatenated(left, right)
        floors = isinstance(operator, ast.FloorDiv) and left.sort == right.sort == INT
        if floors and isinstance(right.head, int) and right.head > 0:
            return terms.operation("div", (left, right), INT)
        symbol = COMPUTED.get(type(operator))
        if symbol is None or not numbers([left, right]):
            raise self.read.refused(node)
        left, right = alike(left, right)
        return terms.operation(symbol, (left, right), left.sort)

    def _compared(self, node: ast.AST, operator: ast.cmpop, left: Term, right: Term) -> Term:
        if not isinstance(operator, (ast.Eq, ast.NotEq, *COMPARED)):
            raise self.read.refused(node)
        left, right = alike(left, right)
        match operator:
            case ast.Eq():
                return terms.equal(left, right)
            case ast.NotEq():
                return terms.negation(terms.equal(left, right))
            case _ if type(operator) in COMPARED and left.sort in (INT, REAL):
                return terms.operation(COMPARED[type(operator)], (left, right), BOOL)
            case _:
                raise self.read.refused(node)

    def _attribute(self, node: ast.AST, whole: Term, name: str) -> Term:
        """A field of a dataclass that is the only form of its type."""
        forms = self.reader.theory.constructors(whole.sort)
        fields = [label.rpartition(".")[2] for label, _ in forms[0].fields] if forms else []
        if len(forms) != 1 or name not in fields:
            raise self.read.refused(node)
        return terms.field(forms[0], fields.index(name), whole)

    def _called(self, node: ast.Call, arguments: Sequence[Term]) -> Term:
        """A dataclass made, one of a few built-in functions, or a function that is read in turn."""
        called = self.read.called(node)
        form = self.reader.form(called)
        if form is not None:
            kinds = [kind for _, kind in form.fields]
            fields = [fitted(value, kind) for value, kind in self.read.paired(arguments, kinds)]
            return terms.make(form, fields)
        match called, arguments:
            case _, [left, right] if called in (max, min) and numbers(arguments):
                left, right = alike(left, right)
                first, second = (right, left) if called is max else (left, right)
                smaller = terms.operation("<=", (first, second), BOOL)
                return terms.choice(smaller, left, right)
            case _, [sequence] if called is len and is_sequence(sequence):
                return terms.operation("seq.len", (sequence,), INT)
            case _, [number] if called is Fraction and numbers(arguments):
                return terms.as_real(number)
            case FunctionType(), _:
                if called is self.read.function:
                    self.recursions.append((self.guard, arguments))
                    return self.reader.recursion(self.read, arguments)
                return self.reader.call(called, arguments)
            case _:
                raise self.read.refused(node)


# ---- functions -----------------------------------------------------------------------------------


def syntax_of(function: FunctionType) -> ast.FunctionDef:
    """The syntax of its source. Errors: `unreadable`, also if its file is gone or has changed."""
    try:
        (tree,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    except (OSError, SyntaxError, TokenError, ValueError) as error:
        raise Unreadable(function.__name__, f"its source is not to be had: {error}") from error
    if not isinstance(tree, ast.FunctionDef):
        raise Unreadable(function.__name__, "not a function")
    return tree


def hints_of(function: FunctionType) -> Mapping[str, object]:
    """The types of its parameters and its result. Errors: `unreadable`."""
    try:
        return get_type_hints(function)
    except (NameError, TypeError, SyntaxError) as error:
        raise Unreadable(function.__name__, f"a type that is none: {error}") from error


# ---- classes that are their fields ---------------------------------------------------------------


def plain(kind: type) -> bool:
    """A frozen dataclass whose values are what its fields are, compared and taken apart by them."""
    if not dataclasses.is_dataclass(kind) or kind.__bases__ != (object,):
        return False
    own = [kind.__dict__.get(name) for name in ("__init__", "__eq__", "__setattr__")]
    generated = all(
        isinstance(one, FunctionType) and one.__code__.co_filename == "<string>" for one in own
    )
    fields = dataclasses.fields(kind)
    in_order = kind.__dict__["__match_args__"] == tuple(each.name for each in fields)
    compared = all(each.compare for each in fields)
    return generated and in_order and compared and "__post_init__" not in kind.__dict__


def takes_all(pattern: ast.pattern) -> bool:
    """A name, or `_`."""
    return isinstance(pattern, ast.MatchAs) and pattern.pattern is None
