"""Reading the problems of a request in tests."""

from typing import Any, TypeAlias

from bot.sandbox.discord.rules import Problems

Json: TypeAlias = dict[str, Any]
Told: TypeAlias = list[tuple[str, str]]
"""Path and code of each problem, as ``("embeds.0.title", "BASE_TYPE_MAX_LENGTH")``."""

ACCEPTED: Told = []


def told(problems: Problems) -> Told:
    """Every problem; a refusal of the whole request stands as ``("", "50006")``."""
    fields = [(".".join(map(str, each.path)), each.code) for each in problems]
    return [*fields, *([("", str(problems.refusal.code))] if problems.refusal else [])]
