"""Instances are opened by the first request for them and closed when they rest, and never while anyone uses them."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from threading import Event
from types import SimpleNamespace
from typing import Any, cast

import pytest

from twinhaus.api.call import Deployment
from twinhaus.api.deployments import OPENING_MAX, Deployments, OpenInstance, Place
from twinhaus.errors import Unavailable
from twinhaus.storage.instances import InstanceStore, NoInstance

ENOUGH_SECONDS = 30
OWN = cast(Deployment, SimpleNamespace(name="own"))


class FakeStore:
    """The store of an instance, as far as being open goes."""

    def __init__(self, world: "World", name: str) -> None:
        self.world = world
        self.name = name
        self.edition = world.editions[name]
        self.is_open = True
        self.users = 0

    def is_current(self) -> bool:
        return self.world.editions[self.name] == self.edition

    def tend(self) -> "Future[float | None]":
        """Nothing is put off."""
        future: Future[float | None] = Future()
        future.set_result(None)
        return future

    def close(self) -> None:
        assert self.users == 0, "closed while it was in use"
        assert self.is_open, "closed twice"
        self.is_open = False
        with self.world.lock:
            self.world.open -= 1


class World:
    """Instances that count how often they are opened, and how many are at a time."""

    def __init__(self, *names: str) -> None:
        self.editions = Counter(
            dict.fromkeys(names, 1)
        )  # Raised when one is made again; 0 where there is none.
        self.lock = threading.Lock()
        self.stores: list[FakeStore] = []
        self.open = self.opening = self.open_most = self.opening_most = 0
        self.threads: set[str] = set()
        self.may_open = Event()
        self.may_open.set()
        self.now = 0.0

    def open_instance(self, name: str) -> OpenInstance:
        with self.lock:
            self.opening += 1
            self.opening_most = max(self.opening, self.opening_most)
        assert self.may_open.wait(ENOUGH_SECONDS)
        with self.lock:
            self.opening -= 1
            self.threads.add(threading.current_thread().name)
            if not self.editions[name]:
                raise NoInstance(name)
            store = FakeStore(self, name)
            self.stores.append(store)
            self.open += 1
            self.open_most = max(self.open, self.open_most)
        return OpenInstance(cast(InstanceStore, store), cast(Deployment, SimpleNamespace(store=store)))

    def deployments(self, **limits: Any) -> Deployments:
        chosen = {"open_max": 100, "idle_seconds": 60.0, "wait_seconds": ENOUGH_SECONDS, **limits}
        return Deployments(OWN, self.open_instance, clock=lambda: self.now, **chosen)


def store_of(place: Place) -> FakeStore:
    """What is behind a place."""
    return cast(FakeStore, place.deployment.store)


def run(world: World, job: Callable[[Deployments], Coroutine[Any, Any, None]], **limits: Any) -> None:
    """A job on an event loop; afterwards everything must be closed."""

    async def whole() -> None:
        deployments = world.deployments(**limits)
        try:
            await job(deployments)
        finally:
            await deployments.close()

    asyncio.run(whole())
    assert not any(store.is_open for store in world.stores)


async def closed(world: World, open_: int) -> None:
    """Wait until no more than so many are open: closing is done on threads."""
    async with asyncio.timeout(ENOUGH_SECONDS):
        while world.open > open_:  # noqa: ASYNC110  It is changed on threads.
            await asyncio.sleep(0)


def test_requests_at_once_open_an_instance_once() -> None:
    """A hundred requests for an instance that is not open wait for the same opening."""
    world = World("acme")

    async def job(deployments: Deployments) -> None:
        places = await asyncio.gather(*(deployments.take("acme") for _ in range(100)))
        assert len(world.stores) == len({id(place) for place in places}) == 1
        for place in places:
            deployments.give_back(place)
        assert await deployments.take("acme") is places[0]
        deployments.give_back(places[0])

    run(world, job)
    assert len(world.stores) == 1


def test_few_are_opened_at_a_time() -> None:
    """However many instances are asked for at once, and never on the event loop's thread."""
    names = [f"i{number}" for number in range(60)]
    world = World(*names)

    async def job(deployments: Deployments) -> None:
        for place in await asyncio.gather(*map(deployments.take, names)):
            deployments.give_back(place)

    run(world, job)
    assert 1 <= world.opening_most <= OPENING_MAX
    assert len(world.stores) == 60
    assert threading.current_thread().name not in world.threads


def test_an_unknown_instance_is_refused_each_time_anew() -> None:
    """To all who wait for it; once it has been made, it is found."""
    world = World()

    async def job(deployments: Deployments) -> None:
        outcomes = await asyncio.gather(*(deployments.take("acme") for _ in range(5)), return_exceptions=True)
        assert [type(one) for one in outcomes] == [NoInstance] * 5
        world.editions["acme"] += 1
        deployments.give_back(await deployments.take("acme"))

    run(world, job)


@pytest.mark.parametrize("error", [OSError("/secret/path"), Unavailable("/secret/path")])
def test_what_cannot_be_opened_is_unavailable(error: Exception) -> None:
    """What is wrong is for the log: it may name files."""
    world = World("acme")

    def fail(name: str) -> OpenInstance:
        raise error

    async def job(deployments: Deployments) -> None:
        broken = Deployments(OWN, fail)
        with pytest.raises(Unavailable) as refused:
            await broken.take("acme")
        assert refused.value.__cause__ is error
        assert "secret" not in refused.value.detail
        await broken.close()

    run(world, job)


def test_the_one_that_rested_longest_makes_room() -> None:
    """Where as many are open as may be, the one that was given back first is closed, and no other."""
    world = World("a", "b", "c", "d")

    async def job(deployments: Deployments) -> None:
        for name in ("a", "b", "c", "a"):
            deployments.give_back(await deployments.take(name))
        deployments.give_back(await deployments.take("d"))
        await closed(world, 3)
        assert [store.name for store in world.stores if store.is_open] == ["a", "c", "d"]

    run(world, job, open_max=3)


def test_what_is_in_use_makes_no_room() -> None:
    """However long ago it was taken: the next one is closed in its place."""
    world = World("a", "b", "c")

    async def job(deployments: Deployments) -> None:
        long = await deployments.take("a")
        deployments.give_back(await deployments.take("b"))
        deployments.give_back(await deployments.take("c"))
        await closed(world, 2)
        assert [store.name for store in world.stores if store.is_open] == ["a", "c"]
        deployments.give_back(long)

    run(world, job, open_max=2)


def test_where_all_are_in_use_the_next_waits() -> None:
    """It comes in as soon as one is given back, without that one being opened twice."""
    world = World("a", "b")

    async def job(deployments: Deployments) -> None:
        first = await deployments.take("a")
        waiting = [asyncio.create_task(deployments.take("b")) for _ in range(3)]
        await asyncio.sleep(0)
        assert not any(task.done() for task in waiting)
        deployments.give_back(first)
        for place in await asyncio.gather(*waiting):
            assert store_of(place).name == "b"
            deployments.give_back(place)

    run(world, job, open_max=1)
    assert [store.name for store in world.stores] == ["a", "b"]


def test_who_waits_in_vain_is_told_to_come_again() -> None:
    """After a while, with Unavailable; what was in use still is."""
    world = World("a", "b")

    async def job(deployments: Deployments) -> None:
        first = await deployments.take("a")
        with pytest.raises(Unavailable, match="Too many instances"):
            await deployments.take("b")
        assert store_of(first).is_open
        deployments.give_back(first)
        deployments.give_back(await deployments.take("b"))

    run(world, job, open_max=1, wait_seconds=0.01)


def test_who_rests_long_enough_is_closed() -> None:
    """Counted from when it was last given back; one in use does not rest."""
    world = World("a", "b", "c")

    async def job(deployments: Deployments) -> None:
        used = await deployments.take("c")
        deployments.give_back(await deployments.take("a"))
        world.now = 30.0
        deployments.give_back(await deployments.take("b"))
        world.now = 59.0
        deployments.close_rested()
        assert world.open == 3
        world.now = 60.0
        deployments.close_rested()
        await closed(world, 2)
        assert [store.name for store in world.stores if store.is_open] == ["c", "b"]
        world.now = 1_000.0
        deployments.close_rested()
        await closed(world, 1)
        assert store_of(used).is_open
        deployments.give_back(used)

    run(world, job)


def test_resting_is_noticed_without_a_request() -> None:
    """A timer closes them; nobody has to ask for another instance."""
    world = World("a", "b")

    async def job(deployments: Deployments) -> None:
        for name in ("a", "b"):
            deployments.give_back(await deployments.take(name))
        world.now = 1.0
        await closed(world, 0)

    run(world, job, idle_seconds=0.01)


def test_one_that_was_made_again_is_opened_again() -> None:
    """Whoever uses the old one keeps it until the end; whoever comes later gets the new one, or none."""
    world = World("acme")

    async def job(deployments: Deployments) -> None:
        old = await deployments.take("acme")
        world.editions["acme"] += 1
        new = await deployments.take("acme")
        assert store_of(new) is not store_of(old)
        assert store_of(old).is_open
        deployments.give_back(new)
        deployments.give_back(old)
        await closed(world, 1)
        assert not store_of(old).is_open
        world.editions["acme"] = 0
        with pytest.raises(NoInstance):
            await deployments.take("acme")
        await closed(world, 0)

    run(world, job)


def test_what_failed_since_it_was_removed_is_told_so() -> None:
    """While it is there, or was made again, whoever failed may try again; else there is no such instance."""
    world = World("acme")

    async def job(deployments: Deployments) -> None:
        place = await deployments.take("acme")
        await deployments.insist_on(place)
        world.editions["acme"] = 2
        await deployments.insist_on(place)
        world.editions["acme"] = 0
        with pytest.raises(NoInstance):
            await deployments.insist_on(place)
        deployments.give_back(place)

    run(world, job)


def test_who_gives_up_leaves_the_opening_to_the_others() -> None:
    """A request that is gone while an instance is opened ends nothing for those that wait, too; nor is it in use."""
    world = World("acme")

    async def job(deployments: Deployments) -> None:
        world.may_open.clear()
        gone, stays = (asyncio.create_task(deployments.take("acme")) for _ in range(2))
        await asyncio.sleep(0)
        gone.cancel()
        world.may_open.set()
        place = await stays
        assert gone.cancelled()
        deployments.give_back(place)
        world.may_open.clear()
        world.now = 60.0
        deployments.close_rested()
        await closed(world, 0)
        alone = asyncio.create_task(deployments.take("acme"))
        await asyncio.sleep(0)
        alone.cancel()
        world.may_open.set()
        await asyncio.gather(alone, return_exceptions=True)
        async with asyncio.timeout(ENOUGH_SECONDS):
            while len(world.stores) < 2 or world.open:
                world.now += 60.0
                deployments.close_rested()
                await asyncio.sleep(0)

    run(world, job)


@pytest.mark.parametrize("made_again", [False, True])
def test_many_requests_on_few_places(*, made_again: bool) -> None:
    """Two thousand requests for thirty instances, of which five may be open: each finds its own open, none is closed
    under it, and there are never more than that and those being closed; also where instances are made again meanwhile.
    """
    names = [f"i{number}" for number in range(30)]
    world = World(*names)

    async def ask(deployments: Deployments, number: int) -> None:
        name = names[number * 7 % 30]
        place = await deployments.take(name)
        store = store_of(place)
        store.users += 1
        assert store.name == name
        for _ in range(number % 4):
            await asyncio.sleep(0)
            assert store.is_open
        if made_again and number % 97 == 0:
            world.editions[name] += 1
        store.users -= 1
        deployments.give_back(place)

    async def job(deployments: Deployments) -> None:
        await asyncio.gather(*(ask(deployments, number) for number in range(2_000)))

    run(world, job, open_max=5)
    assert {store.name for store in world.stores} == set(names)
    if not made_again:  # Else old ones that are still used come on top.
        assert world.open_most <= 5 + OPENING_MAX


def test_without_instances_every_name_is_unknown() -> None:
    """A server that serves one graph only knows no other."""

    async def job() -> None:
        deployments = Deployments(OWN)
        with pytest.raises(NoInstance):
            await deployments.take("acme")
        await deployments.close()

    asyncio.run(job())
