"""``POST /upload/image`` and ``/upload/mask``: names, copies and masks as ComfyUI makes them."""

import asyncio
import io
import json
import posixpath
from dataclasses import dataclass
from typing import Final, cast

from aiohttp import BodyPartReader, web
from msgspec import Struct
from PIL import Image

from bot.sandbox.comfyui.bodies import HandlerError, JsonObject, as_object
from bot.sandbox.comfyui.files import FileStore, Folder, StoredFile, inside

_LONGEST_NAME_BYTES: Final = 255


@dataclass(frozen=True, slots=True)
class Upload:
    """What a form said."""

    filename: str
    content: bytes
    folder: Folder
    subfolder: str
    overwrite: bool
    original_ref: JsonObject | None


class _Part(Struct, frozen=True):
    filename: str | None
    """None: it is no file."""
    content: bytes


async def read_upload(request: web.Request) -> Upload | None:
    """The form of a request; ``None`` if there is no image in it."""
    form = await _form(request)
    image = form.get("image")
    if image is None:
        return None
    if image.filename is None:
        raise HandlerError
    words = {name: part.content.decode() for name, part in form.items() if part.filename is None}
    kind = words.get("type", Folder.INPUT)
    if kind not in set(Folder):
        raise HandlerError
    reference = words.get("original_ref")
    return Upload(
        filename=image.filename,
        content=image.content,
        folder=Folder(kind),
        subfolder=words.get("subfolder", ""),
        overwrite=words.get("overwrite") in ("true", "1"),
        original_ref=None if reference is None else _reference(reference),
    )


async def _form(request: web.Request) -> dict[str, _Part]:
    """The parts of a form, read here: of a client that dies in mid-upload, ``request.post()`` leaves an open file."""
    if request.content_type != "multipart/form-data":
        return {}
    found: dict[str, _Part] = {}
    reader = await request.multipart()
    while (part := await reader.next()) is not None:
        if isinstance(part, BodyPartReader) and part.name is not None:
            found[part.name] = _Part(part.filename, await _content(part, request))
    return found


async def _content(part: BodyPartReader, request: web.Request) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk(64 * 1024):
        content += chunk
        if request.content.total_bytes > request.client_max_size:
            raise web.HTTPRequestEntityTooLarge(request.client_max_size, request.content.total_bytes)
    return bytes(content)


def _reference(text: str) -> JsonObject | None:
    try:
        return as_object(json.loads(text))
    except ValueError as error:
        raise HandlerError from error


def store_image(files: FileStore, upload: Upload) -> web.Response:
    """Keep an upload: equal bytes under their old name, other bytes under a new one."""
    path = _path(files, upload)
    if path is None:
        return web.Response(status=400)
    if not upload.overwrite:
        path = _free_path(files, upload, path)
    if (known := files.get(upload.folder, path)) is None or known.content != upload.content:
        files.put(upload.folder, path, StoredFile(upload.content))
    return _named(upload, path)


async def store_mask(files: FileStore, upload: Upload) -> web.Response:
    """Keep the original picture with the alpha of the uploaded one; without an original, keep nothing and answer 200."""
    path = _path(files, upload)
    if path is None:
        return web.Response(status=400)
    if upload.original_ref is None:
        raise HandlerError
    if not upload.overwrite:
        path = _free_path(files, upload, path)
    original = _original(files, upload.original_ref)
    if original is not None:
        masked = await asyncio.to_thread(_masked, original.content, upload.content)
        files.put(upload.folder, path, StoredFile(masked))
    return _named(upload, path)


def _original(files: FileStore, reference: JsonObject) -> StoredFile | None:
    filename, subfolder = reference.get("filename"), reference.get("subfolder", "")
    kind = reference.get("type", Folder.OUTPUT)
    if not isinstance(filename, str) or kind not in set(Folder):
        raise HandlerError
    path = inside(str(subfolder), filename)
    return None if path is None else files.get(Folder(cast("str", kind)), path)


def _masked(original: bytes, mask: bytes) -> bytes:
    picture, alpha = _decoded(original), _decoded(mask).getchannel("A")
    if picture.size != alpha.size:
        raise HandlerError
    picture.putalpha(alpha)
    content = io.BytesIO()
    picture.save(content, "PNG", compress_level=4)
    return content.getvalue()


def _decoded(content: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(content)).convert("RGBA")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise HandlerError from error


def _path(files: FileStore, upload: Upload) -> str | None:
    """Where an upload goes; ``None`` if that is outside the folder. A directory in the name must be there."""
    if not upload.filename or upload.filename.startswith("/"):
        raise HandlerError
    if len(posixpath.basename(upload.filename).encode()) > _LONGEST_NAME_BYTES:
        raise HandlerError
    subfolder = inside(upload.subfolder or ".")
    path = None if subfolder is None else inside(subfolder, upload.filename)
    directory = posixpath.dirname(upload.filename)
    if path is not None and directory and not files.has_directory(upload.folder, posixpath.dirname(path)):
        raise HandlerError
    return path


def _free_path(files: FileStore, upload: Upload, path: str) -> str:
    """The name, or its first copy ``name (1).png`` that is free or holds the same bytes."""
    stem, extension = posixpath.splitext(path)
    candidate, number = path, 0
    while (known := files.get(upload.folder, candidate)) is not None and known.content != upload.content:
        number += 1
        candidate = f"{stem} ({number}){extension}"
    return candidate


def _named(upload: Upload, path: str) -> web.Response:
    directory = posixpath.dirname(upload.filename)
    name = posixpath.join(directory, posixpath.basename(path))
    return web.json_response({"name": name, "subfolder": upload.subfolder, "type": upload.folder.value})
