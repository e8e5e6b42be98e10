"""Handlers of models: list, get, add, delete, decommission, and the JSON Schema of a model's twins."""

from starlette.responses import Response

from twinhaus import changes, strictjson
from twinhaus.api.answers import JsonText
from twinhaus.api.call import Call
from twinhaus.api.decommissioning import read_decommissioning
from twinhaus.api.etags import content_tag, precondition, tag_condition, unwanted
from twinhaus.api.model_objects import model_tag, model_text, models_tag, models_text
from twinhaus.dtdl import UnknownModel, is_dtmi
from twinhaus.dtdl.additions import Addition, check_addition
from twinhaus.dtdl.jsonschema import MEDIA_TYPE, json_schema
from twinhaus.dtdl.words import no_model_id
from twinhaus.errors import Fault, Invalid
from twinhaus.members import Faults
from twinhaus.storage.store import Reader, Transaction
from twinhaus.strictjson import MODEL_DEPTH_MAX

MODELS_MAX = 10_000  # In one request; three times the largest ontology published.
_JSON = "application/json"
# A stored model does not change, but it may be removed, and come back as another; and a token must be sent for it.
_CACHING = {"Cache-Control": "private, max-age=3600"}


async def list_models(call: Call) -> Response:
    """GET /models?rootModel=&includeModelDefinitions=: all models, or one and all that extend it at any depth."""
    faults = Faults()
    parameters = call.parameters(faults)
    root, with_definitions = parameters.text("rootModel"), parameters.flag("includeModelDefinitions")
    _check_dtmi(root, "rootModel", faults)
    condition = tag_condition(call.request.headers, faults)
    faults.raise_any()

    def list_or_keep(reader: Reader) -> tuple[str, bytes | None]:
        registry, models = reader.registry, reader.models()
        if root is not None:
            kinds = registry.descendants(root) if root in registry else frozenset()
            models = [model for model in models if model.id in kinds]
        tag = models_tag(models, with_definitions=with_definitions)
        if not condition(tag):
            return tag, None
        return tag, models_text(registry, models, with_definitions=with_definitions)

    return _conditional(call, *await call.read(list_or_keep))


async def get_model(call: Call) -> Response:
    """GET /models/{modelId}: one model, with its definition."""
    faults = Faults()
    model_id = _model_id(call, faults)
    condition = tag_condition(call.request.headers, faults)
    faults.raise_any()

    def get_or_keep(reader: Reader) -> tuple[str, bytes | None]:
        model = reader.find_model(model_id)
        if model is None:
            raise UnknownModel(model_id)
        if not condition(model_tag(model)):
            return model_tag(model), None
        return model_tag(model), model_text(reader.registry, model, with_definition=True)

    return _conditional(call, *await call.read(get_or_keep))


async def add_models(call: Call) -> Response:
    """POST /models: one interface or an array of them, all or none. 201, or 200 where all were there already."""
    body = await call.json_text(bytes_max=call.deployment.settings.models_bytes_max)
    # Checking a large ontology takes seconds, in which the writer can do better than to wait for it.
    addition = await call.read(lambda reader: _check(reader, body))

    def add(transaction: Transaction) -> tuple[bool, bytes]:
        done = changes.add_checked_models(transaction, addition)
        stored = {model.id: model for model in transaction.models()}
        given = [stored[id_] for id_ in done.given]
        return bool(done.added), models_text(transaction.registry, given, with_definitions=False)

    is_new, text = await call.write(add)
    return JsonText(text, 201 if is_new else 200)


async def delete_model(call: Call) -> Response:
    """DELETE /models/{modelId}: 409 while other models extend it or have it as a component."""
    faults = Faults()
    model_id = _model_id(call, faults)
    condition = precondition(call.request.headers, faults, model_tag)
    faults.raise_any()

    def delete(transaction: Transaction) -> None:
        changes.get_model(transaction, model_id, condition)
        changes.remove_models(transaction, [model_id])

    await call.write(delete)
    return Response(status_code=204)


async def patch_model(call: Call) -> Response:
    """PATCH /models/{modelId}: take a model out of service for new twins, or put it back."""
    faults = Faults()
    model_id = _model_id(call, faults)
    condition = precondition(call.request.headers, faults, model_tag)
    decommissioning = read_decommissioning(await call.json(), faults)
    faults.raise_any()

    def patch(transaction: Transaction) -> tuple[str, bytes]:
        model = changes.get_model(transaction, model_id, condition)
        wanted = decommissioning(model.is_decommissioned)
        changes.decommission_model(transaction, model_id, decommissioned=wanted)
        model = changes.get_model(transaction, model_id)
        return model_tag(model), model_text(transaction.registry, model, with_definition=True)

    tag, text = await call.write(patch)
    return JsonText(text, headers={"ETag": tag})


async def show_schema(call: Call) -> Response:
    """GET /models/{modelId}/schema: what `PUT /twins` takes for a twin of this model."""
    faults = Faults()
    condition = tag_condition(call.request.headers, faults)
    faults.raise_any()
    model_id = call.path_parameter("model_id")
    body = await call.read(lambda reader: strictjson.write(json_schema(reader.registry, model_id)))
    tag = content_tag(body)
    return _conditional(call, tag, body if condition(tag) else None, _CACHING, MEDIA_TYPE)


def _conditional(
    call: Call, tag: str, body: bytes | None, headers: dict[str, str] | None = None, media_type: str = _JSON
) -> Response:
    """The answer to a read; without a body, where its condition does not hold (RFC 9110 §13.2.2)."""
    headers = {"ETag": tag, **(headers or {})}
    if body is not None:
        return Response(body, headers=headers, media_type=media_type)
    return unwanted(call.request.headers, headers)


def _model_id(call: Call, faults: Faults) -> str:
    model_id = call.path_parameter("model_id")
    _check_dtmi(model_id, "modelId", faults)
    return model_id


def _check_dtmi(text: str | None, name: str, faults: Faults) -> None:
    if text is not None and not is_dtmi(text):
        faults.add(name, no_model_id(text))


def _check(reader: Reader, body: bytes) -> Addition:
    """The models of a body, against those there are. Raises MalformedJson, Invalid, Conflict."""
    value = strictjson.read(body, depth_max=MODEL_DEPTH_MAX)
    if isinstance(value, list) and len(value) > MODELS_MAX:
        raise Invalid(Fault("$", f"At most {MODELS_MAX} models are taken at once; got {len(value)}"))
    return check_addition(reader.registry, [body.decode("utf-8")])
