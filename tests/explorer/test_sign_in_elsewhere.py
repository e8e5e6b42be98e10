"""Someone signs in at a real OpenID Connect issuer, and works with the token that it grants."""

import re

from playwright.sync_api import BrowserContext, expect
from tests.issuers.real import PASSWORD, running_issuer, trusting
from tests.serving import Served


def test_people_sign_in_at_an_issuer(context: BrowserContext, served: Served) -> None:
    """By authorization code with PKCE, on the issuer's own page; the token's scopes are what the page offers. A reload
    stays signed in, and the address that was opened first is the one that one comes back to.
    """
    page = context.new_page()
    with (
        running_issuer() as issuer,
        trusting(
            served.store,
            issuer.url,
            explorer_client_id="explorer",
            explorer_scope="openid twins:read",
        ) as http,
    ):
        url = f"{str(http.base_url).rstrip('/')}/"
        issuer.do(f"explorer {url}")
        page.goto(f"{url}#/twin/BLDG-1-L02")
        page.get_by_role("button", name=re.compile("Sign in at 127.0.0.1")).click()
        page.get_by_label("Username").or_(page.get_by_label("Login")).fill("anna")
        page.keyboard.press("Enter")
        page.get_by_role("textbox", name="Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Level L02")).to_be_visible()
        assert page.url == f"{url}#/twin/BLDG-1-L02"
        expect(page.get_by_role("link", name="Edit")).to_have_count(0)
        page.reload()
        expect(page.get_by_role("heading", name="Level L02")).to_be_visible()
