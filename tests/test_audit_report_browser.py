"""The report in a browser: on a phone and on a desk, by day and by night, on paper.

Skipped where no Chromium is, unless FIRINGTREE_BROWSER=required.
"""

import os
from collections.abc import Iterator
from io import BytesIO
from itertools import product
from pathlib import Path

import pytest
from PIL import Image

from proofs.ledger.claim import ledger
from tests.chromium import Page, chromium, opened
from tests.report_samples import sample_page, whole_page
from tests.test_audit_report import DARK, LIGHT, STANDINGS

BINARY = chromium()
REQUIRED = os.environ.get("FIRINGTREE_BROWSER") == "required"
pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(BINARY is None and not REQUIRED, reason="there is no Chromium"),
]

WINDOWS = [(360, 800), (1280, 900)]
SCHEMES = {"light": LIGHT, "dark": DARK}
PLACES = list(product(WINDOWS, SCHEMES))


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    assert BINARY is not None, "FIRINGTREE_BROWSER=required, and there is no Chromium"
    with opened(BINARY, tmp_path_factory.mktemp("profile")) as page_:
        yield page_


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "audit.html"
    path.write_text(sample_page(), encoding="utf-8")
    return path


def rgb(colour: str) -> tuple[int, int, int]:
    """The parts of a colour that is written #rrggbb."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


@pytest.mark.parametrize(("window", "scheme"), PLACES)
def test_a_screenshot_shows_the_page_in_its_colours(
    browser: Page, report: Path, window: tuple[int, int], scheme: str
) -> None:
    browser.show(report, *window, scheme)
    image = Image.open(BytesIO(browser.screenshot())).convert("RGB")
    assert image.width == window[0]
    assert image.height > 3 * window[1]
    values = SCHEMES[scheme]
    assert image.getpixel((0, 0)) == rgb(values["paper"])
    counted = {colour: times for times, colour in image.getcolors(image.width * image.height) or []}
    for word in STANDINGS.values():
        assert rgb(values[word.lower().replace(" ", "-")]) in counted, word
    for name in ("sheet", "ink", "alarm", "series-1", "series-2", "series-3"):
        assert rgb(values[name]) in counted, name
    grounds = sum(counted[rgb(values[name])] for name in ("paper", "sheet", "alarm"))
    assert 0.5 < grounds / (image.width * image.height) < 0.98
    assert len(counted) > 200


@pytest.mark.parametrize(("window", "scheme"), PLACES)
def test_nothing_is_wider_than_the_window_and_nothing_goes_wrong(
    browser: Page, report: Path, window: tuple[int, int], scheme: str
) -> None:
    browser.asked.clear()
    browser.said.clear()
    browser.show(report, *window, scheme)
    assert browser.tell("document.documentElement.scrollWidth") == window[0]
    browser.tell("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert browser.tell("document.documentElement.scrollWidth") == window[0]
    assert browser.asked == [report.as_uri()]
    assert browser.said == []


def test_the_whole_ledger_fits_on_a_phone(browser: Page, tmp_path: Path) -> None:
    path = tmp_path / "all.html"
    path.write_text(whole_page(), encoding="utf-8")
    browser.show(path, 360, 800, "light")
    assert browser.tell("document.documentElement.scrollWidth") == 360
    assert browser.tell("document.querySelectorAll('article').length") == len(ledger().claim)


@pytest.mark.parametrize("window", WINDOWS)
def test_formulas_and_charts_are_drawn_and_can_be_read(
    browser: Page, report: Path, window: tuple[int, int]
) -> None:
    browser.show(report, *window, "light")
    widths = "[...document.querySelectorAll('math')].map(e => e.getBoundingClientRect().width)"
    assert browser.tell(f"Math.min(...{widths}) > 3")
    assert browser.tell(
        """[...document.querySelectorAll('.axes svg')].every(svg => {
          const all = svg.getBoundingClientRect();
          return all.width > 250 && [...svg.querySelectorAll('text')].every(text => {
            const one = text.getBoundingClientRect();
            return one.height > 9 && one.left > all.left - 1 && one.right < all.right + 1
              && one.top > all.top - 1 && one.bottom < all.bottom + 1;
          });
        })"""
    )
    ticks = (
        "[...document.querySelectorAll('.axes text')].map(e => e.getBoundingClientRect())"
        ".map(box => [box.left, box.right, box.top, box.bottom])"
    )
    boxes = browser.tell(ticks)
    assert isinstance(boxes, list)
    assert len(boxes) > 20
    for number, (left, right, top, bottom) in enumerate(boxes):
        for other_left, other_right, other_top, other_bottom in boxes[:number]:
            apart = left >= other_right or other_left >= right
            assert apart or top >= other_bottom - 3 or other_top >= bottom - 3


def test_the_keyboard_reaches_the_claims_first_and_sees_where_it_is(
    browser: Page, report: Path
) -> None:
    browser.show(report, 1280, 900, "light")
    for kind in ("keyDown", "keyUp"):
        browser.call("Input.dispatchKeyEvent", type=kind, key="Tab", windowsVirtualKeyCode=9)
    assert browser.tell("document.activeElement.className") == "skip"
    assert browser.tell("document.activeElement.getBoundingClientRect().left >= 0")
    for kind in ("keyDown", "keyUp"):
        browser.call("Input.dispatchKeyEvent", type=kind, key="Tab", windowsVirtualKeyCode=9)
    assert browser.tell("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_a_screen_reader_hears_charts_and_formulas(browser: Page, report: Path) -> None:
    browser.show(report, 1280, 900, "light")
    tree = browser.call("Accessibility.getFullAXTree")["nodes"]
    assert isinstance(tree, list)
    told: dict[str, list[str]] = {}
    for node in tree:
        if not node.get("ignored"):
            name = str(node.get("name", {}).get("value", ""))
            told.setdefault(str(node["role"]["value"]).lower(), []).append(name)
    images = told.get("image", []) + told.get("img", [])
    assert any(name.startswith("λ_min(K) against the shift") for name in images)
    assert all(images)
    assert "mathmlmath" in told or "math" in told
    assert {"main", "banner", "contentinfo", "navigation"} <= set(told)
    assert {"claims by area"} == {name.lower() for name in told["navigation"]}


def test_on_paper_it_is_light_and_everything_is_open(browser: Page, report: Path) -> None:
    browser.show(report, 1280, 900, "dark")
    assert browser.tell("document.querySelector('.numbers').checkVisibility()") is False
    browser.prefer("dark", "print")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert browser.tell(ground) == "rgb(255, 255, 255)"
    heights = (
        "[...document.querySelectorAll('.numbers')].map(e => e.getBoundingClientRect().height)"
    )
    assert browser.tell(f"Math.min(...{heights}) > 30")
    after = "getComputedStyle(document.querySelector('.paper a'), '::after').content"
    assert "https://arxiv.org/abs/2208.04508" in str(browser.tell(after))
    printed = browser.printed("dark")
    assert printed.startswith(b"%PDF-")
    assert len(printed) > 50_000
