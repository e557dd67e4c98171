"""Results with their buttons, and what is said of a press."""

from dataclasses import dataclass

from bot.jobs.job import Job
from bot.sandbox.discord import Channel, Invocation, Message
from bot.sandbox.discord.components import SELECTS, ComponentType, walk
from tests.cogs.messages import png
from tests.delivery.rig import Rig

AGAIN, EDIT = "Again", "Edit"
SUBTLE, STRONG, UPSCALE, INPAINT, ANIMATE = "Vary a little", "Vary a lot", "Upscale", "Inpaint", "Animate"


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


def _called(component: dict[str, object]) -> str:
    emoji = component.get("emoji")
    sign = emoji.get("name", "") if isinstance(emoji, dict) else ""
    return str(component.get("label") or component.get("placeholder") or sign)
