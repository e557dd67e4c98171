import re

import pytest

from bot.sandbox.discord.command_line import NotSent, parse
from bot.sandbox.discord.commands import Command

TXT2IMG = Command(
    1,
    1,
    1,
    None,
    {
        "name": "txt2img",
        "name_localizations": {"zh-CN": "文生图"},
        "description": "x",
        "options": [
            {"type": 3, "name": "prompt", "name_localizations": {"zh-CN": "提示词"}, "description": "x"},
            {"type": 4, "name": "steps", "description": "x"},
        ],
    },
)
SETTINGS = Command(
    2,
    1,
    1,
    None,
    {
        "name": "settings",
        "description": "x",
        "options": [
            {"type": 2, "name": "limits", "description": "x", "options": [
                {"type": 1, "name": "set", "description": "x", "options": [
                    {"type": 4, "name": "jobs", "description": "x"}]}]},
        ],
    },
)  # fmt: skip


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("/txt2img prompt:a red fox in snow steps:12", {"prompt": "a red fox in snow", "steps": "12"}),
        ("/txt2img steps:12 prompt:a red fox", {"prompt": "a red fox", "steps": "12"}),
        ("txt2img prompt: style:oil, ratio 3:2 ", {"prompt": "style:oil, ratio 3:2"}),
        ("/txt2img prompt:footsteps:12", {"prompt": "footsteps:12"}),
        ("/txt2img prompt:one prompt:two", {"prompt": "one prompt:two"}),
        ("/文生图 提示词:雪中的狐狸 steps:3", {"prompt": "雪中的狐狸", "steps": "3"}),
        ("/txt2img", {}),
        ("/txt2img prompt:", {"prompt": ""}),
        ("/txt2img prompt:two\nlines", {"prompt": "two\nlines"}),
    ],
)
def test_text_belongs_to_an_option_up_to_the_next_known_name(line: str, values: dict[str, str]) -> None:
    chosen = parse(line, [SETTINGS, TXT2IMG])
    assert (chosen.command.name, chosen.values) == ("txt2img", values)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("/txt2image prompt:x", "there is no command /txt2image; did you mean /txt2img?"),
        ("/TXT2IMG prompt:x", "there is no command /TXT2IMG; did you mean /txt2img?"),
        ("/zzz", "there is no command /zzz; there are: /settings, /txt2img"),
    ],
)
def test_a_wrong_name_is_answered_with_the_one_that_was_meant(line: str, reason: str) -> None:
    with pytest.raises(NotSent, match=re.escape(reason)):
        parse(line, [SETTINGS, TXT2IMG])


def test_subcommands_are_the_words_before_the_options() -> None:
    chosen = parse("/settings limits set jobs:3", [SETTINGS])
    assert ([each.name for each in chosen.path], chosen.values) == (["limits", "set"], {"jobs": "3"})


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("/paint x:1", "there is no command /paint; there are: /txt2img, /settings"),
        ("/txt2img a red fox", "“a red fox” belongs to no option; write one of: prompt, 提示词, steps"),
        ("/settings limits", "/settings goes on with one of: set"),
    ],
)
def test_what_cannot_be_understood_is_explained(line: str, reason: str) -> None:
    with pytest.raises(NotSent) as refused:
        parse(line, [TXT2IMG, SETTINGS])
    assert refused.value.reason in {reason, reason.replace("prompt, 提示词", "提示词, prompt")}
