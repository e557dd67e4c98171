"""Names of workflows that people bring: what one may be called beside the commands that there are. Pure."""

import re
from collections.abc import Container
from itertools import count
from pathlib import PurePath

from bot.texts import Text, text
from bot.workflows.discord_rules import wrong_name
from bot.workflows.inference.naming import MAX_NAME, legal
from bot.workflows.loading import RESERVED_NAMES

_COUNTED = re.compile(r"_[0-9]{3,}_?$")
"""How ComfyUI numbers what it saves: ``fox_00001_.png``."""
_NAMELESS = "my-workflow"


def wrong_own_name(name: str, taken: Container[str]) -> Text | None:
    """Why a workflow cannot be called so; None: it can. ``taken``: what other workflows are called there."""
    problem = wrong_name(name)
    if problem is None and name.startswith("_"):
        problem = text("rule-aside")
    if problem is not None:
        return text("workflow-add-name-wrong", name=name, problem=problem)
    if name in RESERVED_NAMES:
        return text("workflow-add-name-own", name=name)
    if name in taken:
        return text("workflow-add-name-taken", name=name)
    return None


def name_for(filename: str, taken: Container[str]) -> str:
    """After the file, up to its first dot; with a number where that is taken."""
    stem = PurePath(filename).name.partition(".")[0]
    name = legal(_COUNTED.sub("", stem)) or _NAMELESS
    numbered = (name if number == 1 else _with(name, number) for number in count(1))
    return next(each for each in numbered if wrong_own_name(each, taken) is None)


def _with(name: str, number: int) -> str:
    end = f"-{number}"
    return f"{name[: MAX_NAME - len(end)]}{end}"
