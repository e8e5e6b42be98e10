"""What the reader of models is asked to let through."""

import json

from tests.unit.dtdl.conftest import array_of, interface, prop, rules


def test_undefined_extensions_can_be_allowed_or_refused() -> None:
    """The language's default lets them pass in v2 only; `always` and `never` overrule it."""
    later = interface("A", prop("x", "string", "Fancy", shine=1), extensions=["dtmi:x:y;1"])
    early = interface("A", version=2, extensions=["dtmi:x:y;1"])
    assert rules(later) != []
    assert rules(later, undefined_extensions="always") == []
    assert rules(early) == []
    assert rules(early, undefined_extensions="never") == ["unresolvableContextSpecifier"]


def test_a_version_of_the_language_can_be_ruled_out() -> None:
    """Models above the highest accepted version are refused."""
    assert rules(interface("A", version=4), max_dtdl_version=3) == ["disallowedContextVersion"]


def test_raised_limits_must_be_accepted_by_the_service() -> None:
    """A limit extension counts only where the service accepts it."""
    document = json.loads(interface("A", prop("x", array_of(20)), version=4))
    document["@context"] = ["dtmi:dtdl:context;4#limitless", "dtmi:dtdl:limits:onvif;1"]
    assert rules(json.dumps(document)) == ["disallowedLimitContext"]
    assert rules(json.dumps(document), acceptable_limits=["dtmi:dtdl:limits:onvif"]) == []
