"""Models as answers carry them, and their entity tags."""

from collections.abc import Iterable

from twinhaus.api.etags import content_tag
from twinhaus.dtdl import Registry
from twinhaus.instants import format_instant
from twinhaus.storage.store import StoredModel
from twinhaus.strictjson import JsonObject, write


def model_text(registry: Registry, model: StoredModel, *, with_definition: bool) -> bytes:
    """One model. Its definition is the text it is stored as, inside a string."""
    interface = registry.get_interface(model.id)
    value: JsonObject = {
        "id": model.id,
        "displayName": dict(interface.display_name) or None,
        "description": dict(interface.description) or None,
    }
    if with_definition:
        value["modelDefinition"] = registry.document(model.id)
    value["uploadTime"] = format_instant(model.uploaded)
    value["decommissioned"] = model.is_decommissioned
    return write(value)


def models_text(registry: Registry, models: Iterable[StoredModel], *, with_definitions: bool) -> bytes:
    """An array of models."""
    # One by one, so that the event loop gets its turn between them.
    texts = (model_text(registry, model, with_definition=with_definitions) for model in models)
    return b"[%b]" % b",".join(texts)


def model_tag(model: StoredModel) -> str:
    """The strong tag of a model as it is now. Its text does not change, and one that comes back is a later one."""
    return f'"{model.uploaded:x}.{model.is_decommissioned:d}"'


def models_tag(models: Iterable[StoredModel], *, with_definitions: bool) -> str:
    """The strong tag of an array of models: it changes with these models alone, not with every other."""
    known = "".join(f"{model.id} {model_tag(model)}\n" for model in models)
    return content_tag(f"{with_definitions:d}\n{known}".encode())
