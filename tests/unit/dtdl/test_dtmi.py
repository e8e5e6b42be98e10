"""The grammar of digital twin model identifiers."""

import pytest

from twinhaus.dtdl import is_dtmi


@pytest.mark.parametrize("text", ["dtmi:a;1", "dtmi:com:example:Room_2;12", "dtmi:a:b;1.2", "dtmi:a:b"])
def test_a_well_formed_dtmi_is_one(text: str) -> None:
    """Segments begin with a letter and hold letters, digits and inner underscores; a version may have two parts."""
    assert is_dtmi(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "dtmi:",
        "dtmi:1a;1",
        "dtmi:a_;1",
        "dtmi:_a;1",
        "dtmi:a;0",
        "dtmi:a;01",
        "dtmi:a;1.0",
        "dtmi:a;1#x",
        "DTMI:a;1",
        "dtmi:a;1\n",
    ],
)
def test_a_malformed_dtmi_is_none(text: str) -> None:
    """Anything else is not a DTMI."""
    assert not is_dtmi(text)
