"""What is to be done to words, as JSON: nothing here reads or writes a database."""

import json
from typing import NotRequired, TypedDict, cast

from bot.jobs.rewording import Rewording


class _RewordingJson(TypedDict):
    option: str
    words: str
    targets: list[tuple[str, str]]
    translate: bool
    improve_for: str | None
    aside: str
    offers_choices: bool
    added: NotRequired[str]
    ui_paths: list[list[str | int]]


def rewordings_to_json(rewordings: tuple[Rewording, ...]) -> str | None:
    """None: there is nothing to be done."""
    return json.dumps([_to_json(each) for each in rewordings], ensure_ascii=False) if rewordings else None


def rewordings_of(source: str | None) -> tuple[Rewording, ...]:
    return () if source is None else tuple(map(_of, cast("list[_RewordingJson]", json.loads(source))))


def _to_json(each: Rewording) -> _RewordingJson:
    return _RewordingJson(
        option=each.option,
        words=each.words,
        targets=list(each.targets),
        translate=each.translate,
        improve_for=each.improve_for,
        aside=each.aside,
        offers_choices=each.offers_choices,
        added=each.added,
        ui_paths=[list(path) for path in each.ui_paths],
    )


def _of(found: _RewordingJson) -> Rewording:
    return Rewording(
        option=found["option"],
        words=found["words"],
        targets=tuple((node_id, name) for node_id, name in found["targets"]),
        translate=found["translate"],
        improve_for=found["improve_for"],
        aside=found["aside"],
        offers_choices=found["offers_choices"],
        added=found.get("added", ""),
        ui_paths=tuple(map(tuple, found["ui_paths"])),
    )
