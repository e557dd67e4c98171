"""Files: how an upload becomes an attachment, and where its bytes stay until somebody downloads them."""

import io
import mimetypes
import warnings
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import cast
from urllib.parse import quote

from PIL import Image, UnidentifiedImageError

from bot.sandbox.discord.clock import Clock
from bot.sandbox.discord.links import Link, unsigned
from bot.sandbox.discord.rules import stored_name
from bot.sandbox.discord.snowflakes import Snowflakes
from bot.sandbox.discord.wire import Json, Upload

_SPOILER_PREFIX = "SPOILER_"
_SPOILER_FLAG = 1 << 3

# Not every machine's MIME table knows them.
_CONTENT_TYPES = {".webp": "image/webp", ".avif": "image/avif", ".webm": "video/webm", ".flac": "audio/flac"}


@dataclass(slots=True, eq=False)
class Blob:
    """The bytes of a file; emptied when the file is gone, however many old versions of a message still name it."""

    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message, or one that a person gave to a command."""

    id: int
    filename: str
    size_bytes: int
    content_type: str | None
    width: int | None = None
    height: int | None = None
    description: str | None = None
    ephemeral: bool = False
    spoiler: bool = False
    link: Link = field(kw_only=True, repr=False, compare=False)
    blob: Blob = field(kw_only=True, repr=False, compare=False)

    @property
    def url(self) -> str:
        """Signed, and good for a day."""
        return self.link.url

    @property
    def content(self) -> bytes:
        """Empty when the file is gone."""
        return self.blob.content

    def to_json(self) -> Json:
        url = self.url
        body: Json = {
            "id": str(self.id),
            "filename": self.filename,
            "size": self.size_bytes,
            "url": url,
            "proxy_url": url,
        }
        optional = {
            "content_type": self.content_type,
            "width": self.width,
            "height": self.height,
            "description": self.description,
            "ephemeral": self.ephemeral or None,
            "flags": _SPOILER_FLAG if self.spoiler else None,
        }
        return body | {key: value for key, value in optional.items() if value is not None}

    def to_media(self) -> Json:
        """The same file as a component shows it."""
        url = self.url
        return {
            "id": str(self.id),
            "url": url,
            "proxy_url": url,
            "width": self.width,
            "height": self.height,
            "content_type": self.content_type,
            "attachment_id": str(self.id),
        }


class AttachmentStore:
    """Keeps the newest files up to a fixed number of bytes; an older one is gone."""

    def __init__(
        self, snowflakes: Snowflakes, clock: Clock, cdn_base: str, *, kept_bytes: int = 256 * 1024 * 1024
    ) -> None:
        self._snowflakes = snowflakes
        self._clock = clock
        self._cdn_base = cdn_base
        self._most_bytes = kept_bytes
        self._kept: OrderedDict[int, Attachment] = OrderedDict()
        self._kept_bytes = 0

    def add(
        self,
        upload: Upload,
        *,
        folder_id: int,
        description: str | None = None,
        ephemeral: bool = False,
        spoiler: bool = False,
    ) -> Attachment:
        attachment_id = self._snowflakes.next()
        filename = stored_name(upload.filename)
        kind = "ephemeral-attachments" if ephemeral else "attachments"
        address = f"{self._cdn_base}/{kind}/{folder_id}/{attachment_id}/{quote(filename, safe='')}"
        width, height = image_size(upload.content)
        attachment = Attachment(
            id=attachment_id,
            filename=filename,
            size_bytes=len(upload.content),
            content_type=content_type_of(filename),
            width=width,
            height=height,
            description=description,
            ephemeral=ephemeral,
            spoiler=spoiler or filename.startswith(_SPOILER_PREFIX),
            link=Link(address, self._clock),
            blob=Blob(upload.content),
        )
        self._keep(attachment)
        return attachment

    def get(self, attachment_id: int) -> Attachment | None:
        return self._kept.get(attachment_id)

    def drop(self, attachment_id: int) -> None:
        """Let a file be gone."""
        if attachment := self._kept.pop(attachment_id, None):
            self._kept_bytes -= attachment.size_bytes
            attachment.blob.content = b""

    def expire(self, attachment_id: int) -> None:
        """Let the links to a file expire, those at least that were handed out so far."""
        self._kept[attachment_id].link.expire()

    def _keep(self, attachment: Attachment) -> None:
        self._kept[attachment.id] = attachment
        self._kept_bytes += attachment.size_bytes
        while self._kept_bytes > self._most_bytes and len(self._kept) > 1:
            self.drop(next(iter(self._kept)))


def with_fresh_links(value: object, attachments: Sequence[Attachment]) -> object:
    """Something that a message shows, with every link to one of its files signed for now."""
    links = {each.link.address: each.url for each in attachments}

    def renewed(part: object) -> object:
        match part:
            case dict():
                return {key: renewed(each) for key, each in cast("Json", part).items()}
            case list() | tuple():
                return [renewed(each) for each in cast("Sequence[object]", part)]
            case str():
                return links.get(unsigned(part), part)
            case _:
                return part

    return renewed(value) if links else value


def described(attachment: Attachment, entry: Json) -> Attachment:
    """What an edit may change of a kept attachment."""
    return replace(
        attachment,
        description=entry.get("description", attachment.description),
        spoiler=bool(entry.get("is_spoiler", attachment.spoiler)),
    )


def content_type_of(filename: str) -> str | None:
    extension = "." + filename.rpartition(".")[2].lower()
    return _CONTENT_TYPES.get(extension) or mimetypes.guess_type(filename)[0]


def image_size(content: bytes) -> tuple[int, int] | tuple[None, None]:
    """Read from the header only; what is no picture has no size."""
    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures; here only the header is read.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content)) as image:
                return image.size
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return None, None
