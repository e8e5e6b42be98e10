"""Which instance a request is for is read from its host, its path and a header, and from nothing else."""

import re
from collections.abc import Sequence

import pytest

from twinhaus.api.instances import host_pattern, instance_of, split_path
from twinhaus.errors import Invalid
from twinhaus.settings import BadSetting, Settings, load_settings
from twinhaus.storage.instances import NoInstance

PATTERN = host_pattern("{instance}.example.com")


def asked(
    path: str = "/twins",
    *,
    host: str = "127.0.0.1:8080",
    named: Sequence[str] = (),
    hosts: re.Pattern[str] | None = PATTERN,
) -> str | None:
    """The instance that such a request is for."""
    headers = [(b"host", host.encode("latin-1"))]
    headers += [(b"x-twinhaus-instance", one.encode("latin-1")) for one in named]
    prefix, _ = split_path(path)
    scope = {"headers": headers, "first_headers": dict(reversed(headers))}
    return instance_of(scope, prefix, hosts)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/twins", ("", "/twins")),
        ("/instances/acme/twins", ("/instances/acme", "/twins")),
        ("/instances/acme/api/v3/twins/a%2Fb", ("/instances/acme", "/api/v3/twins/a%2Fb")),
        ("/instances/acme/", ("/instances/acme", "/")),
        ("/instances//twins", ("/instances/", "/twins")),
        ("/instances/a/instances/b/twins", ("/instances/a", "/instances/b/twins")),
        ("/instances/acme", ("/instances/acme", "")),
        ("/instances/", ("/instances/", "")),
        ("/instances", ("", "/instances")),
        ("/Instances/acme/twins", ("", "/Instances/acme/twins")),
        ("/api/v3/instances/acme/twins", ("", "/api/v3/instances/acme/twins")),
        ("//instances/acme/twins", ("", "//instances/acme/twins")),
    ],
)
def test_a_path_may_begin_with_an_instance(path: str, expected: tuple[str, str]) -> None:
    """`/instances/NAME` before any path, once, as it is sent."""
    assert split_path(path) == expected


@pytest.mark.parametrize(
    "request_", [{"path": "/instances/acme/twins"}, {"host": "acme.example.com"}, {"named": ["acme"]}]
)
def test_each_way_names_an_instance(request_: dict[str, str]) -> None:
    """The path, the host or the header."""
    assert asked(**request_) == "acme"  # type: ignore[arg-type]


def test_without_a_name_it_is_the_graph_that_has_none() -> None:
    """So it is for a host that does not fit the pattern, and for every host where none is set."""
    assert asked() is None
    for host in ("example.com", "a.b.example.com", "acme.example.org", "acme-example.com", "[::1]:8080", ""):
        assert asked(host=host) is None
    assert asked(host="acme.example.com", hosts=host_pattern("")) is None


@pytest.mark.parametrize(
    "host", ["ACME.Example.COM", "acme.example.com:443", "acme.example.com.", "acme.example.com.:8"]
)
def test_hosts_are_read_as_hosts(host: str) -> None:
    """In any casing, with a port, and with the dot that ends a full name."""
    assert asked(host=host) == "acme"


def test_a_name_may_be_part_of_a_label() -> None:
    """As the pattern has it."""
    pattern = host_pattern("twins-{instance}.example.com")
    assert asked(host="twins-acme.example.com", hosts=pattern) == "acme"
    assert asked(host="acme.example.com", hosts=pattern) is None


def test_ways_that_agree_are_one() -> None:
    """Whoever names the same instance twice is heard."""
    assert asked("/instances/acme/twins", host="acme.example.com", named=["acme", "acme"]) == "acme"


@pytest.mark.parametrize(
    ("request_", "ways"),
    [
        ({"path": "/instances/acme/twins", "named": ["beta"]}, "path and header"),
        ({"path": "/instances/acme/twins", "host": "beta.example.com"}, "path and host"),
        ({"host": "acme.example.com", "named": ["beta"]}, "host and header"),
        ({"named": ["acme", "beta"]}, "header"),
        ({"path": "/instances/acme/twins", "named": ["ACME"]}, "path and header"),
        ({"path": "/instances/acme/twins", "named": [""]}, "path and header"),
    ],
)
def test_ways_that_disagree_are_refused(request_: dict[str, str], ways: str) -> None:
    """Nobody has to guess which one counts."""
    with pytest.raises(Invalid) as refused:
        asked(**request_)  # type: ignore[arg-type]
    assert refused.value.faults[0].message.startswith(f"The request names different instances, by {ways};")


@pytest.mark.parametrize(
    "request_",
    [
        {"path": "/instances//twins"},
        {"path": "/instances/ACME/twins"},
        {"path": "/instances/%61cme/twins"},
        {"path": "/instances/../twins"},
        {"path": "/instances/acme%2F..%2Fbeta/twins"},
        {"host": ".example.com"},
        {"host": "xn--acm-epa.example.com"},
        {"host": "a_b.example.com"},
        {"host": "acmé.example.com"},
        {"named": [""]},
        {"named": ["Acme"]},
        {"named": ["acme, beta"]},
        {"named": ["../acme"]},
    ],
)
def test_what_is_no_name_is_no_instance(request_: dict[str, str]) -> None:
    """A name that an instance cannot have is refused, and never taken for none at all."""
    with pytest.raises(NoInstance):
        asked(**request_)  # type: ignore[arg-type]


@pytest.mark.parametrize("pattern", ["{instance}.example.com", "t-{instance}.a.b", "x.{instance}.localhost"])
def test_a_pattern_is_the_name_of_a_host(pattern: str) -> None:
    """With one place for the instance's."""
    assert Settings(instance_host=pattern).instance_host == pattern


@pytest.mark.parametrize(
    "pattern",
    [
        "example.com",
        "{instance}",
        "{name}.example.com",
        "{instance}.{instance}.com",
        "{instance}example.com/x",
        "https://{instance}.example.com",
        "{instance}.example.com:8080",
        "{instance}..com",
        "{instance}.example.com.",
        "{instance}.EXAMPLE.com",
        ".*{instance}.com",
    ],
)
def test_another_pattern_is_no_setting(pattern: str) -> None:
    """It is refused when the server starts, and named."""
    with pytest.raises(BadSetting, match="instance_host"):
        load_settings({"TWINHAUS_INSTANCE_HOST": pattern})


def test_no_audience_stands_for_two_graphs() -> None:
    """The tokens of other issuers say which graph they are for: an instance, by its name, or the one without a name."""
    issuers = {"trusted_issuers": ("https://login.example",)}
    settings = Settings(trusted_audiences=("twins", "twins-{instance}"), **issuers)  # type: ignore[arg-type]
    assert settings.trusted_audiences_of(None) == ("twins",)
    assert settings.trusted_audiences_of("acme") == ("twins-acme",)
    assert Settings(trusted_audiences=("twins",), **issuers).trusted_audiences_of("acme") == ()  # type: ignore[arg-type]
    for audiences in (
        ("twins-acme", "twins-{instance}"),
        ("{instance}", "a-{instance}"),
        ("{instance}-{instance}",),
        ("{instance}", "twins"),
    ):
        with pytest.raises(ValueError, match="trusted_audiences"):
            Settings(trusted_audiences=audiences, **issuers)  # type: ignore[arg-type]
