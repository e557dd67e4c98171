"""Rules about words as moderators read them. Pure. What does not fit into a message is in a file beside it."""

from collections.abc import Sequence

from discord import ui

from bot.delivery.messages import Attached
from bot.delivery.words import clipped, escaped, in_code
from bot.jobs.word_rule import WordAction, WordRule
from bot.texts import Text, render, text
from cogs._notices import framed, words_in_frame

ACTIONS: dict[WordAction, Text] = {
    WordAction.REFUSE: text("words-action-refuse"),
    WordAction.REVIEW: text("words-action-review"),
    WordAction.SPOILER: text("words-action-spoiler"),
}

FILE = "words.txt"
MAX_LINES = 3_000
"""Characters, within the 4,000 of a message."""
MAX_WORDS = 80
"""Of a rule in the list of all."""

Shown = tuple[ui.LayoutView, Sequence[Attached]]


def listed(rules: Sequence[WordRule], locale: str) -> Shown:
    """All rules of a guild, each with the beginning of its words."""
    if not rules:
        return words_in_frame(render(text("words-none"), locale)), ()
    lines = [
        f"{_heading(rule, locale)}\n-# {escaped(clipped(_content(rule, ', '), MAX_WORDS))}" for rule in rules
    ]
    head = f"**{render(text('words-listed', count=len(rules)), locale)}**"
    if len(head) + sum(len(line) + 1 for line in lines) <= MAX_LINES:
        return words_in_frame("\n".join([head, *lines])), ()
    whole = "\n\n".join(f"{rule.name} · {_about(rule, locale)}\n{_content(rule, chr(10))}" for rule in rules)
    return _with_file(head, whole)


def one_rule(rule: WordRule, locale: str, done: Text | None = None) -> Shown:
    """A rule with all of its words. ``done``: what was done with it."""
    head = _heading(rule, locale) if done is None else f"{render(done, locale)}\n{_heading(rule, locale)}"
    content = _content(rule, "\n")
    if len(content) <= MAX_LINES:
        return words_in_frame(f"{head}\n{in_code(content, MAX_LINES)}"), ()
    return _with_file(head, content)


def tried(found: Sequence[WordRule], locale: str) -> ui.LayoutView:
    """The rules that some words are about."""
    if not found:
        return words_in_frame(render(text("words-tried-none"), locale))
    head = render(text("words-tried", count=len(found)), locale)
    return words_in_frame(clipped("\n".join([head, *(_heading(rule, locale) for rule in found)]), MAX_LINES))


def _with_file(head: str, content: str) -> Shown:
    words = ui.TextDisplay[ui.LayoutView](head)
    file = ui.File[ui.LayoutView](f"attachment://{FILE}")
    return framed(words, file), (Attached(FILE, content.encode()),)


def _heading(rule: WordRule, locale: str) -> str:
    return f"**{escaped(rule.name)}** · {_about(rule, locale)}"


def _about(rule: WordRule, locale: str) -> str:
    kind = text("words-kind-pattern") if rule.pattern else text("words-kind-list", count=len(rule.words))
    parts = [ACTIONS[rule.action], kind]
    parts += [text("words-kind-loose")] if rule.loose else []
    parts += [text("words-kind-spares-negative")] if rule.spares_negative else []
    return " · ".join(render(part, locale) for part in parts)


def _content(rule: WordRule, between: str) -> str:
    return between.join(rule.words) if rule.pattern is None else rule.pattern
