"""``/words``: which words a server does not want, for its moderators and whoever manages it."""

import logging
import re
from collections.abc import Callable, Sequence

from discord import app_commands

from bot.client import localised
from bot.delivery.acknowledging import Acknowledger
from bot.errors import NotAllowed
from bot.jobs.word_rule import MAX_NAME, WordAction, WordRule
from bot.moderation.words.book import WordBook
from bot.moderation.words.rules import MOST_IN_LIST, new_rule
from bot.texts import render, text
from cogs._errors import Choices, Errors
from cogs._forms import Submitted, form, words_field
from cogs._moderators import BY_GUILDS, IN_GUILDS, SEEN_BY, subcommand
from cogs._notices import notice
from cogs._options import matching
from cogs._service import AnyCommand, AnyInteraction, Subcommand, actor_of, who
from cogs._words_layout import ACTIONS, listed, one_rule, tried

log = logging.getLogger(__name__)

FORM = re.compile(
    rf"words:(?P<action>{'|'.join(WordAction)}):(?P<loose>[01]):(?P<spares>[01]):(?P<name>.{{1,{MAX_NAME}}})"
)
_LIST = "list"

_ACTIONS = [
    app_commands.Choice(name=localised(words), value=action.value) for action, words in ACTIONS.items()
]

Typed = app_commands.Range[str, 1, MOST_IN_LIST]


class Words:
    def __init__(self, book: WordBook, acknowledger: Acknowledger, errors: Errors) -> None:
        self._book = book
        self._acknowledger = acknowledger
        self._errors = errors

    def command(self) -> AnyCommand:
        group = app_commands.Group(
            name=localised(text("command-words-name")),
            description=localised(text("command-words-description")),
            allowed_contexts=IN_GUILDS,
            allowed_installs=BY_GUILDS,
            default_permissions=SEEN_BY,
        )
        for each in (self._add_command(), self._list_command(), self._remove_command(), self._test_command()):
            group.add_command(each)
        return group

    def _add_command(self) -> Subcommand:
        @app_commands.describe(
            name=localised(text("words-option-name")),
            action=localised(text("words-option-action")),
            words=localised(text("words-option-words")),
            pattern=localised(text("words-option-pattern")),
            loose=localised(text("words-option-loose")),
            spare_negative=localised(text("words-option-spare-negative")),
        )
        @app_commands.rename(
            name=localised(text("option-name-name")),
            action=localised(text("words-option-action-name")),
            words=localised(text("option-words-name")),
            pattern=localised(text("words-option-pattern-name")),
            loose=localised(text("words-option-loose-name")),
            spare_negative=localised(text("words-option-spare-negative-name")),
        )
        @app_commands.choices(action=_ACTIONS)
        async def add(  # noqa: PLR0917  # Discord passes options by name
            interaction: AnyInteraction,
            name: app_commands.Range[str, 1, MAX_NAME],
            action: str,
            words: Typed | None = None,
            pattern: Typed | None = None,
            loose: bool = False,  # noqa: FBT001, FBT002  # as above
            spare_negative: bool = False,  # noqa: FBT001, FBT002  # as above
        ) -> None:
            async with self._errors.answered(interaction):
                chosen = WordAction(action)
                if words is None and pattern is None:
                    await self._ask(interaction, name, chosen, loose=loose, spares_negative=spare_negative)
                    return
                await self._save(
                    interaction,
                    lambda guild_id, by: new_rule(
                        guild_id,
                        name,
                        chosen,
                        by,
                        words=words,
                        pattern=pattern,
                        loose=loose,
                        spares_negative=spare_negative,
                    ),
                )

        command = subcommand(text("words-add-name"), text("words-add-description"), add)
        return self._suggesting_names(command)

    def _list_command(self) -> Subcommand:
        @app_commands.describe(name=localised(text("words-option-which")))
        @app_commands.rename(name=localised(text("option-name-name")))
        async def list_(interaction: AnyInteraction, name: str | None = None) -> None:
            async with self._errors.answered(interaction):
                async with self._acknowledger.in_time(interaction, ephemeral=True):
                    guild_id, _ = _moderated(interaction)
                    rules = await self._book.of(guild_id) if name is None else ()
                    rule = None if name is None else await self._book.named(guild_id, name)
                locale = interaction.locale.value
                view, files = listed(rules, locale) if rule is None else one_rule(rule, locale)
                await self._acknowledger.answer(interaction, view, files)

        command = subcommand(text("words-list-name"), text("words-list-description"), list_)
        return self._suggesting_names(command)

    def _remove_command(self) -> Subcommand:
        @app_commands.describe(name=localised(text("words-option-which")))
        @app_commands.rename(name=localised(text("option-name-name")))
        async def remove(interaction: AnyInteraction, name: str) -> None:
            async with self._errors.answered(interaction):
                async with self._acknowledger.in_time(interaction, ephemeral=True):
                    guild_id, by = _moderated(interaction)
                    rule = await self._book.remove(guild_id, name, by=by)
                log.info("word rule of guild %d taken away by %s", guild_id, who(interaction))
                gone = text("words-removed", rule=rule.name)
                await self._acknowledger.answer(interaction, notice(gone, interaction.locale))

        command = subcommand(text("words-remove-name"), text("words-remove-description"), remove)
        return self._suggesting_names(command)

    def _test_command(self) -> Subcommand:
        @app_commands.describe(words=localised(text("words-option-test")))
        @app_commands.rename(words=localised(text("option-words-name")))
        async def test(interaction: AnyInteraction, words: str) -> None:
            async with self._errors.answered(interaction):
                async with self._acknowledger.in_time(interaction, ephemeral=True):
                    guild_id, _ = _moderated(interaction)
                    found = await self._book.tried(guild_id, words)
                await self._acknowledger.answer(interaction, tried(found, interaction.locale.value))

        return subcommand(text("words-test-name"), text("words-test-description"), test)

    async def submit(self, interaction: AnyInteraction, match: re.Match[str], sent: Submitted) -> None:
        """The form with the list came back."""
        await self._save(
            interaction,
            lambda guild_id, by: new_rule(
                guild_id,
                match["name"],
                WordAction(match["action"]),
                by,
                words=sent.words.get(_LIST, ""),
                loose=match["loose"] == "1",
                spares_negative=match["spares"] == "1",
            ),
        )

    async def _ask(
        self,
        interaction: AnyInteraction,
        name: str,
        action: WordAction,
        *,
        loose: bool,
        spares_negative: bool,
    ) -> None:
        """For the list, in a form that has what the rule has already."""
        guild_id, _ = _moderated(interaction)
        before = [rule for rule in await self._book.of(guild_id) if rule.name == name]
        locale = interaction.locale.value
        field = words_field(
            _LIST,
            render(text("words-form-list"), locale),
            render(text("words-option-words"), locale),
            value="\n".join(before[0].words) if before else "",
            required=True,
            in_lines=True,
        )
        custom_id = f"words:{action}:{loose:d}:{spares_negative:d}:{name}"
        title = render(text("words-form-title", rule=name), locale)
        await self._acknowledger.open_form(interaction, form(custom_id, title, [field]))

    async def _save(self, interaction: AnyInteraction, made: Callable[[int, int], WordRule]) -> None:
        """``made``: a guild and a person → the rule."""
        async with self._acknowledger.in_time(interaction, ephemeral=True):
            guild_id, by = _moderated(interaction)
            rule = made(guild_id, by)
            await self._book.save(rule)
        log.info("word rule of guild %d changed by %s", guild_id, who(interaction))
        view, files = one_rule(rule, interaction.locale.value, text("words-saved"))
        await self._acknowledger.answer(interaction, view, files)

    def _suggesting_names(self, command: Subcommand) -> Subcommand:
        async def suggest(interaction: AnyInteraction, typed: str) -> list[app_commands.Choice[str]]:
            return await self._errors.suggested(interaction, self._names(interaction, typed))

        command.autocomplete("name")(suggest)
        return command

    async def _names(self, interaction: AnyInteraction, typed: str) -> Choices:
        guild_id, _ = _moderated(interaction)
        names: Sequence[str] = [rule.name for rule in await self._book.of(guild_id)]
        return matching(names, typed)


def _moderated(interaction: AnyInteraction) -> tuple[int, int]:
    """The guild, and who acts for it.

    Raises:
        NotAllowed: it is no moderator of a guild, and does not manage one.
    """
    actor = actor_of(interaction)
    if actor.guild_id is None:
        raise NotAllowed(text("words-only-in-servers"))
    if not (actor.may_moderate or interaction.permissions.manage_guild):
        raise NotAllowed(text("words-not-allowed"))
    return actor.guild_id, actor.user_id
