"""Filters in Python: `(Field("code") == "L01") & model("Level") & located_in("BLDG-1")`."""

from twinhaus_client.filters.around import (
    dtmi,
    located_in,
    model,
    related,
    updated_after,
    updated_before,
)
from twinhaus_client.filters.expression import Filter
from twinhaus_client.filters.field import Field

__all__ = [
    "Field",
    "Filter",
    "dtmi",
    "located_in",
    "model",
    "related",
    "updated_after",
    "updated_before",
]
