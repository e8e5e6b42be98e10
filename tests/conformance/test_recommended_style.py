"""Advice: every model the authors call valid and undesirable gets some."""

from tests.conformance.cases import cases

from twinhaus.dtdl.recommendations import recommendations

UNDESIRABLE = 438


def test_what_is_undesirable_is_advised_against() -> None:
    """The language recommends against each of them, and so do we."""
    undesirable = [case for case in cases("specification") if case.wanted.get("desirable") is False]
    silent = [case.name for case in undesirable if not any(map(advice, case.wanted["input"]))]
    assert silent == []
    assert len(undesirable) >= UNDESIRABLE


def advice(document: object) -> list[str]:
    """The paths of what a document could do better."""
    return [one.path for one in recommendations(document)]
