"""What is said of what is kept about a person: pure."""

from collections.abc import Mapping

import discord
from discord import ui

from bot.jobs.privacy_store import Erased, Held
from bot.texts import Text, render, text
from cogs._notices import framed, words_in_frame

ERASE = "privacy-erase"

KINDS: Mapping[str, Text] = {
    "jobs": text("privacy-jobs"),
    "inputs": text("privacy-inputs"),
    "presets": text("privacy-presets"),
    "pending_orders": text("privacy-pending-orders"),
    "reminders": text("privacy-reminders"),
    "people": text("privacy-people"),
    "guild_settings": text("privacy-guild-settings"),
    "channel_settings": text("privacy-channel-settings"),
    "word_rules": text("privacy-word-rules"),
    "guild_workflows": text("privacy-guild-workflows"),
    "workflow_versions": text("privacy-workflow-versions"),
    "blocks": text("privacy-blocks"),
    "reports": text("privacy-reports"),
    "audit": text("privacy-audit"),
    "reviews": text("privacy-reviews"),
    "judgements": text("privacy-judgements"),
    "day_figures": text("privacy-day-figures"),
    "shares": text("privacy-shares"),
    "erasures": text("privacy-erasures"),
    "erased_use": text("privacy-erased-use"),
}
"""Table → what its rows are to a person."""


def held_layout(held: Mapping[str, Held], days: int, locale: str) -> ui.LayoutView:
    """``days``: for so long jobs are kept here."""
    lines = [render(_line(table, each), locale) for table, each in held.items() if each.rows]
    if not lines:
        return words_in_frame(render(text("privacy-nothing"), locale))
    title = render(text("privacy-title"), locale)
    kept = render(text("privacy-kept", days=days), locale)
    return words_in_frame("\n".join([f"**{title}**", *(f"- {line}" for line in lines), f"-# {kept}"]))


def _line(table: str, held: Held) -> Text:
    if held.here is None:
        return text("privacy-line", what=KINDS[table], count=held.rows)
    return text("privacy-line-places", what=KINDS[table], here=held.here, elsewhere=held.rows - held.here)


def question_layout(user_id: int, locale: str) -> ui.LayoutView:
    """What goes, what stays, and the button that does it; all that it needs stands in its id."""
    paragraphs = (text("privacy-goes"), text("privacy-stays"), text("privacy-buttons"))
    words = "\n".join(
        [f"**{render(text('privacy-sure-title'), locale)}**", *(render(each, locale) for each in paragraphs)]
    )
    sure: ui.Button[ui.LayoutView] = ui.Button(
        custom_id=f"{ERASE}:{user_id}",
        label=render(text("privacy-sure"), locale),
        style=discord.ButtonStyle.danger,
    )
    return framed(ui.TextDisplay(words), ui.ActionRow(sure))


def erased_words(erased: Erased) -> Text:
    if erased.open_jobs:
        return text("privacy-erased-soon", count=erased.open_jobs)
    return text("privacy-erased")
