"""How one description of an operation becomes a method of both clients.

In a group of operations a method only *describes* what is to be asked. `@operation` turns it into one that asks: of
the blocking client it returns the value, of the asynchronous one a coroutine of the value. Type checkers and editors
see exactly that, with the described method's parameters and docstring.
"""

from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from functools import wraps
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, Self, TypeVar, overload

from twinhaus_client.calls import Call, Listing
from twinhaus_client.lines import Stream
from twinhaus_client.pages import AsyncPages, Pages

P = ParamSpec("P")
T = TypeVar("T")
D = TypeVar("D")


class Sender(Protocol):
    """A client that blocks."""

    def send(self, call: Call[T], /) -> T: ...
    def stream(self, stream: Stream[T], /) -> Generator[T, None, None]: ...
    def pages(self, listing: Listing[T], /) -> Pages[T]: ...


class AsyncSender(Protocol):
    """A client that is awaited."""

    async def send(self, call: Call[T], /) -> T: ...
    def stream(self, stream: Stream[T], /) -> AsyncGenerator[T, None]: ...
    def pages(self, listing: Listing[T], /) -> AsyncPages[T]: ...


S_co = TypeVar("S_co", bound=Sender | AsyncSender, covariant=True)


class Group(Generic[S_co]):
    """Operations that belong together, and the client that sends them."""

    def __init__(self, sender: S_co) -> None:
        self._sender = sender


class Described(Generic[P, D]):
    """A method that describes; `describe` is the description itself, for whoever wants the plain value.

    Read from a group, it is that method, with `_how` its client is to be asked around it.
    """

    _how: str

    def __init__(self, describe: Callable[Concatenate[Any, P], D]) -> None:
        self.describe = describe
        self.__doc__ = describe.__doc__

    def _bind(self, group: Group[Any] | None) -> Any:
        if group is None:
            return self
        ask = getattr(group._sender, self._how)

        @wraps(self.describe)
        def asking(*arguments: P.args, **named: P.kwargs) -> Any:
            return ask(self.describe(group, *arguments, **named))

        return asking


class operation(Described[P, Call[T]]):  # noqa: N801  A decorator.
    """One call, one value."""

    _how = "send"

    @overload
    def __get__(self, group: None, owner: type) -> Self: ...
    @overload
    def __get__(self, group: Group[Sender], owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, group: Group[AsyncSender], owner: type) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(self, group: Group[Any] | None, owner: type) -> Any:
        return self._bind(group)


class listing(Described[P, Listing[T]]):  # noqa: N801  A decorator.
    """A list, page by page."""

    _how = "pages"

    @overload
    def __get__(self, group: None, owner: type) -> Self: ...
    @overload
    def __get__(self, group: Group[Sender], owner: type) -> Callable[P, Pages[T]]: ...
    @overload
    def __get__(self, group: Group[AsyncSender], owner: type) -> Callable[P, AsyncPages[T]]: ...
    def __get__(self, group: Group[Any] | None, owner: type) -> Any:
        return self._bind(group)


class streaming(Described[P, Stream[T]]):  # noqa: N801  A decorator.
    """An answer, line by line."""

    _how = "stream"

    @overload
    def __get__(self, group: None, owner: type) -> Self: ...
    @overload
    def __get__(self, group: Group[Sender], owner: type) -> Callable[P, Generator[T, None, None]]: ...
    @overload
    def __get__(self, group: Group[AsyncSender], owner: type) -> Callable[P, AsyncGenerator[T, None]]: ...
    def __get__(self, group: Group[Any] | None, owner: type) -> Any:
        return self._bind(group)
