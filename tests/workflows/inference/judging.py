"""How good the options are that were found for a workflow: what people look for, and what nobody should be offered."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from tomllib import loads

from bot.workflows import Option, OptionKind, Workflow

TABLE = Path(__file__).with_name("expected.toml")
_HUGE = 2**31
_SAYS_NOTHING = re.compile(r"\b(value|choice|text|string) of\b")
_NUMBERED = re.compile(r"-[0-9]+")
_NUMERIC = {OptionKind.INTEGER, OptionKind.NUMBER}


class Verdict(IntEnum):
    BAD = 0
    USABLE = 1
    GOOD = 2


@dataclass(frozen=True, slots=True)
class Expected:
    prompt: str | None
    """``node.input``; None: no words are needed."""
    needs: frozenset[str]
    wants: frozenset[str]

    @property
    def named(self) -> frozenset[str]:
        return self.needs | self.wants


@dataclass(frozen=True, slots=True)
class Judged:
    verdict: Verdict
    reasons: tuple[str, ...]


def expectations(table: str) -> Mapping[str, Expected]:
    """The table ``pairs`` or ``templates``, by the workflow's name."""
    listed = loads(TABLE.read_text(encoding="utf-8"))[table]
    return {
        name: Expected(
            prompt=entry.get("prompt"),
            needs=frozenset(entry["needs"].split()),
            wants=frozenset(entry.get("wants", "").split()),
        )
        for name, entry in listed.items()
    }


def judge(workflow: Workflow, expected: Expected) -> Judged:
    bad = tuple(_what_is_bad(workflow, expected))
    odd = tuple(_what_is_odd(workflow, expected))
    verdict = Verdict.BAD if bad else Verdict.USABLE if odd else Verdict.GOOD
    return Judged(verdict, (*bad, *odd))


def _what_is_bad(workflow: Workflow, expected: Expected) -> Iterator[str]:
    names = {option.name for option in workflow.in_command}
    asked = [option for option in workflow.in_command if _asks_for_words(option, expected)]
    places = {place for option in asked for place in _places(option)}
    if expected.prompt is not None and expected.prompt not in places:
        yield f"the prompt is not {expected.prompt} but {', '.join(sorted(places)) or 'missing'}"
    extra = [option.name for option in asked if expected.prompt not in _places(option)]
    yield from (f"asks for the words {name}" for name in extra)
    yield from (f"lacks {name}" for name in sorted(expected.needs - names))
    for option in workflow.options:
        if option.kind in _NUMERIC and _is_boundless(option):
            yield f"{option.name} goes from {option.minimum} to {option.maximum}"
        if option.kind is OptionKind.VIDEO and option.name == "file":
            yield "a video is called a file"
        if _SAYS_NOTHING.search(option.description):
            yield f"{option.name} is described as “{option.description}”"


def _what_is_odd(workflow: Workflow, expected: Expected) -> Iterator[str]:
    names = {option.name for option in workflow.options}
    yield from (f"would better have {name}" for name in sorted(expected.wants - names))
    for option in workflow.in_command:
        if _NUMBERED.search(option.name) and option.name not in expected.named:
            yield f"has {option.name}, one too many"


def _asks_for_words(option: Option, expected: Expected) -> bool:
    """A prompt, and every text that has to be given."""
    if option.kind is not OptionKind.TEXT or option.name in expected.named:
        return False
    return option.required or "prompt" in option.name


def _places(option: Option) -> set[str]:
    return {f"{target.node_id}.{target.input_name}" for target in option.targets}


def _is_boundless(option: Option) -> bool:
    ends = (option.minimum, option.maximum)
    return any(end is None or abs(end) >= _HUGE for end in ends)
