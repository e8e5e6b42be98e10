"""What a connection to a file sees while it reads: one state, and what it remembers of that until the file changes."""

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any

import apsw

from twinhaus.query.plan import Condition
from twinhaus.storage.migrate import MIGRATIONS, insist_on_compatible
from twinhaus.storage.sql.asking.facts import Facts
from twinhaus.storage.sql.sqlite.errors import raise_translated

# As long as a statement is under way, all others on its connection see what it sees (https://sqlite.org/isolation.html).
# So a snapshot needs neither BEGIN nor COMMIT, which would be two statements more for every request.
_HOLD = "SELECT 1 FROM state"
_STATE = "SELECT name, value FROM state"
_FACTS_MAX = 256


class Looking:
    """A snapshot, again and again: `with` holds it."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._held: apsw.Cursor | None = None
        self._version: int | None = None  # Another after every change of the file, whoever makes it.
        self._state: Mapping[str, Any] = {}
        self._facts: dict[Condition, Facts] = {}

    def __enter__(self) -> None:
        """Raises StoreTooNew, Unavailable."""
        try:
            self._held = self._connection.execute(_HOLD)
            next(self._held)
            version = self._connection.data_version()
            if version != self._version:
                self._learn()
                self._version = version
        except BaseException as error:
            self._let_go()
            raise_translated(error)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._let_go()
        if error is not None:
            raise_translated(error)

    def state(self, name: str) -> Any:
        """A value of the whole store; None while no snapshot is held."""
        return None if self._held is None else self._state[name]

    def facts(self, condition: Condition, find: Callable[[], Facts]) -> Facts:
        """What has to be known of a condition; asked for once, as long as the file stays as it is."""
        if self._held is None:
            return find()
        facts = self._facts.get(condition)
        if facts is None:
            facts = find()
            if len(self._facts) < _FACTS_MAX:
                self._facts[condition] = facts
        return facts

    def _learn(self) -> None:
        self._state = dict(self._connection.execute(_STATE))
        insist_on_compatible(int(self._state["compatible"]), MIGRATIONS["sqlite"])
        self._facts.clear()

    def _let_go(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None
