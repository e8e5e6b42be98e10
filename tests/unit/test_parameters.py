"""Query parameters as handlers read them."""

import pytest
from starlette.requests import Request

from twinhaus.api.parameters import Parameters
from twinhaus.instants import parse_instant
from twinhaus.members import Faults

NAMES = ("dryRun", "after", "pageSize", "kind", "clientId")
KINDS = ("twin", "signing-key")


def read(query: str) -> tuple[Parameters, Faults]:
    """The parameters of a query string, and where their faults are noted."""
    faults = Faults()
    request = Request({"type": "http", "query_string": query.encode()})
    return Parameters(request, NAMES, faults), faults


def noted(faults: Faults) -> dict[str, str]:
    """Name to message."""
    return {fault.path: fault.message for fault in faults.found}


def test_absent_parameters_are_none() -> None:
    """A flag that was not sent is false, and everything else None."""
    parameters, faults = read("")
    assert not parameters.flag("dryRun")
    assert parameters.text("clientId") is None
    assert parameters.integer("pageSize", least=1, most=1_000) is None
    assert parameters.choice("kind", KINDS) is None
    assert parameters.instant("after") is None
    assert not faults.found


def test_names_and_words_are_matched_in_any_casing() -> None:
    """As members of the contract's objects are; values of the user's own stay as they are."""
    parameters, faults = read("DRYRUN=True&PageSize=007&Kind=Signing-Key&clientid=%C3%84%20%2B+B")
    assert parameters.flag("dryRun")
    assert parameters.integer("pageSize", least=1, most=1_000) == 7
    assert parameters.choice("kind", KINDS) == "signing-key"
    assert parameters.text("clientId") == "Ä + B"
    assert not faults.found


@pytest.mark.parametrize(
    "text", ["2026-01-31T12:00:00%2B01:00", "2026-01-31T12:00:00+01:00", "2026-01-31 11:00Z"]
)
def test_a_plus_that_was_not_encoded_is_meant_as_one(text: str) -> None:
    """A time can be pasted as an answer has it, though a query string reads `+` as a space."""
    parameters, faults = read(f"after={text}")
    assert parameters.instant("after") == parse_instant("2026-01-31T11:00:00Z")
    assert not faults.found


def test_every_fault_is_noted_at_its_name() -> None:
    """Unknown, repeated, empty and unreadable parameters, all at once."""
    parameters, faults = read(
        "dryRun=yes&after=1+2+3&pageSize=0&kind=animal&clientId=&CLIENTID=x&clientID&knid=y"
    )
    parameters.flag("dryRun")
    parameters.instant("after")
    parameters.integer("pageSize", least=1, most=1_000)
    parameters.choice("kind", KINDS)
    parameters.text("clientId")
    assert [fault.path for fault in faults.found][:3] == ["clientId", "clientId", "knid"]
    assert noted(faults) == {
        "knid": 'Unknown parameter "knid". Did you mean "kind"?',
        "dryRun": 'dryRun is true or false; got "yes"',
        "after": 'after is an ISO 8601 time such as 2024-08-30T03:49:30.4062816Z; got "1 2 3"',
        "pageSize": 'pageSize is an integer from 1 to 1000; got "0"',
        "kind": 'kind is one of twin, signing-key; got "animal"',
        "clientId": "clientId must not be empty",
    }


@pytest.mark.parametrize("text", ["", "-1", "1.0", "1e2", "+1", "1001", "٣", "9" * 5_000])
def test_what_is_no_integer_in_range_is_a_fault(text: str) -> None:
    """Only plain digits are an integer; a long value is quoted in part."""
    parameters, faults = read(f"pageSize={text}")
    assert parameters.integer("pageSize", least=1, most=1_000) is None
    assert noted(faults).keys() == {"pageSize"}
    assert len(noted(faults)["pageSize"]) < 120


def test_what_is_not_utf_8_or_far_too_many_is_a_fault() -> None:
    """Nothing of such a query string is read."""
    for query in ("clientId=%FF", "&".join(["clientId=a"] * 101)):
        parameters, faults = read(query)
        assert parameters.text("clientId") is None
        assert noted(faults).keys() == {"$"}
