"""Every command, option, file and heading that the pages name is there."""

import re
from importlib.metadata import entry_points
from itertools import chain

import click
import pytest

from reference.edges.command_line import SUBCOMMANDS
from reference.edges.runs.train_command import train
from tests.readme_pages import HOUSE, PAGES, page

COMMANDS: dict[str, click.Command] = {
    entry.name: entry.load() for entry in entry_points(group=SUBCOMMANDS)
}
CALLS = re.compile(r"firingtree ((?:[a-z]+ ?)+)((?:[^`\n]|\\\n)*)")
LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)")


def options(command: click.Command) -> set[str]:
    """All spellings of its options, and of its subcommands'."""
    own = set(chain.from_iterable(parameter.opts for parameter in command.params))
    below = command.commands.values() if isinstance(command, click.Group) else []
    return own.union(*map(options, below))


def slug(heading: str) -> str:
    """The name under which a heading can be linked to."""
    kept = re.sub(r"[^\w\- ]", "", heading.lower())
    return kept.strip().replace(" ", "-")


@pytest.mark.parametrize("name", PAGES)
def test_every_command_named_exists_with_the_options_given(name: str) -> None:
    found = 0
    for words, rest in CALLS.findall(page(name)):
        command = words.split()[0]
        if command in COMMANDS:
            given = set(re.findall(r"(?<!\S)--[a-z][a-z-]*", rest.split(" -- ")[0]))
            assert given <= options(COMMANDS[command])
            found += 1
    assert found >= (name == "README.md") * 20


def test_every_subcommand_is_named() -> None:
    house = page("README.md").partition("## The house")[2].partition("\n## ")[0]
    named = set(re.findall(r"`(?:firingtree )?([a-z]+)`", house))
    assert COMMANDS.keys() <= named


def test_the_table_of_options_is_that_of_train() -> None:
    _, _, section = page("reference/README.md").partition("## Every option of train")
    rows = "\n".join(re.findall(r"^\| (.*?) \|", section, re.MULTILINE))
    assert set(re.findall(r"--[a-z][a-z-]*", rows)) == options(train)


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name: str) -> None:
    for path, anchor in LINK.findall(page(name)):
        if path.startswith("http"):
            continue
        target = (HOUSE / name).parent / path if path else HOUSE / name
        assert target.exists(), path
        if anchor:
            text = target.read_text(encoding="utf-8")
            headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
            assert anchor in map(slug, headings), anchor


def test_every_path_between_backticks_is_a_files_or_a_folders() -> None:
    for name in PAGES:
        for path in re.findall(r"`((?:reference|invariants|proofs|tests)/[\w/.]+)`", page(name)):
            assert (HOUSE / path).exists(), path
