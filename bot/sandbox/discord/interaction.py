"""One interaction: what a person did, and what the bot has answered so far."""

from collections.abc import Iterator, Mapping
from enum import IntEnum

from msgspec import Struct, field

from bot.sandbox.discord.channels import Channel
from bot.sandbox.discord.messages import Message, MessageType
from bot.sandbox.discord.users import User
from bot.sandbox.discord.wakeup import WakeUp
from bot.sandbox.discord.wire import Json

_BRANCHES = (1, 2)
"""The types of subcommands and their groups."""


class InteractionType(IntEnum):
    APPLICATION_COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL_SUBMIT = 5


class CallbackType(IntEnum):
    PONG = 1
    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    AUTOCOMPLETE_RESULT = 8
    MODAL = 9


class Interaction(Struct, eq=False):
    id: int
    token: str
    type: InteractionType
    created_at: float
    user: User
    channel: Channel
    locale: str
    data: Json
    message: Message | None = None
    """The message on which a component was used."""
    owners: Mapping[str, str] = {}
    """Who brought the bot here: ``"0"`` the guild (``"0": "0"`` in its direct messages), ``"1"`` the person."""
    parent: "Interaction | None" = None
    """Of a submitted modal, the interaction that opened it."""
    answered_at: float | None = None
    answer: CallbackType | None = None
    original: Message | None = None
    """What @original means once there is an answer."""
    follow_ups: list[Message] = []
    modal: Json | None = None
    choices: tuple[Json, ...] | None = None
    changed: WakeUp = field(default_factory=WakeUp)
    """Rings when it is answered."""

    @property
    def metadata(self) -> Json:
        """As the messages that answer it tell it."""
        body: Json = {
            "id": str(self.id),
            "type": int(self.type),
            "user": self.user.to_json(),
            "authorizing_integration_owners": dict(self.owners),
        }
        if self.type is InteractionType.COMPONENT and self.message is not None:
            body["interacted_message_id"] = str(self.message.id)
        if self.type is InteractionType.MODAL_SUBMIT and self.parent is not None:
            body["triggering_interaction_metadata"] = self.parent.metadata
        if target := self.data.get("target_id"):
            body["target_message_id" if self.data["type"] == 3 else "target_user_id"] = target
        return body

    @property
    def command(self) -> str:
        """The command's name, and those of the subcommand that was chosen."""
        branches = (each["name"] for each in flatten(self.data) if each["type"] in _BRANCHES)
        return " ".join([str(self.data.get("name", "")), *branches])

    @property
    def by_person_only(self) -> bool:
        """The guild did not install the bot: five follow-ups, and no right in the channel."""
        return "0" not in self.owners

    @property
    def focused_type(self) -> int:
        """The type of the option that is being completed; text when none is."""
        return next((each["type"] for each in flatten(self.data) if each.get("focused")), 3)

    @property
    def origin_type(self) -> MessageType:
        is_menu = self.type is InteractionType.APPLICATION_COMMAND and self.data["type"] != 1
        return MessageType.CONTEXT_MENU_COMMAND if is_menu else MessageType.CHAT_INPUT_COMMAND


def flatten(data: Json) -> Iterator[Json]:
    """The options of a command, those of a subcommand too."""
    for option in data.get("options") or ():
        yield option
        yield from flatten(option)
