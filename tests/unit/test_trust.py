"""What the claims of another issuer's token allow: scopes, locations, and who it is."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinhaus.auth.scopes import LOCAL_SCOPES, SCOPES, Caller
from twinhaus.auth.trust import Trust, Untrusted, caller_of

ISSUER = "https://issuer.example"
texts = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)
words = st.sampled_from(SCOPES) | texts
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def scopes_of(trust: Trust | None = None, **claims: Any) -> frozenset[str]:
    """The scopes that these claims give."""
    return caller_of(trust or Trust(), ISSUER, {"sub": "ada", **claims}).scopes


@given(st.lists(words), st.lists(words), st.lists(words))
def test_scopes_are_those_we_have(scope: list[str], scp: list[str], roles: list[str]) -> None:
    """All of a text and of arrays count together, and only what is a scope here."""
    expected = set(SCOPES) & {*scope, *scp, *roles}
    assert scopes_of(scope=" ".join(scope), scp=scp, roles=roles) == expected
    assert scopes_of(scope=scope, scp=" ".join(scp), roles=roles) == expected


@given(st.lists(words))
def test_a_prefix_is_taken_off(scope: list[str]) -> None:
    """Where an issuer writes one; a scope without it counts the same."""
    trust = Trust(scope_prefix="api://twinhaus/")
    expected = set(SCOPES) & set(scope)
    assert scopes_of(trust, scope=[f"api://twinhaus/{one}" for one in scope]) == expected
    assert scopes_of(trust, scope=scope) == expected


@given(st.dictionaries(st.sampled_from(("scope", "scp", "roles")), values))
def test_what_is_no_scope_claim_gives_none(claims: dict[str, Any]) -> None:
    """Claims of any other shape are read without fault, and give nothing that is not a scope in them."""
    assert scopes_of(**claims) <= set(SCOPES)


def test_only_the_claims_that_are_named_count() -> None:
    """A deployment says where its scopes stand."""
    trust = Trust(scope_claims=("permissions",))
    assert scopes_of(trust, permissions=["twins:read"], scope="admin", roles=["admin"]) == {"twins:read"}


@given(st.lists(texts, min_size=1, max_size=100))
def test_locations_restrict(locations: list[str]) -> None:
    """A caller with locations has them, each once, and no scope that reaches beyond."""
    claims = {"sub": "ada", "scope": " ".join(SCOPES), "locations": locations}
    expected = Caller(f"{ISSUER}#ada", frozenset(LOCAL_SCOPES), tuple(dict.fromkeys(locations)))
    assert caller_of(Trust(), ISSUER, claims) == expected


@given(values)
def test_a_claim_of_locations_never_opens_everything(value: Any) -> None:
    """Whatever stands in it, the caller is restricted to something or refused."""
    try:
        caller = caller_of(Trust(), ISSUER, {"sub": "ada", "locations": value})
    except Untrusted:
        return
    assert caller.locations == tuple(dict.fromkeys(value))
    assert caller.locations


def test_locations_can_be_asked_for() -> None:
    """Without the claim a caller may go everywhere, unless the deployment wants it to be there."""
    assert caller_of(Trust(), ISSUER, {"sub": "ada"}).locations == ()
    with pytest.raises(Untrusted, match="lacks the claim places"):
        trust = Trust(require_locations=True, locations_claim="places")
        caller_of(trust, ISSUER, {"sub": "ada", "locations": ["B1"]})


@given(texts)
def test_a_caller_is_named_after_its_issuer(subject: str) -> None:
    """By its subject, else by the client it was made for; no two issuers have a caller in common."""
    for claims in ({"sub": subject, "azp": "x"}, {"client_id": subject, "azp": "x"}, {"azp": subject}):
        assert caller_of(Trust(), ISSUER, claims).client_id == f"{ISSUER}#{subject}"
