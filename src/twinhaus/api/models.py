"""Handlers of models: the JSON Schema of a model's twins."""

from hashlib import sha256

from starlette.responses import Response

from twinhaus import strictjson
from twinhaus.api.call import Call
from twinhaus.api.etags import tag_condition
from twinhaus.dtdl.jsonschema import MEDIA_TYPE, json_schema
from twinhaus.errors import PreconditionFailed
from twinhaus.members import Faults

# A stored model does not change, but it may be removed, and come back as another; and a token must be sent for it.
_CACHING = {"Cache-Control": "private, max-age=3600"}
_TAG_CHARACTERS = 32


async def show_schema(call: Call) -> Response:
    """GET /models/{modelId}/schema: what `PUT /twins` takes for a twin of this model."""
    faults = Faults()
    condition = tag_condition(call.request.headers, faults)
    faults.raise_any()
    model_id = call.path_parameter("model_id")
    body = await call.read(lambda reader: strictjson.write(json_schema(reader.registry, model_id)))
    headers = {"ETag": f'"{sha256(body).hexdigest()[:_TAG_CHARACTERS]}"', **_CACHING}
    if condition is not None and not condition(headers["ETag"]):
        # What the client has is still so, where it asks for another (RFC 9110 §13.2.2).
        if "if-match" in call.request.headers:
            raise PreconditionFailed("The schema is not the one that If-Match asks for; read it again.")
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=MEDIA_TYPE)
