"""The documentation as it is built: every link leads somewhere, nothing comes from elsewhere, and all can read it."""

import json
import posixpath
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from docsite.build import ROOT, build
from docsite.pages import Broken

BYTES_MAX = 3_500_000
CONTRACT = yaml.safe_load((ROOT / "contract" / "openapi.yaml").read_text("utf-8"))
NO_CONTRACT = {"info": {"description": ""}, "tags": [], "paths": {}, "components": {"schemas": {}}}
SCHEMES = ("http", "https")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built of the texts as they are now."""
    folder = tmp_path_factory.mktemp("site") / "docs"
    build(folder)
    return folder


class Seen(HTMLParser):
    """What a page has: tags with their attributes, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, attribute: str) -> Iterator[str]:
        """Every value of an attribute."""
        return (value for _, given in self.tags if (value := given.get(attribute)) is not None)


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Seen]:
    """Every page, by its address."""
    return {str(page.relative_to(site)): Seen(page.read_text("utf-8")) for page in site.rglob("*.html")}


def test_every_link_leads_to_a_file_and_to_a_place_in_it(site: Path, pages: dict[str, Seen]) -> None:
    """Links are relative, so that the site may stand in any folder, and lead to what is there."""
    broken = []
    for address, page in pages.items():
        for link in (*page.all("href"), *page.all("src"), *page.all("data-search")):
            parts = urlsplit(link)
            if parts.scheme in SCHEMES:
                continue
            target = (
                posixpath.normpath(posixpath.join(posixpath.dirname(address), parts.path))
                if parts.path
                else address
            )
            leads = not parts.scheme and not link.startswith("/") and (site / target).is_file()
            if not leads or (parts.fragment and parts.fragment not in set(pages[target].all("id"))):
                broken.append(f"{address}: {link}")
    assert broken == []


def test_nothing_is_loaded_from_elsewhere_or_stands_inline(site: Path, pages: dict[str, Seen]) -> None:
    """Pages keep the policy they are served under, and can be read without a network."""
    for address, page in pages.items():
        assert not [tag for tag, _ in page.tags if tag in ("style", "iframe", "base")], address
        assert not list(page.all("style")), address
        assert not [name for _, given in page.tags for name in given if name.startswith("on")], address
        assert all(given.get("src") for tag, given in page.tags if tag == "script"), address
        loaded = [
            given.get("src") or given.get("href") or ""
            for tag, given in page.tags
            if tag in ("script", "img", "link")
        ]
        assert not [one for one in loaded if urlsplit(one).scheme], address
    (style,) = (site / "assets").glob("*.css")
    assert not re.search(r"@import|url\(", style.read_text("utf-8"))


def test_pages_can_be_read_by_all(pages: dict[str, Seen]) -> None:
    """Each has a language, a title, one heading of the first rank, no rank left out, ids once, and texts for images."""
    for address, page in pages.items():
        tags = [tag for tag, _ in page.tags]
        assert ("html", {"lang": "en"}) in page.tags, address
        assert tags.count("h1") == tags.count("title") == tags.count("main") == 1, address
        ranks = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
        assert all(after <= before + 1 for before, after in pairwise(ranks)), address
        ids = list(page.all("id"))
        assert len(ids) == len(set(ids)), address
        assert all("alt" in given for tag, given in page.tags if tag == "img"), address


def test_every_operation_and_schema_is_there(site: Path) -> None:
    """The HTTP reference has all that the contract has."""
    overview = (site / "reference" / "http.html").read_text("utf-8")
    every = "".join(page.read_text("utf-8") for page in (site / "reference" / "http").iterdir())
    for path, item in CONTRACT["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                words = f">{method.upper()} {path}</code>"
                assert words in overview and words in every
                assert operation["summary"].replace("'", "&#x27;") in every or operation["summary"] in every
    schemas = Seen((site / "reference" / "http" / "schemas.html").read_text("utf-8"))
    assert {name.lower() for name in CONTRACT["components"]["schemas"]} <= set(schemas.all("id"))


def test_a_search_goes_through_every_page(site: Path, pages: dict[str, Seen]) -> None:
    """The index has sections of each page but tables of figures, by addresses that are there."""
    (index,) = (site / "assets").glob("search-*.json")
    sections = json.loads(index.read_text("utf-8"))
    measured = {address for address in pages if address.startswith("explanation/benchmarks/")}
    assert measured
    assert {address.partition("#")[0] for address, *_ in sections} == pages.keys() - measured
    assert ["how-to/permissions.html#get-a-token", "Permissions", "Get a token"] in [
        one[:3] for one in sections
    ]


def test_it_is_small(site: Path) -> None:
    """It comes with every package."""
    assert sum(file.stat().st_size for file in site.rglob("*") if file.is_file()) < BYTES_MAX


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[x](nothing.md)", "nothing.md leads nowhere"),
        ("[x](tutorial.md#nothing)", "tutorial.md#nothing leads to no heading"),
        ("![x](nothing.svg)", "nothing.svg leads nowhere"),
    ],
)
def test_a_link_that_leads_nowhere_stops_the_build(tmp_path: Path, text: str, fault: str) -> None:
    """It is named, and what was built before stays."""
    _repository(tmp_path, f"- [Tutorial](tutorial.md)\n- {text}")
    with pytest.raises(Broken, match=re.escape(fault)):
        build(tmp_path / "site", tmp_path)
    assert not (tmp_path / "site").exists()


def test_a_page_that_no_list_names_stops_the_build(tmp_path: Path) -> None:
    """Nobody would find it."""
    _repository(tmp_path, "[Tutorial](tutorial.md), but in no list.")
    with pytest.raises(Broken, match=r"docs/tutorial.md stands in no list"):
        build(tmp_path / "site", tmp_path)


def _repository(root: Path, start: str) -> None:
    """As little of a repository as can be built."""
    (root / "contract").mkdir()
    (root / "contract" / "openapi.yaml").write_text(json.dumps(NO_CONTRACT))
    (root / "docs" / "reference").mkdir(parents=True)
    (root / "docs" / "README.md").write_text(f"# Start\n\n## All\n\n- [HTTP](reference/http.md)\n{start}\n")
    (root / "docs" / "tutorial.md").write_text("# Tutorial\n")
    (root / "docs" / "reference" / "http.md").write_text("# HTTP\n")
