"""What goes over the sockets, as values: JSON bodies, uploaded files, and a record of each exchange.

Knows nothing of what the bodies mean.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Json: TypeAlias = dict[str, Any]
"""One JSON object as it goes over the wire; the stand-in lives on the wire and keeps its shapes."""


_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


def dumps(value: object) -> bytes:
    return _ENCODER.encode(value).encode()


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way in: from the bot's multipart request, or from a person's disk."""

    filename: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One REST call with its answer, or one gateway dispatch (``kind == "dispatch"``, then only ``event`` and ``response_json`` tell)."""

    kind: Literal["rest", "dispatch"]
    method: str
    path: str
    """Without ``/api/v10``."""
    route: str = ""
    """The template that the path matched, ``/channels/{channel_id}/messages``; empty when none did."""
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    request_headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    request_json: Any = None
    """The body, or ``payload_json`` of a multipart request; None when there was none or it was not JSON."""
    request_files: tuple[str, ...] = ()
    """Names of the multipart fields that carried files: ``files[0]``."""
    status: int = 0
    """0 for a dispatch and for an answer that was never sent."""
    response_json: Any = None
    response_headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    milliseconds: float = 0.0
    event: str = ""


Observer: TypeAlias = Callable[[Exchange], None]
