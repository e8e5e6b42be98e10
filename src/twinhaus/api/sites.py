"""Folders of files that are served as they are: pages that were built for browsers, such as the documentation's."""

import re
from functools import lru_cache
from html import escape
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path

from msgspec import Struct
from starlette.responses import Response

from twinhaus.api.call import Call
from twinhaus.api.etags import content_tag, is_known
from twinhaus.errors import NotFound

# No segment begins with a dot, and nothing is decoded: no name leads out of the folder.
_NAME = re.compile(r"(?:\w[\w.-]*/)*(?:\w[\w.-]*)?", re.ASCII)
_INDEX = "index.html"
_FOR_GOOD = "assets/"  # What stands below it is called after its content.
_MEDIA_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
}
_FILES_KEPT_MAX = 512
_NOTICE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Not found - twinhaus</title>
</head>
<body>
<main>
<h1>Not found</h1>
<p>{detail}</p>
<p><a href="{home}">To the start page</a></p>
</main>
</body>
</html>
"""


class Site(Struct, frozen=True):
    """A folder of files. `policy` is their Content-Security-Policy; `absent` says how to build what is not there."""

    folder: Path
    policy: str
    absent: str


class _File(Struct, frozen=True):
    content: bytes
    tag: str


def folder_of(name: str) -> Path:
    """Where a site is: an installed package carries it; a checkout has it in `build/`, once it has been built."""
    installed = Path(str(files("twinhaus"))) / "sites" / name
    return installed if installed.is_dir() else Path(__file__).parents[3] / "build" / name


def send_file(site: Site, call: Call, name: str) -> Response:
    """The file of a name; a name that ends in a slash, or is empty, is that folder's index. The name is as it stands in
    the path, undecoded.

    Raises NotFound, which browsers are told by a page.
    """
    try:
        return _answer(site, call, name)
    except NotFound as error:
        if "text/html" not in call.header(b"accept"):
            raise
        page = _NOTICE.format(detail=escape(error.detail), home="../" * name.count("/") or "./")
        return Response(page, HTTPStatus.NOT_FOUND, _headers(site, "no-cache"), "text/html")


def _answer(site: Site, call: Call, name: str) -> Response:
    path = site.folder / (name if name and not name.endswith("/") else f"{name}{_INDEX}")
    if not _NAME.fullmatch(name):
        raise NotFound("There is no such page.")
    try:
        if (path / _INDEX).is_file():
            return to_folder(name.rpartition("/")[2])
        file = _read(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise NotFound("There is no such page." if site.folder.is_dir() else site.absent) from error
    keeping = "public, max-age=31536000, immutable" if name.startswith(_FOR_GOOD) else "no-cache"
    headers = _headers(site, keeping) | {"ETag": f"W/{file.tag}"}
    if is_known(call.request.headers, file.tag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(file.content, headers=headers, media_type=_MEDIA_TYPES.get(path.suffix, "text/plain"))


def to_folder(name: str) -> Response:
    """Leads to the index of a folder, below which its relative links are right; wherever the path begins."""
    return Response(status_code=HTTPStatus.TEMPORARY_REDIRECT, headers={"Location": f"{name}/"})


def _headers(site: Site, keeping: str) -> dict[str, str]:
    return {
        "Cache-Control": keeping,
        "Content-Security-Policy": site.policy,
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }


@lru_cache(maxsize=_FILES_KEPT_MAX)
def _read(path: Path, changed: int) -> _File:
    """A file as it is since it was changed."""
    content = path.read_bytes()
    return _File(content, content_tag(content))
