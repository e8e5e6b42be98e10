"""Which texts become pages, where each stands on the site, and where the links between them lead."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from docsite.markdown import Document

DOCS = "docs"
START = f"{DOCS}/README.md"
_ELSEWHERE = re.compile(r"[a-z]+:")
_FOLDER_TITLES = {"adr": "Decisions"}


class Broken(Exception):
    """The documentation has faults, and is not built."""


@dataclass(frozen=True, slots=True)
class Page:
    """A text, by its path in the repository."""

    path: str
    document: Document


class Pages:
    """The pages of a repository, those that are generated among them, and the files beside them that they lead to."""

    def __init__(self, root: Path, generated: Mapping[str, str]) -> None:
        self._root = root
        self._generated = generated
        self.found: dict[str, Page] = {}
        self.files: set[str] = set()

    def gather(self, paths: Iterable[str]) -> None:
        """Take these pages, and all that they lead to. Raises Broken, which names every link that leads nowhere."""
        waiting, faults = list(paths), []
        while waiting:
            path = waiting.pop()
            if path in self.found:
                continue
            self.found[path] = Page(path, Document(self._text(path)))
            for link in self.found[path].document.links():
                target, _ = _split(path, link)
                if target is None:
                    continue
                if self._is_page(target):
                    waiting.append(target)
                elif (self._root / target).is_file() and not target.startswith(".."):
                    self.files.add(target)
                else:
                    faults.append(f"{path}: {link} leads nowhere")
        faults += [fault for page in self.found.values() for fault in self._wrong_anchors(page)]
        if faults:
            raise Broken("\n".join(sorted(faults)))

    def address(self, path: str) -> str:
        """Where what stands in the repository stands on the site."""
        if path == START:
            return "index.html"
        place = path.removeprefix(f"{DOCS}/")
        if self._is_folder(path):
            return f"{place}/index.html"
        return f"{place.removesuffix('.md')}.html" if place.endswith(".md") else place

    def way(self, here: str, there: str) -> str:
        """From one page to another, or to a file, as a relative reference."""
        return posixpath.relpath(self.address(there), posixpath.dirname(self.address(here)) or ".")

    def resolve(self, path: str, link: str) -> str:
        """A link of a page, as it is on the site."""
        target, anchor = _split(path, link)
        if target is None:
            return link
        return (self.way(path, target) if target != path else "") + (f"#{anchor}" if anchor else "")

    def target(self, path: str, link: str) -> str:
        """What a link of a page leads to, as a path in the repository; "" where it is elsewhere."""
        return _split(path, link)[0] or ""

    def below(self, path: str) -> list[Page]:
        """The pages of a folder, be it named by itself, by its README, or by the page beside it that is called so."""
        folder = path if self._is_folder(path) else path.removesuffix(".md").removesuffix("/README")
        order = [*self._generated, *sorted(self.found)]
        return [
            self.found[one]
            for one in dict.fromkeys(order)
            if posixpath.dirname(one) == folder and one != path
        ]

    def _text(self, path: str) -> str:
        if path in self._generated:
            return self._generated[path]
        return (
            _listing(self._root / path) if self._is_folder(path) else (self._root / path).read_text("utf-8")
        )

    def _is_folder(self, path: str) -> bool:
        return (self._root / path).is_dir()

    def _is_page(self, path: str) -> bool:
        place = self._root / path
        return path in self._generated or place.is_dir() or (place.suffix == ".md" and place.is_file())

    def _wrong_anchors(self, page: Page) -> Iterator[str]:
        for link in page.document.links():
            target, anchor = _split(page.path, link)
            there = self.found.get(target or "")
            if anchor and there and anchor not in {one.anchor for one in there.document.headings}:
                yield f"{page.path}: {link} leads to no heading"


def _split(path: str, link: str) -> tuple[str | None, str]:
    """What a link leads to, as a path in the repository, None where it is elsewhere; and the anchor there."""
    if _ELSEWHERE.match(link):
        return None, ""
    to, _, anchor = link.partition("#")
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), to)) if to else path, anchor


def _listing(folder: Path) -> str:
    """A folder as a page: what is in it."""
    lines = [f"# {_FOLDER_TITLES.get(folder.name, folder.name)}", ""]
    for place in sorted(one for one in folder.iterdir() if one.is_file()):
        title = Document(place.read_text("utf-8")).title if place.suffix == ".md" else place.name
        lines.append(f"- [{title}]({folder.name}/{place.name})")
    return "\n".join(lines)
