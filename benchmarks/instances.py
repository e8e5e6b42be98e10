"""Many instances in one process: what each costs while it is only open, and what the busy ones cost another."""

from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice
from pathlib import Path

from benchmarks.comparison import Comparison, compare
from benchmarks.connection import Connection, ask_at_once, get_token, make_request
from benchmarks.engine import Connections, Engine
from benchmarks.portfolio import Credentials, Portfolio, import_all, load_models, new_credentials, opened
from benchmarks.timing import Timings, no_garbage_collection, time_once
from twinhaus.auth.tokens import ensure_signing_key
from twinhaus.testing.server import Server, running_server
from twinhaus.transfer.formats import TWINS

BUSY = 20  # Others that are asked while one is.
_TWINS_EACH = 250
_TURN = 210  # Lists before the other server has its turn.
_WARM_UPS = 3
_LIST = b'{"modelFilter":{"modelIds":["dtmi:com:willowinc:Capability;1"]}}'


@dataclass(frozen=True, slots=True)
class Process:
    """What a server's process takes, and its connections with the database."""

    kilobytes: int
    threads: int
    files: int
    connections: Connections


@dataclass(frozen=True, slots=True)
class InstancesMeasured:
    """So many instances in one process, beside a server that has one graph."""

    instances: int
    before: Process  # None is open.
    after: Process  # All are.
    opening: float  # The first request for one, in milliseconds, by the median.
    quiet: Comparison  # A list in one, while nobody else asks; floor: in the only graph.
    busy: Comparison  # While 20 others are asked, too; floor: while 20 more ask for the only graph.

    @property
    def kilobytes_each(self) -> float:
        """What one more takes."""
        return (self.after.kilobytes - self.before.kilobytes) / self.instances


def measure_instances(
    engine: Engine, portfolio: Portfolio, *, instances: int, lists: int
) -> InstancesMeasured:
    """Measure instances that each hold the beginning of the portfolio. Linux alone tells what a process takes."""
    with ExitStack() as stack:
        one = stack.enter_context(engine.new_store())
        credentials = _fill(one, portfolio)
        names = [f"i{number}" for number in range(instances)]
        many = stack.enter_context(engine.multiplied(one, names))
        single, served = (stack.enter_context(running_server(store)) for store in (one, many))
        token = get_token(single.url, credentials)
        # Copies of one store, so a token of it is a token of each.
        lists_of = [_list_of(f"/instances/{name}", token) for name in names]
        before = _process(served, engine.connections(many))
        with closing(Connection(served.url)) as connection:
            opening = Timings(tuple(time_once(partial(connection.ask, request)) for request in lists_of))
        after = _process(served, engine.connections(many))
        turns = _Turns(served, single, lists_of, _list_of("", token))
        return InstancesMeasured(
            instances, before, after, opening.median, turns.take(1, lists // 4), turns.take(BUSY + 1, lists)
        )


def _fill(one: str, portfolio: Portfolio) -> Credentials:
    """Some twins, and a client."""
    with opened(one) as store, portfolio.twins_file.open("rb") as lines:
        load_models(store)
        store.write(ensure_signing_key).result()
        import_all(store, list(islice(lines, _TWINS_EACH)), TWINS)
    return new_credentials(one)


def _list_of(prefix: str, token: str) -> bytes:
    return make_request("POST", f"{prefix}/twins", _LIST, token=token)


class _Turns:
    """Lists of instances beside lists of an only graph."""

    def __init__(self, served: Server, single: Server, lists_of: Sequence[bytes], only: bytes) -> None:
        self._sides = ((served.url, lists_of), (single.url, [only]))

    def take(self, clients: int, lists: int) -> Comparison:
        """So many clients, each asking again once it is answered: for an instance each, and for the only graph."""
        each: list[list[float]] = [[] for _ in self._sides]
        with ExitStack() as stack, no_garbage_collection():
            ways = [
                ([stack.enter_context(closing(Connection(url))) for _ in range(clients)], requests[:clients])
                for url, requests in self._sides
            ]
            for connections, requests in ways:
                list(ask_at_once(connections, islice(cycle(requests), _WARM_UPS * clients)))
            for _ in range(0, lists, _TURN):
                for found, (connections, requests) in zip(each, ways, strict=True):
                    found.extend(ask_at_once(connections, islice(cycle(requests), _TURN)))
        return compare(*(Timings(tuple(found)) for found in each))


def _process(server: Server, connections: Connections) -> Process:
    own = Path("/proc") / str(server.process.pid)
    if not own.exists():
        return Process(0, 0, 0, connections)
    told = dict(line.split(":", 1) for line in (own / "status").read_text("utf-8").splitlines())
    files = sum(1 for _ in (own / "fd").iterdir())
    return Process(int(told["VmRSS"].split()[0]), int(told["Threads"]), files, connections)
