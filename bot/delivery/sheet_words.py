"""What is said of a contact sheet: its alternative text, and what its labels lack. Pure."""

from collections.abc import Iterable, Sequence

from bot.delivery.words import shortened
from bot.texts import Text, text

MAX_ALT = 1000
"""Characters; Discord takes 1,024."""
_MOST_LETTERS = 12
_CHINESE_OR_NEAR = (
    range(0x2E80, 0xA4D0),
    range(0xAC00, 0xD7B0),
    range(0xF900, 0xFB00),
    range(0x20000, 0x40000),
)


def alt_of(labels: Sequence[str], columns: Sequence[str] = (), rows: Sequence[str] = ()) -> Text:
    """For those who do not see the sheet: where what is. ``labels``: of the cells, where rows and columns have none."""
    if columns:
        return text(
            "sheet-alt-table", columns=_listed(columns, MAX_ALT // 3), rows=_listed(rows, MAX_ALT // 3) or "–"
        )
    return text("sheet-alt", count=len(labels), labels=_listed(labels, MAX_ALT * 2 // 3))


def letters_note(lacking: Iterable[str]) -> Text | None:
    """What to install so that all letters of the labels can be drawn. None: they all could."""
    letters = sorted(lacking)
    if not letters:
        return None
    shown = "".join(letters[:_MOST_LETTERS]) + ("…" if len(letters) > _MOST_LETTERS else "")
    if any(ord(letter) in each for letter in letters for each in _CHINESE_OR_NEAR):
        return text("sheet-letters-chinese", letters=shown)
    return text("sheet-letters", letters=shown)


def _listed(labels: Sequence[str], most: int) -> str:
    each = max(8, most // max(1, len(labels)) - 2)
    return "; ".join(shortened(label, each) for label in labels)
