"""Between the files that a job starts from and their rows: nothing here reads or writes a database."""

import json
from collections.abc import Sequence
from typing import LiteralString, TypeAlias, TypedDict, cast

from bot.jobs.database import Columns, Row
from bot.jobs.inputs import Area, InputKind, JobInput, Masking, NewInput, PreparedInput
from bot.jobs.source_json import SourceJson, source_of, source_to_json
from bot.texts import Text

_Targets: TypeAlias = tuple[tuple[str, str], ...]


class _MaskingJson(TypedDict):
    painted: SourceJson | None
    area: str | None


class _AskedJson(TypedDict):
    kind: str
    source: SourceJson
    masking: _MaskingJson | None


ASK: LiteralString = """
INSERT INTO inputs (sequence, option, targets, asked) VALUES (:sequence, :option, :targets, :asked)
"""

ASKED: LiteralString = """
SELECT option, targets, asked FROM inputs WHERE sequence = :sequence AND asked IS NOT NULL ORDER BY number
"""

PREPARE: LiteralString = """
UPDATE inputs SET asked = NULL, blob = :blob, suffix = :suffix, mask = :mask, overlay = :overlay, notices = :notices
WHERE sequence = :sequence AND option = :option
"""

FORGET_ASKED: LiteralString = """
UPDATE inputs SET asked = NULL WHERE sequence = (SELECT sequence FROM jobs WHERE id = :id)
"""
"""Nobody will fetch the files any more, so nobody needs their addresses, or can leak them."""

INPUT: LiteralString = "option, targets, blob, suffix, mask, overlay, notices"
"""The columns that :func:`prepared_of` reads."""

PREPARED: LiteralString = f"""
SELECT {INPUT} FROM inputs WHERE sequence = :sequence AND blob IS NOT NULL ORDER BY number
"""  # noqa: S608  # literals only


def asked_columns(new: NewInput, sequence: int) -> Columns:
    """What a submission writes of an input."""
    asked = _AskedJson(
        kind=new.kind,
        source=source_to_json(new.source),
        masking=None if new.masking is None else _masking_to_json(new.masking),
    )
    return {
        "sequence": sequence,
        "option": new.option,
        "targets": json.dumps(new.targets, ensure_ascii=False),
        "asked": json.dumps(asked, ensure_ascii=False),
    }


def asked_of(row: Row) -> NewInput:
    asked = cast("_AskedJson", json.loads(row["asked"]))
    masking = asked["masking"]
    return NewInput(
        option=row["option"],
        kind=InputKind(asked["kind"]),
        source=source_of(asked["source"]),
        targets=_targets(row["targets"]),
        masking=None if masking is None else _masking_of(masking),
    )


def prepared_columns(prepared: PreparedInput, sequence: int) -> Columns:
    """What the end of a preparation writes of an input."""
    return {
        "sequence": sequence,
        "option": prepared.option,
        "blob": prepared.blob,
        "suffix": prepared.suffix,
        "mask": prepared.mask,
        "overlay": prepared.overlay,
        "notices": json.dumps([notice.to_json() for notice in prepared.notices]),
    }


def prepared_of(row: Row) -> JobInput:
    notices = cast("list[str]", json.loads(row["notices"]))
    prepared = PreparedInput(
        option=row["option"],
        blob=row["blob"],
        suffix=row["suffix"],
        mask=row["mask"],
        overlay=row["overlay"],
        notices=tuple(map(Text.from_json, notices)),
    )
    return JobInput(prepared, _targets(row["targets"]))


def blobs_of(rows: Sequence[Row]) -> tuple[str, ...]:
    """Of rows with ``blob``, ``mask`` and ``overlay``: each once, in the order of the rows."""
    return tuple(dict.fromkeys(blob for row in rows for blob in tuple(row) if blob is not None))


def _masking_to_json(masking: Masking) -> _MaskingJson:
    painted = None if masking.painted is None else source_to_json(masking.painted)
    return _MaskingJson(painted=painted, area=masking.area)


def _masking_of(masking: _MaskingJson) -> Masking:
    painted, area = masking["painted"], masking["area"]
    return Masking(
        painted=None if painted is None else source_of(painted), area=None if area is None else Area(area)
    )


def _targets(source: str) -> _Targets:
    return tuple((node_id, name) for node_id, name in cast("list[tuple[str, str]]", json.loads(source)))
