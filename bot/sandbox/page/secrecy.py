"""Blanking secrets: what opens something may pass through here, and is shown to nobody."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

BLANK = "•••"
_IN_PATHS = re.compile(r"(/(?:interactions|webhooks)/\d+/)[^/]+")
_KEYS = frozenset({"token", "session_id", "authorization", "access_token", "refresh_token", "client_secret"})


def blanked_path(path: str) -> str:
    """Without the token of an interaction or a webhook."""
    return _IN_PATHS.sub(rf"\1{BLANK}", path)


def blanked(value: Any) -> Any:
    """The same JSON value, with secrets replaced wherever they stand."""
    match value:
        case str():
            return blanked_path(value)
        case Mapping():
            body = cast("Mapping[str, Any]", value)
            return {key: BLANK if key.lower() in _KEYS else blanked(each) for key, each in body.items()}
        case Sequence():
            return [blanked(each) for each in cast("Sequence[Any]", value)]
        case _:
            return value
