"""What is in the wheel and in the sdist, and that a second build has the same bytes."""

import shutil
from pathlib import Path

from packaging.metadata import Metadata

from tests.packaging.distributions import HOUSE, Distributions, built_apart, tracked


def test_the_wheel_is_the_three_packages_with_all_their_files(
    distributions: Distributions,
) -> None:
    held = {name for name in distributions.in_wheel() if ".dist-info/" not in name}
    assert held == tracked("reference", "invariants", "proofs")


def test_the_sdist_is_the_checkout(distributions: Distributions) -> None:
    assert distributions.in_sdist() == tracked() | {"PKG-INFO"}


def test_a_second_build_elsewhere_has_the_same_bytes(
    distributions: Distributions, tmp_path: Path
) -> None:
    """The first wheel came from the sdist, the second from a checkout: they are the same, too."""
    for name in tracked():
        copied = tmp_path / "checkout" / name
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(HOUSE / name, copied)
        copied.chmod(copied.stat().st_mode & 0o700)
    again = built_apart(tmp_path / "checkout", tmp_path / "dist")
    assert again.sdist.read_bytes() == distributions.sdist.read_bytes()
    assert again.wheel.read_bytes() == distributions.wheel.read_bytes()


def test_the_metadata_is_what_an_index_accepts(distributions: Distributions) -> None:
    found = Metadata.from_email(distributions.described("METADATA"), validate=True)
    assert (found.name, found.license_expression) == ("firingtree", "MIT")
    assert found.license_files == ["LICENSE"]
    assert {"torch", "cluster"} <= set(found.provides_extra or [])
    assert "Typing :: Typed" in (found.classifiers or [])
    assert found.description_content_type == "text/markdown"
    assert found.description == (HOUSE / "README.md").read_text(encoding="utf-8")
