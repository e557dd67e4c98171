"""Everything that is kept of one person, as a file for them: JSON, in a zip where that is too large for Discord."""

import asyncio
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

from bot.jobs.personal_data import JSON_COLUMNS, TABLES
from bot.jobs.privacy_store import PrivacyStore, Told
from bot.jobs.workflow_key import spoken
from bot.threads import finished

PAGE = 500
"""Rows that are read at once."""
MOST_ROWS = 20_000
"""Of a table; the newest."""
NAME = "comfycord-about-you"
ABOUT = (
    "Everything that this bot keeps about one person, table by table. Times are Unix seconds, ids are Discord's. Not in it: "
    "the workflow that was made of a job's values, and the files that were handed in or made; they lie in Discord, on the "
    "ComfyUI server, and (those handed in, while a job needs them) with the bot."
)
_EXACT = 2**53
"""Larger numbers are rounded by most programs that read JSON: they are written as text."""

Rows: TypeAlias = dict[str, list[object]]


class PersonalFile(Struct, frozen=True):
    name: str
    content: bytes
    left_out: int
    """Rows that there was no room for: the oldest."""


async def personal_file(
    store: PrivacyStore, user_id: int, limit_bytes: int, *, most_rows: int = MOST_ROWS, page: int = PAGE
) -> PersonalFile:
    """What is kept of a person, in a file of at most ``limit_bytes``."""
    rows: Rows = {}
    held = await store.held(user_id, None)
    for name, table in TABLES.items():
        if table.told:
            rows[name] = []
            while len(rows[name]) < min(held[name].rows, most_rows):
                found = await store.told(user_id, name, len(rows[name]), page)
                if not found:  # it went meanwhile
                    break
                rows[name] += await asyncio.to_thread(_readable, found)
    left_out = sum(max(0, each.rows - most_rows) for each in held.values())
    return await finished(_fitting, user_id, rows, left_out, limit_bytes)


def _fitting(user_id: int, rows: Rows, left_out: int, limit_bytes: int) -> PersonalFile:
    """As JSON if that is small enough; else packed, with half as much of the longest tables until it fits."""
    content = _json_of(user_id, rows, left_out)
    if len(content) <= limit_bytes:
        return PersonalFile(f"{NAME}.json", content, left_out)
    while len(packed := _packed(content)) > limit_bytes:
        longest = max(rows.values(), key=len)
        if not longest:
            break
        keeps = len(longest) // 2
        left_out += len(longest) - keeps
        del longest[keeps:]
        content = _json_of(user_id, rows, left_out)
    return PersonalFile(f"{NAME}.zip", packed, left_out)


def _json_of(user_id: int, rows: Rows, left_out: int) -> bytes:
    told: Mapping[str, object] = {"about": ABOUT, "person": str(user_id), "rows_left_out": left_out, **rows}
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _packed(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{NAME}.json", content)
    return out.getvalue()


def _readable(page: Sequence[Told]) -> list[object]:
    return [{column: _value(column, value) for column, value in row.items()} for row in page]


def _value(column: str, value: str | float | None) -> object:
    if isinstance(value, str) and column == "workflow":
        return spoken(value)
    if isinstance(value, str) and column in JSON_COLUMNS:
        return json.loads(value)
    return str(value) if isinstance(value, int) and abs(value) >= _EXACT else value
