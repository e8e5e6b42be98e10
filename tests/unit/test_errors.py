"""The domain's errors, as users read them."""

from collections.abc import Iterator

import pytest

from twinhaus.api import routes  # noqa: F401  With it, every module that has errors of its own is there.
from twinhaus.errors import TwinhausError


def kinds(kind: type[TwinhausError]) -> Iterator[type[TwinhausError]]:
    """A kind of error and all that it has below it."""
    yield kind
    for below in kind.__subclasses__():
        yield from kinds(below)


@pytest.mark.parametrize("kind", list(kinds(TwinhausError)))
def test_a_message_is_the_first_paragraph_alone(kind: type[TwinhausError]) -> None:
    """What a docstring goes on to say is for who reads the code."""
    error = kind.__new__(kind)
    TwinhausError.__init__(error)
    assert error.detail
    assert "\n" not in error.detail.strip()
