"""A theorem: a total function of typed Python whose value is true for all arguments.

Hypothesis samples it, the solvers prove it. Beside it stands how: by induction on which parameter,
with which others generalized, and which instances of earlier theorems are used.

    @theorem(by="tree", using=lambda tree, threshold: count_is_natural(left_of(tree), threshold))
    def a_node_fires_if_a_leaf_does(tree: Tree, threshold: Fraction) -> bool:
        ...

The hints are read from the source, like everything else; as lambdas they are checked for names and
types by the usual tools. What `using` says must be a conjunction of theorems, `at` the values of
the generalized parameters (of an integer `by`: its own smaller value first) at which the induction
hypothesis is used, one tuple for each use.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import TypeVar

F = TypeVar("F", bound=Callable[..., bool])

HINT = "__how_it_is_proved__"


@dataclass(frozen=True, slots=True)
class Theorem:
    """The statement, the parameter of induction, the ones that are generalized, and the hints."""

    statement: FunctionType
    by: str | None
    general: tuple[str, ...]
    using: Callable[..., bool] | None
    at: Callable[..., tuple[object, ...]] | None
    fuel: int
    any_products: bool

    @property
    def name(self) -> str:
        """Area and statement."""
        return f"{self.statement.__module__.rpartition('.')[2]}/{self.statement.__name__}"

    @property
    def sentence(self) -> str:
        """What it says, in words."""
        return " ".join((self.statement.__doc__ or "").split())


def theorem(
    by: str | None = None,
    *,
    using: Callable[..., bool] | None = None,
    general: Sequence[str] = (),
    at: Callable[..., tuple[object, ...]] | None = None,
    fuel: int = 2,
    any_products: bool = False,
) -> Callable[[F], F]:
    """Marks a function as a theorem, and says how it is proved.

    `using` and `at` are read from the source: only the tests run them.
    """

    def mark(statement: F) -> F:
        if not isinstance(statement, FunctionType):
            raise TypeError("a theorem is a function")
        hint = Theorem(statement, by, tuple(general), using, at, fuel, any_products)
        setattr(statement, HINT, hint)
        return statement

    return mark


def theorems_in(module: ModuleType) -> list[Theorem]:
    """The theorems of a module, in the order in which they stand."""
    found = [getattr(value, HINT, None) for value in vars(module).values()]
    own = [one for one in found if isinstance(one, Theorem)]
    return [one for one in own if one.statement.__module__ == module.__name__]


def implies(premise: bool, conclusion: bool) -> bool:
    """If, then."""
    return not premise or conclusion
