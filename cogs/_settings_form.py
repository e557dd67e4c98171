"""The forms of ``/settings``: menus of channels and roles, lists, and lines; and what somebody made of them. Pure."""

from collections.abc import Mapping, Sequence
from typing import cast

import discord
from discord import ui
from msgspec import Struct

from bot.delivery.words import shortened
from bot.moderation.access import MANAGERS, Access, Adders
from bot.moderation.by_role import ByRole, with_role_numbers
from bot.moderation.chosen import Chosen
from bot.moderation.key import Key
from bot.moderation.kinds import OFF, Control, number_in
from bot.moderation.mentions import with_mentions, with_names
from bot.texts import render, text
from cogs._forms import MAX_ABOUT, Field, Submitted, choice, choice_field, form, menu_field, words_field
from cogs._options import MAX_CHOICES
from cogs._settings_panel import CHANNEL_TYPES, Page, form_id
from cogs._settings_words import choice_words, title_of, value_words

VALUE, ROLES, CHANNELS, NUMBER, WORKFLOW = "value", "roles", "channels", "number", "workflow"
"""The fields."""
MOST_PICKED = 25


class Names(Struct, frozen=True):
    """What a server's channels and roles are called, and which workflows there are."""

    channels: Mapping[str, int]
    roles: Mapping[str, int]
    workflows: Sequence[str] = ()

    def meant(self, key: Key[object], typed: str) -> str:
        """What was typed, with mentions in the place of names.

        Raises:
            Refused: there is no such name.
        """
        return with_mentions(typed, self.channels, self.roles) if key.kind.takes_mentions else typed


def settings_form(key: Key[object], page: Page, chosen: Chosen, names: Names, locale: str) -> ui.Modal:
    """Filled with what was chosen at this very place; left empty, what holds otherwise holds there, too."""
    own = chosen.own(key, page.source)
    return form(form_id(key, page), title_of(key, locale), _fields(key, own, chosen, names, locale))


def _fields(
    key: Key[object], own: Sequence[object], chosen: Chosen, names: Names, locale: str
) -> Sequence[Field]:
    title, about = title_of(key, locale), render(key.about, locale)
    holds = text("settings-holds", value=value_words(key, chosen.of(key), locale, longest=60))
    hint = "" if own else render(holds, locale)
    line = words_field(
        VALUE,
        title,
        about,
        value="".join(with_names(key.kind.write(each), names.channels, names.roles) for each in own),
        hint=hint if key.kind.control is Control.LINE else key.kind.example,
        in_lines=key.kind.control in {Control.LINES, Control.ACCESS},
    )
    match key.kind.control:
        case Control.CHOICE:
            listed = [choice(each, choice_words(each, locale), chosen=each in own) for each in key.kind.names]
            return [choice_field(VALUE, title, about, listed, hint=hint)]
        case Control.CHANNEL:
            picked = [each for each in own if isinstance(each, int)]
            return [_channels(title, about, picked, hint=hint, most=1)]
        case Control.CHANNELS if len(_ids(own)) <= MOST_PICKED:
            return [_channels(title, about, _ids(own), hint=hint)]
        case Control.ROLES if len(_ids(own)) <= MOST_PICKED:
            return [_roles(title, about, _ids(own), hint=hint)]
        case Control.ADDERS:
            value = own[0] if own else Adders()
            return _adder_fields(
                (title, about, hint), value if isinstance(value, Adders) else Adders(), own, locale
            )
        case Control.BY_ROLE:
            return [line, *_number_for_roles(locale)]
        case Control.ACCESS:
            return [line, *_access_of_one(names, locale)]
        case _:
            return [line]


def _ids(own: Sequence[object]) -> Sequence[int]:
    return sorted(cast("frozenset[int]", own[0])) if own else ()


def _channels(
    label: str, about: str, picked: Sequence[int] = (), *, hint: str = "", most: int = MOST_PICKED
) -> Field:
    menu = ui.ChannelSelect[ui.View](
        placeholder=shortened(hint, MAX_ABOUT) or None,
        required=False,
        min_values=0,
        max_values=most,
        channel_types=list(CHANNEL_TYPES),
        default_values=[discord.SelectDefaultValue.from_channel(discord.Object(each)) for each in picked],
    )
    return menu_field(CHANNELS, label, about, menu)


def _roles(label: str, about: str, picked: Sequence[int] = (), *, hint: str = "") -> Field:
    menu = ui.RoleSelect[ui.View](
        placeholder=shortened(hint, MAX_ABOUT) or None,
        required=False,
        min_values=0,
        max_values=MOST_PICKED,
        default_values=[discord.SelectDefaultValue.from_role(discord.Object(each)) for each in picked],
    )
    return menu_field(ROLES, label, about, menu)


def _adder_fields(
    words: tuple[str, str, str], value: Adders, own: Sequence[object], locale: str
) -> Sequence[Field]:
    title, about, hint = words
    word = MANAGERS if value.managers else OFF
    listed = [
        choice(each, choice_words(each, locale), chosen=bool(own) and each == word)
        for each in (OFF, MANAGERS)
    ]
    roles = _roles(render(text("settings-adder-roles"), locale), "", sorted(value.roles))
    return [choice_field(VALUE, title, about, listed, hint=hint), roles]


def _number_for_roles(locale: str) -> Sequence[Field]:
    return [
        _roles(render(text("settings-for-roles"), locale), render(text("settings-for-roles-about"), locale)),
        words_field(NUMBER, render(text("settings-their-number"), locale)),
    ]


def _access_of_one(names: Names, locale: str) -> Sequence[Field]:
    if not names.workflows:
        return ()
    workflows = [choice(each, f"/{each}") for each in names.workflows[:MAX_CHOICES]]
    about = render(text("settings-one-workflow-about"), locale)
    return [
        choice_field(WORKFLOW, render(text("settings-one-workflow"), locale), about, workflows),
        _channels(render(text("settings-its-channels"), locale), ""),
        _roles(render(text("settings-its-roles"), locale), ""),
    ]


def typed_in(submitted: Submitted, key: Key[object], names: Names) -> str | None:
    """What the form says, as it would have been typed; None: nothing.

    Raises:
        Refused: a part of it cannot be read.
    """
    words = submitted.words.get(VALUE, "").strip()
    channels = [f"<#{each}>" for each in submitted.choices.get(CHANNELS, ())]
    roles = [f"<@&{each}>" for each in submitted.choices.get(ROLES, ())]
    match key.kind.control:
        case Control.CHANNEL | Control.CHANNELS if not words:
            return " ".join(channels) or None
        case Control.ROLES if not words:
            return " ".join(roles) or None
        case Control.ADDERS:
            return _adders(words, roles)
        case Control.BY_ROLE if roles:
            return _by_role(key, words, submitted, names)
        case Control.ACCESS if submitted.words.get(WORKFLOW):
            return _access(key, words, submitted, names)
        case _:
            return words or None


def _adders(words: str, roles: Sequence[str]) -> str | None:
    if roles:
        return " ".join((MANAGERS, *roles))
    return words or None


def _by_role(key: Key[object], words: str, submitted: Submitted, names: Names) -> str:
    value = cast("ByRole", key.kind.read(names.meant(key, words)) if words else key.default)
    typed = submitted.words.get(NUMBER, "").strip()
    number = number_in(typed, 0, 10**9) if typed else None
    return key.kind.write(with_role_numbers(value, list(map(int, submitted.choices[ROLES])), number))


def _access(key: Key[object], words: str, submitted: Submitted, names: Names) -> str:
    value = cast("Mapping[str, Access]", key.kind.read(names.meant(key, words)))
    access = Access(
        frozenset(map(int, submitted.choices.get(CHANNELS, ()))),
        frozenset(map(int, submitted.choices.get(ROLES, ()))),
    )
    others = {name: each for name, each in value.items() if name != submitted.words[WORKFLOW]}
    return key.kind.write(others if access == Access() else {**others, submitted.words[WORKFLOW]: access})
