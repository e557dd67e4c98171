"""The files that a message shows, wherever it does: attached, in embeds, in components, in a message that it forwards.

Everything is read off the message as the interaction brought it: that needs no right to read messages.
"""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import discord
from discord.components import FileComponent, MediaGalleryComponent, SectionComponent, ThumbnailComponent
from msgspec import Struct

from bot.inputs.fetching import Origins
from bot.jobs.inputs import Attachment

_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif", ".bmp", ".tif", ".tiff", ".heic"})


class Shown(Struct, frozen=True):
    """A file of a message."""

    addresses: tuple[str, ...]
    """Of the file itself, then of Discord's copy."""
    filename: str
    size_bytes: int | None
    is_picture: bool

    @property
    def identity(self) -> str:
        """The same whenever and wherever the message is read: links are signed anew each time."""
        return hashlib.sha256(self.addresses[0].partition("?")[0].encode()).hexdigest()[:16]

    def within(self, origins: Origins) -> Attachment | None:
        """The file as it may be fetched; None: it lies on another server, and Discord has no copy."""
        address = next((each for each in self.addresses if each in origins), None)
        return None if address is None else Attachment(address, self.filename, self.size_bytes)


def files_of(message: discord.Message) -> tuple[Shown, ...]:
    """Each file once, in the order in which the message shows them."""
    found: dict[str, Shown] = {}
    for source in (message, *message.message_snapshots):
        for shown in _files_of(source):
            found.setdefault(shown.identity, shown)
    return tuple(found.values())


def pictures_of(message: discord.Message) -> tuple[Shown, ...]:
    return tuple(each for each in files_of(message) if each.is_picture)


def _files_of(source: discord.Message | discord.MessageSnapshot) -> Iterator[Shown]:
    for attachment in source.attachments:
        is_picture = _is_picture(attachment.content_type, attachment.filename)
        yield Shown((attachment.url,), attachment.filename, attachment.size, is_picture)
    for embed in source.embeds:
        for picture in (embed.image, embed.thumbnail):
            if picture.url:
                addresses = tuple(filter(None, (picture.url, picture.proxy_url)))
                yield Shown(addresses, _name_in(picture.url), None, is_picture=True)
    for component in _walked(source.components):
        yield from _files_in(component)


def _walked(components: Sequence[discord.Component]) -> Iterator[discord.Component]:
    for component in components:
        yield component
        if isinstance(component, SectionComponent):
            yield component.accessory
        elif isinstance(component, discord.Container):
            yield from _walked(component.children)


def _files_in(component: discord.Component) -> Iterator[Shown]:
    match component:
        case MediaGalleryComponent():
            for item in component.items:
                yield _medium(item.media)
        case ThumbnailComponent():
            yield _medium(component.media)
        case FileComponent():
            yield _medium(component.media, component.size)
        case _:
            pass


def _medium(media: discord.UnfurledMediaItem, size_bytes: int | None = None) -> Shown:
    name = _name_in(media.url)
    addresses = tuple(filter(None, (media.url, media.proxy_url)))
    return Shown(addresses, name, size_bytes, _is_picture(media.content_type, name))


def _name_in(address: str) -> str:
    try:
        path = urlsplit(address).path
    except ValueError:
        path = ""
    return PurePosixPath(unquote(path)).name or "?"


def _is_picture(content_type: str | None, filename: str) -> bool:
    if content_type:
        return content_type.startswith("image/")
    return PurePosixPath(filename).suffix.lower() in _SUFFIXES
