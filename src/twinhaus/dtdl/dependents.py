"""Which models cannot do without others: what must be known before a model goes."""

from collections.abc import Collection, Iterator

from twinhaus.dtdl.registry import Registry
from twinhaus.dtdl.types import Component, Interface


def dependents(registry: Registry, model_ids: Collection[str]) -> tuple[str, ...]:
    """The other models that extend one of these or have it as a component, in the order they were added.

    Nothing else is shared between Interfaces (DTDL, "References"): a relationship's `target` is only compared with.
    """
    needed = frozenset(model_ids)
    return tuple(
        id
        for id in registry.ids
        if id not in needed and not needed.isdisjoint(_needs(registry.get_interface(id), registry))
    )


def _needs(interface: Interface, registry: Registry) -> Iterator[str]:
    yield from interface.extends
    for content in registry.own_contents(interface):
        if isinstance(content, Component):
            yield content.schema.id
