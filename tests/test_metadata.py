"""What the project says of itself is said once, or in the same words."""

import re
from pathlib import Path

import msgspec
import pytest

from tests.commands import call

HOUSE = Path(__file__).parent.parent


class Project(msgspec.Struct):
    """What is asked here of `project` in pyproject.toml."""

    version: str
    description: str
    license: str
    keywords: list[str]
    urls: dict[str, str]


class Pyproject(msgspec.Struct):
    """The file itself."""

    project: Project


class Person(msgspec.Struct, forbid_unknown_fields=True, rename="kebab"):
    """A person of the Citation File Format."""

    family_names: str
    given_names: str


class Entity(msgspec.Struct, forbid_unknown_fields=True):
    """Authors who sign together."""

    name: str


class Identifier(msgspec.Struct, forbid_unknown_fields=True):
    """Where a work is kept."""

    type: str
    value: str
    description: str


class Reference(msgspec.Struct, forbid_unknown_fields=True):
    """A work that is to be cited beside this one."""

    type: str
    title: str
    authors: list[Person]
    year: int
    identifiers: list[Identifier]
    url: str
    scope: str


class Citation(msgspec.Struct, forbid_unknown_fields=True, rename="kebab"):
    """CITATION.cff, with the fields of format 1.2.0 that ours uses and no others."""

    cff_version: str
    title: str
    type: str
    message: str
    abstract: str
    authors: list[Entity]
    license: str
    keywords: list[str]
    references: list[Reference]


class Hook(msgspec.Struct, forbid_unknown_fields=True):
    """A command that runs before each commit."""

    id: str
    name: str
    entry: str
    language: str
    types_or: list[str] = []
    files: str = ""
    pass_filenames: bool = True


class Repository(msgspec.Struct, forbid_unknown_fields=True):
    """Where hooks come from."""

    repo: str
    hooks: list[Hook]


class Commits(msgspec.Struct, forbid_unknown_fields=True):
    """The file .pre-commit-config.yaml."""

    repos: list[Repository]


def text_of(name: str) -> str:
    return (HOUSE / name).read_text(encoding="utf-8")


def project() -> Project:
    return msgspec.toml.decode(text_of("pyproject.toml"), type=Pyproject).project


def citation() -> Citation:
    return msgspec.yaml.decode(text_of("CITATION.cff"), type=Citation)


def test_the_version_is_told_by_the_command_and_heads_the_changelog(
    capsys: pytest.CaptureFixture[str],
) -> None:
    version = project().version
    assert call(capsys, "--version").out == f"firingtree, version {version}\n"
    assert re.findall(r"^## (\S+)", text_of("CHANGELOG.md"), re.MULTILINE)[0] == version


def test_the_citation_says_what_the_package_says() -> None:
    cited, said = citation(), project()
    assert (cited.cff_version, cited.type, cited.title) == ("1.2.0", "software", "firingtree")
    assert cited.abstract == f"{said.description}."
    assert (cited.license, cited.keywords) == (said.license, said.keywords)
    assert "the firingtree authors" in text_of("LICENSE")
    assert cited.authors == [Entity("the firingtree authors")]


def test_the_paper_is_cited_as_the_readme_names_it() -> None:
    (paper,) = citation().references
    *others, last = [author.family_names for author in paper.authors]
    named = f"*{paper.title}* ({', '.join([*others, last])}; {paper.identifiers[0].value})"
    readme = " ".join(text_of("README.md").split())
    assert named.replace("arXiv:", "arXiv ") in readme
    assert paper.url == project().urls["Paper"]


def test_before_a_commit_runs_what_make_lint_runs() -> None:
    (hooks,) = [
        each.hooks
        for each in msgspec.yaml.decode(text_of(".pre-commit-config.yaml"), type=Commits).repos
    ]
    assert {hook.language for hook in hooks} == {"system"}
    _, _, after = text_of("Makefile").partition("\nlint: setup\n")
    lint, _, _ = after.partition("\n\n")
    commands = re.findall(r"\$\(BIN\)/(.*?)(?: \.)?$", lint, re.MULTILINE)
    assert len(commands) == 3
    assert [hook.entry for hook in hooks][:3] == [f".venv/bin/{each}" for each in commands]
