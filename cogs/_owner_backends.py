"""``/owner backends`` and ``/owner quarantine``: how each ComfyUI server is, and what is kept from all of them."""

import hashlib
import logging

from discord import app_commands

from bot.client import localised
from bot.delivery.words import shortened
from bot.errors import NotThere, Refused
from bot.jobs.quarantine_store import Quarantined
from bot.texts import Text, render, text
from cogs._errors import Choices
from cogs._options import MAX_CHOICE
from cogs._owner_commands import OwnerCommands, choices, subcommand
from cogs._owner_layout import backend_list, label_of, quarantine_list
from cogs._service import AnyInteraction, Service, Subcommand, who

log = logging.getLogger(__name__)

PAUSE, RESUME, FREE = "pause", "resume", "free"


class OwnerBackends:
    def __init__(self, service: Service, commands: OwnerCommands) -> None:
        self._service = service
        self._commands = commands

    def backends_command(self) -> Subcommand:
        @app_commands.describe(
            backend=localised(text("option-backend-description")),
            do=localised(text("option-backend-do-description")),
        )
        @app_commands.rename(
            backend=localised(text("option-backend-name")), do=localised(text("option-do-name"))
        )
        @app_commands.choices(
            do=choices(
                [
                    (text("choice-pause"), PAUSE),
                    (text("choice-resume"), RESUME),
                    (text("choice-free-memory"), FREE),
                ]
            )
        )
        async def backends(
            interaction: AnyInteraction, backend: str | None = None, do: str | None = None
        ) -> None:
            await self._commands.answer(interaction, lambda: self._backends(interaction, backend, do))

        async def suggest(interaction: AnyInteraction, typed: str) -> list[app_commands.Choice[str]]:
            return await self._commands.suggested(interaction, typed, self._names)

        command = subcommand(
            text("command-owner-backends-name"), text("command-owner-backends-description"), backends
        )
        command.autocomplete("backend")(suggest)
        return command

    def quarantine_command(self) -> Subcommand:
        @app_commands.describe(release=localised(text("option-release-description")))
        @app_commands.rename(release=localised(text("option-release-name")))
        async def quarantine(interaction: AnyInteraction, release: str | None = None) -> None:
            await self._commands.answer(interaction, lambda: self._quarantine(interaction, release))

        async def suggest(interaction: AnyInteraction, typed: str) -> list[app_commands.Choice[str]]:
            return await self._commands.suggested(interaction, typed, self._set_aside)

        command = subcommand(
            text("command-owner-quarantine-name"), text("command-owner-quarantine-description"), quarantine
        )
        command.autocomplete("release")(suggest)
        return command

    async def _backends(self, interaction: AnyInteraction, backend: str | None, do: str | None) -> str:
        locale = interaction.locale.value
        lines = list[str]()
        if backend is not None or do is not None:
            if backend is None or do is None:
                raise Refused(text("owner-backend-and-do"))
            lines = [render(await self._done(interaction, backend, do), locale), ""]
        operating = self._service.operating
        views, waiting = await operating.backends(), await operating.waiting()
        return "\n".join([*lines, backend_list(views, waiting, locale)])

    async def _done(self, interaction: AnyInteraction, backend: str, do: str) -> Text:
        servers, orders = self._service.parts.servers, self._service.parts.orders
        found = next((each for each in servers if backend in {each.name, each.label}), None)
        if found is None:
            raise NotThere(text("owner-no-such-backend", backend=backend))
        by = interaction.user.id
        log.info("ComfyUI %s: %s by %s", found.label, do, who(interaction))
        if do == PAUSE:
            changed = await orders.pause(found.name, by=by)
            return text("owner-backend-paused-now") if changed else text("owner-backend-was-so")
        if do == RESUME:
            changed = await orders.resume(found.name, by=by)
            return text("owner-backend-resumed-now") if changed else text("owner-backend-was-so")
        await orders.free_memory(found.name, by=by)
        return text("owner-backend-freed")

    async def _names(self) -> Choices:
        servers = self._service.parts.servers
        return [
            app_commands.Choice(name=shortened(each.label, MAX_CHOICE), value=each.name[:MAX_CHOICE])
            for each in servers
        ]

    async def _quarantine(self, interaction: AnyInteraction, release: str | None) -> str:
        quarantine, locale = self._service.parts.quarantine, interaction.locale.value
        await quarantine.look()
        lines = list[str]()
        if release is not None:
            found = next((each for each in quarantine.now if _key(each) == release), None)
            if found is None or not await quarantine.release(found, by=interaction.user.id):
                raise NotThere(text("owner-not-quarantined"))
            log.info("%s may run again, says %s", label_of(found), who(interaction))
            lines = [render(text("owner-released", what=label_of(found)), locale), ""]
        shown = [(each, await self._is_current(each)) for each in quarantine.now]
        return "\n".join([*lines, quarantine_list(shown, locale)])

    async def _is_current(self, each: Quarantined) -> bool:
        """Whether it is made of the files that there are now."""
        workflow = await self._service.version(each.workflow)
        return workflow is not None and workflow.fingerprint == each.fingerprint

    async def _set_aside(self) -> Choices:
        return [
            app_commands.Choice(name=shortened(label_of(each), MAX_CHOICE), value=_key(each))
            for each in self._service.parts.quarantine.now
        ]


def _key(each: Quarantined) -> str:
    """A name for it that fits into a suggestion, whatever its value is called."""
    words = "\0".join([each.workflow, each.fingerprint, each.option or "", each.value or ""])
    return hashlib.sha256(words.encode()).hexdigest()[:16]
