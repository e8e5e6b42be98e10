"""The way through the pages: the lists of the start page, in their order, and what belongs below each entry."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby

from docsite.pages import START, Broken, Page, Pages


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in its group, under a short title."""

    group: str
    title: str
    path: str


class Navigation:
    """What every page shows beside its text. Raises Broken where a page stands nowhere in it."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self.entries = [
            Entry(item.group, item.text, path)
            for item in pages.found[START].document.items()
            if (path := pages.target(START, item.link)) in pages.found
        ]
        self._below = {entry.path: pages.below(entry.path) for entry in self.entries}
        self.order = [START, *self._all()]
        if missing := sorted(pages.found.keys() - set(self.order)):
            raise Broken("\n".join(f"{path} stands in no list of {START}" for path in missing))

    def html(self, here: str) -> str:
        """The navigation as it is on a page: what belongs to an entry is shown only there."""
        return "\n".join(
            self._group(group, entries, here)
            for group, entries in groupby(self.entries, lambda entry: entry.group)
        )

    def neighbours(self, here: str) -> str:
        """The page before, and the page after."""
        place = self.order.index(here)
        before, after = self.order[:place][-1:], self.order[place + 1 :][:1]
        return "".join(
            f'<a rel="{rel}" href="{self._pages.way(here, path)}"><span>{word}</span> {escape(self._title(path))}</a>'
            for rel, word, paths in (("prev", "Before", before), ("next", "Next", after))
            for path in paths
        )

    def _all(self) -> Iterator[str]:
        for entry in self.entries:
            yield entry.path
            yield from (page.path for page in self._below[entry.path])

    def _title(self, path: str) -> str:
        return self._pages.found[path].document.title

    def _group(self, group: str, entries: Iterable[Entry], here: str) -> str:
        listed = "".join(self._entry(entry, here) for entry in entries)
        return f'<p class="group">{escape(group)}</p><ul>{listed}</ul>'

    def _entry(self, entry: Entry, here: str) -> str:
        below = self._below[entry.path]
        is_open = here == entry.path or any(page.path == here for page in below)
        inner = f"<ul>{''.join(self._child(page, here) for page in below)}</ul>" if below and is_open else ""
        return f"<li>{self._link(entry.path, entry.title, here)}{inner}</li>"

    def _child(self, page: Page, here: str) -> str:
        return f"<li>{self._link(page.path, page.document.title, here)}</li>"

    def _link(self, path: str, title: str, here: str) -> str:
        current = ' aria-current="page"' if path == here else ""
        return f'<a href="{self._pages.way(here, path)}"{current}>{escape(title)}</a>'
