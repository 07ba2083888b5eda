"""The picture of the house in the README is the house."""

from graphlib import CycleError
from pathlib import PurePosixPath

import pytest

from tests.house import HOUSE, WINGS, arrows, floors, picture, reduced, room, sources
from tests.readme_pages import page

pytestmark = pytest.mark.plain


def test_the_readme_shows_the_house_as_it_stands() -> None:
    drawn = "\n".join(picture(arrows(sources())))
    assert f"```mermaid\n{drawn}\n```\n" in page("README.md"), "see python -m tests.house"


def test_every_room_that_is_drawn_is_there() -> None:
    rooms = [name for rooms in WINGS.values() for name in rooms]
    assert all((HOUSE / name / "__init__.py").is_file() for name in rooms)


def folder(path: str) -> str:
    """The innermost folder with this file in it, or with the module of this name."""
    inside = PurePosixPath(path.removesuffix(".py"))
    while inside.name and not (HOUSE / inside).is_dir():
        inside = inside.parent
    return str(inside) if inside.name else ""


def test_no_folder_uses_itself_by_way_of_others() -> None:
    order = floors(arrows(sources(), folder))
    assert order.index("reference") < order.index("reference/training") < order.index("invariants")


TOP, MIDDLE, GROUND = "proofs/claims", "proofs/measured", "proofs/certified"


def house(**imports: str) -> dict[str, str]:
    """Files in the three rooms, each with this import."""
    rooms = {"top": TOP, "middle": MIDDLE, "ground": GROUND}
    return {f"{rooms[name]}/some.py": source for name, source in imports.items()}


def test_an_arrow_that_follows_from_others_is_left_out() -> None:
    long_way = house(top="import proofs.measured.laws", middle="from proofs import certified")
    both = {**long_way, f"{TOP}/other.py": "def late():\n    import proofs.certified.tail"}
    for files in (long_way, both):
        found = arrows({**files, **house(ground="")})
        assert reduced(found) == {TOP: {MIDDLE}, MIDDLE: {GROUND}, GROUND: set()}
    assert arrows(both)[TOP] == {MIDDLE, GROUND}


def test_rooms_that_use_each_other_cannot_be_drawn() -> None:
    files = house(top="import proofs.measured", middle="import proofs.claims.model")
    with pytest.raises(CycleError):
        list(picture(arrows(files)))


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("reference/gram.py", "reference"),
        ("reference/edges/bench/room.py", "reference/edges/bench"),
        ("reference/edges/command_line.py", ""),
        ("invariants/conformance/judging/judge.py", "invariants/conformance"),
        ("proofs/audit/report/svg.py", "proofs/audit"),
        ("proofs/prove_command.py", ""),
        ("numpy/linalg", ""),
    ],
)
def test_a_file_is_in_the_nearest_room_above_it(path: str, where: str) -> None:
    assert room(path) == where
