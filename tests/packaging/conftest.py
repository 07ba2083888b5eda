"""The distributions that `make package` built, and an environment with the wheel and no more."""

from pathlib import Path

import pytest

from tests.packaging.distributions import BUILT, Distributions, distributions_in
from tests.packaging.installed import Installed, installed_from


@pytest.fixture(scope="session")
def distributions() -> Distributions:
    """Those that would be published."""
    return distributions_in(BUILT)


@pytest.fixture(scope="session")
def installed(distributions: Distributions, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel, installed as a reader of the README installs it."""
    return installed_from(distributions.wheel, tmp_path_factory.mktemp("clean") / "firingtree")


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
