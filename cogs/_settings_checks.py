"""What was typed for a setting, held against the server and the workflows that there are."""

from collections.abc import Iterator, Mapping
from typing import cast

import discord
from msgspec import Struct

from bot.delivery.rights import lacking
from bot.errors import Refused
from bot.moderation.access import Access
from bot.moderation.key import Key
from bot.moderation.keys import DEFAULTS, WORKFLOW_ACCESS
from bot.moderation.kinds import Control
from bot.moderation.option_values import OptionValues
from bot.texts import text
from bot.workflows import Option, Workflow
from bot.workflows.answers import refusal_of
from bot.workflows.attachment_settling import is_attached
from bot.workflows.defaults import EVERY
from bot.workflows.named import by_command
from bot.workflows.spelling import did_you_mean
from cogs._service import Service
from cogs._settings_form import Names


class Checks(Struct, frozen=True):
    """Of one server."""

    guild: discord.Guild
    service: Service

    @property
    def names(self) -> Names:
        channels = {each.name: each.id for each in (*self.guild.channels, *self.guild.threads)}
        roles = {each.name: each.id for each in self.guild.roles}
        return Names(channels, roles, tuple(sorted(self._offered)))

    @property
    def _offered(self) -> Mapping[str, Workflow]:
        return by_command(self.service.workflows_in(self.guild.id))

    def checked(self, key: Key[object], typed: str) -> str:
        """What was typed, in the form that the ledger keeps.

        Raises:
            Refused: it is no value of this setting, or names what is not there or the bot may not use.
        """
        written = self.names.meant(key, typed)
        value = key.kind.read(written)
        if f"<@&{self.guild.id}>" in written:
            raise Refused(text("settings-everyone"))
        if key.kind.control is Control.CHANNEL and isinstance(value, int):
            self._check_channel(value)
        if key.name == WORKFLOW_ACCESS.name:
            for workflow in cast("Mapping[str, Access]", value):
                self._check_workflow(workflow)
        if key.name == DEFAULTS.name:
            self._check_defaults(cast("OptionValues", value))
        return written

    def _check_channel(self, channel_id: int) -> None:
        channel = self.guild.get_channel_or_thread(channel_id)
        if channel is None:
            raise Refused(text("settings-no-channel", value=str(channel_id)))
        in_thread = isinstance(channel, discord.Thread)
        if missing := lacking(channel.permissions_for(self.guild.me), in_thread=in_thread):
            raise Refused(text("showcase-no-right", right=missing))

    def _check_workflow(self, name: str) -> bool:
        """Whether it is offered now; one that cannot be run for the moment is known all the same."""
        if name in self._offered:
            return True
        if not self.service.is_called(name, self.guild.id):
            near = did_you_mean(name, self._offered)
            raise Refused(text("settings-no-workflow", name=name, near=near))
        return False

    def _check_defaults(self, values: OptionValues) -> None:
        for (workflow, option), words in values.items():
            if workflow != EVERY and not self._check_workflow(workflow):
                continue
            options = list(self._options(workflow))
            meant = [each for each in options if each.name == option]
            if not meant:
                near = did_you_mean(option, {each.name for each in options})
                raise Refused(text("settings-no-option", name=option, near=near))
            problems = [refusal_of(each, words) for each in meant]
            if None not in problems and problems[0] is not None:
                raise Refused(problems[0])

    def _options(self, workflow: str) -> Iterator[Option]:
        for name, each in self._offered.items():
            if workflow in {EVERY, name}:
                yield from (option for option in each.options if not is_attached(option.kind))
