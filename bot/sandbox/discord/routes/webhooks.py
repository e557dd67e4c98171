"""Answering interactions: the callback, the original response, and follow-ups. The token in the path is the only right."""

from typing import Any

from bot.sandbox.discord import errors
from bot.sandbox.discord.errors import Refused, refuse_if
from bot.sandbox.discord.interaction import CallbackType, Interaction
from bot.sandbox.discord.interactions import Interactions
from bot.sandbox.discord.judging import before_edit, file_names, refuse_heavy_files
from bot.sandbox.discord.messages import MessageFlag
from bot.sandbox.discord.posting import Draft, Posting
from bot.sandbox.discord.routing import NO_CONTENT, Answer, Call, Route
from bot.sandbox.discord.rules import check_callback, check_message
from bot.sandbox.discord.wire import Json
from bot.sandbox.discord.world import World

_TOKEN = "/webhooks/{webhook_id}/{webhook_token}"  # noqa: S105 - a route
_MESSAGE = _TOKEN + "/messages/{message_id}"
_WITH_MESSAGE = frozenset(
    {CallbackType.MESSAGE, CallbackType.DEFERRED_MESSAGE, CallbackType.UPDATE, CallbackType.DEFERRED_UPDATE}
)


class WebhookRoutes:
    def __init__(self, world: World, interactions: Interactions, posting: Posting) -> None:
        self._world = world
        self._interactions = interactions
        self._posting = posting

    def routes(self) -> list[Route]:
        return [
            Route(method, template, handler, needs_token=False)
            for method, template, handler in (
                ("POST", "/interactions/{interaction_id}/{interaction_token}/callback", self.answer),
                ("POST", _TOKEN, self.follow_up),
                ("GET", _MESSAGE, self.single),
                ("PATCH", _MESSAGE, self.edit),
                ("DELETE", _MESSAGE, self.delete),
            )
        ]

    def answer(self, call: Call) -> Answer:
        interaction = self._interactions.awaiting_answer(
            call.number("interaction_id"), call.params["interaction_token"]
        )
        refuse_heavy_files(call.body, self._posting.limit_in(interaction.channel))
        refuse_if(
            check_callback(
                call.body.json,
                interaction_type=interaction.type,
                file_names=file_names(call.body),
                before=before_edit(interaction.message) if interaction.message else None,
                option_type=interaction.focused_type,
            )
        )
        kind = CallbackType(call.json["type"])
        self._interactions.answer(interaction, kind, Draft(call.json.get("data") or {}, call.body.files))
        if not call.flag("with_response"):
            return NO_CONTENT
        return Answer(json=_told(interaction, kind))

    def follow_up(self, call: Call) -> Answer:
        interaction = self._interaction(call)
        refuse_heavy_files(call.body, self._posting.limit_in(interaction.channel))
        refuse_if(check_message(call.body.json, file_names=file_names(call.body), webhook=True))
        message = self._interactions.follow_up(interaction, Draft(call.json, call.body.files))
        return Answer(json=message.to_json()) if call.flag("wait") else NO_CONTENT

    def single(self, call: Call) -> Answer:
        message = self._interactions.message_of(self._interaction(call), call.params["message_id"])
        return Answer(json=message.to_json())

    def edit(self, call: Call) -> Answer:
        interaction = self._interaction(call)
        message = self._interactions.message_of(interaction, call.params["message_id"])
        refuse_heavy_files(call.body, self._posting.limit_in(interaction.channel))
        refuse_if(
            check_message(
                call.body.json,
                file_names=file_names(call.body),
                before=before_edit(message),
                webhook=True,
            )
        )
        self._posting.edit(message, Draft(call.json, call.body.files))
        return Answer(json=message.to_json())

    def delete(self, call: Call) -> Answer:
        message = self._interactions.message_of(self._interaction(call), call.params["message_id"])
        self._posting.delete(message)
        return NO_CONTENT

    def _interaction(self, call: Call) -> Interaction:
        if call.number("webhook_id") != self._world.application_id:
            raise Refused.because(errors.UNKNOWN_WEBHOOK)
        return self._interactions.with_token(call.params["webhook_token"])


def _told(interaction: Interaction, kind: CallbackType) -> Json:
    """What ``with_response`` asked for."""
    about: Json = {
        "id": str(interaction.id),
        "type": int(interaction.type),
        "channel_id": str(interaction.channel.id),
    }
    if interaction.channel.guild_id:
        about["guild_id"] = str(interaction.channel.guild_id)
    resource: dict[str, Any] = {"type": int(kind)}
    if (message := interaction.original) is not None and kind in _WITH_MESSAGE:
        about["response_message_id"] = str(message.id)
        about["response_message_loading"] = MessageFlag.LOADING in message.now.flags
        about["response_message_ephemeral"] = message.ephemeral
        resource["message"] = message.to_json()
    return {"interaction": about, "resource": resource}
