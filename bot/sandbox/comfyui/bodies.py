"""Reading what a request carries, with as few checks as ComfyUI does.

ComfyUI's handlers index into parsed JSON without looking; what does not fit raises, and aiohttp answers 500 in text/plain.
Here the same places raise :class:`HandlerError`, which one middleware turns into that answer.
"""

import json
from typing import TypeAlias, cast

from aiohttp import web

JsonObject: TypeAlias = dict[str, object]


class HandlerError(Exception):
    """A handler of ComfyUI raises here: 500, text/plain."""


async def json_body(request: web.Request) -> object:
    """The body as JSON, whatever the content type says."""
    try:
        return cast("object", json.loads(await request.text()))
    except ValueError as error:
        raise HandlerError from error


def as_object(value: object) -> JsonObject | None:
    return cast("JsonObject", value) if isinstance(value, dict) else None


def as_list(value: object) -> list[object] | None:
    return cast("list[object]", value) if isinstance(value, list) else None


def field_of(body: object, name: str) -> object | None:
    """``body[name]`` if ``name in body``, which texts and lists can be asked, too; what cannot raises."""
    if (fields := as_object(body)) is not None:
        return fields.get(name)
    if isinstance(body, list | str) and name not in body:
        return None
    raise HandlerError


def internal_server_error() -> web.Response:
    """What aiohttp says for a handler that raised; the connection is closed after it."""
    answer = web.Response(status=500, text="500 Internal Server Error\n\nServer got itself in trouble")
    answer.force_close()
    return answer
