"""What happened: the REST calls and gateway events of late, and to which message each belongs."""

import re
import time
from collections import OrderedDict, deque
from collections.abc import Iterable
from typing import cast

from msgspec import Struct

from bot.sandbox.discord import Message
from bot.sandbox.discord.wire import Exchange, Json
from bot.sandbox.page.secrecy import blanked, blanked_path

_KEPT = 4000
_KEPT_TOKENS = 2000
_SHOWN = 60
_INTERACTION = re.compile(r"/interactions/(\d+)/")
_WEBHOOK = re.compile(r"/webhooks/\d+/([^/]+)")
_MESSAGE = re.compile(r"/channels/\d+/messages/(\d+)")


class LoggedExchange(Struct, frozen=True):
    number: int
    at: float
    exchange: Exchange
    about: frozenset[str]
    """Ids of the messages and interactions concerned."""

    def to_json(self) -> Json:
        """One line of the list; the bodies are asked for one by one."""
        exchange = self.exchange
        return {
            "number": self.number,
            "at": self.at,
            "kind": exchange.kind,
            "what": exchange.event or f"{exchange.method} {blanked_path(exchange.path)}",
            "status": exchange.status,
            "milliseconds": round(exchange.milliseconds, 1),
        }

    def bodies(self) -> Json:
        return {
            "sent": blanked(self.exchange.request_json),
            "files": list(self.exchange.request_files),
            "answer": blanked(self.exchange.response_json),
        }


class ExchangeLog:
    """An observer of the stand-in."""

    def __init__(self) -> None:
        self._kept: deque[LoggedExchange] = deque(maxlen=_KEPT)
        self._by_token: OrderedDict[str, str] = OrderedDict()
        self._message_of: OrderedDict[str, str] = OrderedDict()
        self._count = 0

    def observe(self, exchange: Exchange) -> None:
        self._count += 1
        self._kept.append(
            LoggedExchange(self._count, time.time(), exchange, frozenset(self._about(exchange)))
        )

    def of(self, message: Message) -> list[Json]:
        """Those of one message, oldest first."""
        wanted = {str(message.id)}
        known = message.interaction_metadata
        while known:
            wanted.add(known["id"])
            known = known.get("triggering_interaction_metadata")
        return _lines([each for each in self._kept if each.about & wanted])

    def latest(self) -> list[Json]:
        return _lines(list(self._kept))

    def bodies(self, number: int) -> Json | None:
        return next((each.bodies() for each in reversed(self._kept) if each.number == number), None)

    def _about(self, exchange: Exchange) -> Iterable[str]:
        if exchange.kind == "dispatch":
            yield from self._about_event(exchange.event, exchange.response_json)
            return
        if found := _INTERACTION.match(exchange.path):
            yield from self._with_message(found[1])
        if (found := _WEBHOOK.match(exchange.path)) and found[1] in self._by_token:
            yield from self._with_message(self._by_token[found[1]])
        if found := _MESSAGE.match(exchange.path):
            yield found[1]
        if exchange.method == "POST" and isinstance(exchange.response_json, dict):
            made = cast("Json", exchange.response_json).get("id")
            yield from [made] if isinstance(made, str) else []

    def _about_event(self, event: str, body: Json) -> Iterable[str]:
        if event == "INTERACTION_CREATE":
            self._remember(self._by_token, body["token"], body["id"])
            if "message" in body:
                self._remember(self._message_of, body["id"], body["message"]["id"])
            yield from self._with_message(body["id"])
        elif event.startswith("MESSAGE_") and "id" in body:
            yield body["id"]

    def _with_message(self, interaction: str) -> Iterable[str]:
        """An interaction, and the message on which a component of it was used."""
        yield interaction
        if interaction in self._message_of:
            yield self._message_of[interaction]

    @staticmethod
    def _remember(known: OrderedDict[str, str], key: str, value: str) -> None:
        known[key] = value
        while len(known) > _KEPT_TOKENS:
            known.popitem(last=False)


def _lines(exchanges: list[LoggedExchange]) -> list[Json]:
    return [each.to_json() for each in exchanges[-_SHOWN:]]
