"""The whole site: pages in their frame, what they are shown with, and the index that a search goes through."""

import json
import shutil
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template

import yaml

from docsite.contract import OVERVIEW, Contract
from docsite.navigation import Navigation
from docsite.pages import DOCS, Page, Pages

ROOT = Path(__file__).parents[1]
_HERE = Path(__file__).parent
_MEASURED = f"{DOCS}/explanation/benchmarks/"  # Tables of figures, which nobody searches for.
_CONTENTS_MAX = 24  # Of a page with more headings, only those of the second rank are listed.


def build(target: Path, root: Path = ROOT) -> None:
    """Build the site into a folder, whose contents are replaced. Raises Broken, and leaves the folder as it was."""
    contract = Contract(yaml.safe_load((root / "contract" / "openapi.yaml").read_text("utf-8")))
    overview = (root / OVERVIEW).read_text("utf-8")
    pages = Pages(root, {**dict(contract.pages()), OVERVIEW: f"{overview}\n{contract.overview()}"})
    pages.gather(sorted(str(one.relative_to(root)) for one in (root / DOCS).rglob("*.md")))
    made = _Site(pages, Navigation(pages)).files()
    made |= {pages.address(path): (root / path).read_bytes() for path in pages.files}
    shutil.rmtree(target, ignore_errors=True)
    for address, content in made.items():
        place = target / address
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


class _Site:
    """Pages on their way to become files."""

    def __init__(self, pages: Pages, navigation: Navigation) -> None:
        self._pages = pages
        self._navigation = navigation
        self._frame = Template((_HERE / "page.html").read_text("utf-8"))
        self._assets = dict(
            (
                _asset("site", ".css", (_HERE / "site.css").read_bytes()),
                _asset("site", ".js", (_HERE / "site.js").read_bytes()),
                _asset("icon", ".svg", (_HERE / "icon.svg").read_bytes()),
                _asset("search", ".json", json.dumps(self._index(), ensure_ascii=False).encode()),
            )
        )

    def files(self) -> dict[str, bytes]:
        """Pages, and what they are shown with, by their addresses."""
        pages = {
            self._pages.address(page.path): self._page(page).encode() for page in self._pages.found.values()
        }
        return {**pages, **self._assets}

    def _page(self, page: Page) -> str:
        here = self._pages.address(page.path)
        root = "../" * here.count("/")
        style, script, icon, search = (root + address for address in self._assets)
        return self._frame.substitute(
            title=escape(page.document.title),
            content=page.document.html(lambda link: self._pages.resolve(page.path, link)),
            contents=_contents(page),
            navigation=self._navigation.html(page.path),
            neighbours=self._navigation.neighbours(page.path),
            root=root or "./",
            style=style,
            script=script,
            icon=icon,
            search=search,
        )

    def _index(self) -> list[list[str]]:
        """For each section, but of what was measured: its address, the title of its page, its heading, its words."""
        return [
            [
                f"{self._pages.address(path)}#{section.heading.anchor}",
                self._pages.found[path].document.title,
                section.heading.text,
                section.words,
            ]
            for path in self._navigation.order
            if not path.startswith(_MEASURED)
            for section in self._pages.found[path].document.sections()
        ]


def _asset(name: str, suffix: str, content: bytes) -> tuple[str, bytes]:
    """An address that changes with the content, so that what stands there may be kept for good."""
    return f"assets/{name}-{sha256(content).hexdigest()[:12]}{suffix}", content


def _contents(page: Page) -> str:
    listed = [one for one in page.document.headings if one.rank in (2, 3)]
    if len(listed) > _CONTENTS_MAX:
        listed = [one for one in listed if one.rank == 2]
    links = (
        f'<li class="rank-{one.rank}"><a href="#{one.anchor}">{escape(one.text)}</a></li>' for one in listed
    )
    return f"<ul>{''.join(links)}</ul>" if len(listed) > 1 else ""
