"""Questions to solvers as SMT-LIB text: both solvers read the same one."""

from collections import Counter
from collections.abc import Iterator, Sequence

from proofs.smt.terms import Constructor, Field, Function, Term, Tester, subterms


def question(
    datatypes: Sequence[Sequence[Constructor]], facts: Sequence[Term], logic: str = "ALL"
) -> str:
    """Can all these facts be true together? `unsat` says no."""
    lines = [f"(set-logic {logic})", *_datatypes(datatypes, facts), *_symbols(facts)]
    lines += _shared(facts)
    return "\n".join([*lines, "(check-sat)", ""])


def _datatypes(datatypes: Sequence[Sequence[Constructor]], facts: Sequence[Term]) -> Iterator[str]:
    """The declarations of the datatypes that the facts speak of, in the order of declaration."""
    used = {part.sort for part in subterms(facts)}
    for constructors in reversed(datatypes):
        if constructors[0].result in used:
            used |= {sort for each in constructors for _, sort in each.fields}
    for constructors in datatypes:
        if constructors[0].result in used:
            forms = " ".join(map(_constructor, constructors))
            yield f"(declare-datatypes (({constructors[0].result.name} 0)) (({forms})))"


def _constructor(constructor: Constructor) -> str:
    fields = "".join(f" ({name} {sort.name})" for name, sort in constructor.fields)
    return f"({constructor.name}{fields})"


def _symbols(facts: Sequence[Term]) -> Iterator[str]:
    """Declarations of functions and variables: nothing is known of them but the facts."""
    heads = [part.head for part in subterms(facts) if isinstance(part.head, Function)]
    for function in dict.fromkeys(heads):
        sorts = " ".join(sort.name for sort in function.parameters)
        yield f"(declare-fun {_quoted(function.name)} ({sorts}) {function.result.name})"


def _shared(facts: Sequence[Term]) -> Iterator[str]:
    """The assertions; terms that occur more than once are written once, and named."""
    parts = list(subterms(facts))
    uses = Counter(argument for part in parts for argument in part.arguments)
    written: dict[Term, str] = {}
    for part in parts:
        text = _written(part, [written[argument] for argument in part.arguments])
        if part.arguments and uses[part] > 1:
            name = f"s!{len(written)}"
            yield f"(define-fun {name} () {part.sort.name} {text})"
            text = name
        written[part] = text
    for fact in facts:
        yield f"(assert {written[fact]})"


def _written(term: Term, arguments: Sequence[str]) -> str:
    head = _head(term)
    return f"({head} {' '.join(arguments)})" if arguments else head


def _head(term: Term) -> str:
    match term.head:
        case bool(value):
            return "true" if value else "false"
        case int(value):
            return str(value) if value >= 0 else f"(- {-value})"
        case str("seq.empty"):
            return f"(as seq.empty {term.sort.name})"
        case str(name):
            return name
        case Function(name, _, _):
            return _quoted(name)
        case Constructor(name, _, _):
            return name
        case Field(constructor, number):
            return constructor.fields[number][0]
        case Tester(constructor):
            return f"(_ is {constructor.name})"


def _quoted(name: str) -> str:
    return f"|{name}|"
