"""Pictures on the stand-in, as people and the bot post them, and the forms that are opened of them."""

import io
import json
from collections.abc import Mapping

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bot.comfy import Graph, graph_to_json
from bot.jobs.inputs import Attachment
from bot.jobs.job import Job
from bot.sandbox.discord import Channel, Invocation, Message, Upload
from bot.sandbox.discord.posting import Draft
from bot.sandbox.discord.wire import Json
from tests.delivery.rig import Rig

USE, READ = "Use as input", "Read workflow"
IS_COMPONENTS_V2 = 1 << 15
SETTINGS = (
    "a red fox\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 42, Size: 512x512"
)


def png(colour: str = "firebrick", texts: Mapping[str, str] | None = None) -> bytes:
    """``texts`` are what programs note in a PNG."""
    noted, out = PngInfo(), io.BytesIO()
    for key, value in (texts or {}).items():
        noted.add_text(key, value)
    Image.new("RGB", (8, 8), colour).save(out, "PNG", pnginfo=noted)
    return out.getvalue()


def saved_by_comfyui(graph: Graph, workflow: Json | None = None) -> bytes:
    texts = {"prompt": graph_to_json(graph)}
    return png(texts=texts if workflow is None else {**texts, "workflow": json.dumps(workflow)})


def posted_by_bot(rig: Rig, body: Json, *files: Upload, channel: Channel | None = None) -> Message:
    """What the bot could have posted; only a bot writes embeds and components."""
    draft = Draft(body, dict(enumerate(files)))
    return rig.discord.posting.post(channel or rig.general, draft, author=rig.discord.world.bot)


FOX, WOLF, PAINTED = (
    Upload("fox.png", png()),
    Upload("wolf.png", png("grey")),
    Upload("mask.png", png("white")),
)
HAT = {"workflow": "img2img", "prompt": "a hat"}


async def opened(rig: Rig, message: Message, command: str = USE, who: str = "member") -> Invocation:
    invocation = await rig.discord.persons[who].context_command(command, message, rig.general)
    await invocation.acknowledged()
    return invocation


async def said(rig: Rig, message: Message, command: str = USE) -> str:
    """What a person is told in private."""
    invocation = await rig.discord.member.context_command(command, message, rig.general)
    answer = await invocation.answered()
    assert invocation.ephemeral
    return answer.text


def fields(invocation: Invocation) -> dict[str, Json]:
    """The fields of the form by custom id, with their label and what it says of them."""
    assert invocation.modal is not None
    return {
        label["component"]["custom_id"]: {
            "label": label["label"],
            "about": label.get("description"),
            **label["component"],
        }
        for label in invocation.modal["components"]
    }


def values(field: Json) -> list[str]:
    return [each["value"] for each in field["options"]]


async def only_job(rig: Rig) -> Job:
    (job,) = await rig.open_jobs()
    return job


async def used(rig: Rig, message: Message, given: Mapping[str, object]) -> Attachment:
    """The picture from which the job starts."""
    invocation = await opened(rig, message)
    await (await rig.discord.member.submit_modal(invocation, given)).answered()
    return attached(rig)


def attached(rig: Rig) -> Attachment:
    """The picture of the last order, which came with its interaction."""
    source = rig.generation.orders[-1].attachments["image"]
    assert isinstance(source, Attachment)
    return source
