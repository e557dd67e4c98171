"""The panel of ``/settings``: what is chosen, page by page, for the server or one of its channels. Pure.

Everything that it needs to go on stands in its custom ids, so that it outlives the process.
"""

import re
from collections.abc import Sequence

import discord
from discord import ui
from msgspec import Struct

from bot.moderation.chosen import Chosen, Source
from bot.moderation.key import Key, Theme
from bot.moderation.keys import KEYS
from bot.texts import Text, render, text
from cogs._forms import choice
from cogs._notices import framed
from cogs._settings_words import THEMES, source_words, title_of, value_words

WHOLE_SERVER = 0
PAGE_ID = re.compile(r"settings-page:(?P<channel>[0-9]+)")
CHANNEL_ID = re.compile(r"settings-channel:(?P<theme>[a-z]+)")
RESET_ID = re.compile(r"settings-reset:(?P<theme>[a-z]+):(?P<channel>[0-9]+)")
CHANGE_ID = re.compile(r"settings-change:(?P<key>[a-z-]+):(?P<channel>[0-9]+)")
FORM_ID = re.compile(r"settings-form:(?P<key>[a-z-]+):(?P<channel>[0-9]+)")
MAX_VALUE = 160
CHANNEL_TYPES = (
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.voice,
    discord.ChannelType.forum,
)


class Page(Struct, frozen=True):
    theme: Theme
    channel_id: int
    """:data:`WHOLE_SERVER`, or the channel whose own settings are shown."""

    @staticmethod
    def of(match: re.Match[str]) -> "Page":
        """Of a custom id; a page that this version does not know is the first."""
        found = match.groupdict()
        theme, channel = found.get("theme") or "", int(found.get("channel") or WHOLE_SERVER)
        return Page(Theme(theme) if theme in set(Theme) else next(iter(Theme)), channel)

    @property
    def source(self) -> Source:
        """Where what is chosen on this page is kept."""
        return Source.GUILD if self.channel_id == WHOLE_SERVER else Source.CHANNEL

    @property
    def keys(self) -> Sequence[Key[object]]:
        """The settings on the page: for a channel those that it can have for itself."""
        whole = self.channel_id == WHOLE_SERVER
        return [key for key in KEYS.values() if key.theme is self.theme and (whole or key.by_channel)]

    def turned_to(self, theme: Theme) -> "Page":
        return Page(theme, self.channel_id)


def for_channel(theme: Theme, channel_id: int) -> Page:
    """The page of a channel; the first that it has, where it has none of this theme."""
    page = Page(theme, channel_id)
    return page if page.keys else next(each for each in map(page.turned_to, Theme) if each.keys)


def form_id(key: Key[object], page: Page) -> str:
    return f"settings-form:{key.name}:{page.channel_id}"


def panel(page: Page, chosen: Chosen, locale: str) -> ui.LayoutView:
    where = text("settings-of-server") if page.channel_id == WHOLE_SERVER else _of_channel(page)
    items: list[ui.Item[ui.LayoutView]] = [
        ui.TextDisplay(f"**{render(where, locale)} · {render(THEMES[page.theme], locale)}**"),
        *(_row(key, page, chosen, locale) for key in page.keys),
    ]
    if resets := _resets(page, chosen, locale):
        items.append(ui.ActionRow(resets))
    items += [ui.ActionRow(_pages(page, locale)), ui.ActionRow(_channels(page, locale))]
    return framed(*items)


def _of_channel(page: Page) -> Text:
    return text("settings-of-channel", channel=str(page.channel_id))


def _lines(key: Key[object], chosen: Chosen, locale: str) -> str:
    value = value_words(key, chosen.of(key), locale, longest=MAX_VALUE)
    source = source_words(chosen.source(key), locale)
    about = render(key.about, locale)
    bound = chosen.operator.bounds.get(key.name)
    limit = "" if bound is None else f" · {render(text('settings-bound', bound=bound), locale)}"
    return f"**{title_of(key, locale)}** {value}\n-# {source}{limit} · {about}"


def _row(key: Key[object], page: Page, chosen: Chosen, locale: str) -> ui.Section[ui.LayoutView]:
    change = ui.Button[ui.LayoutView](
        label=render(text("settings-change"), locale),
        custom_id=f"settings-change:{key.name}:{page.channel_id}",
    )
    return ui.Section(ui.TextDisplay(_lines(key, chosen, locale)), accessory=change)


def _resets(page: Page, chosen: Chosen, locale: str) -> ui.Select[ui.LayoutView] | None:
    own = [key for key in page.keys if chosen.own(key, page.source)]
    if not own:
        return None
    return ui.Select(
        custom_id=f"settings-reset:{page.theme}:{page.channel_id}",
        placeholder=render(text("settings-reset"), locale),
        options=[choice(key.name, title_of(key, locale)) for key in own],
    )


def _pages(page: Page, locale: str) -> ui.Select[ui.LayoutView]:
    return ui.Select(
        custom_id=f"settings-page:{page.channel_id}",
        placeholder=render(text("settings-pages"), locale),
        options=[
            choice(
                theme.value,
                render(THEMES[theme], locale),
                ", ".join(title_of(key, locale) for key in page.turned_to(theme).keys),
                chosen=theme is page.theme,
            )
            for theme in Theme
            if page.turned_to(theme).keys
        ],
    )


def _channels(page: Page, locale: str) -> ui.ChannelSelect[ui.LayoutView]:
    own = [] if page.channel_id == WHOLE_SERVER else [discord.Object(page.channel_id)]
    return ui.ChannelSelect(
        custom_id=f"settings-channel:{page.theme}",
        placeholder=render(text("settings-channels"), locale),
        channel_types=list(CHANNEL_TYPES),
        min_values=0,
        default_values=[discord.SelectDefaultValue.from_channel(each) for each in own],
    )
