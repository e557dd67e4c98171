"""The matrix of permissions: who may use which command, button, message command and form. A new one needs a row.

What comes of a press, before and after a restart, is ``test_button_matrix``'s; here it is only whether it is let through.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, cast

from discord import app_commands

from bot.bugs import reported
from bot.jobs.job import Job
from bot.moderation.keys import SHOWCASE_CHANNEL
from bot.sandbox.discord import Channel, Invocation, Message, NotSent, Person, Upload
from bot.sandbox.discord.interaction import Interaction
from bot.sandbox.discord.wire import Json
from cogs._service import AnyCommand
from tests.cogs.everybody import Everybody, Who, everybody
from tests.cogs.messages import IS_COMPONENTS_V2, png, posted_by_bot
from tests.cogs.test_button_matrix import ROWS as BUTTONS
from tests.cogs.test_button_matrix import WORKFLOW_CONTROLS, ended_jobs
from tests.delivery.rig import Bot, Rig

PAGES = sorted((Path(__file__).parents[2] / "bot" / "moderation").glob("MODERATORS*.md"))
"""What moderators read."""


class Comes(StrEnum):
    DONE = "let through"
    REFUSED = "refused by the bot"
    HIDDEN = "not offered by Discord"


REFUSALS = (
    "This is for moderators",
    "This is for servers",
    "This button is somebody else's",
    "Rules about words belong to a server",
    "You can cancel your own jobs only",
    "There is no such job here",
    "Only whoever asked for this, and moderators",
    "This belongs to whoever asked for it",
    "The bot does not know any more how this was made",
    "The bot does not know any more what this was about",
    "The bot does not know this result any more",
    "The bot knows of no job that this message tells of",
    "This server has no showcase",
    "You are timed out",
    "Only moderators decide about this",
    "This is for whoever runs the bot",
    "Only who may manage this server",
    "For that you need the permission Manage Server",
    "In a direct message there is no server to share it with",
    "Rules about words are for moderators",
    "Nobody can add workflows in this server yet",
    "Adding and changing workflows is for those who manage this server",
    "Workflows are added to a server",
)
"""What people are told who may not; to those elsewhere, what is told of something that never was."""

ALL = frozenset(Who)
MODERATORS = frozenset({Who.BY_PERMISSION, Who.BY_ROLE, Who.ADMINISTRATOR, Who.OWNER})
OUTSIDE = frozenset({Who.ELSEWHERE, Who.STRANGER})
OWN_GUILDS = MODERATORS | {Who.ELSEWHERE}
"""What moderators do in their own guild, whichever that is."""
MANAGERS = frozenset({Who.ADMINISTRATOR, Who.OWNER, Who.ELSEWHERE})
"""May manage the guild in which they are."""
ADDERS = frozenset({Who.ADMINISTRATOR, Who.OWNER, Who.BY_ROLE})
"""Add workflows to the first guild; in the second nobody does."""
ASKING = ALL - {Who.TIMED_OUT}
"""May ask for a job."""


@dataclass(frozen=True)
class May:
    """Who is let through, and to whom Discord does not offer it; all others are refused."""

    done: frozenset[Who]
    hidden: frozenset[Who] = frozenset()

    def comes(self, who: Who) -> Comes:
        if who in self.hidden:
            return Comes.HIDDEN
        return Comes.DONE if who in self.done else Comes.REFUSED


FOR_OWN_GUILD = May(OWN_GUILDS, hidden=ALL - OWN_GUILDS)
FOR_THIS_GUILD = May(MODERATORS, hidden=ALL - OWN_GUILDS)
"""It is about a job of the first guild."""
OF_MANAGERS = May(MANAGERS, hidden=ALL - MANAGERS)
OF_ADDERS = May(ADDERS, hidden=frozenset({Who.STRANGER}))
OF_OPERATOR = May(frozenset({Who.OWNER}), hidden=ALL - MANAGERS)
COMMANDS: Mapping[str, tuple[May, str]] = {
    "queue": (May(ALL), ""),
    "cancel": (May(MODERATORS | {Who.REQUESTER}), "job:{open}"),
    "compare": (May(ASKING), "workflow:txt2img x:steps 1,2 prompt:a red fox"),
    "run": (May(ALL), "workflow:txt2img"),
    "jobs": (May(ALL), ""),
    "job": (May(ALL - OUTSIDE), "job:{ended}"),
    "preset save": (May(ALL), "name:x words:fog"),
    "preset list": (May(ALL), ""),
    "preset use": (May(ASKING), "name:x prompt:a fox workflow:txt2img"),
    "privacy show": (May(ALL), ""),
    "privacy export": (May(ALL), ""),
    "privacy delete": (May(ALL), ""),
    "preset share": (May(MANAGERS), "name:x"),
    "preset delete": (May(ALL), "name:x"),
    "owner backends": (OF_OPERATOR, ""),
    "owner quarantine": (OF_OPERATOR, ""),
    "owner guilds": (OF_OPERATOR, ""),
    "owner workflow list": (OF_OPERATOR, ""),
    "owner workflow share": (OF_OPERATOR, "workflow:cat"),
    "owner workflow unshare": (OF_OPERATOR, "workflow:cat"),
    "owner workflow remove": (OF_OPERATOR, "workflow:cat"),
    "owner workflow restore": (OF_OPERATOR, "workflow:cat"),
    "owner announce": (OF_OPERATOR, "words:hi"),
    "owner pause": (OF_OPERATOR, ""),
    "owner resume": (OF_OPERATOR, ""),
    "settings panel": (OF_MANAGERS, ""),
    "settings show": (OF_MANAGERS, ""),
    "settings set": (OF_MANAGERS, "key:translate value:off"),
    "mod cancel": (FOR_THIS_GUILD, "job:{open}"),
    "mod pause": (FOR_OWN_GUILD, ""),
    "mod drain": (FOR_OWN_GUILD, ""),
    "mod resume": (FOR_OWN_GUILD, ""),
    "mod delete": (FOR_THIS_GUILD, "result:{changing}"),
    "mod block": (FOR_OWN_GUILD, "duration:3600"),
    "mod unblock": (FOR_OWN_GUILD, ""),
    "mod audit": (FOR_OWN_GUILD, ""),
    "stats": (FOR_OWN_GUILD, ""),
    "workflow add": (OF_ADDERS, ""),
    "workflow list": (OF_ADDERS, ""),
    **dict.fromkeys(
        (
            "workflow show",
            "workflow edit",
            "workflow history",
            "workflow disable",
            "workflow enable",
            "workflow remove",
            "workflow export",
        ),
        (OF_ADDERS, "name:x"),
    ),
    "workflow rollback": (OF_ADDERS, "name:x version:1"),
    "workflow import": (OF_ADDERS, ""),
    "words add": (FOR_OWN_GUILD, "name:x action:refuse words:fog"),
    "words list": (FOR_OWN_GUILD, ""),
    "words remove": (FOR_OWN_GUILD, "name:x"),
    "words test": (FOR_OWN_GUILD, "words:fog"),
    "txt2img": (May(ASKING), "prompt:a fox"),
}
"""With the options that are given; for other workflows holds what holds for the one."""
ABOUT_SOMEBODY = {"mod block", "mod unblock"}
GIVEN: Mapping[str, dict[str, object]] = {
    "workflow add": {"file": Upload("fox.json", b"{}")},
    "workflow import": {"file": Upload("fox.zip", b"PK")},
}

MENU: Mapping[str, May] = {
    "Use as input": May(ALL),
    "Read workflow": May(ALL),
    "Make a command of this": OF_ADDERS,
    "Cancel job": May(MODERATORS | {Who.REQUESTER}),
    "Report": May(ALL - {Who.STRANGER}, hidden=frozenset({Who.STRANGER})),
    "Who made this": May(MODERATORS, hidden=ALL - OWN_GUILDS),
}

OF_REQUESTER = May(frozenset({Who.REQUESTER}))
SEEN = May(ALL - OUTSIDE)
PRESSED: Mapping[str, May] = {
    "again": May(ASKING - OUTSIDE),
    "edit": SEEN,
    "run what the edit form says": May(ALL),
    "turn to a page of the edit form": May(ALL),
    "try again": May(ASKING - OUTSIDE),
    "try another value": May(ASKING - OUTSIDE),
    "take one of a group": May(frozenset()),
    "originals": SEEN,
    "vary a little": OF_REQUESTER,
    "vary a lot": OF_REQUESTER,
    "upscale": OF_REQUESTER,
    "animate": OF_REQUESTER,
    "inpaint": OF_REQUESTER,
    "which picture": OF_REQUESTER,
    "recipe": SEEN,
    "show": May(MODERATORS | {Who.REQUESTER}),
    "delete": May(MODERATORS | {Who.REQUESTER}),
    "delete for sure": May(MODERATORS | {Who.REQUESTER}),
    "turn a page of the settings": May(MANAGERS),
    "narrow the settings to a channel": May(MANAGERS),
    "change a setting": May(MANAGERS),
    "take a setting back": May(MANAGERS),
    "delete from the log": May(MODERATORS),
    "approve": May(MODERATORS),
    "reject": May(MODERATORS),
    "block": May(OWN_GUILDS),
    "turn a page of the audit": May(OWN_GUILDS),
    "the audit as a file": May(OWN_GUILDS),
    "turn a page of one's own jobs": May(ALL),
    "narrow one's own jobs": May(ALL),
    "delete what is kept about another person": May(frozenset()),
    "open one of one's own jobs": May(frozenset()),
    "try a draft": May(ADDERS),
    "publish a draft": May(ADDERS),
    "look at a draft again": May(ADDERS),
    "discard a draft": May(ADDERS),
    "discard a draft for sure": May(ADDERS),
    "replace a model of a draft": May(ADDERS),
    **dict.fromkeys(WORKFLOW_CONTROLS, May(ADDERS)),
    "cancel": May(MODERATORS | {Who.REQUESTER}),
}

FORMS: Mapping[str, May] = {
    "input:{message}": May(ALL),
    "inpaint:{ended}:1": OF_REQUESTER,
    "edit:{ended}": May(ASKING - OUTSIDE),
    "edit-form:{ended}:values-0": May(ALL),
    "reject:{ended}": May(MODERATORS),
    "run:all:txt2img": May(ALL),
    "settings-form:translate:0": May(MANAGERS),
    "report:{channel}:{message}": May(ALL - {Who.STRANGER}),
    "mod-block:1": May(OWN_GUILDS),
    "words:refuse:0:0:x": May(OWN_GUILDS),
    "preview-try:1.1": May(ADDERS),
    "workflow-edit-choose-form:1.1": May(ADDERS),
    "workflow-edit-command-form:1.1": May(ADDERS),
    "workflow-edit-access-form:1.1": May(ADDERS),
    "workflow-edit-words-form:1.1:steps": May(ADDERS),
    "workflow-edit-values-form:1.1:steps": May(ADDERS),
}
"""By the custom ids of forms that come back, whoever was shown them."""


@dataclass(frozen=True)
class Scene:
    """A guild with jobs of one member, and everybody who may meet them."""

    rig: Rig
    all: Everybody
    ended: Job
    changing: Job
    """Ended, too; what is made of it matters to nobody."""
    open: Job
    results: Mapping[Who, Message]
    """Where each is: the ended job's, or something else that the bot posted."""

    async def each(
        self, do: Callable[[Who, Person, Channel], Coroutine[Any, Any, Invocation]]
    ) -> Mapping[Who, Comes]:
        """What comes of it, when everybody does it."""
        doing = [self._comes(do(who, self.all.persons[who], self.all.places[who])) for who in Who]
        found = dict(zip(Who, await asyncio.gather(*doing), strict=True))
        for guild in self.rig.discord.guilds:
            await self.rig.store.resume(guild.id, by=1)
        return found

    @staticmethod
    async def _comes(doing: Coroutine[Any, Any, Invocation]) -> Comes:
        try:
            done = await doing
        except NotSent:
            return Comes.HIDDEN
        await done.acknowledged()
        if done.modal is not None:
            return Comes.DONE
        answer = await done.answered()
        return Comes.REFUSED if answer.text.startswith(REFUSALS) else Comes.DONE


@asynccontextmanager
async def scene(rig: Rig) -> AsyncGenerator[tuple[Bot, Scene]]:
    """No bug may be met in it."""
    before = reported()
    all_ = await everybody(rig)
    await rig.choose(SHOWCASE_CHANNEL, f"<#{rig.discord.channels['late-night'].id}>")
    async with rig.bot() as bot:
        ended, changing = await ended_jobs(rig, 2)
        await rig.paint()
        await rig.eventually(lambda jobs: any(each.status_message for each in jobs))
        (waiting,) = await rig.open_jobs()
        picture = Upload("fox.png", png())
        results = {
            who: posted_by_bot(rig, {"content": "x"}, picture, channel=place)
            for who, place in all_.places.items()
        }
        result = next(each for each in rig.general.messages if each.id == ended.result_message_id)
        results |= {who: result for who in Who if all_.places[who] is rig.general}
        yield bot, Scene(rig, all_, ended, changing, waiting, results)
    assert reported() == before


async def test_every_command_button_and_message_command_has_a_row(rig: Rig) -> None:
    async with rig.bot() as bot:
        workflows = set(rig.generation.workflows)
        commands = {each for each in named(bot.cogs.commands()) if each not in workflows}
        menu = {each.name for each in bot.cogs.menu}
    assert commands == COMMANDS.keys() - workflows
    assert menu == MENU.keys()
    assert BUTTONS.keys() == PRESSED.keys()
    for page in PAGES:
        told = set(re.findall(r"`/(mod [a-z]+)`", page.read_text(encoding="utf-8")))
        assert told == {each for each in commands if each.startswith("mod ")}, page.name


def named(commands: Iterable[AnyCommand]) -> Iterator[str]:
    for command in commands:
        if isinstance(command, app_commands.Group):
            yield from (f"{command.name} {name}" for name in named(command.commands))
        else:
            yield command.name


def unlike(found: Mapping[str, Mapping[Who, Comes]], wanted: Mapping[str, May]) -> list[str]:
    """Where something else came of it than the row says."""
    return [
        f"{name}, {who}: {came}, not {wanted[name].comes(who)}"
        for name, by in found.items()
        for who, came in by.items()
        if came is not wanted[name].comes(who)
    ]


async def test_who_may_use_which_command(rig: Rig) -> None:
    found: dict[str, Mapping[Who, Comes]] = {}
    async with scene(rig) as (_, here):
        ids = {"open": here.open.id.hex, "ended": here.ended.id.hex, "changing": here.changing.id.hex}
        for name, (_, options) in COMMANDS.items():
            line = f"/{name} {options.format(**ids)}"
            given = {"person": rig.discord.world.bot} if name in ABOUT_SOMEBODY else GIVEN.get(name, {})
            found[name] = await here.each(lambda _, person, place: person.slash(place, line, given))  # noqa: B023  # awaited
    assert unlike(found, {name: may for name, (may, _) in COMMANDS.items()}) == []


async def test_who_may_use_which_message_command(rig: Rig) -> None:
    found: dict[str, Mapping[Who, Comes]] = {}
    async with scene(rig) as (_, here):
        status = here.open.status_message
        assert status is not None
        waiting = next(each for each in rig.general.messages if each.id == status.message_id)
        for name in MENU:
            shown = here.results
            if name in {"Cancel job", "Who made this"}:
                shown = {
                    who: waiting if each.channel_id == rig.general.id else each for who, each in shown.items()
                }
            found[name] = await here.each(
                lambda who, person, place: person.context_command(name, shown[who], place)  # noqa: B023  # awaited
            )
    assert unlike(found, MENU) == []


async def test_who_may_press_what(rig: Rig) -> None:
    found: dict[str, Mapping[Who, Comes]] = {}
    async with scene(rig) as (_, here):
        for name, row in BUTTONS.items():
            custom_id = row.id_of(here.changing if row.changes else here.ended)
            found[name] = await here.each(
                lambda _, person, place: use(rig, person, place, custom_id, is_menu=row.is_menu)  # noqa: B023  # awaited
            )
    assert unlike(found, PRESSED) == []


async def test_who_may_send_which_form(rig: Rig) -> None:
    found: dict[str, Mapping[Who, Comes]] = {}
    async with scene(rig) as (bot, here):
        ids = {
            "ended": here.ended.id.hex,
            "channel": rig.general.id,
            "message": here.results[Who.REQUESTER].id,
        }
        forms = {name: name.format(**ids) for name in FORMS}
        without = [each.pattern for each in bot.cogs.forms if not any(map(each.fullmatch, forms.values()))]
        for name, custom_id in forms.items():
            found[name] = await here.each(lambda _, person, place: sent(rig, person, place, custom_id))  # noqa: B023  # awaited
    assert without == []
    assert unlike(found, FORMS) == []


async def sent(rig: Rig, person: Person, place: Channel, custom_id: str) -> Invocation:
    """A form with this custom id, as if the bot had just shown it to this person."""
    pressed = await use(rig, person, place, "edit-run:" + "0" * 32, is_menu=False)
    field = {"type": 4, "id": 2, "custom_id": "workflow", "style": 1, "value": "inpaint", "required": False}
    label = {"type": 18, "id": 1, "label": "x", "component": field}
    shown = Shown(pressed.interaction, {"custom_id": custom_id, "title": "x", "components": [label]})
    return await person.submit_modal(cast("Invocation", shown), {"workflow": "inpaint"})


@dataclass(frozen=True)
class Shown:
    """What is wanted of an :class:`Invocation` to send its form."""

    interaction: Interaction
    modal: Json


async def use(rig: Rig, person: Person, place: Channel, custom_id: str, *, is_menu: bool) -> Invocation:
    """A control with this custom id, wherever somebody may have copied it to."""
    button = {"type": 2, "style": 2, "label": "x", "custom_id": custom_id}
    menu = {"type": 3, "custom_id": custom_id, "options": [{"label": "1", "value": "1"}]}
    layout = [{"type": 1, "components": [menu if is_menu else button]}]
    message = posted_by_bot(rig, {"flags": IS_COMPONENTS_V2, "components": layout}, channel=place)
    guild = rig.discord.world.guild_of(place)
    if guild is not None and not rig.discord.world.is_joined(
        guild
    ):  # there it speaks in answer to persons alone
        asked = await person.slash(place, "/queue")
        message.interaction_metadata = (await asked.answered()).interaction_metadata
    return await (person.select(message, custom_id, "1") if is_menu else person.click(message, custom_id))
