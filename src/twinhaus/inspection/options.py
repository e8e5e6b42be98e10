"""The options that say which graph a command works on, the same for every command: `--store` and `--instance`."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import click

from twinhaus.settings import Settings, load_settings

Command = TypeVar("Command", bound=Callable[..., object])
_INSTANCE = "twinhaus.instance"


def store_option(help_: str) -> Callable[[Command], Command]:
    """`--store` alone, for commands that look after instances themselves."""
    return click.option(
        "--store",
        type=str,
        metavar="STORE",
        envvar="TWINHAUS_STORE",
        default=Settings().store,
        show_default=True,
        show_envvar=True,
        help=help_,
    )


def graph_options(help_: str) -> Callable[[Command], Command]:
    """`--store`, which the command gets, and `--instance`, which `chosen` knows."""
    instance = click.option(
        "--instance",
        metavar="NAME",
        envvar="TWINHAUS_INSTANCE",
        expose_value=False,
        callback=_remember,
        show_envvar=True,
        help="The instance of that store; without it, its graph that has no name.",
    )
    return lambda command: store_option(help_)(instance(command))


def _remember(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    context.meta[_INSTANCE] = value or ""


def chosen(store: str) -> Settings:
    """The settings of the command that runs, for this store and the instance that was named. Raises BadSetting."""
    instance: str = click.get_current_context().meta.get(_INSTANCE, "")
    return replace(load_settings(), store=store, instance=instance)
