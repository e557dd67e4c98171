"""**Use as input**, in the menu of each message: make something of a picture that is there already."""

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence

import discord
from discord import app_commands

from bot.client import InMenu, localised
from bot.delivery.acknowledging import Acknowledger
from bot.delivery.discord_errors import DiscordError, translated
from bot.errors import NotThere
from bot.inputs.fetching import Origins
from bot.jobs.inputs import Attachment
from bot.texts import text
from bot.workflows.key import spoken
from cogs._errors import Errors
from cogs._forms import Submitted
from cogs._input_form import WORKFLOW, Offer, answers, chosen_picture, input_form, typed_again
from cogs._options import MAX_CHOICES
from cogs._pictures import Shown, pictures_of
from cogs._service import AnyInteraction, Service, guest_of, guild_of
from cogs._submitting import Submissions

FORM = re.compile(r"input:(?P<message>[0-9]{1,19})")
MOST_OPEN = 1000
"""Messages whose pictures are remembered for the forms that were opened of them."""


class UseAsInput:
    def __init__(
        self,
        service: Service,
        submissions: Submissions,
        acknowledger: Acknowledger,
        errors: Errors,
        *,
        origins: Origins,
    ) -> None:
        """``origins``: where pictures may come from."""
        self._service = service
        self._submissions = submissions
        self._acknowledger = acknowledger
        self._errors = errors
        self._origins = origins
        self._pictures: OrderedDict[tuple[int, int | None, int], Mapping[str, Attachment]] = OrderedDict()
        """Person, channel and message → its pictures, by their identity. What one person sees another may not."""

    def command(self) -> InMenu:
        async def use_as_input(interaction: AnyInteraction, message: discord.Message) -> None:
            async with self._errors.answered(interaction):
                await self._open(interaction, message)

        return app_commands.ContextMenu(name=localised(text("menu-use-as-input")), callback=use_as_input)

    async def submit(self, interaction: AnyInteraction, match: re.Match[str], form: Submitted) -> None:
        """The form came back."""
        offer = Offer.of(self._service.workflows_in(guild_of(interaction)))
        name, locale = form.words.get(WORKFLOW, ""), interaction.locale.value
        options, workflow = offer.options.get(name), offer.workflows.get(name)
        if options is None or workflow is None:
            async with self._errors.answered(interaction, form.words.get("prompt")):
                await self._service.usable(name, guild_of(interaction))
                raise NotThere(text("workflow-unavailable", workflow=spoken(name)))
            return
        message_id = int(match["message"])
        known = self._pictures.get(_key(interaction, message_id), {})
        line = typed_again(workflow, options, form, known, locale)
        async with self._errors.answered(interaction, line):
            given = answers(workflow, options, form)
            async with self._acknowledger.in_time(interaction, ephemeral=False):
                pictures = known or await self._read_again(interaction, message_id)
            files = {**given.files, given.picture: chosen_picture(form, pictures)}
            await self._submissions.submit(interaction, name, given.values, files)

    async def _open(self, interaction: AnyInteraction, message: discord.Message) -> None:
        offer = Offer.of(await self._submissions.offered(interaction))
        if not offer.workflows:
            raise NotThere(text("menu-no-workflow"))
        pictures = self._usable(pictures_of(message))
        self._remember(interaction, message.id, pictures)
        custom_id = f"input:{message.id}"
        await self._acknowledger.open_form(
            interaction, input_form(custom_id, offer, pictures, interaction.locale.value)
        )

    def _usable(self, shown: Sequence[Shown]) -> Mapping[str, Attachment]:
        """By identity; at least one.

        Raises:
            NotThere: there is none, or none that may be fetched.
        """
        if not shown:
            raise NotThere(text("menu-no-picture"))
        found = {each.identity: each.within(self._origins) for each in shown[:MAX_CHOICES]}
        usable = {identity: each for identity, each in found.items() if each is not None}
        if not usable:
            raise NotThere(text("menu-elsewhere"))
        return usable

    def _remember(
        self, interaction: AnyInteraction, message_id: int, pictures: Mapping[str, Attachment]
    ) -> None:
        """Discord shows the bot what others wrote only where somebody uses a command on it."""
        key = _key(interaction, message_id)
        self._pictures[key] = pictures
        self._pictures.move_to_end(key)
        if len(self._pictures) > MOST_OPEN:
            self._pictures.popitem(last=False)

    async def _read_again(self, interaction: AnyInteraction, message_id: int) -> Mapping[str, Attachment]:
        """After a restart, what the bot itself may read of the message: its own results, and in direct messages all.

        Only in the channel where the form came back: its custom id may be forged.
        """
        if guest_of(interaction) is not None:
            raise NotThere(text("menu-forgotten"))
        channel = interaction.client.get_partial_messageable(interaction.channel_id or 0)
        try:
            with translated():
                message = await channel.fetch_message(message_id)
            return self._usable(pictures_of(message))
        except (DiscordError, NotThere) as error:
            raise NotThere(text("menu-forgotten")) from error


def _key(interaction: AnyInteraction, message_id: int) -> tuple[int, int | None, int]:
    return interaction.user.id, interaction.channel_id, message_id
