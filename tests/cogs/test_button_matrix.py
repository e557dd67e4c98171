"""Every button and menu that outlives the process: pressed by whom, when, and how often, and what comes of it.

A new one needs a row here.
"""

import asyncio
import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product

import pytest
from msgspec.structs import replace

from bot.delivery.actions import custom_id
from bot.delivery.status_layout import cancel_id
from bot.delivery.ways_out import way_id
from bot.jobs.job import Job, Place
from bot.moderation.keys import SHOWCASE_CHANNEL
from bot.sandbox.discord import Channel, Invocation, Message
from cogs._job_list import FILTER_ID, OPEN_ID
from cogs._privacy_layout import ERASE
from tests.cogs.messages import IS_COMPONENTS_V2, png, posted_by_bot
from tests.delivery.rig import Rig
from tests.jobs.sample import NO_LIMITS, new_job


class Who(StrEnum):
    REQUESTER = "member"
    STRANGER = "second"
    MODERATOR = "moderator"
    ELSEWHERE = "administrator"
    """In another guild, where somebody copied the custom id to; that person may do everything there."""


class When(StrEnum):
    BEFORE = "before a restart"
    AFTER = "after a restart"
    FORGOTTEN = "after the job was forgotten"


JOB, FORM, TWICE = "a job", "a form", "You pressed this twice"
"""In place of what is told in private: a status that everybody sees, and a form."""
FORGOTTEN = "The bot does not know any more how this was made"
NOT_YOURS = "This belongs to whoever asked for it"
PICTURE, RECIPE = "**Picture 1 of 2**", "**How this was made"
SHOWN, SHOWN_BEFORE, SHOW_NOT_YOURS = (
    "It is shown: ",
    "It is shown already",
    "Only whoever asked for this, and moderators, can show",
)
DELETED, DELETE_NOT_YOURS, QUESTION = (
    "Deleted.",
    "Only whoever asked for this, and moderators, can delete",
    "This is a result of",
)
ENDED, NO_JOB, CANCEL_NOT_YOURS = (
    "There is nothing left to cancel",
    "There is no such job here",
    "You can cancel your own jobs",
)
NOT_MODERATOR, NOT_ASKED = "Only moderators decide about this", "There is nothing to decide about this"
OWN_JOBS = "**Your jobs here"
PANEL, GONE = "**txt2img: change what you like", "This was run already, or is older than a day"
MENDED = "The bot does not know any more what this was about"
SETTINGS, NO_SETTING, NO_CHANNEL, NO_MANAGER = (
    "**Settings of this server",
    "There is no setting",
    "“1” is no channel of this server",
    "Only who may manage this server",
)
AUDIT, MOD_DELETED, NO_MODERATOR = "Nothing of this kind", "Deleted: `", "This is for moderators"
NOBODY_ADDS = "Nobody can add workflows in this server yet"
ZIP, NO_RESULT = "ZIP", "The bot does not know this result any more"
SENTENCES = (
    *(NOT_MODERATOR, NOT_ASKED, NOBODY_ADDS),
    *(SETTINGS, NO_SETTING, NO_CHANNEL, NO_MANAGER),
    *(AUDIT, MOD_DELETED, NO_MODERATOR),
    *(OWN_JOBS, PANEL, GONE, MENDED, ZIP, NO_RESULT),
    *(TWICE, FORGOTTEN, NOT_YOURS, PICTURE, RECIPE, SHOWN, SHOWN_BEFORE, SHOW_NOT_YOURS),
    *(DELETED, DELETE_NOT_YOURS, QUESTION, ENDED, NO_JOB, CANCEL_NOT_YOURS),
)


@dataclass(frozen=True)
class Row:
    """What comes of a press, by who presses; whoever is not named is told that nothing is known."""

    id_of: Callable[[Job], str]
    by: Mapping[Who, str]
    unknown: str = FORGOTTEN
    second: Mapping[str, str] = field(default_factory=lambda: {JOB: TWICE})
    """What comes of the other one of two presses at once, where it is not the same."""
    is_menu: bool = False
    changes: bool = False
    """Whether a press changes what the next one meets, so that each needs a job of its own."""
    is_about_job: bool = True
    """Whether it can be forgotten what it is about."""

    def outcome(self, who: Who, when: When, times: int) -> list[str]:
        forgotten = self.is_about_job and when is When.FORGOTTEN
        told = self.unknown if forgotten else self.by.get(who, self.unknown)
        return sorted([told] + [self.second.get(told, told)] * (times - 1))


def of(action: str, number: int | None = None) -> Callable[[Job], str]:
    return lambda job: custom_id(action, job.id, number)


def of_settings(custom_id: str, outcome: str, *, is_menu: bool = True) -> Row:
    """Of somebody who may manage the server: here only in the other one."""
    return Row(
        lambda _: custom_id,
        {Who.ELSEWHERE: outcome},
        unknown=NO_MANAGER,
        is_menu=is_menu,
        is_about_job=False,
    )


def of_moderators(custom_id: str, outcome: str) -> Row:
    """Of each guild's own, whoever that is there."""
    by = {**everybody(NO_MODERATOR), Who.MODERATOR: outcome}
    return Row(lambda _: custom_id, by, unknown=outcome, is_about_job=False)


def of_adders(custom_id: str, *, is_menu: bool = False) -> Row:
    """Of those who may add workflows, whom no administrator has named here."""
    return Row(lambda _: custom_id, {}, unknown=NOBODY_ADDS, is_menu=is_menu, is_about_job=False)


WORKFLOW_CONTROLS: Mapping[str, Row] = {
    "edit a draft": of_adders("preview-edit:1.1"),
    "all options of a draft": of_adders("workflow-edit-back:1.1"),
    "an option of a draft": of_adders("workflow-edit-pick:1.1:0", is_menu=True),
    "say how an option is asked for": of_adders("workflow-edit-asked:1.1:steps", is_menu=True),
    "move an option": of_adders("workflow-edit-up:1.1:steps"),
    "choose the options of a draft": of_adders("workflow-edit-choose:1.1"),
    "name a draft": of_adders("workflow-edit-command:1.1"),
    "name an option": of_adders("workflow-edit-words:1.1:steps"),
    "the values of an option": of_adders("workflow-edit-values:1.1:steps"),
    "say who may use a workflow": of_adders("workflow-edit-access:1.1"),
    "all workflows of a server": of_adders("workflow-own-list"),
    "one workflow of a server": of_adders("workflow-own-pick:0", is_menu=True),
    "a workflow again": of_adders("workflow-own-show:1"),
    "edit a workflow": of_adders("workflow-own-edit:1"),
    "disable a workflow": of_adders("workflow-own-disable:1"),
    "the versions of a workflow": of_adders("workflow-own-history:1"),
    "roll a workflow back": of_adders("workflow-own-rollback:1", is_menu=True),
    "export a workflow": of_adders("workflow-own-export:1"),
    "remove a workflow": of_adders("workflow-own-remove:1"),
    "remove a workflow for sure": of_adders("workflow-own-removed:1"),
}


def mending(way: str) -> Callable[[Job], str]:
    return lambda job: way_id(job.id, way)


def everybody(outcome: str) -> Mapping[Who, str]:
    return dict.fromkeys((Who.REQUESTER, Who.STRANGER, Who.MODERATOR), outcome)


def requester(outcome: str) -> Mapping[Who, str]:
    return {**everybody(NOT_YOURS), Who.REQUESTER: outcome}


ROWS: Mapping[str, Row] = {
    "again": Row(of("again"), everybody(JOB)),
    "edit": Row(of("edit"), everybody(PANEL)),
    "run what the edit form says": Row(of("edit-run"), {}, unknown=GONE),
    "turn to a page of the edit form": Row(of("edit-page"), {}, unknown=GONE, is_menu=True),
    "try again": Row(mending("again"), everybody(JOB), unknown=MENDED),
    "try another value": Row(mending("choose-steps"), everybody(JOB), unknown=MENDED, is_menu=True),
    "take one of a group": Row(of("take"), {}, unknown=NO_RESULT, is_menu=True),
    "originals": Row(of("zip"), everybody(ZIP), unknown=NO_RESULT),
    "vary a little": Row(of("vary-subtle", 1), requester(JOB)),
    "vary a lot": Row(of("vary-strong", 2), requester(JOB)),
    "upscale": Row(of("upscale", 1), requester(JOB)),
    "animate": Row(of("animate", 1), requester(JOB)),
    "inpaint": Row(of("inpaint", 2), requester(FORM)),
    "which picture": Row(of("pick"), requester(PICTURE), is_menu=True),
    "recipe": Row(of("recipe"), everybody(RECIPE)),
    "show": Row(
        of("show"),
        {**everybody(SHOWN), Who.STRANGER: SHOW_NOT_YOURS},
        second={SHOWN: SHOWN_BEFORE},
        changes=True,
    ),
    "delete": Row(
        of("delete"),
        {Who.REQUESTER: DELETED, Who.STRANGER: DELETE_NOT_YOURS, Who.MODERATOR: QUESTION},
        changes=True,
    ),
    "delete for sure": Row(
        of("delete-sure"), {**everybody(DELETED), Who.STRANGER: DELETE_NOT_YOURS}, changes=True
    ),
    "approve": Row(of("approve"), {**everybody(NOT_MODERATOR), Who.MODERATOR: NOT_ASKED}),
    "reject": Row(of("reject"), {**everybody(NOT_MODERATOR), Who.MODERATOR: NOT_ASKED}),
    "delete from the log": Row(
        of("mod-delete"), {**everybody(NO_MODERATOR), Who.MODERATOR: MOD_DELETED}, changes=True
    ),
    "block": of_moderators("mod-block:1", FORM),
    "turn a page of the audit": of_moderators("audit:1:0:block:0", AUDIT),
    "the audit as a file": of_moderators("audit-file:1:0:block", ""),
    "turn a page of one's own jobs": Row(lambda _: "jobs:all:0:on", {}, unknown=OWN_JOBS),
    "narrow one's own jobs": Row(lambda _: FILTER_ID, {}, unknown=OWN_JOBS, is_menu=True),
    "open one of one's own jobs": Row(lambda _: OPEN_ID, {}, is_menu=True),
    "delete what is kept about another person": Row(
        lambda _: f"{ERASE}:1", {}, unknown="This button is somebody else's. Yours: `/privacy delete`."
    ),
    "turn a page of the settings": of_settings("settings-page:0", SETTINGS),
    "narrow the settings to a channel": of_settings("settings-channel:places", NO_CHANNEL),
    "change a setting": of_settings("settings-change:mention:0", FORM, is_menu=False),
    "take a setting back": of_settings("settings-reset:limits:0", NO_SETTING),
    "try a draft": of_adders("preview-try:1.1"),
    "publish a draft": of_adders("preview-publish:1.1"),
    "look at a draft again": of_adders("preview-look:1.1"),
    "discard a draft": of_adders("preview-discard:1.1"),
    "discard a draft for sure": of_adders("preview-drop:1.1"),
    "replace a model of a draft": of_adders("preview-replace:1.1:0123abcd", is_menu=True),
    **WORKFLOW_CONTROLS,
    "cancel": Row(
        lambda job: cancel_id(job.id),
        {**everybody(ENDED), Who.STRANGER: CANCEL_NOT_YOURS},
        unknown=NO_JOB,
    ),
}
TIMES = (1, 2)


def cells(when: When) -> Sequence[tuple[str, Who, int]]:
    """Whoever is told that nothing is known is told so at every press: one is enough.

    Before a restart the requester is enough: who may press what is ``test_permissions``'s.
    """
    return [
        (name, who, times)
        for name, who, times in product(ROWS, Who, TIMES)
        if (when is not When.BEFORE or who is Who.REQUESTER)
        and (times == 1 or not (when is When.FORGOTTEN or who is Who.ELSEWHERE))
    ]


async def test_every_button_has_a_row(rig: Rig) -> None:
    async with rig.bot() as bot:
        (job,) = await ended_jobs(rig, 1)
        ids = [row.id_of(job) for row in ROWS.values()]
        without = [
            pattern.pattern
            for item in bot.cogs.buttons
            if not any((pattern := item.__discord_ui_compiled_template__).fullmatch(each) for each in ids)
        ]
    assert without == []


@pytest.mark.parametrize("when", When)
async def test_what_comes_of_every_press(rig: Rig, when: When) -> None:
    await rig.store.set_guild_setting(
        guild_id(rig), SHOWCASE_CHANNEL.name, str(rig.discord.channels["late-night"].id), set_by=1
    )
    pressed = cells(when)
    wanted = len(TIMES) + len([name for name, _, _ in pressed if ROWS[name].changes])
    found: dict[tuple[str, Who, int], list[str]] = {}
    async with rig.bot():
        jobs = await ended_jobs(rig, wanted)
        found = await pressed_all(rig, jobs, pressed) if when is When.BEFORE else {}
    if when is not When.BEFORE:
        if when is When.FORGOTTEN:
            rig.discord.clock.move(7200)
            await rig.store.forget(3600)
        async with rig.bot():
            found = await pressed_all(rig, jobs, pressed)
    assert found == {(name, who, times): ROWS[name].outcome(who, when, times) for name, who, times in pressed}


async def pressed_all(
    rig: Rig, jobs: Sequence[Job], wanted: Sequence[tuple[str, Who, int]]
) -> dict[tuple[str, Who, int], list[str]]:
    """What comes of the cells; those that change nothing share a job for each number of presses."""
    shared: dict[int, Job] = dict(zip(TIMES, jobs, strict=False))
    own = iter(jobs[len(TIMES) :])
    found: dict[tuple[str, Who, int], list[str]] = {}
    for name, who, times in wanted:
        row = ROWS[name]
        job = next(own) if row.changes else shared[times]
        message = shown_to(rig, row, job, who)
        presses = [await press(rig, row, job, message, who) for _ in range(times)]
        found[name, who, times] = sorted([await outcome_of(each) for each in presses])
    return found


def shown_to(rig: Rig, row: Row, job: Job, who: Who) -> Message:
    """The result itself; where it has no such button, or somebody else's guild is meant, a copy of the button."""
    channel = elsewhere(rig) if who is Who.ELSEWHERE else rig.general
    result = next((each for each in channel.messages if each.id == job.result_message_id), None)
    if result is not None and row.id_of(job) in result.now.custom_ids and not result.deleted:
        return result
    control = {"type": 2, "style": 2, "label": "x", "custom_id": row.id_of(job)}
    menu = {"type": 3, "custom_id": row.id_of(job), "options": [{"label": "1", "value": "1"}]}
    layout = [{"type": 1, "components": [menu if row.is_menu else control]}]
    return posted_by_bot(rig, {"flags": IS_COMPONENTS_V2, "components": layout}, channel=channel)


async def press(rig: Rig, row: Row, job: Job, message: Message, who: Who) -> Invocation:
    person = rig.discord.persons[who]
    if row.is_menu:
        return await person.select(message, row.id_of(job), "1")
    return await person.click(message, row.id_of(job))


async def outcome_of(pressed: Invocation) -> str:
    await pressed.acknowledged()
    if pressed.modal is not None:
        return FORM
    answer = await pressed.answered()
    told = next((each for each in SENTENCES if answer.text.startswith(each)), None)
    if told is None and pressed.ephemeral and [each.filename[-4:] for each in answer.attachments] == [".zip"]:
        return ZIP
    return told or (answer.text if pressed.ephemeral else JOB)


async def ended_jobs(rig: Rig, count: int) -> list[Job]:
    """Jobs of the member that made two pictures each, which the bot has shown."""
    place = Place(guild_id(rig), rig.general.id, rig.discord.member.user.id)
    values = {"prompt": "a red fox", "seed": "42", "steps": "7"}
    jobs: list[Job] = []
    for _ in range(count):
        asked = replace(new_job(), place=place, values=values, prompt_option="prompt")
        asked = replace(asked, reply=dataclasses.replace(asked.reply, created_at=rig.discord.clock.now()))
        await rig.store.submit(asked, NO_LIMITS)
        job = await rig.worker.claim()
        await rig.worker.finish(job, png(), png("grey"))
        jobs.append(job)
    return list(await asyncio.gather(*map(rig.delivered, jobs)))


def guild_id(rig: Rig) -> int:
    assert rig.general.guild_id is not None
    return rig.general.guild_id


def elsewhere(rig: Rig) -> Channel:
    return rig.discord.guilds[1].channels["general"]


@pytest.mark.parametrize("custom_id", ["again:fox", "vary-subtle:" + "0" * 32, "x"])
async def test_what_nobody_serves_gets_a_sentence(rig: Rig, custom_id: str) -> None:
    control = {"type": 2, "style": 2, "label": "x", "custom_id": custom_id}
    layout = [{"type": 1, "components": [control]}]
    async with rig.bot():
        message = posted_by_bot(rig, {"flags": IS_COMPONENTS_V2, "components": layout})
        press = await rig.discord.member.click(message, custom_id)
        told = await press.answered()
    assert press.ephemeral
    assert told.text.startswith("This button is of another version of the bot")


async def test_two_hundred_double_clicks_are_two_hundred_jobs(rig: Rig) -> None:
    persons = [rig.discord.add_person(f"person{number}") for number in range(20)]
    fives = [persons[at : at + 5] for at in range(0, 20, 5)]
    async with rig.bot():
        jobs = await ended_jobs(rig, 10)
        for job in jobs:
            message = next(each for each in rig.general.messages if each.id == job.result_message_id)
            for five in fives:  # few at once: Discord waits three seconds, however busy the machine is
                clicks = [await person.click(message, "Again") for person in five for _ in range(2)]
                await asyncio.gather(*(each.answered() for each in clicks))
        made = await rig.open_jobs()
    wanted = sorted((job.id.hex, person.user.id) for job in jobs for person in persons)
    assert sorted((each.origin.job_id.hex, each.place.user_id) for each in made if each.origin) == wanted
