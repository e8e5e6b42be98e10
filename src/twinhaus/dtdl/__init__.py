"""DTDL, the Digital Twins Definition Language, versions 2, 3 and 4: what models there are, and what they allow.

Pure: no I/O, no server, no store.

    registry = load_models([text_of_some_models, text_of_others])
    registry.is_kind_of("dtmi:com:example:Office;1", "dtmi:com:example:Room;1")
    check_contents(registry, "dtmi:com:example:Office;1", {"levelNumber": "3"})
    # (Fault("contents.levelNumber", 'levelNumber expects an integer; got the string "3"'),)
"""

from twinhaus.dtdl.dtmi import is_dtmi
from twinhaus.dtdl.errors import InvalidModels, ModelError, UnknownModel, UnresolvedReferences
from twinhaus.dtdl.instances import NotCheckable
from twinhaus.dtdl.jsonschema import json_schema
from twinhaus.dtdl.registry import Registry, load_models
from twinhaus.dtdl.types import Command, Component, Content, Interface, Property, Relationship, Telemetry
from twinhaus.dtdl.validate import check_contents, check_relationship, max_multiplicity

__all__ = [
    "Command", "Component", "Content", "Interface", "InvalidModels", "ModelError", "NotCheckable", "Property",
    "Registry", "Relationship", "Telemetry", "UnknownModel", "UnresolvedReferences", "check_contents",
    "check_relationship", "is_dtmi", "json_schema", "load_models", "max_multiplicity",
]  # fmt: skip
