"""The canary: without it, a typeguard that checks nothing would look like one that finds nothing.

The ill-typed values come out of `json`, which no static checker can see into.
"""

import json
from importlib import import_module

import pytest
import typeguard
from hypothesis import settings

from reference.errors import listed
from reference.inner_products import inner_product
from reference.scalar import BINARY64

pytestmark = pytest.mark.skipif(
    settings.get_current_profile_name() != "typed", reason="typeguard has a run of its own"
)


def test_a_late_bad_item_of_a_collection_is_caught() -> None:
    numbers: list[int] = json.loads('[1, 2, 3, 4, "five"]')
    with pytest.raises(typeguard.TypeCheckError, match="item 4"):
        listed(numbers)


def test_a_bad_scalar_is_caught() -> None:
    row: list[float] = json.loads('[1.0, "two"]')
    with pytest.raises(typeguard.TypeCheckError, match="item 1"):
        inner_product(row, [1.0, 2.0], 0.0)


def test_a_bad_argument_of_a_method_is_caught() -> None:
    width: int = json.loads("4.5")
    with pytest.raises(typeguard.TypeCheckError, match="not an instance of int"):
        BINARY64.inverse_square_root(width)


@pytest.mark.parametrize("package", ["reference", "invariants", "proofs"])
def test_the_package_was_loaded_through_the_hook(package: str) -> None:
    spec = import_module(package).__spec__
    assert spec is not None
    assert type(spec.loader).__name__ == "TypeguardLoader"
