"""Reading a request's body: JSON, or multipart with ``payload_json`` and ``files[n]``.

Parts are cut out of the whole body at once: a picture of megabytes costs one search, not a thousand small reads.
"""

import json
import re
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from email.parser import HeaderParser
from typing import Any

from aiohttp import web
from msgspec import Struct

from bot.sandbox.discord import errors
from bot.sandbox.discord.errors import Refused
from bot.sandbox.discord.wire import Upload

MAX_REQUEST_BYTES = 100 * 1024 * 1024
"""What is read at all: the largest file that a guild may allow. What a request may weigh is for the rules to say."""
_FILE_FIELD = re.compile(r"files\[(\d{1,2})\]")


class Body(Struct, frozen=True):
    json: Any = None
    files: Mapping[int, Upload] = {}


async def read_body(request: web.Request) -> Body:
    try:
        raw = await request.read()
    except web.HTTPRequestEntityTooLarge as too_large:
        raise Refused.because(errors.FILE_TOO_LARGE) from too_large
    if not raw:
        return Body()
    if request.content_type == "multipart/form-data":
        return _multipart(raw, request.headers["Content-Type"])
    return Body(_json(raw))


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError as error:
        raise Refused.because(errors.INVALID_JSON) from error


def _multipart(raw: bytes, content_type: str) -> Body:
    payload: Any = None
    files: dict[int, Upload] = {}
    for name, filename, content in _parts(raw, content_type):
        if name == "payload_json":
            payload = _json(content)
        elif found := _FILE_FIELD.fullmatch(name):
            files[int(found[1])] = Upload(filename or "unknown", content)
        else:
            raise errors.invalid_field(name, "UNKNOWN_FIELD", f"There is no part named {name}.")
    return Body({} if payload is None else payload, files)


def _parts(raw: bytes, content_type: str) -> Iterator[tuple[str, str | None, bytes]]:
    boundary = _parameter(content_type, "boundary")
    for part in raw.split(b"--" + boundary.encode())[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        headers = HeaderParser().parsestr(head.decode(errors="replace"))
        name = headers.get_param("name", "", "Content-Disposition")
        yield str(name), headers.get_filename(), content.removesuffix(b"\r\n")


def _parameter(header: str, name: str) -> str:
    message = EmailMessage()
    message["Content-Type"] = header
    return str(message.get_param(name, ""))
