"""One line at a terminal that presses a button of the bot, or chooses in a menu under one of its messages.

::

    again
    edit seed:5 prompt:a blue fox
    pick 2

The first word is what the control does: its custom_id up to the first colon, or the whole custom_id. The newest message that has such a
control is meant. Of a menu an option follows, by label or value (of several, commas between them). What comes then
fills in the form that opens, or the panel of forms, which is sent off.
"""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from msgspec import Struct

from bot.sandbox.discord.channels import Channel
from bot.sandbox.discord.command_line import NotSent
from bot.sandbox.discord.components import SELECTS, ComponentType, walk
from bot.sandbox.discord.controls import BUTTONS
from bot.sandbox.discord.invocations import Invocation
from bot.sandbox.discord.messages import Message
from bot.sandbox.discord.people import Person
from bot.sandbox.discord.typed_panels import filled_in
from bot.sandbox.discord.wire import Json

_OWNER = "comfycord:"
"""May stand before the action."""


class Control(Struct, frozen=True):
    message: Message
    component: Json

    @property
    def custom_id(self) -> str:
        return self.component["custom_id"]

    @property
    def action(self) -> str:
        return action_of(self.custom_id)

    @property
    def disabled(self) -> bool:
        return bool(self.component.get("disabled"))


async def press_line(person: Person, channel: Channel, line: str) -> Invocation:
    """Press or choose what the line says; a form that opens is filled in and submitted.

    Raises:
        NotSent: there is no such control, or the person's client would not have sent this.
        NotAcknowledged: the bot did not respond.
    """
    name, _, words = line.strip().partition(" ")
    control = _newest(list(_controls(person, channel)), name)
    if control.component["type"] in BUTTONS:
        used = await person.click(control.message, control.custom_id)
        return await filled_in(person, used, words.strip())
    values, words = _chosen(control.component, words.strip())
    used = await person.select(control.message, control.custom_id, *values)
    return await filled_in(person, used, words)


def action_of(custom_id: str) -> str:
    """``again`` of ``again:5f0c…``."""
    return custom_id.removeprefix(_OWNER).partition(":")[0]


def actions_of(components: Sequence[Json]) -> tuple[str, ...]:
    """What can be pressed or chosen among these, each once."""
    return tuple(dict.fromkeys(map(action_of, custom_ids_of(components))))


def custom_ids_of(components: Sequence[Json]) -> list[str]:
    """Of what can be pressed or chosen among these."""
    usable = (item for item in walk(components) if _is_usable(item) and not item.get("disabled"))
    return [item["custom_id"] for item in usable]


def _is_usable(component: Json) -> bool:
    return component["type"] in BUTTONS | SELECTS and bool(component.get("custom_id"))


def _controls(person: Person, channel: Channel) -> Iterator[Control]:
    """Those under the bot's messages that this person sees here and in direct messages, the newest message's first."""
    places = {place.id: place for place in (channel, person.direct)}.values()
    seen = [each for place in places for each in person.sees(place) if each.author.bot]
    for message in sorted(seen, key=lambda each: each.id, reverse=True):
        for component in walk(message.now.components):
            if _is_usable(component):
                yield Control(message, component)


def _newest(controls: Sequence[Control], name: str) -> Control:
    found = [each for each in controls if name in {each.action, each.custom_id}]
    if not found:
        raise NotSent(f"there is no button “{name}” under any message; {_meant(name, controls)}")
    return next((each for each in found if not each.disabled), found[0])


def _meant(name: str, controls: Sequence[Control]) -> str:
    there = list(dict.fromkeys(each.action for each in controls if not each.disabled))
    known = f"there are: {', '.join(there) or 'none'}"
    by_name = {each.casefold(): each for each in there}
    near = get_close_matches(name.casefold(), by_name, n=3)
    return f"did you mean {', '.join(by_name[each] for each in near)}? {known}" if near else known


def _chosen(menu: Json, words: str) -> tuple[list[str], str]:
    """The options with which the words begin, and what is left of the words."""
    if menu["type"] != ComponentType.STRING_SELECT:
        return [each.strip() for each in words.split(",") if each.strip()], ""
    options: list[Json] = menu["options"]
    by_name = {
        str(option[key]).lower(): str(option["value"]) for key in ("label", "value") for option in options
    }
    values: list[str] = []
    while (name := _beginning(words, by_name)) is not None:
        values.append(by_name[name])
        rest = words[len(name) :].lstrip()
        words = rest.removeprefix(",").lstrip()
        if not rest.startswith(","):
            break
    return (values, words) if values else ([words] if words else [], "")


def _beginning(words: str, names: Mapping[str, str]) -> str | None:
    """The longest name that the words begin with."""
    typed = words.lower()
    fitting = [name for name in names if typed == name or typed.startswith((f"{name} ", f"{name},"))]
    return max(fitting, key=len, default=None)
