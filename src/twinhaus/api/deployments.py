"""The deployments of one server: its own graph's, and those of instances, opened by the first request for them.

All of it happens on the event loop; only opening and closing, which block, are done on threads. An instance that a
request uses is never closed.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from msgspec import Struct

from twinhaus.api.call import Deployment
from twinhaus.api.tending import tend
from twinhaus.errors import TwinhausError, Unavailable
from twinhaus.observability import INSTANCES_OPEN
from twinhaus.storage.instances import InstanceStore, NoInstance

_LOG = logging.getLogger(__name__)
OPENING_MAX = 4  # At a time: it takes a core for some milliseconds, and the disk.
WAIT_SECONDS = 5.0  # For a place, where as many instances as may be open are in use.


class OpenInstance(Struct, frozen=True):
    """What opening an instance gives."""

    store: InstanceStore
    deployment: Deployment


Open = Callable[[str], OpenInstance]


def open_none(name: str) -> OpenInstance:
    """For a server without instances. Raises NoInstance."""
    raise NoInstance(name)


class Place:
    """An instance that is being opened, is open, or is left behind and waits for the last who uses it."""

    def __init__(self, name: str, opening: "asyncio.Task[OpenInstance]") -> None:
        self.name = name
        self.opening = opening
        self.opened: OpenInstance | None = None
        self.tending: asyncio.Task[None] | None = None
        self.users = 0
        self.rests_since = 0.0
        self.is_left = False

    @property
    def is_idle(self) -> bool:
        return self.opened is not None and not self.users

    @property
    def is_outdated(self) -> bool:
        """Whether its name stands for another instance now, or for none."""
        return self.opened is not None and not self.opened.store.is_current()

    @property
    def deployment(self) -> Deployment:
        """Once it is open."""
        assert self.opened is not None
        return self.opened.deployment


class Deployments:
    """Hands out deployments by name; each is to be given back."""

    def __init__(
        self,
        own: Deployment,
        open_instance: Open = open_none,
        *,
        open_max: int = 1,
        idle_seconds: float = 1.0,
        wait_seconds: float = WAIT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`open_instance` blocks, and raises NoInstance where there is none of that name."""
        self.own = own
        self._open_instance = open_instance
        self._open_max = open_max
        self._idle_seconds = idle_seconds
        self._wait_seconds = wait_seconds
        self._clock = clock
        self._places: OrderedDict[str, Place] = OrderedDict()  # Who was given back last is last.
        self._closing: set[asyncio.Future[None]] = set()
        self._threads = ThreadPoolExecutor(OPENING_MAX, "instances")
        self._room = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None

    async def take(self, name: str) -> Place:
        """The instance of this name, opened if need be, in use until it is given back.

        Raises NoInstance, and Unavailable where it cannot be opened, or no place comes free.
        """
        place = self._find(name) or await self._new_place(name)
        place.users += 1
        if place.opened is not None:
            return place
        try:
            # Others wait for it, too, whatever becomes of this request.
            await asyncio.shield(place.opening)
        except BaseException:
            self.give_back(place)
            raise
        return place

    def give_back(self, place: Place) -> None:
        """What `take` has handed out is no longer used."""
        place.users -= 1
        if place.users:
            return
        if place.is_left:
            self._close(place)
        elif place.opened is not None:
            self._rest(place)

    async def insist_on(self, place: Place) -> None:
        """Raise NoInstance where something failed since the instance was removed; nothing, where it was made again.

        Raises Unavailable as `take` does.
        """
        if place.is_outdated:
            self.give_back(await self.take(place.name))

    def close_rested(self) -> None:
        """Close those that nobody has used for so long, and come back when the next one has rested."""
        self._timer = None
        now = self._clock()
        for place in [one for one in self._places.values() if one.is_idle]:
            rest = place.rests_since + self._idle_seconds - now
            if rest > 0:
                self._wake_after(rest)
                return
            self._leave(place)

    async def close(self) -> None:
        """Close the instances. No request is under way any more, nor will any come."""
        if self._timer is not None:
            self._timer.cancel()
        await asyncio.gather(*(one.opening for one in self._places.values()), return_exceptions=True)
        for place in list(self._places.values()):
            self._leave(place)
        while self._closing:
            await asyncio.wait(self._closing)
        self._threads.shutdown()

    def _find(self, name: str) -> Place | None:
        """Where this instance is open, or will be in a moment. One that was removed meanwhile is left behind."""
        place = self._places.get(name)
        if place is None or not place.is_outdated:
            return place
        self._leave(place)
        return None

    async def _new_place(self, name: str) -> Place:
        """Where no other request has made one while this one waited for room."""
        try:
            async with asyncio.timeout(self._wait_seconds):
                while not self._has_room():
                    self._room.clear()
                    await self._room.wait()
                    if found := self._find(name):
                        return found
        except TimeoutError as error:
            raise Unavailable("Too many instances are in use just now. Try again shortly.") from error
        place = self._places[name] = Place(name, asyncio.create_task(self._open(name)))
        place.opening.add_done_callback(lambda _: self._opened(place))
        return place

    def _has_room(self) -> bool:
        """Whether one more may be open, if need be after closing the one that has rested longest."""
        if len(self._places) < self._open_max:
            return True
        longest = next((one for one in self._places.values() if one.is_idle), None)
        if longest is None:
            return False
        self._leave(longest)
        return True

    async def _open(self, name: str) -> OpenInstance:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, self._open_instance, name)
        except NoInstance:
            raise
        except (TwinhausError, OSError) as error:
            # Who runs the server has to learn what is wrong, and with which file; who sends requests has not.
            _LOG.warning("the instance %s cannot be opened: %s", name, error)
            raise Unavailable("The instance cannot be opened just now. Try again shortly.") from error

    def _opened(self, place: Place) -> None:
        if place.opening.cancelled() or place.opening.exception() is not None:
            self._forget(place)
            return
        place.opened = place.opening.result()
        place.tending = asyncio.create_task(tend(place.opened.store))
        INSTANCES_OPEN.set(len(self._places))
        if not place.users:  # Whoever wanted it has gone.
            self._rest(place)

    def _leave(self, place: Place) -> None:
        """Hand it out no more, and close it as soon as nobody uses it."""
        self._forget(place)
        place.is_left = True
        if not place.users:
            self._close(place)

    def _rest(self, place: Place) -> None:
        place.rests_since = self._clock()
        self._places.move_to_end(place.name)
        self._wake_after(self._idle_seconds)
        self._room.set()

    def _forget(self, place: Place) -> None:
        del self._places[place.name]
        INSTANCES_OPEN.set(len(self._places))
        self._room.set()

    def _close(self, place: Place) -> None:
        assert place.opened is not None
        if place.tending is not None:
            place.tending.cancel()
        closing = asyncio.get_running_loop().run_in_executor(self._threads, place.opened.store.close)
        self._closing.add(closing)
        closing.add_done_callback(self._closed)

    def _closed(self, closing: "asyncio.Future[None]") -> None:
        self._closing.discard(closing)
        if (error := closing.exception()) is not None:
            _LOG.warning("an instance was not closed as it should be", exc_info=error)

    def _wake_after(self, seconds: float) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(seconds, self.close_rested)
