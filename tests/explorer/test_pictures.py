"""The pictures of the README and of the documentation are what the page looks like.

`TWINHAUS_PICTURES=write pytest tests/explorer/test_pictures.py` takes them anew.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageFilter, ImageStat
from playwright.sync_api import Page, expect
from tests.explorer.steps import go, settle
from tests.serving import Served

_FOLDER = Path(__file__).parents[2] / "docs" / "images"
_COMPARED_WIDTH = (
    320  # Letters look a little different on every machine; where things are, and their colours, do not.
)
_DIFFERENCE_MAX = 0.02  # Of black to white, on average.


@dataclass(frozen=True, slots=True)
class Picture:
    """A view, and what has to be there before it is taken."""

    address: str
    ready: Callable[[Page], None]
    scheme: str = "light"


def _found(page: Page) -> None:
    tree = page.get_by_role("tree", name="Locations")
    for name in ("Campus 1", "Building 1"):
        tree.get_by_role("treeitem", name=name).press("ArrowRight")
    expect(tree.get_by_role("treeitem", name="Level L02")).to_be_visible()
    page.get_by_label("Find a model").fill("sensor")
    expect(page.locator(".table tbody tr a").first).to_be_visible()
    page.get_by_label("Find a model").blur()


def _twin(page: Page) -> None:
    expect(page.get_by_role("heading", name="To this twin")).to_be_visible()


def _graph(page: Page) -> None:
    expect(page.locator(".graph-board canvas").first).to_be_visible()
    expect(page.locator(".graph-settling")).to_have_count(0)


PICTURES = {
    "explorer-find": Picture(
        "#/twins?model=dtmi%3Acom%3Awillowinc%3ASensor%3B1&location=BLDG-1-L02"
        "&where=%5B%22name%22%2C%22contains%22%2C%22temp%22%5D&column=name&column=id&column=modelId",
        _found,
    ),
    "explorer-twin": Picture("#/twin/BLDG-1-AHU-L02", _twin, scheme="dark"),
    "explorer-graph": Picture("#/graph?location=BLDG-1-L02&layout=containment", _graph),
}


@pytest.mark.parametrize("name", PICTURES)
def test_the_page_looks_like_its_picture(page: Page, served: Served, name: str) -> None:
    """As a whole: places, sizes and colours, whatever draws the letters."""
    picture = PICTURES[name]
    page.emulate_media(color_scheme="dark" if picture.scheme == "dark" else "light", reduced_motion="reduce")
    go(page, served, picture.address)
    picture.ready(page)
    settle(page)
    # When the twins were imported is another time in every run.
    page.evaluate("document.querySelectorAll('time').forEach(time => { time.style.visibility = 'hidden' })")
    taken = page.screenshot(animations="disabled")
    path = _FOLDER / f"{name}.png"
    if os.environ.get("TWINHAUS_PICTURES") == "write":
        Image.open(BytesIO(taken)).convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE).save(
            path, optimize=True
        )
    assert _difference(Image.open(BytesIO(taken)), Image.open(path)) <= _DIFFERENCE_MAX


def _difference(one: Image.Image, other: Image.Image) -> float:
    assert one.size == other.size
    size = (_COMPARED_WIDTH, one.height * _COMPARED_WIDTH // one.width)
    small = [image.convert("L").resize(size).filter(ImageFilter.GaussianBlur(2)) for image in (one, other)]
    return ImageStat.Stat(ImageChops.difference(*small)).mean[0] / 255
