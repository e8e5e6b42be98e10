"""How long the explorer takes, measured as audits of pages do it, and printed; a figure never fails a test.

On the portfolio of the other tests, or on any store:
`TWINHAUS_EXPLORER_STORE=twins.db pytest -s tests/explorer/test_speed.py`.
"""

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.explorer.steps import drawn, go, settle, signed_in, spots_on, twin_on
from tests.serving import Served, serving

_CHOSEN = os.environ.get("TWINHAUS_EXPLORER_STORE")
# Where nobody asks, it is enough that all of this can be measured.
_RUNS = 5 if _CHOSEN else 2
_DRAWN = "LAND-1" if _CHOSEN else "BLDG-1-L02"
_TYPED = "vav-l02-007 zone air"
# What an audit looks at: when something useful is painted, what shifts later, how long the page is busy at a
# time; and when each part of the first view was there, which whoever asks from outside learns too late.
_OBSERVER = """
window.seen = { largest: 0, shift: 0, blocking: 0 };
const parts = {
  rows: ".table tbody tr a",
  places: "[role=tree][aria-label=Locations] [role=treeitem]",
  models: "[role=tree][aria-label=Models] [role=treeitem]",
};
const isCounted = () => /\\d twins/.test(document.querySelector(".count [role=status]")?.textContent ?? "");
new MutationObserver(() => {
  for (const [name, selector] of Object.entries(parts))
    if (document.querySelector(selector)) seen[name] ??= performance.now();
  if (isCounted()) seen.count ??= performance.now();
}).observe(document, { subtree: true, childList: true, characterData: true });
new PerformanceObserver(list => list.getEntries().forEach(one => { seen.largest = one.startTime }))
  .observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver(list => list.getEntries().forEach(one => { seen.shift += one.value }))
  .observe({ type: "layout-shift", buffered: true });
new PerformanceObserver(list => list.getEntries().forEach(one => { seen.blocking += one.duration - 50 }))
  .observe({ type: "longtask", buffered: true });
"""


@pytest.fixture(scope="module")
def measured(portfolio: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server on what is to be measured."""
    if _CHOSEN:
        with serving(_CHOSEN) as running:
            yield running
        return
    store = tmp_path_factory.mktemp("measured") / "store.db"
    shutil.copy(portfolio, store)
    with serving(store) as running:
        yield running


def _say(what: str, figures: dict[str, Any]) -> None:
    print(f"\n{what}: {json.dumps(figures)}")


def test_the_first_view_is_measured(context: BrowserContext, measured: Served) -> None:
    """From an empty cache to the first rows of all twins, their number, and the trees; the browser says when."""
    seen = []
    for _ in range(_RUNS):
        page = context.new_page()
        page.add_init_script(_OBSERVER)
        signed_in(page, measured)
        expect(page.locator(".count")).to_contain_text(re.compile(r"\d twins"))
        settle(page)
        seen.append(page.evaluate("seen"))
        page.close()
        context.clear_cookies()
    names = {
        "first rows": "rows",
        "number of twins": "count",
        "places": "places",
        "models": "models",
        "largest paint": "largest",
        "blocked": "blocking",
    }
    figures: dict[str, float] = {
        label: round(median(one[name] for one in seen)) for label, name in names.items()
    }
    _say("first view, ms", {**figures, "layout shift": round(median(one["shift"] for one in seen), 3)})
    assert len(seen) == _RUNS


def test_searching_as_one_types_is_measured(blank: Page, measured: Served) -> None:
    """Every key: how long the server takes for it, by its own account, and until the suggestions are there."""
    page = signed_in(blank, measured)
    settle(page)
    answers: list[tuple[str, float]] = []

    def note(words: str) -> None:
        with page.expect_response(lambda answer: answer.url.endswith("/twins")) as sent:
            page.get_by_role("combobox", name="Search twins").fill(words)
        sent.value.finished()
        timing = sent.value.request.timing
        answers.append((words, timing["responseStart"] - timing["requestStart"]))

    typed = [_TYPED[: length + 1] for length, letter in enumerate(_TYPED) if letter != " "]
    for words in typed:
        note(words)
    note("no twin has this in it")
    slowest = max(answers, key=lambda one: one[1])
    _say(
        "search as you type, ms on the server's side",
        {"keys": len(answers), "median": round(median(took for _, took in answers), 1), "slowest": slowest},
    )
    assert len(answers) == len(typed) + 1


_REST_MILLISECONDS = 1_000  # After that the drawing is drawn anew, or about to be.
# Frames while the pointer drags the drawing: how far apart the browser calls for them.
_FRAMES = """
() => { window.frames_ = []; let last = performance.now();
  const note = now => { frames_.push(now - last); last = now; window.ticking = requestAnimationFrame(note); };
  window.ticking = requestAnimationFrame(note); }
"""
# With the frame that is under way, which may be the longest.
_TAKEN = """
new Promise(done => requestAnimationFrame(() => { cancelAnimationFrame(ticking); done(frames_); }))
"""


def test_moving_a_large_graph_is_measured(blank: Page, measured: Served) -> None:
    """All of some land, or the first 5,000 twins of it, that have found their places: dragged as a whole, zoomed,
    and one of its twins dragged. Until it is drawn anew, too: where no graphics card draws, that is the longest frame.
    """
    page = signed_in(blank, measured)
    go(page, measured, f"#/graph?location={_DRAWN}")
    drawn(page)
    settle(page)
    board = page.locator(".graph-board").bounding_box()
    assert board
    x, y = board["x"] + board["width"] / 2, board["y"] + board["height"] / 2

    def drag(x: float, y: float) -> None:
        page.mouse.move(x, y)
        page.mouse.down()
        for step in range(60):
            page.mouse.move(x + 2 * step, y + step)
        page.mouse.up()

    def zoom() -> None:
        page.mouse.move(x, y)
        for _ in range(40):
            page.mouse.wheel(0, -40)

    shown = page.locator(".graph-tools .count").inner_text()
    moves = {
        "dragged": lambda: drag(board["x"] + 20, board["y"] + 20),
        "zoomed": zoom,
        "fitted": page.get_by_role("button", name="Fit").click,
    }
    figures = {name: _frames_during(page, move) for name, move in moves.items()}
    twin = twin_on(page, spots_on(page))
    figures["twin dragged"] = _frames_during(page, lambda: drag(*twin))
    _say(f"graph of {shown}, ms between frames", figures)
    assert len(figures) == 4


def _frames_during(page: Page, move: Callable[[], None]) -> dict[str, float]:
    page.wait_for_timeout(_REST_MILLISECONDS)
    page.evaluate(_FRAMES)
    move()
    page.wait_for_timeout(_REST_MILLISECONDS)
    frames = sorted(page.evaluate(_TAKEN))
    return {
        "frames": len(frames),
        "median": round(median(frames), 1),
        "p95": round(frames[len(frames) * 95 // 100], 1),
        "longest": round(frames[-1], 1),
    }


def test_moving_through_views_is_measured(blank: Page, measured: Served) -> None:
    """From one view to the next, until it is whole."""
    page = signed_in(blank, measured)
    settle(page)
    took = {}
    for address in (
        "#/twin/BLDG-1-L02",
        "#/twins?location=BLDG-1",
        "#/models/dtmi%3Acom%3Awillowinc%3ALevel%3B1",
    ):
        before = page.evaluate("performance.now()")
        go(page, measured, address)
        settle(page)
        took[address] = round(page.evaluate("performance.now()") - before)
    _say("views until nothing loads, ms", took)
    assert len(took) == 3
