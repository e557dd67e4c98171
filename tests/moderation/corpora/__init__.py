"""What the rules about words are tried on."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Slow:
    """A pattern, and texts of any length that engines are slow on which go back and try again."""

    pattern: str
    begin: str
    pump: str
    end: str

    def words(self, length: int) -> str:
        room = length - len(self.begin) - len(self.end)
        return self.begin + (self.pump * room)[:room] + self.end


def slow_patterns() -> Sequence[Slow]:
    cases: list[dict[str, str]] = _read("slow_patterns")["case"]
    return [Slow(each["pattern"], each.get("begin", ""), each["pump"], each.get("end", "")) for each in cases]


@dataclass(frozen=True, slots=True)
class Written:
    """A word of a rule, and some words that are about it."""

    word: str
    loose: bool
    caught: Sequence[str]


def look_alikes() -> Sequence[Written]:
    kept = _read("look_alikes")
    return [
        Written(each["word"], kind == "loose", each["caught"])
        for kind in ("word", "loose")
        for each in kept[kind]
    ]


def innocent() -> Sequence[str]:
    return _read("look_alikes")["innocent"]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
