"""How the tests run: Hypothesis's profiles, one of them with typeguard.

typeguard makes everything several times slower, so it has a run of its own, with fewer examples, in
which it looks at every item of every collection. Nothing of this project may be imported here: it
checks only what is imported after its hook is set, and it is set after this file is read
(`test_typeguard_is_active`).
"""

import os
import random

import pytest
import typeguard
from hypothesis import Phase, settings
from hypothesis import strategies as st

typeguard.config.collection_check_strategy = typeguard.CollectionCheckStrategy.ALL_ITEMS


def _unchecked(origin: object, *_: object) -> typeguard.TypeCheckerCallable | None:
    """Hypothesis's own `draw` is no `DrawFn` to typeguard, which therefore does not look at it."""
    return (lambda *_: None) if origin is st.DrawFn else None


typeguard.checker_lookup_functions.insert(0, _unchecked)

PROFILE = os.environ.get("FIRINGTREE_PROFILE", "ci")

# Shrinking a failure under typeguard takes minutes a test, so only the deep profile does it.
settings.register_profile(
    "ci",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=200,
    print_blob=True,
    phases=(Phase.explicit, Phase.generate),
)
settings.register_profile(
    "deep", derandomize=False, deadline=None, database=None, max_examples=5000, print_blob=True
)
settings.register_profile("typed", settings.get_profile("ci"), max_examples=20)
# What mutation testing runs thousands of times.
settings.register_profile("mutation", settings.get_profile("ci"), max_examples=40)
settings.load_profile(PROFILE)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """typeguard is set on its packages; a random run has a seed that is known."""
    if PROFILE == "typed":
        config.option.typeguard_packages = "reference,invariants,proofs"
    if PROFILE == "deep" and config.getoption("--hypothesis-seed") is None:
        config.option.hypothesis_seed = str(random.SystemRandom().getrandbits(32))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """How to repeat a random run."""
    if PROFILE == "deep":
        seed = config.getoption("--hypothesis-seed")
        terminalreporter.write_line(f"profile deep, again with: --hypothesis-seed={seed}")
