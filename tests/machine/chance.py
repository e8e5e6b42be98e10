"""How often the rare is drawn. `one_of` gives each of its strategies the same chance, however often one is named."""

from typing import Any

from hypothesis import strategies as st

# The rare stands in the middle: Hypothesis tries the first and the last of a range more often.
PROBABLY = (*(True,) * 8, False, *(True,) * 8)


def mostly(likely: st.SearchStrategy[Any], unlikely: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The one, and now and then the other."""
    return st.sampled_from(PROBABLY).flatmap(lambda is_likely: likely if is_likely else unlikely)
