"""Handlers of signing keys: list, add, retire. The private keys themselves never leave the store."""

import asyncio
from collections.abc import Sequence

from starlette.responses import Response

from twinhaus import instants, strictjson
from twinhaus.api.answers import JsonText
from twinhaus.api.call import Call
from twinhaus.auth import tokens
from twinhaus.storage.access import SigningKey
from twinhaus.strictjson import JsonObject


async def list_keys(call: Call) -> Response:
    """GET /signing-keys: newest first; the first one signs, all of them verify."""
    keys = await call.read(lambda reader: reader.signing_keys())
    return JsonText(strictjson.write([_shown(key, keys) for key in keys]))


async def add_key(call: Call) -> Response:
    """POST /signing-keys: a new key, which signs from now on."""
    # Made on a thread of its own: the writer, which others wait for, only stores it.
    pem = await asyncio.to_thread(tokens.make_private_key)
    key = await call.write(lambda transaction: tokens.add_signing_key(transaction, pem))
    body = strictjson.write(_shown(key, [key]))
    return JsonText(body, 201, {"Location": f"signing-keys/{key.id}"})


async def retire_key(call: Call) -> Response:
    """DELETE /signing-keys/{keyId}: tokens that it signed are good for nothing from now on."""
    key_id = call.path_parameter("key_id")
    await call.write(lambda transaction: tokens.retire_signing_key(transaction, key_id))
    return Response(status_code=204)


def _shown(key: SigningKey, keys: Sequence[SigningKey]) -> JsonObject:
    return {"id": key.id, "createdTime": instants.format_instant(key.created), "signs": key == keys[0]}
