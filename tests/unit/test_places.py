"""Places are taken up to a limit of one's own, and up to one that is shared."""

import pytest

from twinhaus.storage.places import Places


def test_no_more_than_its_own() -> None:
    """One that is given back can be taken again; more cannot be given back than were taken."""
    places = Places(2)
    assert [places.acquire() for _ in range(3)] == [True, True, False]
    places.release()
    assert [places.acquire(), places.acquire()] == [True, False]
    for _ in range(2):
        places.release()
    with pytest.raises(ValueError, match="released too many times"):
        places.release()


def test_no_more_than_are_left_of_all() -> None:
    """Where others have taken theirs, a refusal takes nothing, here or there."""
    every = Places(3)
    one, other = Places(2, every), Places(2, every)
    assert [one.acquire(), one.acquire(), one.acquire()] == [True, True, False]
    assert [other.acquire(), other.acquire()] == [True, False]
    one.release()
    assert [other.acquire(), other.acquire()] == [True, False]
    assert one.acquire() is False
    other.release()
    assert one.acquire() is True
