"""A list read page by page, while another client creates, replaces, remodels, moves and deletes: the contract's promise
of exactly once (POST /twins).
"""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random

import httpx
import pytest
from tests.engines import Engine
from tests.faults.graphs import bring_in, link, link_path, model, pages, twin
from tests.serving import client, opened

from twinhaus.instants import format_instant
from twinhaus.strictjson import JsonObject
from twinhaus.testing.server import running_server

PAGE_SIZE = 37
CHANGES_BETWEEN_PAGES = 4
SENSORS = ("ZoneAirTemperatureSensor", "HumiditySensor", "OccupancySensor", "Sensor")
SETPOINTS = ("ZoneAirTemperatureSetpoint", "Setpoint", "DischargeAirFlowSetpoint")

LEVELS = [f"inside-level-{number}" for number in range(10)]
BOXES = [f"inside-box-{number}" for number in range(100)]
OUTSIDE = [f"outside-unit-{number}" for number in range(10)]
STEADY = [f"steady-{number}" for number in range(5_000)]
MOVERS = [f"mover-{number}" for number in range(200)]
REBORN = [f"reborn-{number}" for number in range(50)]
OUTDATED = [f"outdated-{number}" for number in range(100)]
STRANGERS = [f"stranger-{number}" for number in range(100)]


@dataclass(frozen=True, slots=True)
class Ground:
    """The store as every test finds it, and when what matches no date filter was last touched."""

    store: str
    outdated_since: str


@pytest.fixture(scope="module")
def ground(engine: Engine, starter_store: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """5,000 sensors of VAV boxes on the levels of one building; beside it what no filter of these tests matches."""
    folder = tmp_path_factory.mktemp("ground")
    with engine.copied(starter_store) as store:
        yield Ground(store, lay_out(store, folder))


def lay_out(store: str, folder: Path) -> str:
    """Fill the store."""
    places = [twin("inside", "Building", name="Inside"), twin("outside", "Building", name="Outside")]
    places += [twin(level, "Level", name=level) for level in LEVELS]
    places += [twin(box, "VAVBox", name=box) for box in BOXES]
    places += [twin(unit, "AirHandlingUnit", name=unit) for unit in OUTSIDE]
    places += [twin(one, "Setpoint", name=one, code="fire-0") for one in OUTDATED]
    held = [link(level, "isPartOf", "inside") for level in LEVELS]
    held += [link(box, "locatedIn", _start(box, LEVELS)) for box in BOXES]
    held += [link(unit, "locatedIn", "outside") for unit in OUTSIDE]
    held += [link(one, "isCapabilityOf", _start(one, OUTSIDE)) for one in OUTDATED]
    bring_in(store, folder, places, held)
    with opened(store) as reading:
        last = reading.read(lambda reader: reader.find_twin(OUTDATED[-1])).result()
    assert last is not None
    matching = [*STEADY[:2_500], *MOVERS, *REBORN, *STEADY[2_500:]]
    sensors = [twin(one, _start(one, SENSORS), name=one, code="fire-0") for one in matching]
    sensors += [twin(one, _start(one, SETPOINTS), name=one, code="calm-0") for one in STRANGERS]
    hosts = [link(one, "isCapabilityOf", _start(one, BOXES)) for one in matching]
    hosts += [link(one, "isCapabilityOf", _start(one, OUTSIDE)) for one in STRANGERS]
    bring_in(store, folder, sensors, hosts)
    return format_instant(last.updated)


@pytest.fixture
def url(engine: Engine, ground: Ground) -> Iterator[str]:
    """A server on a copy of the ground."""
    with engine.copied(ground.store) as store, running_server(store, "--auth", "none") as server:
        yield server.url


def _start(one: str, choices: list[str] | tuple[str, ...]) -> str:
    """Where the twin of this number begins."""
    return choices[int(one.rpartition("-")[2]) % len(choices)]


class Fire:
    """The other client. What is steady it changes in every way that keeps it matching; what is strange, in ways that
    never let it match; the rest as it comes.
    """

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        self._random = Random(37)
        self._models = {one: _start(one, SENSORS) for one in STEADY}
        self._hosts = {one: _start(one, BOXES) for one in [*STEADY, *MOVERS]}
        self._hosts |= {one: _start(one, OUTSIDE) for one in STRANGERS}
        self._levels = {box: _start(box, LEVELS) for box in BOXES}
        self._movers = list(MOVERS)
        self._newcomers: list[str] = []
        self._actions: tuple[Callable[[], None], ...] = (
            self.replace_steady, self.remodel_steady, self.move_steady, self.move_box, self.replace_box,
            self.lead_mover_away, self.create_newcomer, self.delete_newcomer, self.bring_to_life_again,
            self.replace_stranger, self.move_stranger,
        )  # fmt: skip
        self.done: Counter[str] = Counter()

    def wave(self) -> None:
        """A few changes, one after another."""
        for _ in range(CHANGES_BETWEEN_PAGES):
            action = self._random.choice(self._actions)
            action()
            self.done[action.__name__] += 1

    def replace_steady(self) -> None:
        one = self._random.choice(STEADY)
        self._put(one, self._models[one])

    def remodel_steady(self) -> None:
        one = self._random.choice(STEADY)
        self._models[one] = self._random.choice(SENSORS)
        self._put(one, self._models[one])

    def move_steady(self) -> None:
        self._move(self._random.choice(STEADY), "isCapabilityOf", BOXES, self._hosts)

    def move_box(self) -> None:
        self._move(self._random.choice(BOXES), "locatedIn", LEVELS, self._levels)

    def replace_box(self) -> None:
        self._put(self._random.choice(BOXES), "VAVBox")

    def lead_mover_away(self) -> None:
        """To another model, another code, another place, or out of the world."""
        if not self._movers:
            return
        one = self._movers.pop(self._random.randrange(len(self._movers)))
        match self._random.randrange(4):
            case 0:
                self._put(one, "Setpoint")
            case 1:
                self._put(one, "Sensor", code="calm")
            case 2:
                self._move(one, "isCapabilityOf", OUTSIDE, self._hosts)
            case _:
                self._send("DELETE", f"/twins/{one}?cascade=true")

    def create_newcomer(self) -> None:
        one = f"newcomer-{len(self._newcomers)}-{self.done['create_newcomer']}"
        self._newcomers.append(one)
        self._put(one, "Sensor")
        self._send("PUT", "/twins/relationships", link(one, "isCapabilityOf", self._random.choice(BOXES)))

    def delete_newcomer(self) -> None:
        if self._newcomers:
            self._send("DELETE", f"/twins/{self._newcomers.pop()}?cascade=true")

    def bring_to_life_again(self) -> None:
        one = self._random.choice(REBORN)
        self._send("DELETE", f"/twins/{one}?cascade=true")
        self._put(one, "Sensor")
        self._send("PUT", "/twins/relationships", link(one, "isCapabilityOf", self._random.choice(BOXES)))

    def replace_stranger(self) -> None:
        self._put(self._random.choice(STRANGERS), self._random.choice(SETPOINTS), code="calm")

    def move_stranger(self) -> None:
        self._move(self._random.choice(STRANGERS), "isCapabilityOf", OUTSIDE, self._hosts)

    def _put(self, one: str, model_name: str, *, code: str = "fire") -> None:
        number = self.done.total()
        self._send("PUT", "/twins", twin(one, model_name, name=f"{one}, {number}", code=f"{code}-{number}"))

    def _move(self, one: str, name: str, choices: list[str], wholes: dict[str, str]) -> None:
        """There first, and then away from where it was, so that it is in one of both places throughout."""
        old, new = wholes[one], self._random.choice(choices)
        if new != old:
            self._send("PUT", "/twins/relationships", link(one, name, new))
            self._send("DELETE", link_path(one, name, old))
            wholes[one] = new

    def _send(self, method: str, path: str, body: JsonObject | None = None) -> None:
        answer = self._http.request(method, path, json=body)
        assert answer.status_code in (200, 204), (method, path, body, answer.text)


def list_under_fire(url: str, request: JsonObject) -> list[list[str]]:
    """The ids of each page. Waves of changes run beside the pages, and lag at most one wave behind them."""
    listed: list[list[str]] = []
    with client(url) as reading, client(url) as writing, ThreadPoolExecutor(1) as beside:
        fire = Fire(writing)
        waves: list[Future[None]] = [beside.submit(fire.wave)]
        for page in pages(reading, request, page_size=PAGE_SIZE):
            listed.append([found["id"] for found in page])
            waves.append(beside.submit(fire.wave))
            waves[-2].result()
        waves[-1].result()
    assert all(fire.done[action.__name__] > 10 for action in fire._actions), fire.done
    return listed


def check_exactly_once(listed: list[list[str]], steady: list[str]) -> None:
    """What matched throughout came once; nothing came twice that was not born twice; nothing strange came."""
    times = Counter(one for page in listed for one in page)
    assert [one for one in steady if times[one] != 1] == []
    assert [one for one, count in times.items() if count > 1 and one not in REBORN] == []
    assert times.keys() & {*STRANGERS, *OUTDATED, *OUTSIDE, "outside"} == set()
    assert {len(page) for page in listed[:-1]} == {PAGE_SIZE}


def test_a_list_by_model_with_its_subclasses(url: str) -> None:
    """Every sensor that stays a sensor comes exactly once, though it becomes a sensor of another kind."""
    listed = list_under_fire(url, {"modelFilter": {"modelIds": [model("Sensor")]}})
    check_exactly_once(listed, STEADY)


def test_a_list_by_location(url: str) -> None:
    """Everything that stays in the building comes exactly once, though it or its box moves to another level."""
    listed = list_under_fire(url, {"locationFilter": {"locationId": "inside"}})
    check_exactly_once(listed, [*STEADY, *BOXES, *LEVELS, "inside"])


def test_a_list_by_relationship(url: str) -> None:
    """Every twin that always has such a relationship comes exactly once, though it is another one every time."""
    request = {
        "relationshipFilter": {
            "relationshipDirection": "Outgoing",
            "relationshipNames": ["isCapabilityOf"],
            "relatedModelFilter": {"modelIds": [model("VAVBox")]},
        }
    }
    check_exactly_once(list_under_fire(url, request), STEADY)


def test_a_list_by_date_and_property(url: str, ground: Ground) -> None:
    """Every twin whose date and code always match comes exactly once, though both change."""
    request = {
        "dateFilter": {"lastUpdatedAfter": ground.outdated_since},
        "propertyFilter": {"field": "code", "operator": "startsWith", "value": "FIRE-"},
    }
    check_exactly_once(list_under_fire(url, request), STEADY)
