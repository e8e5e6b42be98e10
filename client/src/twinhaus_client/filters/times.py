"""Times, as the contract writes them."""

from datetime import date, datetime
from typing import TypeAlias

Time: TypeAlias = datetime | date | str


def to_text(time: Time) -> str:
    """ISO 8601. A text is taken as it stands. Raises ValueError for a datetime without a zone."""
    if isinstance(time, datetime) and time.tzinfo is None:
        raise ValueError(
            f"{time!r} has no time zone, so it is no instant; give it one, such as tzinfo=timezone.utc"
        )
    return time if isinstance(time, str) else time.isoformat()
