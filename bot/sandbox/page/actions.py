"""What a person does in a window, done through :class:`~bot.sandbox.discord.Person`, and what the window is told of it.

A reply is empty when all went well; it holds ``refused`` (the client would not have sent this), ``silent`` (the bot did
not respond), or what was asked for.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from bot.sandbox.discord import (
    Channel,
    DiscordStandIn,
    Invocation,
    Message,
    NotAcknowledged,
    NotSent,
    Person,
    UnknownCommand,
)
from bot.sandbox.discord.wire import Json, Upload
from bot.sandbox.page.request import Malformed, Request
from bot.sandbox.page.uploads import Uploads
from bot.sandbox.reasons import why_not

_KEPT_FORMS = 32

Action: TypeAlias = Callable[[Person, Channel, Request], Awaitable[Json]]


class Actions:
    """Of one window. Forms that the bot opened stay here until they are submitted."""

    def __init__(self, discord: DiscordStandIn, uploads: Uploads) -> None:
        self._discord = discord
        self._uploads = uploads
        self._forms: OrderedDict[str, Invocation] = OrderedDict()
        self._known: Mapping[str, Action] = {
            "slash": self._slash,
            "autocomplete": self._autocomplete,
            "click": self._click,
            "select": self._select,
            "submit": self._submit,
            "menu": self._menu,
            "say": self._say,
            "forward": self._forward,
            "delete": self._delete,
        }

    def __contains__(self, name: str) -> bool:
        return name in self._known

    async def do(self, person: Person, channel: Channel, request: Request) -> Json:
        try:
            return await self._known[request.do](person, channel, request)
        except UnknownCommand as refusal:
            reason = await why_not(self._discord, refusal.name, person.locale)
            return {"refused": {"reason": reason or refusal.reason, "option": None}}
        except NotSent as refusal:
            return {"refused": {"reason": refusal.reason, "option": refusal.option}}
        except Malformed as problem:
            return {"refused": {"reason": str(problem), "option": None}}
        except NotAcknowledged:
            return {"silent": True}

    async def _slash(self, person: Person, channel: Channel, request: Request) -> Json:
        options = request.values("options", self._uploads)
        return await self._outcome(await person.slash(channel, request.text("line"), options))

    async def _autocomplete(self, person: Person, channel: Channel, request: Request) -> Json:
        options = request.values("options", self._uploads)
        choices = await person.autocomplete(
            channel, request.text("line"), request.text("option"), request.text("typed"), options
        )
        return {"choices": [{"name": each.name, "value": each.value} for each in choices]}

    async def _click(self, person: Person, channel: Channel, request: Request) -> Json:
        message = self._message(person, channel, request)
        return await self._outcome(await person.click(message, request.text("custom_id")))

    async def _select(self, person: Person, channel: Channel, request: Request) -> Json:
        message = self._message(person, channel, request)
        values = request.list("values", self._uploads)
        return await self._outcome(await person.select(message, request.text("custom_id"), *values))

    async def _submit(self, person: Person, channel: Channel, request: Request) -> Json:
        form = self._forms.get(request.text("form"))
        place = None if form is None else (form.interaction.user, form.interaction.channel)
        if form is None or place != (person.user, channel):
            raise Malformed("this form is not open any more")
        submitted = await person.submit_modal(form, request.values("fields", self._uploads))
        return await self._outcome(submitted)

    async def _menu(self, person: Person, channel: Channel, request: Request) -> Json:
        if request.has("user"):
            user = self._discord.world.users.get(request.identity("user"))
            if user is None:
                raise Malformed("there is no such person")
            return await self._outcome(await person.context_command(request.text("command"), user, channel))
        message = self._message(person, channel, request)
        return await self._outcome(await person.context_command(request.text("command"), message, channel))

    async def _say(self, person: Person, channel: Channel, request: Request) -> Json:
        files = [each for each in request.list("files", self._uploads) if isinstance(each, Upload)]
        await person.say(channel, request.text("content"), *files)
        return {}

    async def _forward(self, person: Person, channel: Channel, request: Request) -> Json:
        await person.forward(self._message(person, channel, request), channel)
        return {}

    async def _delete(self, person: Person, channel: Channel, request: Request) -> Json:
        await person.delete(self._message(person, channel, request))
        return {}

    async def _outcome(self, invocation: Invocation) -> Json:
        await invocation.acknowledged()
        if invocation.modal is None:
            return {}
        identity = str(invocation.interaction.id)
        self._forms[identity] = invocation
        while len(self._forms) > _KEPT_FORMS:
            self._forms.popitem(last=False)
        return {"form": {"id": identity, "modal": invocation.modal}}

    def _message(self, person: Person, channel: Channel, request: Request) -> Message:
        message = channel.find(request.identity("message"))
        if message is None or not message.visible_to(person.user.id):
            raise NotSent("the message is not there any more")
        return message
