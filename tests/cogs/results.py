"""Results with their buttons, and what is said of a press."""

import asyncio
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from bot.jobs.inputs import Attachment, InputKind, NewInput, PreparedInput
from bot.jobs.job import Job, Place
from bot.jobs.origin import Action, Origin
from bot.sandbox.discord import Channel, Invocation, Message
from bot.sandbox.discord.components import SELECTS, ComponentType, walk
from tests.cogs.messages import png
from tests.delivery.rig import Rig
from tests.jobs.sample import NO_LIMITS, new_job

AGAIN, EDIT = "Again", "Edit"
SUBTLE, STRONG, UPSCALE, INPAINT, ANIMATE = "Vary a little", "Vary a lot", "Upscale", "Inpaint", "Animate"

FOX_VALUES: Mapping[str, str] = {"prompt": "a red fox", "seed": "42", "steps": "7"}


@dataclass(frozen=True)
class Result:
    job: Job
    message: Message

    def id_of(self, action: str, number: int | None = None) -> str:
        """The custom id of a button or a menu."""
        tail = "" if number is None else f":{number}"
        return f"{action}:{self.job.id.hex}{tail}"


async def result_of(
    rig: Rig,
    *contents: bytes,
    line: str = "/txt2img prompt:a red fox seed:42 steps:7",
    channel: Channel | None = None,
) -> Result:
    """What a member asked for and got."""
    before = len(rig.results(channel))
    await rig.paint(line, channel)
    job = await rig.claimed()
    await rig.worker.finish(job, *(contents or (png(),)))
    await rig.discord.until(lambda: len(rig.results(channel)) > before)
    return Result(await rig.delivered(job), rig.results(channel)[-1])


async def past_job(
    rig: Rig,
    workflow: str = "txt2img",
    values: Mapping[str, str] = FOX_VALUES,
    *,
    origin: UUID | None = None,
    file: bytes | None = None,
) -> Result:
    """What a member made, perhaps of what another job made, or of a file that was handed in as ``image``."""
    place = Place(rig.general.guild_id, rig.general.id, rig.discord.member.user.id)
    asked = replace(
        new_job(),
        place=place,
        workflow=workflow,
        values=values,
        prompt_option="prompt" if "prompt" in values else None,
        origin=None if origin is None else Origin(origin, Action.UPSCALE, 1),
    )
    asked = replace(asked, reply=dataclasses.replace(asked.reply, created_at=rig.discord.clock.now()))
    if file is not None:
        source = Attachment("https://cdn.discordapp.com/a/b.png", values["image"], len(file))
        asked = replace(asked, inputs=(NewInput("image", InputKind.IMAGE, source, (("1", "image"),)),))
    await rig.store.submit(asked, NO_LIMITS)
    if file is not None:
        preparation = await rig.store.claim_preparation("test", 60.0)
        assert preparation is not None
        prepared = PreparedInput("image", await _put(rig, file), ".png", mask=await _put(rig, file + b"mask"))
        assert await rig.store.prepared(preparation, [prepared])
    before = len(rig.results())
    job = await rig.worker.claim()
    await rig.worker.finish(job, png())
    await rig.discord.until(lambda: len(rig.results()) > before)
    return Result(await rig.delivered(job), rig.results()[-1])


async def _put(rig: Rig, content: bytes) -> str:
    async with rig.blobs.scratch() as folder:
        path = folder / "file"
        await asyncio.to_thread(path.write_bytes, content)
        return await rig.blobs.put(path)


async def pressed(rig: Rig, message: Message | Invocation, button: str, who: str = "member") -> Invocation:
    press = await rig.discord.persons[who].click(message, button)
    await press.acknowledged()
    return press


async def said_to(rig: Rig, message: Message | Invocation, button: str, who: str = "member") -> str:
    """What a person is told in private."""
    press = await rig.discord.persons[who].click(message, button)
    answer = await press.answered()
    assert press.ephemeral, answer.text
    return answer.text


def controls(message: Message | Invocation) -> list[list[str]]:
    """The rows of a message: labels, or the sign where there is no label; of a menu its placeholder."""
    shown = message if isinstance(message, Message) else message.response
    assert shown is not None
    return [
        [
            _called(each)
            for each in walk(row["components"])
            if each["type"] in {ComponentType.BUTTON, *SELECTS}
        ]
        for row in walk(shown.now.components)
        if row["type"] == ComponentType.ACTION_ROW
    ]


def _called(component: Mapping[str, Any]) -> str:
    emoji: Mapping[str, Any] = component.get("emoji") or {}
    sign = emoji.get("name", "")
    return str(component.get("label") or component.get("placeholder") or sign)
