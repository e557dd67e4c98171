"""Between the stand-in's own values and the rules: what the rules need to know of a request and of a message."""

from bot.sandbox.discord.bodies import Body
from bot.sandbox.discord.errors import refuse_if
from bot.sandbox.discord.messages import Message, MessageFlag
from bot.sandbox.discord.rules import Before, check_upload_sizes


def before_edit(message: Message) -> Before:
    version = message.now
    return Before(
        attachments={str(each.id): each.filename for each in version.attachments},
        is_v2=MessageFlag.IS_COMPONENTS_V2 in version.flags,
        content=version.content,
        embeds=len(version.embeds),
        components=len(version.components),
    )


def file_names(body: Body) -> tuple[str, ...]:
    return tuple(upload.filename for _, upload in sorted(body.files.items()))


def refuse_heavy_files(body: Body, limit_bytes: int) -> None:
    if body.files:
        sizes = [len(upload.content) for upload in body.files.values()]
        refuse_if(check_upload_sizes(sizes, limit_bytes=limit_bytes))
