"""The header `Server-Timing` (W3C Server Timing): which filter an answer was found by, and how long that took."""

from collections.abc import Sequence

from twinhaus.storage.turns import Turn

_TOLD_MAX = 12  # The last ones: a search may take hundreds of turns.


def server_timing(turns: Sequence[Turn]) -> str:
    """A metric for each turn of a search: its driver, milliseconds, and what it was for where that was not the page."""
    return ", ".join(
        [f"{turn.driver};dur={turn.seconds * 1_000:.2f}{_remark(turn)}" for turn in turns[-_TOLD_MAX:]]
    )


def _remark(turn: Turn) -> str:
    if turn.found is None:
        return ';desc="given up"'
    return ';desc="whether more follow"' if turn.wanted == "more" else ""
