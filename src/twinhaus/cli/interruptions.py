"""Imports that end before their time: what people are told then, and how the command exits."""

import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

import click

from twinhaus.errors import StorageFull, Unavailable
from twinhaus.transfer.outcomes import Tally

INTERRUPTED = 128 + signal.SIGINT  # As shells have it for a program that a signal ended.
_TERMINATED = 128 + signal.SIGTERM


class _Terminated(KeyboardInterrupt):
    """It is to end, as by Ctrl-C, but somebody else says so."""


@contextmanager
def resumable(tallies: Mapping[str, Tally]) -> Iterator[None]:
    """An import that may be cut short: by the store, by Ctrl-C, or by SIGTERM. One line then says why, what is kept,
    going by what was acknowledged, and how to go on.
    """
    before = signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    except Unavailable as error:
        raise click.ClickException(f"{_reason(error)} {_kept(tallies)}") from error
    except KeyboardInterrupt as error:
        is_terminated = isinstance(error, _Terminated)
        click.echo(f"{'Told to stop' if is_terminated else 'Interrupted'}. {_kept(tallies)}", err=True)
        sys.exit(_TERMINATED if is_terminated else INTERRUPTED)
    finally:
        signal.signal(signal.SIGTERM, before)


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    raise _Terminated


def _reason(error: Unavailable) -> str:
    if isinstance(error, StorageFull):
        return "The store has no room left to write to; free some disk space."
    cause = str(error.__cause__ or error).splitlines()[0]
    return f"The store cannot be written any more: {cause.removesuffix('.')}."


def _kept(tallies: Mapping[str, Tally]) -> str:
    """What was under way may have been written, too, and not been told."""
    kept = ", ".join(f"{tally.taken} {what}" for what, tally in tallies.items()) or "0 lines"
    return f"Kept so far: {kept}, or a little more. The same command goes on from there."
