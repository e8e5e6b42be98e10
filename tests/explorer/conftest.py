"""The explorer in a real browser, on a real server with a portfolio of 2,000 twins."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from tests.explorer.steps import signed_in
from tests.serving import Served, make_store, opened, serving

from twinhaus.api.sites import folder_of
from twinhaus.testing.buildings import write_ndjson
from twinhaus.transfer import formats
from twinhaus.transfer.importer import import_lines

TWINS = 2_000
# Software draws WebGL where there is no graphics card; nothing asks hosts that are not there.
_OPTIONS = (
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_PATIENCE_MILLISECONDS = 30_000  # Of a slow machine with much to do; nothing waits for longer than it has to.


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program; tests that need one are skipped without."""
    found = (
        os.environ.get("TWINHAUS_TEST_CHROMIUM")
        or shutil.which("chromium")
        or shutil.which("chromium-browser")
    )
    if not found:
        pytest.skip("There is no Chromium here; Debian's package chromium has it.")
    if not (folder_of("explorer") / "index.html").is_file():
        pytest.skip("The explorer has not been built; `make explorer` does, with Node.js.")
    return found


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser for all tests of a module, and no longer: while it lives, an event loop runs in this thread, and no
    other test could run one.
    """
    expect.set_options(timeout=_PATIENCE_MILLISECONDS)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=list(_OPTIONS))
        yield running
        running.close()


@pytest.fixture(scope="session")
def portfolio(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a portfolio, that no test changes."""
    folder = tmp_path_factory.mktemp("explorer")
    store = folder / "store.db"
    make_store(store)
    twins, relationships = write_ndjson(folder, twins=TWINS)
    with opened(store) as direct:
        for path, kind in ((twins, formats.TWINS), (relationships, formats.RELATIONSHIPS)):
            with path.open("rb") as file:
                for progress in import_lines(direct, file, formats.Ndjson(kind)):
                    assert all(outcome.change for outcome in progress.outcomes)
    return store


@pytest.fixture(scope="session")
def served(portfolio: Path) -> Iterator[Served]:
    """A server on it."""
    with serving(portfolio) as running:
        yield running


@pytest.fixture
def changeable(portfolio: Path, tmp_path: Path) -> Iterator[Served]:
    """A server on a copy of it, for a test that changes something."""
    store = tmp_path / "store.db"
    shutil.copy(portfolio, store)
    with serving(store) as running:
        yield running


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that nobody has used yet."""
    opened_ = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB", timezone_id="UTC")
    opened_.set_default_timeout(_PATIENCE_MILLISECONDS)
    opened_.grant_permissions(["clipboard-read", "clipboard-write"])
    yield opened_
    opened_.close()


@pytest.fixture
def blank(context: BrowserContext) -> Iterator[Page]:
    """A page that nothing is opened in yet; errors of the page's own code fail the test."""
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None
    )
    yield page
    assert errors == []


@pytest.fixture
def page(blank: Page, served: Served) -> Page:
    """The explorer, signed in with every scope, on the portfolio."""
    return signed_in(blank, served)
