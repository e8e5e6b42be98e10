"""Reading for an event loop: a question goes in one message with what has to be known beside its answer.

The store's state is supposed to be what it was last, and comes along with the first answer. Statements up to the end of
a message are one transaction, which takes no words to begin and to end.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, NoReturn

import psycopg

from twinhaus.storage.sql.connection import NotBrief, Statement
from twinhaus.storage.sql.postgres.connecting import SETTINGS, connect, in_milliseconds, quoted
from twinhaus.storage.sql.postgres.connection import DIALECT
from twinhaus.storage.sql.postgres.errors import ConnectionLost, translated
from twinhaus.storage.sql.postgres.sending import Rows, Sending, SentBefore, Wait

_SETTINGS = f"""{SETTINGS};
    SET default_transaction_isolation = 'repeatable read'; SET default_transaction_read_only = on
"""
_QUERIES = DIALECT.queries
# Who asks one of these asks more.
_NEVER_LAST = frozenset(_QUERIES[name] for name in ("facts", "located_in"))
_FOLLOWED_MAX = 256  # Statements; searches have as many at hand.


class GlancingConnection:
    """One connection, used by one job at a time. Whatever is not brief raises NotBrief."""

    dialect = DIALECT

    def __init__(self, url: str) -> None:
        """Raises StoreUnusable, Unreachable."""
        self._connection = connect(url, _SETTINGS)
        self._sending = Sending(self._connection)
        self._known: Mapping[str, str] = {}
        self._state: Mapping[str, str] | None = None
        self._limits: tuple[str, int] | None = None
        self._wanted_limits = ("", 0)
        self._is_over = False
        self._last = ""
        self._followed: set[str] = set()

    @property
    def is_lost(self) -> bool:
        """Whether nothing can be asked of it any more."""
        return self._connection.closed

    @contextmanager
    def glance(self, schema: str, seconds: float, known: Mapping[str, str], wait: Wait) -> Iterator[None]:
        """Statements inside see one state of a store, which is what is known of it, and each is given up after so long.

        Raises NotBrief where it is not, or where more is asked after what seemed to be the last question; QueryTimeout,
        StoreGone, Unavailable.
        """
        self._known, self._state, self._is_over = known, None, False
        self._wanted_limits = (schema, in_milliseconds(seconds))
        self._sending.wait = wait
        try:
            with translated():
                try:
                    yield
                finally:  # Whatever became of it is told only if it was done with the right state.
                    if self._state is None:
                        self._ask_state()
        except ConnectionLost:
            self.close()
            raise
        finally:
            if self._sending.is_under_way and not self.is_lost:
                with suppress(psycopg.Error):
                    self._sending.leave()

    def state(self, name: str) -> str:
        return self._known[name]

    def rows(self, text: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        if self._is_over:
            self._expect_more_after(self._last)
            raise NotBrief
        self._is_over = text not in _NEVER_LAST and text not in self._followed
        self._last = text
        if self._state is None:
            self._send_state()
        return iter(self._answered(text, parameters))

    def _expect_more_after(self, text: str) -> None:
        """A list whose first stride was not enough, whatever its values, is likely to need a second one again."""
        if len(self._followed) == _FOLLOWED_MAX:
            self._followed.clear()
        self._followed.add(text)

    def _send_state(self) -> None:
        if self._limits != self._wanted_limits:
            schema, milliseconds = self._wanted_limits
            limits = {"path": quoted(schema), "statement": str(milliseconds)}
            self._sending.send(_QUERIES["limit_session"], limits)
        self._sending.send(_QUERIES["lasting_state"], {}, self._learn)

    def _ask_state(self) -> None:
        self._is_over = True
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
        if self._state is not None and self._state != self._known:
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
