"""A site that is not there, and one that is built anew while a server runs."""

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.datastructures import Headers

from twinhaus.api.sites import Site, send_file
from twinhaus.errors import NotFound

ABSENT = "`make <it>` builds it."


def asking(**headers: str) -> Any:
    """A call, as far as a site looks at it."""
    return SimpleNamespace(
        request=SimpleNamespace(headers=Headers(headers)),
        header=lambda name: headers.get(name.decode(), ""),
    )


def test_a_site_that_was_not_built_says_how(tmp_path: Path) -> None:
    """Programs and people alike are told what builds it."""
    site = Site(tmp_path / "nothing", policy="default-src 'none'", absent=ABSENT)
    with pytest.raises(NotFound, match="`make <it>`"):
        send_file(site, asking(), "index.html")
    page = send_file(site, asking(accept="text/html"), "")
    assert page.status_code == 404
    assert b"`make &lt;it&gt;` builds it." in page.body


def test_a_file_that_was_built_anew_is_read_anew(tmp_path: Path) -> None:
    """Whoever writes documentation sees it without starting a server again."""
    site = Site(tmp_path, policy="default-src 'none'", absent=ABSENT)
    page = tmp_path / "index.html"
    answers = []
    for number in (1, 2):
        page.write_text(f"{number}")
        os.utime(page, ns=(number, number))
        answers.append(send_file(site, asking(), ""))
    assert [answer.body for answer in answers] == [b"1", b"2"]
    assert answers[0].headers["etag"] != answers[1].headers["etag"]
