"""What the stand-in Discord really shows, read as a person would, into the values of ``judge``."""

import io
import re
from collections.abc import Iterator
from functools import cache

from PIL import Image
from PIL.PngImagePlugin import PngImageFile

from bot.jobs.job import job_id_of
from bot.sandbox.discord import DiscordStandIn, Invocation, Message
from tests.chaos.judge import Asked, Ending, Shown

_WORDS = re.compile(r"\bjob-(\d{1,7})\b")
_LINK = re.compile(r"https://discord\.com/channels/[^/]+/\d+/(\d+)")
_OPENING = {
    "Done in": Ending.DONE,
    "**Failed**": Ending.FAILED,
    "Cancelled": Ending.CANCELLED,
}


def words_of(number: int) -> str:
    """What a person types to ask for the job of this number."""
    return f"job-{number} of a quiet harbour"


def number_in(words: str) -> int | None:
    """The job of which a text, or a graph as JSON, tells."""
    found = _WORDS.search(words)
    return int(found[1]) if found else None


def asked_of(number: int, asked: Invocation, *, pictures: int, cancelled: bool) -> Asked:
    """How a command stands."""
    message, interaction = asked.interaction.original, asked.interaction
    accepted = message is not None and not message.ephemeral and _showed_a_status(asked)
    stands = asked.response
    return Asked(
        number,
        interaction.channel.id,
        accepted=accepted,
        job_id=str(job_id_of(interaction.id)),
        ending=Ending.NOTHING if stands is None else _ending(stands),
        says="" if stands is None else stands.text,
        links_to=None if stands is None else _link(stands),
        pictures=pictures,
        cancelled=cancelled,
    )


def shown_in(discord: DiscordStandIn) -> list[Shown]:
    """Every result, and every failure told in a message of its own, wherever it stands."""
    channels = list(discord.world.channels.values())
    return [each for channel in channels for message in channel.messages for each in _shown(message)]


def _showed_a_status(asked: Invocation) -> bool:
    return any(not version.is_thinking for version in asked.versions)


def _ending(message: Message) -> Ending:
    if message.now.is_thinking or "Cancel" in message.labels:
        return Ending.OPEN
    if _files(message):
        return Ending.RESULT
    return next((ending for words, ending in _OPENING.items() if words in message.text), Ending.OPEN)


def _link(message: Message) -> int | None:
    found = _LINK.search(message.text)
    return int(found[1]) if found else None


def _shown(message: Message) -> Iterator[Shown]:
    if not message.author.bot or message.ephemeral:
        return
    files = _files(message)
    numbers = {number_of(content) for content in files}
    if files:
        number = numbers.pop() if len(numbers) == 1 else None
        yield Shown(number, message.channel_id, message.id, pictures=len(files))
    elif message.interaction_metadata is None:
        yield Shown(number_in(message.text), message.channel_id, message.id, failure=True)


def _files(message: Message) -> list[bytes]:
    """Of a status, the previews are no result."""
    return [each.content for each in message.attachments if not each.filename.startswith("preview.")]


@cache
def number_of(content: bytes) -> int | None:
    """The job that made this picture: by the words in its metadata; one that has none, by its colour."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            graph = picture.text.get("prompt", "") if isinstance(picture, PngImageFile) else ""
            if (number := number_in(graph)) is not None:
                return number
            red, green, blue = picture.convert("RGB").tobytes()[:3]
    except OSError:
        return None
    return red << 16 | green << 8 | blue


def picture_of(number: int) -> bytes:
    """A picture that is told by its colour."""
    content = io.BytesIO()
    colour = (number >> 16 & 255, number >> 8 & 255, number & 255)
    Image.new("RGB", (16, 16), colour).save(content, "PNG")
    return content.getvalue()
