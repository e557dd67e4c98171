"""The human side: what a person does to a bot, and what comes back. The only interface for tests, terminal and page."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from bot.sandbox.discord.attachments import AttachmentStore
from bot.sandbox.discord.channels import Channel
from bot.sandbox.discord.clock import Clock
from bot.sandbox.discord.command_line import Chosen, NotSent, parse
from bot.sandbox.discord.commands import Command, Commands, CommandType
from bot.sandbox.discord.components import SELECTS
from bot.sandbox.discord.controls import BUTTONS, control, standing
from bot.sandbox.discord.disk import with_files
from bot.sandbox.discord.filling import Filling
from bot.sandbox.discord.interaction import Interaction, InteractionType
from bot.sandbox.discord.interactions import Interactions
from bot.sandbox.discord.invocations import Choice, Invocation
from bot.sandbox.discord.messages import Message, MessageFlag
from bot.sandbox.discord.modals import ModalForm, objects, pick, selected_kind
from bot.sandbox.discord.offering import Offer
from bot.sandbox.discord.permissions import Permission
from bot.sandbox.discord.posting import Draft, Posting
from bot.sandbox.discord.users import User
from bot.sandbox.discord.wire import Json, Upload
from bot.sandbox.discord.world import World


class Services(Struct, frozen=True):
    """What acting needs; one for all persons."""

    world: World
    clock: Clock
    commands: Commands
    interactions: Interactions
    posting: Posting
    attachments: AttachmentStore


class Person:
    """Somebody with a client. ``locale`` is the language that the client is set to."""

    def __init__(self, user: User, services: Services, *, locale: str = "en-US") -> None:
        self.user = user
        self.locale = locale
        self.shares_disk = False
        """Whether a path that is typed as text names a file of this machine: at a terminal, never on a page."""
        self.has_installed = False
        """Whether this person brings the bot along to wherever commands allow it."""
        self._services = services

    @property
    def name(self) -> str:
        return self.user.username

    @property
    def direct(self) -> Channel:
        """The direct messages with the bot."""
        return self._services.world.direct_channel(self.user)

    def sees(self, channel: Channel) -> list[Message]:
        """The conversation as it looks to this person."""
        if Permission.VIEW_CHANNEL not in self._permissions(channel):
            return []
        return [message for message in channel.messages if message.visible_to(self.user.id)]

    def commands(self, channel: Channel, type_: CommandType = CommandType.CHAT_INPUT) -> list[Command]:
        """What the client offers here."""
        return [
            command for command, refusal in self.offered(channel) if command.type is type_ and refusal is None
        ]

    def offered(self, channel: Channel) -> list[tuple[Command, str | None]]:
        """Every command that is registered for here, and why this person cannot use it (None: can)."""
        offer = self._offer(channel)
        found = self._services.commands.usable_in(channel.guild_id)
        return [(command, offer.refusal(command)) for command in found]

    async def slash(
        self, channel: Channel, line: str, options: Mapping[str, object] | None = None
    ) -> Invocation:
        """``/name option:value …``; values that are no text may be given as ``options``.

        A file is an :class:`Upload` or a :class:`~pathlib.Path`, or ``@fox.jpg`` in the line of whoever shares the disk.
        """
        typed = self._choose(channel, line, options)
        limit_bytes = self.upload_limit_bytes(channel)
        chosen = await with_files(typed, shares_disk=self.shares_disk, limit_bytes=limit_bytes)
        filling = self._filling(channel)
        data = self._command_data(chosen, filling.fill(chosen), filling)
        owners = self._offer(channel).owners(chosen.command)
        return self._open(InteractionType.APPLICATION_COMMAND, channel, data, owners)

    async def slash_of_old(self, channel: Channel, name: str, *, of_guild: bool = False) -> Invocation:
        """Use a command that is gone, without options, from a client that still shows it.

        ``of_guild``: the guild had it for itself.
        """
        data = self._services.commands.forgotten(name)
        if of_guild:
            data["guild_id"] = str(channel.guild_id)
        owners = {"0": str(channel.guild_id or 0)}
        return self._open(InteractionType.APPLICATION_COMMAND, channel, data, owners)

    async def autocomplete(
        self,
        channel: Channel,
        line: str,
        option: str,
        typed: str = "",
        options: Mapping[str, object] | None = None,
    ) -> tuple[Choice, ...]:
        """What the bot suggests while ``typed`` stands in an option."""
        chosen = self._choose(channel, line, {**(options or {}), option: typed})
        found = next((each for each in chosen.options if each.name == option), None)
        if found is None or not found.autocomplete:
            raise NotSent("nothing is suggested for this option", option)
        filling = self._filling(channel)
        data = self._command_data(chosen, filling.fill(chosen, focused=option), filling)
        owners = self._offer(channel).owners(chosen.command)
        invocation = self._open(InteractionType.AUTOCOMPLETE, channel, data, owners)
        await invocation.acknowledged()
        return invocation.choices

    async def context_command(self, name: str, target: Message | User, channel: Channel) -> Invocation:
        """A command of the menu on a message or on a person."""
        kind = CommandType.MESSAGE if isinstance(target, Message) else CommandType.USER
        commands = self._services.commands.usable_in(channel.guild_id)
        command = next((each for each in commands if each.type is kind and name in each.names), None)
        if command is None:
            raise NotSent(f"there is no command “{name}” in this menu")
        self._check_allowed(command, channel)
        filling = self._filling(channel)
        if isinstance(target, Message):
            target_id = filling.resolved.add_message(target.id, target.to_json())
        else:
            target_id = filling.resolved.add_user(target)
        data = self._command_data(Chosen(command, (), {}), [], filling) | {"target_id": target_id}
        return self._open(
            InteractionType.APPLICATION_COMMAND, channel, data, self._offer(channel).owners(command)
        )

    async def click(self, message: Message | Invocation, button: str) -> Invocation:
        """Press a button, told by its label or its custom_id."""
        shown = standing(message, self.user)
        component = control(shown, button, BUTTONS)
        return self._use(shown, component, {})

    async def select(self, message: Message | Invocation, menu: str, *values: object) -> Invocation:
        """Choose in a menu, told by its placeholder or its custom_id; values by label, value or object."""
        shown = standing(message, self.user)
        # Whether a choice is required is a matter of forms only.
        component = {**control(shown, menu, SELECTS), "required": True}
        kind = selected_kind(component["type"])
        filling = self._filling(self._services.world.channels[shown.channel_id])
        if kind is None:
            chosen = pick(component, values, menu)
        else:
            chosen = objects(filling, component, kind, values, menu)
        data: Json = {"values": chosen}
        if filling.resolved.body:
            data["resolved"] = filling.resolved.body
        return self._use(shown, component, data)

    async def submit_modal(self, opened: Invocation, values: Mapping[str, object]) -> Invocation:
        """Fill in the form that the bot opened; fields by custom_id or by label."""
        if opened.modal is None:
            raise NotSent("no form was opened")
        parent = opened.interaction
        data = ModalForm(opened.modal, self._filling(parent.channel)).submit(values)
        return self._open(
            InteractionType.MODAL_SUBMIT,
            parent.channel,
            data,
            parent.owners,
            message=parent.message,
            parent=parent,
        )

    async def say(self, channel: Channel, content: str = "", *files: Upload) -> Message:
        """Write an ordinary message."""
        self._check_may_write(channel)
        draft = Draft({"content": content}, dict(enumerate(files)))
        return self._services.posting.post(channel, draft, author=self.user)

    async def forward(self, message: Message, channel: Channel) -> Message:
        """Send a message on: a new one of this person, with a snapshot of the old one in it."""
        self._check_may_write(channel)
        if message.ephemeral or message.deleted:
            raise NotSent("this message cannot be forwarded")
        flags = MessageFlag.HAS_SNAPSHOT
        return self._services.posting.post(
            channel, Draft({}, {}), author=self.user, forwards=message, extra_flags=flags
        )

    def _check_may_write(self, channel: Channel) -> None:
        needed = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
        if needed not in self._permissions(channel):
            raise NotSent("you may not write here")

    async def delete(self, message: Message) -> None:
        """Delete a message, as its author or as a moderator may; a person dismisses an ephemeral one."""
        if not self.may_delete(message):
            raise NotSent("you may not delete this message")
        self._services.posting.delete(message)

    def may_delete(self, message: Message) -> bool:
        if message.author == self.user or message.only_for == self.user.id:
            return True
        channel = self._services.world.channels[message.channel_id]
        return channel.guild_id is not None and Permission.MANAGE_MESSAGES in self._permissions(channel)

    def _choose(self, channel: Channel, line: str, options: Mapping[str, object] | None) -> Chosen:
        commands = [
            each
            for each in self._services.commands.usable_in(channel.guild_id)
            if each.type is CommandType.CHAT_INPUT
        ]
        chosen = parse(line, commands)
        self._check_allowed(chosen.command, channel)
        return Chosen(chosen.command, chosen.path, {**chosen.values, **(options or {})})

    def _check_allowed(self, command: Command, channel: Channel) -> None:
        if reason := self._offer(channel).refusal(command):
            raise NotSent(reason)

    def _offer(self, channel: Channel) -> Offer:
        return Offer(
            world=self._services.world, channel=channel, user=self.user, brings_bot=self.has_installed
        )

    def upload_limit_bytes(self, channel: Channel) -> int:
        """How large a file of this person may be here."""
        return self._services.posting.limit_in(channel)

    def _permissions(self, channel: Channel) -> Permission:
        return self._services.world.permissions_of(self.user.id, channel)

    def _filling(self, channel: Channel) -> Filling:
        services = self._services
        limit_bytes = self.upload_limit_bytes(channel)
        return Filling(
            services.world, services.attachments, channel, self.user, upload_limit_bytes=limit_bytes
        )

    def _command_data(self, chosen: Chosen, options: Sequence[Json], filling: Filling) -> Json:
        command = chosen.command
        data: Json = {"id": str(command.id), "name": command.name, "type": int(command.type)}
        if options:
            data["options"] = list(options)
        if filling.resolved.body:
            data["resolved"] = filling.resolved.body
        if command.guild_id is not None:
            data["guild_id"] = str(command.guild_id)
        return data

    def _use(self, message: Message, component: Json, more: Json) -> Invocation:
        data = {
            "custom_id": component["custom_id"],
            "component_type": component["type"],
            "id": component["id"],
            **more,
        }
        channel = self._services.world.channels[message.channel_id]
        known = message.interaction_metadata or {}
        owners = known.get("authorizing_integration_owners") or {"0": str(channel.guild_id or 0)}
        return self._open(InteractionType.COMPONENT, channel, data, owners, message=message)

    def _open(
        self,
        type_: InteractionType,
        channel: Channel,
        data: Json,
        owners: Mapping[str, str],
        *,
        message: Message | None = None,
        parent: Interaction | None = None,
    ) -> Invocation:
        interaction = self._services.interactions.open(
            type_,
            self.user,
            channel,
            data,
            locale=self.locale,
            owners=owners,
            message=message,
            parent=parent,
        )
        return Invocation(interaction, self._services.interactions)
