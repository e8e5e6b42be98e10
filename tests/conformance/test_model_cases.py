"""Models: our verdict on every case of the language's authors, and no error that they do not name."""

import gzip
import json

import pytest
from tests.conformance.cases import FOLDER, Case, Outcome, cases, outcome

from twinhaus.dtdl.dtmi import parse_dtmi

AT_LEAST = {"specification": 14_820, "generated": 1_560, "doc-examples": 142}


@pytest.mark.parametrize("file", AT_LEAST)
def test_every_case_is_judged_as_its_authors_do(file: str) -> None:
    """Valid models load; of the others every error we report is one the authors expect, by rule and element."""
    judged = {case.name: _disagreement(case, outcome(case)) for case in cases(file)}
    assert {name: why for name, why in judged.items() if why} == {}
    assert len(judged) >= AT_LEAST[file]


def test_every_dtmi_is_read_as_its_authors_do() -> None:
    """The general grammar, system segments and fragments included, and every part of an id."""
    path = FOLDER / "dtmis.ndjson.gz"
    if not path.exists():
        pytest.skip(f"needs the conformance cases in {path.parent}")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for case in (json.loads(line)["case"] for line in lines):
            found = parse_dtmi(case["idText"])
            assert (found is not None) is case["valid"], case
            if found is not None and "expect" in case:
                assert case["expect"] == {
                    "MajorVersion": found.major,
                    "MinorVersion": found.minor,
                    "CompleteVersion": found.complete_version,
                    "Versionless": found.versionless,
                    "Labels": list(found.labels),
                    "IsReserved": found.is_reserved,
                    "Fragment": found.fragment,
                }


def _disagreement(case: Case, found: Outcome) -> str:
    """Where we and the authors differ; empty where we agree."""
    is_valid = found.registry is not None
    if is_valid is not case.wanted["valid"]:
        return f"valid: {is_valid}; {found.errors or found.unresolved}"
    if is_valid or case.is_layered:
        return ""
    expected = case.wanted.get("expect") or {}
    if "parsingErrors" in expected:
        named = {(error.get("ValidationID"), error.get("PrimaryID")) for error in expected["parsingErrors"]}
        if found.unresolved or not found.errors <= named:
            return f"errors: {found.errors - named or found.unresolved}, expected {named}"
    if found.unresolved != set(expected.get("unresolvedIdentifiers", found.unresolved)):
        return f"unresolved: {found.unresolved}"
    turns = [set(turn["request"]) for turn in case.wanted.get("resolution") or ()]
    return "" if found.asked[: len(turns)] == turns else f"asked for {found.asked}, not {turns}"


def test_elements_are_read_as_their_authors_read_them() -> None:
    """What a valid case says of its elements, ours have: the kind, the co-types, the name."""
    compared = 0
    for case in cases("generated"):
        elements = (case.wanted.get("expect") or {}).get("elements") or ()
        registry = outcome(case).registry if elements and case.wanted["valid"] else None
        for wanted in elements if registry else ():
            element = registry.find_element(wanted["id"]) if registry else None
            if element is None:
                continue  # It has an assigned id, or is one of the language's own.
            kind = (
                "CommandPayload"
                if wanted["type"].startswith("Command") and hasattr(element, "nullable")
                else ""
            )
            assert type(element).__name__ == (kind or wanted["type"]), (case.name, wanted["id"])
            assert sorted(one.id for one in element.cotypes) == sorted(wanted.get("supplementalTypes", ())), (
                case.name
            )
            name = getattr(element, "name", None)
            assert (wanted.get("properties") or {}).get("name", name) == name, case.name
            compared += 1
    assert compared >= 600
