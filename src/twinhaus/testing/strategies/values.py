"""The pools that ids, names and values are drawn from, and what is hard about each."""

from typing import TypeAlias

from twinhaus.graph import CONTAINMENT_RELATIONSHIPS
from twinhaus.query.plan import Scalar

EPOCH = 17_000_000_000_000_000  # In ticks: where the clocks of these tests begin.

# Underscores join the parts of a relationship's id, so some of these come to the same one.
TWIN_IDS = ("A", "B", "a", "é", "D/1", "A_isPartOf_B", "B_feeds_A", "😀")
UNKNOWN_ID = "nowhere"
RELATIONSHIP_NAMES = (*CONTAINMENT_RELATIONSHIPS[:2], "feeds", "serves")
MAP_KEYS = ("a", "a.b", "Ä", "$x")

# Casing that folds and casing that does not, code points beyond UTF-16's surrogates, times, numbers that are text.
TEXTS = (
    "", "L01", "l01", "L0", "Straße", "STRASSE", "STRAẞE", "café", "cafe\u0301", "ΣΊΣΥΦΟΣ", "σίσυφος", "İx", "ix",
    "100%", "a_b", "a\"b\\", "\uffff", "\U0001f600", "1", "true", "2024-08-30T03:49:30Z",
    *("Long" * 32 + ending for ending in ("", "!", "?")),
)  # fmt: skip
INTEGERS = (0, 1, -1, 7, 2**31 - 1, -(2**31))
LONGS = (0, 1, -1, 2**53, 2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63))
REALS = (0, 1, 0.0, -0.0, 1.0, 1.5, -0.5, 0.1, 2**53 + 1, float(2**53), 2.0**63, 1e308, 5e-324)
TIMES = (
    "2024-08-30T03:49:30Z",
    "2024-08-30T05:49:30+02:00",
    "2024-08-30T03:49:30.0000001Z",
    "1969-12-31T23:59:59.9999999-01:00",
)
DATES = ("2024-08-30", "2024-02-29", "0001-01-01")

Pool: TypeAlias = tuple[Scalar, ...]

# Values of each primitive schema of DTDL that a twin's contents are made of here.
PRIMITIVES: dict[str, Pool] = {
    "boolean": (False, True),
    "byte": (0, 1, -128, 127),
    "bytes": ("", "AAEC", "/w=="),
    "date": DATES,
    "dateTime": TIMES,
    "decimal": ("0", "1.0", "-12.50"),
    "double": REALS,
    "duration": ("PT15M", "P1Y"),
    "float": (0, 1, 1.5, -0.5),
    "integer": INTEGERS,
    "long": LONGS,
    "short": (0, 1, -32_768),
    "string": TEXTS,
    "time": ("03:49:30Z", "05:49:30+02:00"),
    "unsignedByte": (0, 1, 255),
    "unsignedInteger": (0, 1, 2**32 - 1),
    "unsignedLong": (0, 1, 2**64 - 1),
    "unsignedShort": (0, 1, 65_535),
    "uuid": ("a360cf30-c112-40a1-b4b4-f65da82fa9e8", "A360CF30-C112-40A1-B4B4-F65DA82FA9E8"),
}
