"""``/txt2img prompt:a red fox in snow steps:12``: a command as a person types it, taken apart.

Text belongs to an option up to the next ``name:`` that the command knows; names count in every language.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from bot.sandbox.discord.commands import Command, Option, OptionType

_BRANCHES = frozenset({OptionType.SUB_COMMAND, OptionType.SUB_COMMAND_GROUP})


class NotSent(Exception):
    """What a person's client refuses by itself, and why; ``option`` is the one to correct."""

    def __init__(self, reason: str, option: str | None = None) -> None:
        super().__init__(f"{option}: {reason}" if option else reason)
        self.reason = reason
        self.option = option


class UnknownCommand(NotSent):
    """There is no command of that ``name``, as far as this person's client knows."""

    def __init__(self, name: str, commands: Sequence[Command]) -> None:
        super().__init__(f"there is no command /{name}; {_meant(name, commands)}")
        self.name = name


@dataclass(frozen=True, slots=True)
class Chosen:
    """A command, the way down to its subcommand, and what its options were given."""

    command: Command
    path: tuple[Option, ...]
    values: Mapping[str, object]

    @property
    def options(self) -> tuple[Option, ...]:
        return self.path[-1].options if self.path else self.command.options


def parse(line: str, commands: Sequence[Command]) -> Chosen:
    name, rest = _first_word(line.strip().removeprefix("/"))
    command = next((each for each in commands if name in each.names), None)
    if command is None:
        raise UnknownCommand(name, commands)
    path: list[Option] = []
    options = command.options
    while options and options[0].type in _BRANCHES:
        word, rest = _first_word(rest)
        branch = next((each for each in options if word in each.names), None)
        if branch is None:
            raise NotSent(f"/{name} goes on with one of: {', '.join(each.name for each in options)}")
        path.append(branch)
        options = branch.options
    return Chosen(command, tuple(path), _values(rest, options))


def _meant(name: str, commands: Sequence[Command]) -> str:
    """What a person may have meant, or all that there is."""
    by_name = {known.casefold(): known for command in commands for known in command.names}
    if near := get_close_matches(name.casefold(), by_name, n=3):
        return f"did you mean {', '.join(f'/{by_name[each]}' for each in near)}?"
    return f"there are: {', '.join(f'/{each.name}' for each in commands) or 'none'}"


def _first_word(text: str) -> tuple[str, str]:
    word, _, rest = text.partition(" ")
    return word, rest.lstrip()


def _values(text: str, options: Sequence[Option]) -> dict[str, str]:
    return values_by_name(text, {name: option.name for option in options for name in option.names})


def values_by_name(text: str, names: Mapping[str, str]) -> dict[str, str]:
    """``prompt:a red fox steps:12`` by name. ``names``: what each alias means."""
    starts: list[tuple[str, re.Match[str]]] = []
    if names:
        longest_first = sorted(names, key=len, reverse=True)
        pattern = rf"(?:^|(?<=\s))({'|'.join(map(re.escape, longest_first))}):"
        for match in re.finditer(pattern, text):
            # The second time it is just text.
            if names[match[1]] not in {name for name, _ in starts}:
                starts.append((names[match[1]], match))
    if leftover := (text[: starts[0][1].start()] if starts else text).strip():
        raise NotSent(f"“{leftover}” belongs to no option; write one of: {', '.join(names) or 'nothing'}")
    ends = [*(match.start() for _, match in starts), len(text)][1:]
    return {name: text[match.end() : end].strip() for (name, match), end in zip(starts, ends, strict=True)}
