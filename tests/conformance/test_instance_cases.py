"""Values against schemas, as the language's authors judge them."""

from collections import Counter

from tests.conformance.cases import FOLDER, Case, cases, outcome

from twinhaus.dtdl import Registry
from twinhaus.dtdl.instances import NotCheckable

FILES = ("generated", "specification", "doc-examples")


def wrong_verdicts(case: Case, registry: Registry) -> list[str]:
    """The checks of a case that come out otherwise than the authors say."""
    found = []
    for check in case.wanted["instances"]:
        expected = "raises" if check.get("throws") else "conforms" if check["conforms"] else "fails"
        if (verdict := _verdict(registry, check["subject"], check["submit"])) != expected:
            found.append(f"{case.name}: {check['submit']} {verdict} as {check['subject']}; it {expected}")
    return found


def _verdict(registry: Registry, element_id: str, text: str) -> str:
    try:
        return "fails" if registry.check_value(element_id, text) else "conforms"
    except NotCheckable:
        return "raises"


def test_every_value_is_judged_as_its_authors_do() -> None:
    """Each check of each case: the value conforms, fails, or the element is one that has no values."""
    done: Counter[str] = Counter()
    wrong: list[str] = []
    for file in FILES:
        for case in cases(file):
            checks = case.wanted.get("instances") or ()
            registry = outcome(case).registry if checks else None
            done["checked" if registry is not None else "model refused"] += len(checks)
            if registry is not None:
                wrong += wrong_verdicts(case, registry)
    assert wrong == []
    assert done["model refused"] == 0, done
    assert done["checked"] > 1_000, f"{done} in {FOLDER}"
