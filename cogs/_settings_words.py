"""What settings, their values and their places are called on the panel. Pure."""

import re
from collections.abc import Mapping

from bot.delivery.words import escaped, in_code, shortened
from bot.moderation.chosen import Chosen, Layer, Source
from bot.moderation.key import Key, Theme
from bot.moderation.keys import KEYS
from bot.moderation.kinds import OFF, Control
from bot.texts import Text, render, text

_CUT_MENTION = re.compile(r"<[#@][^>]*…$")
MAX_IN_LIST, MAX_ALONE = 60, 3000
"""Characters of a value, within the 4,000 of a message."""

TITLES: Mapping[str, Text] = {
    "allowed-channels": text("settings-title-allowed-channels"),
    "allowed-roles": text("settings-title-allowed-roles"),
    "workflow-access": text("settings-title-workflow-access"),
    "workflow-adders": text("settings-title-workflow-adders"),
    "one-command": text("settings-title-one-command"),
    "moderator-roles": text("settings-title-moderator-roles"),
    "limit-waiting": text("settings-title-limit-waiting"),
    "limit-at-once": text("settings-title-limit-at-once"),
    "limit-day": text("settings-title-limit-day"),
    "limit-gpu-minutes": text("settings-title-limit-gpu-minutes"),
    "limit-size": text("settings-title-limit-size"),
    "cooldown": text("settings-title-cooldown"),
    "weight": text("settings-title-weight"),
    "defaults": text("settings-title-defaults"),
    "added-prompt": text("settings-title-added-prompt"),
    "added-negative": text("settings-title-added-negative"),
    "language": text("settings-title-language"),
    "translate": text("settings-title-translate"),
    "mention": text("settings-title-mention"),
    "result": text("settings-title-result"),
    "keep-status": text("settings-title-keep-status"),
    "threads": text("settings-title-threads"),
    "metadata": text("settings-title-metadata"),
    "showcase-channel": text("settings-title-showcase-channel"),
    "showcase-by": text("settings-title-showcase-by"),
    "nsfw": text("settings-title-nsfw"),
    "nsfw-spoiler": text("settings-title-nsfw-spoiler"),
    "review": text("settings-title-review"),
    "newcomer-days": text("settings-title-newcomer-days"),
    "classifier": text("settings-title-classifier"),
    "classifier-away": text("settings-title-classifier-away"),
    "log-channel": text("settings-title-log-channel"),
    "retention-days": text("settings-title-retention-days"),
}

THEMES: Mapping[Theme, Text] = {
    Theme.PLACES: text("settings-theme-places"),
    Theme.LIMITS: text("settings-theme-limits"),
    Theme.OPTIONS: text("settings-theme-options"),
    Theme.RESULTS: text("settings-theme-results"),
    Theme.DECENCY: text("settings-theme-decency"),
    Theme.LOG: text("settings-theme-log"),
}


def title_of(key: Key[object], locale: str) -> str:
    return render(TITLES[key.name], locale)


def value_words(key: Key[object], value: object, locale: str, *, longest: int) -> str:
    """The value for people: in one line, mentions as Discord shows them."""
    written = key.kind.write(value)
    if key.kind.control is Control.CHOICE:
        return choice_words(written, locale)
    if written == OFF:
        return render(text("settings-nothing", key=key.name), locale)
    line = shortened(in_one_line(written), longest)
    return _CUT_MENTION.sub("…", line) if key.kind.takes_mentions else escaped(line)


def change_words(name: str, stored: str | None, locale: str) -> str:
    """A setting, and what was chosen for it as the ledger keeps that; None: what holds otherwise."""
    key = KEYS.get(name)
    if key is None:  # of another version
        return escaped(name)
    if stored is None:
        return f"{title_of(key, locale)}: {source_words(Source.OPERATOR, locale)}"
    layer = Layer({name: stored})
    value = (
        value_words(key, layer.of(key), locale, longest=MAX_IN_LIST) if layer.has(key) else escaped(stored)
    )
    return f"{title_of(key, locale)}: {value}"


def in_one_line(value: str) -> str:
    return " · ".join(value.splitlines())


def choice_words(name: str, locale: str) -> str:
    return render(text("settings-value", value=name), locale)


def source_words(source: Source, locale: str) -> str:
    return render(text("settings-source", source=source.value), locale)


def all_words(chosen: Chosen, locale: str) -> str:
    """A line for each setting, as it would be typed."""
    return "\n".join(
        f"`{key.name}` {_CUT_MENTION.sub('…', shortened(in_one_line(written(key, chosen)), MAX_IN_LIST))}"
        f" · {source_words(chosen.source(key), locale)}"
        for key in KEYS.values()
    )


def one_in_words(key: Key[object], chosen: Chosen, locale: str) -> str:
    value = written(key, chosen)
    shown = value if key.kind.takes_mentions else in_code(value, MAX_ALONE)
    lines = [
        f"**{title_of(key, locale)}** · `{key.name}`",
        shown,
        f"-# {source_words(chosen.source(key), locale)}",
        f"-# {render(key.about, locale)}",
    ]
    if (bound := chosen.operator.bounds.get(key.name)) is not None:
        lines.append(f"-# {render(text('settings-bound', bound=bound), locale)}")
    return "\n".join(lines)


def written(key: Key[object], chosen: Chosen) -> str:
    return key.kind.write(chosen.of(key))
