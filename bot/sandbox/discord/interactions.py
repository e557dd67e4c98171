"""How interactions are opened and answered: once, in time, and then by their token for fifteen minutes."""

import secrets
from collections import OrderedDict
from collections.abc import Mapping

from bot.sandbox.discord import errors
from bot.sandbox.discord.channels import Channel
from bot.sandbox.discord.clock import Clock
from bot.sandbox.discord.components import settle
from bot.sandbox.discord.errors import Refused
from bot.sandbox.discord.gateway import Gateway
from bot.sandbox.discord.interaction import CallbackType, Interaction, InteractionType
from bot.sandbox.discord.interaction_create import interaction_create
from bot.sandbox.discord.messages import NO_FLAGS, Message, MessageFlag
from bot.sandbox.discord.permissions import Permission
from bot.sandbox.discord.posting import Draft, Origin, Posting
from bot.sandbox.discord.snowflakes import Snowflakes
from bot.sandbox.discord.users import User
from bot.sandbox.discord.wire import Json
from bot.sandbox.discord.world import World

_KEPT = 10_000
_FOLLOW_UPS_OF_GUESTS = 5


class Interactions:
    """Every interaction of late, by id and by token."""

    def __init__(
        self, world: World, snowflakes: Snowflakes, clock: Clock, gateway: Gateway, posting: Posting
    ) -> None:
        self._world = world
        self._snowflakes = snowflakes
        self._clock = clock
        self._accessway = gateway
        self._posting = posting
        self._by_id: OrderedDict[int, Interaction] = OrderedDict()
        self._by_token: dict[str, Interaction] = {}
        self.deadline_seconds = 3.0
        self.token_seconds = 15 * 60.0

    def open(
        self,
        type_: InteractionType,
        user: User,
        channel: Channel,
        data: Json,
        *,
        locale: str,
        owners: Mapping[str, str],
        message: Message | None = None,
        parent: Interaction | None = None,
    ) -> Interaction:
        """Tell the bot what a person did."""
        interaction = Interaction(
            id=self._snowflakes.next(),
            token=secrets.token_urlsafe(48),
            type=type_,
            created_at=self._clock.now(),
            user=user,
            channel=channel,
            locale=locale,
            data=data,
            owners=owners,
            message=message,
            parent=parent,
        )
        self._keep(interaction)
        body = interaction_create(
            interaction, self._world, upload_limit_bytes=self._posting.limit_in(channel)
        )
        self._accessway.dispatch("INTERACTION_CREATE", body, guild_id=channel.guild_id)
        return interaction

    def deadline_of(self, interaction: Interaction) -> float:
        return interaction.created_at + self.deadline_seconds

    async def expired(self, interaction: Interaction) -> None:
        """Return when the time for a first answer is over."""
        await self._clock.sleep_until(self.deadline_of(interaction))

    def awaiting_answer(self, interaction_id: int, token: str) -> Interaction:
        found = self._by_id.get(interaction_id)
        if found is None or found.token != token:
            raise Refused.because(errors.UNKNOWN_INTERACTION)
        if found.answered_at is not None:
            raise Refused.because(errors.ALREADY_ACKNOWLEDGED)
        if self._clock.now() > self.deadline_of(found):
            raise Refused.because(errors.UNKNOWN_INTERACTION)
        return found

    def answer(self, interaction: Interaction, kind: CallbackType, draft: Draft) -> None:
        """The first response; the caller has checked that it fits the interaction."""
        match kind:
            case CallbackType.MESSAGE:
                interaction.original = self._reply(interaction, draft)
            case CallbackType.DEFERRED_MESSAGE:
                interaction.original = self._reply(interaction, draft, extra_flags=MessageFlag.LOADING)
            case CallbackType.DEFERRED_UPDATE:
                interaction.original = interaction.message
            case CallbackType.UPDATE:
                interaction.original = self._updated(interaction.message, draft)
            case CallbackType.AUTOCOMPLETE_RESULT:
                interaction.choices = tuple(draft.body.get("choices") or ())
            case CallbackType.MODAL:
                layouts = settle(draft.body["components"], (), self._snowflakes)
                interaction.modal = {**draft.body, "components": list(layouts)}
            case CallbackType.PONG:
                pass
        interaction.answer = kind
        interaction.answered_at = self._clock.now()
        interaction.changed.wake()

    def with_token(self, token: str) -> Interaction:
        """Whoever holds the token may follow up for fifteen minutes, once there was a first response."""
        found = self._by_token.get(token)
        if found is None or found.answered_at is None:
            raise Refused.because(errors.UNKNOWN_WEBHOOK)
        if self._clock.now() > found.created_at + self.token_seconds:
            raise Refused.because(errors.INVALID_WEBHOOK_TOKEN)
        return found

    def follow_up(self, interaction: Interaction, draft: Draft) -> Message:
        original = interaction.original
        if original is not None and not original.deleted and original.now.is_thinking:
            self._posting.edit(original, draft)
            return original
        if interaction.by_person_only and len(interaction.follow_ups) >= _FOLLOW_UPS_OF_GUESTS:
            raise Refused.because(errors.TOO_MANY_FOLLOW_UPS)
        message = self._reply(interaction, draft, reply_to=original)
        interaction.follow_ups.append(message)
        return message

    def message_of(self, interaction: Interaction, name: str) -> Message:
        """``@original``, or the id of a message that this interaction made."""
        original = interaction.original
        ours = [*interaction.follow_ups, *([original] if original else [])]
        for message in ours:
            is_meant = message is original if name == "@original" else str(message.id) == name
            if is_meant and not message.deleted:
                return message
        raise Refused.because(errors.UNKNOWN_MESSAGE)

    def _reply(
        self,
        interaction: Interaction,
        draft: Draft,
        *,
        extra_flags: MessageFlag = NO_FLAGS,
        reply_to: Message | None = None,
    ) -> Message:
        if interaction.channel.id not in self._world.channels:
            raise Refused.because(errors.UNKNOWN_CHANNEL)
        asked = MessageFlag(draft.body.get("flags") or 0)
        is_ephemeral = MessageFlag.EPHEMERAL in asked or self._must_be_ephemeral(interaction)
        is_command = interaction.type is InteractionType.APPLICATION_COMMAND
        return self._posting.post(
            interaction.channel,
            draft,
            author=self._world.bot,
            only_for=interaction.user if is_ephemeral else None,
            extra_flags=extra_flags,
            reply_to=reply_to or interaction.message,
            origin=Origin(
                type=interaction.origin_type,
                application_id=self._world.application_id,
                metadata=interaction.metadata,
                interaction={
                    "id": str(interaction.id),
                    "type": int(interaction.type),
                    "name": interaction.data["name"],
                    "user": interaction.user.to_json(),
                }
                if is_command
                else None,
            ),
        )

    def _updated(self, message: Message | None, draft: Draft) -> Message:
        if message is None or message.deleted:
            raise Refused.because(errors.UNKNOWN_MESSAGE)
        self._posting.edit(message, draft)
        return message

    def _must_be_ephemeral(self, interaction: Interaction) -> bool:
        """A guest bot speaks up only for those who may bring it."""
        granted = self._world.permissions_of(interaction.user.id, interaction.channel)
        return interaction.by_person_only and Permission.USE_EXTERNAL_APPS not in granted

    def _keep(self, interaction: Interaction) -> None:
        self._by_id[interaction.id] = interaction
        self._by_token[interaction.token] = interaction
        while len(self._by_id) > _KEPT:
            _, oldest = self._by_id.popitem(last=False)
            del self._by_token[oldest.token]
