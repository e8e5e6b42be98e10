"""Settings, from the environment and back into it."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinhaus.settings import BadSetting, Settings, load_settings, to_environment, unread_variables

REPOSITORY = Path(__file__).parents[2]

words = st.text(st.characters(categories=["L", "N", "P", "S"], exclude_characters=","), min_size=1)
hosts = st.from_regex(r"[a-z]{1,9}(\.[a-z]{1,9})?(:[1-9][0-9]{1,3})?", fullmatch=True)
seconds = st.floats(1e-9, 1e9)

settings = st.builds(
    Settings,
    store=words,
    host=words,
    port=st.integers(0, 65_535),
    workers=st.integers(1, 64),
    readers=st.integers(1, 64),
    auth=st.sampled_from(("clients", "none")),
    issuer=st.just("") | words,
    audience=st.just("") | words,
    cors_origins=st.lists(hosts.map("https://{}".format), max_size=3).map(tuple),
    token_seconds=st.integers(60, 86_400),
    body_bytes_max=st.integers(1, 2**40),
    models_bytes_max=st.integers(1, 2**40),
    query_timeout_seconds=seconds,
    busy_timeout_seconds=st.just(0.0) | seconds,
    stop_seconds=st.integers(1, 3_600),
    spool_folder=st.just("") | words,
    containment=st.lists(words, max_size=3).map(tuple),
    index_only=st.lists(words, max_size=3).map(tuple),
    index_except=st.lists(words, max_size=3).map(tuple),
    log_level=words,
    trusted_issuers=st.lists(hosts.map("https://{}/x".format), max_size=3).map(tuple),
    trusted_audiences=st.lists(words, min_size=1, max_size=3).map(tuple),
    trusted_scope_claims=st.lists(words, min_size=1, max_size=3).map(tuple),
    trusted_scope_prefix=st.just("") | words,
    trusted_locations_claim=words,
    trusted_require_locations=st.booleans(),
    trusted_keys_seconds=st.integers(1, 86_400),
    trusted_retry_seconds=st.integers(0, 600),
)


def test_what_is_not_set_keeps_its_default() -> None:
    """An empty environment, other programs' variables and empty texts set nothing."""
    assert load_settings({}) == Settings()
    assert (
        load_settings({"PATH": "/bin", "TWINHAUS_PORT": "", "TWINHAUS_CONTAINMENT": "", "PORT": "1"})
        == Settings()
    )


@given(settings)
def test_a_server_hands_its_settings_on(given_settings: Settings) -> None:
    """What `to_environment` writes, `load_settings` reads as the same value."""
    assert load_settings(to_environment(given_settings)) == given_settings


def test_each_setting_is_read() -> None:
    """By its name in capitals; numbers as numbers, the containment relationships from a list."""
    environment = {
        "TWINHAUS_STORE": "/data/a b.db",
        "TWINHAUS_PORT": "0",
        "TWINHAUS_AUTH": "none",
        "TWINHAUS_QUERY_TIMEOUT_SECONDS": "1.5",
        "TWINHAUS_CONTAINMENT": "isPartOf,locatedIn",
    }
    expected = Settings(
        store="/data/a b.db",
        port=0,
        auth="none",
        query_timeout_seconds=1.5,
        containment=("isPartOf", "locatedIn"),
    )
    assert load_settings(environment) == expected


def test_settings_do_not_show_where_the_store_is() -> None:
    """Its URL may have a password in it, and settings may be printed by whoever looks for a fault."""
    assert "secret" not in repr(Settings(store="postgresql://me:secret@db/twins"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("port", "http"),
        ("port", "65536"),
        ("port", "-1"),
        ("port", "80.5"),
        ("workers", "0"),
        ("readers", "many"),
        ("auth", "maybe"),
        ("token_seconds", "1"),
        ("query_timeout_seconds", "0"),
        ("query_timeout_seconds", "soon"),
        ("busy_timeout_seconds", "-1"),
    ],
)
def test_what_cannot_be_read_is_named(name: str, text: str) -> None:
    """A setting that is no number, or out of its range, is refused with the variable's name and what stands in it."""
    variable = f"TWINHAUS_{name.upper()}"
    with pytest.raises(BadSetting) as refused:
        load_settings({variable: text})
    told = str(refused.value)
    assert told.startswith(f"A setting in the environment cannot be read: {variable}={text}: ")
    assert "$" not in told


TRUSTED = {"TWINHAUS_TRUSTED_ISSUERS": "https://a.example", "TWINHAUS_TRUSTED_AUDIENCES": "twinhaus"}


@pytest.mark.parametrize(
    "issuer",
    [
        "https://a.example",
        "https://a.example/",
        "https://a.example:8443/realms/the%20house",
        "http://localhost:1",
        "http://127.0.0.1:1/x",
        "http://[::1]:1",
    ],
)
def test_issuers_that_can_be_trusted(issuer: str) -> None:
    """By https, or on this machine."""
    found = load_settings({**TRUSTED, "TWINHAUS_TRUSTED_ISSUERS": f"https://b.example,{issuer}"})
    assert found.trusted_issuers == ("https://b.example", issuer)


@pytest.mark.parametrize(
    "issuer",
    [
        "http://a.example",
        "http://localhost.example",
        "http://192.0.2.1",
        "ftp://a.example",
        "a.example",
        "https://",
        "https:///x",
        "https://user:secret@a.example",
        "https://a.example?x=1",
        "https://a.example/#x",
        "https://a.example/a b",
        "https://a.example/\r\nX: y",
        "https://[a",
        "https://b.example,",
    ],
)
def test_issuers_that_cannot_be_trusted(issuer: str) -> None:
    """Whoever is on the way could answer for them, or they are no issuers' names."""
    with pytest.raises(BadSetting):
        load_settings({**TRUSTED, "TWINHAUS_TRUSTED_ISSUERS": issuer})


def test_settings_that_do_not_go_together() -> None:
    """Issuers need an audience and claims of scopes; and none of them is this server itself."""
    with pytest.raises(BadSetting, match="trusted_audiences"):
        load_settings({"TWINHAUS_TRUSTED_ISSUERS": "https://a.example"})
    with pytest.raises(BadSetting, match="trusted_scope_claims"):
        load_settings({**TRUSTED, "TWINHAUS_TRUSTED_SCOPE_CLAIMS": ","})
    with pytest.raises(BadSetting, match="own name"):
        load_settings({**TRUSTED, "TWINHAUS_ISSUER": "https://a.example"})


@pytest.mark.parametrize(
    "origin",
    ["https://a.example", "http://localhost:3000", "https://[::1]:8443", "capacitor://localhost", "*"],
)
def test_origins_as_browsers_send_them(origin: str) -> None:
    """Scheme, host and port; of applications in a browser's shell, too."""
    assert load_settings({"TWINHAUS_CORS_ORIGINS": origin}).cors_origins == (origin,)


@pytest.mark.parametrize(
    "origin",
    [
        "https://a.example/",
        "https://A.example",
        "https://a.example:443",
        "http://a.example:80",
        "https://*.a.example",
        "https://user@a.example",
        "a.example",
        "null",
        "https://a.example, https://b.example",
    ],
)
def test_origins_that_no_browser_sends(origin: str) -> None:
    """Such a setting would allow nothing, or more than is meant; it is refused with what stands in it."""
    with pytest.raises(BadSetting, match="cors_origins"):
        load_settings({"TWINHAUS_CORS_ORIGINS": origin})


def test_variables_that_nothing_reads_are_found() -> None:
    """Each with the nearest that is read, in whatever casing it came; a value that is empty sets nothing anywhere."""
    environment = {
        "TWINHAUS_STORE": "here.db",
        "TWINHAUS_TWINS": "twins.csv",
        "TWINHAUS_WORKER": "4",
        "TWINHAUS_CONTAINMENTS": "isPartOf",
        "TWINHAUS_ZZZ": "1",
        "TWINHAUS_EMPTY": "",
        "twinhaus_port": "1",
        "TWINHAUS": "1",
        "OTHER_WORKER": "1",
    }
    assert dict(unread_variables({"TWINHAUS_TWINS"}, environment)) == {
        "TWINHAUS_WORKER": "TWINHAUS_WORKERS",
        "TWINHAUS_CONTAINMENTS": "TWINHAUS_CONTAINMENT",
        "TWINHAUS_ZZZ": None,
        "twinhaus_port": "TWINHAUS_PORT",
    }


def test_what_tests_and_measurements_read_is_no_mistake() -> None:
    """Their variables are of no setting, and in order, all of them."""
    folders = (REPOSITORY / "tests", REPOSITORY / "benchmarks")
    texts = (path.read_text("utf-8") for folder in folders for path in folder.rglob("*.py"))
    read = {
        name
        for text in texts
        for name in re.findall(r'(?:environ\.get\(|^NAMED\w* = )"(TWINHAUS_\w+)"', text, re.M)
    }
    assert len(read) > 5
    assert dict(unread_variables((), dict.fromkeys(read, "1"))) == {}
