"""Choices that bring widgets of their own although the server does not call them dynamic: VideoHelperSuite's formats.

They stand beside the list, under ``formats``; until February 2025 they stood in it, as ``[name, widgets]``.
"""

from collections.abc import Iterator, Mapping, Sequence

from ..json_value import JsonValue, as_text, items, mapping


def choice_name(choice: JsonValue) -> JsonValue:
    """What is sent for a choice."""
    return choice[0] if isinstance(choice, list) and choice else choice


def widgets_by_format(
    choices: Sequence[JsonValue], config: Mapping[str, JsonValue]
) -> Iterator[tuple[str, list[tuple[str, JsonValue]]]]:
    """Each format that has widgets, with their names and specs."""
    within = [(choice[0], choice[1]) for choice in choices if isinstance(choice, list) and len(choice) > 1]
    for name, widgets in (*mapping(config.get("formats")).items(), *within):
        if isinstance(name, str) and isinstance(widgets, list):
            yield name, list(_widgets(widgets))


def _widgets(listed: Sequence[JsonValue]) -> Iterator[tuple[str, JsonValue]]:
    """``[name, type, config]`` each; ``[name, [choices]]`` for a list."""
    for value in listed:
        name, *spec = items(value) or [None]
        if (words := as_text(name)) is not None:
            yield words, spec
