"""What the benchmarks make of what they measured: ratios, sentences, tables and the rows of the plot."""

from io import StringIO

from benchmarks.comparison import Summary
from benchmarks.marks import IN_PROCESS, LIMIT_MILLISECONDS, OWN, Mark, rows_of
from benchmarks.operations import Operation, median_times, standing
from benchmarks.peers.bench import Outcome, PeerLoaded, PeerMeasured
from benchmarks.peers.process import About, Loaded
from benchmarks.peers_report import Beside, OwnLoaded, cell, operations_table, print_beside, verdict
from benchmarks.tables import milliseconds, times
from rich.console import Console


def _summary(median: float) -> Summary:
    return Summary(median, median, median, 1)


def _peer(name: str, median: float) -> PeerMeasured:
    return PeerMeasured(name, "timed", _summary(median))


def _not_timed(name: str, outcome: Outcome, note: str = "") -> PeerMeasured:
    return PeerMeasured(name, outcome, note=note)


def _list(name: str, http: float, *peers: PeerMeasured, position: str = "first") -> Operation:
    return Operation("model", name, position, _summary(http), _summary(http / 10), http / 2, peers)


_QUICK = _list("quick", 1.0, _peer("SQLite", 20.0), _peer("DuckDB", 40.0), _peer("RDFLib", 0.01))
_SLOW = _list("slow", 4.0, _peer("SQLite", 2.0), _not_timed("DuckDB", "over the limit", "over 10 s"))
_WRONG = _list("wrong", 1.0, _not_timed("SQLite", "wrong"), _peer("DuckDB", 3.0), position="middle")
_READ = Operation("read", "a twin", "", _summary(1.0), _summary(0.1), 0.5, (_peer("SQLite", 0.1),))
_BESIDE = Beside(
    100,
    250,
    OwnLoaded(2.0, 4_000_000),
    (
        PeerLoaded(About("SQLite", "3", "a file"), 100, Loaded(1.0, 2_000_000, 0)),
        PeerLoaded(About("DuckDB", "2", "a file"), 100, Loaded(0.5, 1_000_000, 0)),
        PeerLoaded(About("RDFLib", "7", "in memory"), 10, Loaded(0.5, 0, 3_000_000)),
        PeerLoaded(About("Other", "1", "no"), 100, None, "over 8 GB"),
    ),
    (_QUICK, _SLOW, _WRONG, _READ),
)


def test_the_fastest_peer_has_the_same_twins() -> None:
    """The peer with a smaller portfolio, those that were wrong and those that took too long are not the fastest."""
    assert [one.best.peer for one in (_QUICK, _SLOW, _WRONG) if one.best is not None] == [
        "SQLite",
        "SQLite",
        "DuckDB",
    ]


def test_lists_are_counted_and_reads_are_not() -> None:
    """twinhaus is faster than every peer on so many lists, and where it is not the peer is named."""
    over_http = standing(_BESIDE.operations, in_process=False)
    assert (over_http.faster, over_http.lists, over_http.median_times) == (2, 3, 3.0)
    assert over_http.slower == (("model: slow, first", "SQLite", 2.0),)
    assert standing(_BESIDE.operations, in_process=True).slower == ()


def test_a_peer_is_slower_where_it_took_too_long() -> None:
    """What went over the limit counts as slower, though no time of it goes into the median."""
    assert median_times(_BESIDE.operations, "DuckDB", in_process=False) == (21.5, 3, 3)
    assert median_times(_BESIDE.operations, "SQLite", in_process=False) == (10.25, 1, 2)


def test_every_cell_says_a_time_or_why_there_is_none() -> None:
    """A time, the limit, or a word."""
    cells = [cell(peer) for peer in (*_QUICK.peers, *_SLOW.peers, *_WRONG.peers)]
    assert cells == ["20", "40", "0.01", "2", "over 10 s", "wrong", "3"]


def test_numbers_are_short() -> None:
    """Times have three digits and never an exponent, ratios at least two."""
    assert [milliseconds(time) for time in (0.0512, 1.5, 99.4, 1_234.5)] == ["0.0512", "1.5", "99.4", "1,234"]
    assert [times(ratio) for ratio in (None, 0.456, 2.345, 12.5, 4_321.0)] == [
        "",
        "0.46",
        "2.3",
        "12",
        "4,321",
    ]


def test_the_report_is_a_table_and_plain_words() -> None:
    """Each operation has a row with every engine, and each list that is not the fastest a line."""
    file = StringIO()
    print_beside(Console(file=file, width=400), _BESIDE)
    text = file.getvalue()
    assert operations_table(_BESIDE).row_count == 4
    assert "| model: slow, first" in text
    assert "over 10 s" in text
    assert "- Not faster: model: slow, first; SQLite is 2 times as fast." in text
    assert "RDFLib has 10 twins." in text
    assert "over 8 GB" in text
    assert any("faster than every peer on 2 of 3" in line for line in verdict(_BESIDE))


def test_the_plot_has_a_row_for_each_operation_and_a_mark_for_each_engine() -> None:
    """Pages in the middle are left out, wrong answers have no mark, and what took too long stands at the limit."""
    rows = rows_of(_BESIDE.operations)
    assert [row.title for row in rows] == ["model: quick", "model: slow", "read: a twin"]
    assert rows[1].marks == (
        Mark("SQLite", 2.0),
        Mark("DuckDB", LIMIT_MILLISECONDS, is_over=True),
        Mark(IN_PROCESS, 0.4),
        Mark(OWN, 4.0),
    )
