"""What a window asks for, read from its JSON: every field is checked here and nowhere else."""

import json
from collections.abc import Mapping
from typing import Any, cast

from msgspec import Struct

from bot.sandbox.discord.wire import Json, Upload
from bot.sandbox.page.uploads import Uploads


class Malformed(Exception):
    """No page of ours would ask this."""


class Request(Struct, frozen=True):
    do: str
    number: int
    """The page's own count; the reply carries it."""
    body: Json

    @classmethod
    def read(cls, frame: str) -> "Request":
        try:
            body: object = json.loads(frame)
        except (ValueError, RecursionError) as error:
            raise Malformed("not JSON") from error
        match body:
            case {"do": str(do), "number": int(number)}:
                return cls(do, number, cast("Json", body))
            case _:
                raise Malformed("a request has “do” and “number”")

    def text(self, name: str) -> str:
        value = self.body.get(name)
        if not isinstance(value, str):
            raise Malformed(f"“{name}” must be a text")
        return value

    def identity(self, name: str) -> int:
        """An id, which travels as text: JavaScript's numbers are too short for it."""
        value = self.text(name)
        if not value.isascii() or not value.isdigit():
            raise Malformed(f"“{name}” must be an id")
        return int(value)

    def flag(self, name: str) -> bool:
        return self.body.get(name) is True

    def has(self, name: str) -> bool:
        return self.body.get(name) is not None

    def values(self, name: str, uploads: Uploads) -> dict[str, object]:
        """Values by name; an uploaded file is told as ``{"upload": id}``."""
        value = self.body.get(name)
        if not isinstance(value, Mapping):
            raise Malformed(f"“{name}” must be an object")
        given = cast("Mapping[str, Any]", value)
        return {key: _value(each, uploads) for key, each in given.items()}

    def list(self, name: str, uploads: Uploads) -> list[object]:
        value = self.body.get(name)
        if not isinstance(value, list):
            raise Malformed(f"“{name}” must be a list")
        return [_value(each, uploads) for each in cast("list[Any]", value)]


def _value(value: Any, uploads: Uploads) -> object:
    match value:
        case {"upload": str(name)}:
            upload = uploads.get(name)
            if upload is None:
                raise Malformed("this file is not here any more; choose it again")
            return Upload(upload.filename, upload.content)
        case list():
            return [_value(each, uploads) for each in cast("list[Any]", value)]
        case str() | int() | float() | bool():
            return value
        case _:
            raise Malformed("a value is a text, a number, a file, or a list of those")
