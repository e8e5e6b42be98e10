"""Reading for an event loop: a question goes in one message with what has to be known beside its answer.

The store's state is supposed to be what it was last, and comes along with the first answer. Statements up to the end of
a message are one transaction, which takes no words to begin and to end. On Citus it does: without them the machine that
has the tables takes each statement for itself, as they are when it comes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, NoReturn, TypeVar

import psycopg

from twinhaus.storage.sql.connection import NotBrief, Statement
from twinhaus.storage.sql.postgres.connecting import SETTINGS, connect, has_citus, in_milliseconds, quoted
from twinhaus.storage.sql.postgres.connection import DIALECT
from twinhaus.storage.sql.postgres.errors import ConnectionLost, translated
from twinhaus.storage.sql.postgres.sending import Rows, Sending, SentBefore, Wait

_SETTINGS = f"""{SETTINGS};
    SET default_transaction_isolation = 'repeatable read'; SET default_transaction_read_only = on
"""
_QUERIES = DIALECT.queries
# Who asks one of these asks more.
_NEVER_LAST = frozenset(_QUERIES[name] for name in ("facts", "located_in"))
_SUPPOSED = _QUERIES["facts"]  # Its answer is hardly ever another.
_REMEMBERED_MAX = 256  # Statements; searches have as many at hand.

Result = TypeVar("Result")


class GlancingConnection:
    """One connection, used by one job at a time. Whatever is not brief raises NotBrief."""

    dialect = DIALECT

    def __init__(self, url: str) -> None:
        """Raises StoreUnusable, Unreachable."""
        self._connection = connect(url, _SETTINGS)
        self._takes_words = has_citus(self._connection)
        self._sending = Sending(self._connection)
        self._known: Mapping[str, str] = {}
        self._state: Mapping[str, str] | None = None
        self._is_state_asked = False
        self._limits: tuple[str, float] | None = None
        self._wanted_limits = ("", 0.0)
        self._is_over = False
        self._last = ""
        self._followed: set[str] = set()
        self._supposed: dict[tuple[str, Any], Rows] = {}
        self._has_supposed_wrong = False

    @property
    def is_lost(self) -> bool:
        """Whether nothing can be asked of it any more."""
        return self._connection.closed

    def glance(
        self, job: Callable[[], Result], schema: str, seconds: float, known: Mapping[str, str], wait: Wait
    ) -> Result:
        """What a job comes to. Its statements see one state of a store, which is what is known of it, and each is given
        up after so long.

        Raises NotBrief where it is not, or where more is asked after what seemed to be the last question; QueryTimeout,
        StoreGone, Unavailable.
        """
        self._known, self._state, self._is_over = known, None, False
        self._is_state_asked = self._has_supposed_wrong = False
        self._wanted_limits = (schema, seconds)
        self._sending.wait = wait
        try:
            with translated():
                try:
                    return job()
                finally:  # Whatever became of it is told only if it was done with the right state.
                    if self._state is None:
                        self._ask_state()
        except ConnectionLost:
            self.close()
            raise
        finally:
            if not self.is_lost:
                with suppress(psycopg.Error):
                    self._leave()

    def _leave(self) -> None:
        """The end of the transaction, for which nobody waits."""
        if self._takes_words and self._is_state_asked:
            self._sending.send(_QUERIES["commit"], {})
        if self._sending.is_under_way:
            self._sending.leave()

    def state(self, name: str) -> str:
        return self._known[name]

    def rows(self, text: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        if self._is_over:
            self._expect_more_after(self._last)
            raise NotBrief
        self._is_over = text not in _NEVER_LAST and text not in self._followed
        self._last = text
        if not self._is_state_asked:
            self._send_state()
        return iter(
            self._supposing(text, parameters) if text == _SUPPOSED else self._answered(text, parameters)
        )

    def _expect_more_after(self, text: str) -> None:
        """A list whose first stride was not enough, whatever its values, is likely to need a second one again."""
        if len(self._followed) == _REMEMBERED_MAX:
            self._followed.clear()
        self._followed.add(text)

    def _supposing(self, text: str, parameters: Mapping[str, Any]) -> Rows:
        """What the answer was last: it is asked for together with what is asked next, and has to be the same."""
        asked = self._wanted_limits[0], tuple(parameters.items())
        supposed = self._supposed.get(asked)
        if supposed is None:
            supposed = self._answered(text, parameters)
            self._suppose(asked, supposed)
        else:
            self._sending.send(text, parameters, partial(self._compare, asked, supposed))
        return supposed

    def _compare(self, asked: tuple[str, Any], supposed: Rows, found: Rows) -> None:
        if found != supposed:
            self._has_supposed_wrong = True
            self._suppose(asked, found)

    def _suppose(self, asked: tuple[str, Any], found: Rows) -> None:
        if len(self._supposed) == _REMEMBERED_MAX:
            self._supposed.clear()
        self._supposed[asked] = found

    def _send_state(self) -> None:
        self._is_state_asked = True
        if self._takes_words:
            self._sending.send(_QUERIES["begin_reading"], {})
        if self._limits != self._wanted_limits:
            schema, seconds = self._wanted_limits
            limits = {"path": quoted(schema), "statement": str(in_milliseconds(seconds))}
            self._sending.send(_QUERIES["limit_session"], limits)
        self._sending.send(_QUERIES["lasting_state"], {}, self._learn)

    def _ask_state(self) -> None:
        self._is_over = True
        if not self._is_state_asked:
            self._send_state()
        self._answered(_QUERIES["nothing"], {})

    def _answered(self, text: str, parameters: Mapping[str, Any]) -> Rows:
        try:
            found = self._sending.ask(text, parameters, is_last=self._is_over)
        except (SentBefore, psycopg.Error) as error:
            self._limits = None  # They are undone with the transaction.
            self._insist_on_known()
            raise (error.__cause__ or error) from None
        self._limits = self._wanted_limits
        self._insist_on_known()
        return found

    def _insist_on_known(self) -> None:
        """What was asked of a store that has changed meanwhile, or been migrated, was the wrong question."""
        if self._has_supposed_wrong or (self._state is not None and self._state != self._known):
            raise NotBrief

    def _learn(self, rows: Rows) -> None:
        self._state = dict(rows)

    def each_row(self, text: str, parameters: Mapping[str, Any]) -> NoReturn:
        raise NotBrief

    def send(self, statements: Iterable[Statement]) -> NoReturn:
        raise NotBrief

    def check_time(self) -> NoReturn:
        """For what takes the caller long itself."""
        raise NotBrief

    def close(self) -> None:
        self._connection.close()
