"""Which models need others."""

import pytest
from tests.unit.dtdl.conftest import interface, prop

from twinhaus.dtdl import load_models
from twinhaus.dtdl.dependents import dependents

REGISTRY = load_models(
    [
        interface("Top", prop("a", "string")),
        interface("Part", prop("b", "string")),
        interface(
            "Middle", {"@type": "Component", "name": "c", "schema": "dtmi:test:Part;1"}, extends="dtmi:test:Top;1"
        ),
        interface("Bottom", {"@type": "Relationship", "name": "r", "target": "dtmi:test:Other;1"},
                  extends="dtmi:test:Middle;1"),
        interface("Other", {"@type": "Relationship", "name": "s", "target": "dtmi:test:Bottom;1"}),
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["Top"], ["Middle"]),
        (["Part"], ["Middle"]),
        (["Middle"], ["Bottom"]),
        (["Part", "Top"], ["Middle"]),
        (["Top", "Middle"], ["Bottom"]),
        (["Bottom", "Top", "Part", "Middle"], []),
        (["Bottom"], []),
        (["Other"], []),
        ([], []),
        (["Unheard"], []),
    ],
)
def test_others_that_extend_or_contain(names: list[str], expected: list[str]) -> None:
    """Those that do so themselves, and are not among those asked for; who only leads to a model does not need it."""
    found = dependents(REGISTRY, [f"dtmi:test:{name};1" for name in names])
    assert found == tuple(f"dtmi:test:{name};1" for name in expected)
