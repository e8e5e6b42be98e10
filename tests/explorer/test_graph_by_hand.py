"""The drawing of a graph, moved by hand: large enough for the processor to draw it once hands rest, and not before."""

import re
from dataclasses import dataclass
from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import FloatRect, Page, expect
from tests.explorer.steps import drawn, go, spots_on, twin_on
from tests.serving import Served

_FEW = 300
_LATER = "2100-01-01"
_MOVED = "matrix(1, 0, 0, 1, 40, 30)"
_REST_MILLISECONDS = 2_000  # Of the page's own time, in which all has been drawn.
# Of 255, on average.
_DIFFERENCE_MAX = 0.01
_STILL_MAX = 0.1  # A pixel's jump makes five; letters that are drawn elsewhere may differ by a hair.
_OF_RELATIONSHIPS = "3"  # Programs: for lines, for names, and for what is behind names.


@dataclass(frozen=True, slots=True)
class Seen:
    """A twin, and where it is drawn."""

    name: str
    x: float
    y: float


@pytest.fixture
def seen(page: Page, served: Served) -> Seen:
    """One of the twins of a level, that has been found with the pointer, selected, and left again.

    Nothing slides on that is let go in motion.
    """
    page.clock.install()  # A test may have time stand still later.
    page.emulate_media(reduced_motion="reduce")
    go(page, served, "#/graph?location=BLDG-1-L02")
    drawn(page)
    x, y = twin_on(page, spots_on(page))
    page.mouse.click(x, y)
    name = page.locator(".graph-details h2").inner_text()
    page.get_by_role("listbox", name="Twins in the graph").press("Escape")
    expect(page.locator(".graph-details")).to_have_count(0)
    return Seen(name, x, y)


def _pan(page: Page) -> None:
    """Drag the whole drawing 40 pixels to the right and 30 down."""
    board = _board(page)
    page.mouse.move(board["x"] + 20, board["y"] + 20)
    page.mouse.down()
    page.mouse.move(board["x"] + 60, board["y"] + 50, steps=8)
    page.mouse.up()


def _board(page: Page) -> FloatRect:
    board = page.locator(".graph-board").bounding_box()
    assert board
    return board


def _middle(page: Page) -> Image.Image:
    """What is seen of the drawing, away from its edges."""
    taken = page.locator(".graph-board").screenshot()
    picture = Image.open(BytesIO(taken)).convert("L")
    return picture.crop((100, 100, picture.width - 100, picture.height - 100))


def _difference(one: Image.Image, other: Image.Image) -> float:
    return ImageStat.Stat(ImageChops.difference(one, other)).mean[0]


def test_a_twin_is_found_where_hands_have_just_moved_it(page: Page, seen: Seen) -> None:
    """The drawing is moved as a picture at first; who clicks on it meanwhile gets what they see."""
    _pan(page)
    page.mouse.click(seen.x + 40, seen.y + 30)
    expect(page.locator(".graph-details h2")).to_have_text(seen.name)


def test_a_twin_is_found_where_the_picture_that_is_zoomed_shows_it(page: Page, seen: Seen) -> None:
    """It is as large as hands have made it, and lies where they moved it: pointing and looking agree."""
    canvas = page.locator("canvas.sigma-stage")
    page.clock.pause_at(_LATER)  # Nothing is drawn anew, for hands do not come to rest.
    _pan(page)
    expect(canvas).to_have_css("transform", _MOVED)
    page.mouse.move(seen.x + 100, seen.y + 60)
    page.mouse.wheel(0, -40)
    page.clock.run_for(20)
    expect(canvas).not_to_have_css("transform", _MOVED)
    board = _board(page)
    x, y = canvas.evaluate(
        "(canvas, at) => {"
        "  const { x, y } = new DOMMatrix(getComputedStyle(canvas).transform).transformPoint(at);"
        "  return [x, y] }",
        {"x": seen.x - board["x"], "y": seen.y - board["y"]},
    )
    page.mouse.click(board["x"] + x, board["y"] + y)
    expect(page.locator(".graph-details h2")).to_have_text(seen.name)


def test_nothing_jumps_when_what_was_moved_is_drawn_anew(page: Page, seen: Seen) -> None:
    """What is seen is the same before and after, to the pixel."""
    canvas = page.locator("canvas.sigma-stage")
    page.mouse.move(0, 0)
    page.clock.pause_at(_LATER)
    page.clock.run_for(_REST_MILLISECONDS)
    _pan(page)
    expect(canvas).to_have_css("transform", _MOVED)
    moved = _middle(page)
    page.clock.run_for(_REST_MILLISECONDS)
    expect(canvas).to_have_css("transform", "none")
    assert _difference(moved, _middle(page)) < _STILL_MAX


def test_a_drawing_is_whole_though_a_twin_has_left_the_pointer_by_it(page: Page, seen: Seen) -> None:
    """Its relationships stood out before, and are drawn with the rest again."""
    page.clock.pause_at(_LATER)
    page.clock.run_for(_REST_MILLISECONDS)
    page.get_by_role("button", name="Closer").press("Enter")
    page.clock.run_for(_REST_MILLISECONDS)
    expect(page.locator(".graph-canvas")).not_to_have_css("cursor", "pointer")
    left = _middle(page)
    for way in ("Closer", "Farther"):
        page.get_by_role("button", name=way).press("Enter")
        page.clock.run_for(_REST_MILLISECONDS)
    assert _difference(left, _middle(page)) < _DIFFERENCE_MAX


def test_a_twin_that_is_dragged_is_seen_at_once(page: Page, seen: Seen) -> None:
    """It lies over the drawing until that has it where it was dropped."""
    board = _board(page)
    page.mouse.move(seen.x, seen.y)
    page.mouse.down()
    page.mouse.move(board["x"] + 30, board["y"] + 30, steps=8)
    expect(page.locator(".graph-dragged.shown")).to_be_visible()
    page.mouse.up()
    expect(page.locator(".graph-dragged.shown")).to_have_count(0)


def test_nothing_is_read_from_what_is_painted(page: Page, seen: Seen) -> None:
    """Whoever reads a pixel waits until all is painted; twins are found, pressed and dragged without."""
    page.evaluate(
        "() => { window.read = 0; WebGL2RenderingContext.prototype.readPixels = () => { window.read += 1 } }"
    )
    page.mouse.move(seen.x - 200, seen.y)
    page.mouse.move(seen.x, seen.y)
    expect(page.locator(".graph-canvas")).to_have_css("cursor", "pointer")
    page.mouse.down()
    page.mouse.move(seen.x + 30, seen.y + 30, steps=8)
    expect(page.locator(".graph-dragged.shown")).to_be_visible()
    page.mouse.up()
    expect(page.locator(".graph-dragged.shown")).to_have_count(0)
    assert page.evaluate("window.read") == 0


def test_many_relationships_are_never_drawn_at_once(page: Page, served: Served) -> None:
    """Where the processor draws, that would stop the page: what is painted at once are twins, and few relationships."""
    page.add_init_script(
        "const draw = WebGL2RenderingContext.prototype.drawArraysInstanced; window.most = {};"
        "WebGL2RenderingContext.prototype.drawArraysInstanced = function (mode, from, corners, many) {"
        "  window.most[corners] = Math.max(window.most[corners] ?? 0, many);"
        "  draw.call(this, mode, from, corners, many); }"
    )
    page.reload()
    go(page, served, "#/graph?location=BLDG-1-L02")
    drawn(page)
    board = _board(page)
    page.mouse.move(board["x"] + 20, board["y"] + 20)
    page.mouse.wheel(0, -40)
    page.get_by_role("button", name="Fit").click()
    drawn(page)
    twins, relationships = map(
        int, re.findall(r"\d+", page.locator(".graph-tools .count").inner_text().replace(",", ""))
    )
    corners_of_a_twin = "4"
    most = page.evaluate("window.most")
    assert most.pop(corners_of_a_twin) >= twins
    assert relationships > _FEW
    assert all(many <= _FEW for many in most.values())


def test_what_draws_relationships_is_ready_before_any_stands_out(page: Page, served: Served) -> None:
    """To prepare a program takes the processor up to a second: that for lines and those for names draw one first."""
    page.add_init_script(
        "const draw = WebGL2RenderingContext.prototype.drawArraysInstanced; window.used = new Set();"
        "WebGL2RenderingContext.prototype.drawArraysInstanced = function (...what) {"
        "  const program = this.getParameter(this.CURRENT_PROGRAM);"
        "  if (this.getAttribLocation(program, 'a_edgeIndex') >= 0) used.add(program);"
        "  document.documentElement.dataset.used = used.size;"
        "  draw.apply(this, what); }"
    )
    page.reload()
    go(page, served, "#/graph?location=BLDG-1-L02")
    expect(page.locator("html")).to_have_attribute("data-used", _OF_RELATIONSHIPS)
    page.mouse.click(*twin_on(page, spots_on(page)))
    expect(page.locator(".graph-details")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-used", _OF_RELATIONSHIPS)
