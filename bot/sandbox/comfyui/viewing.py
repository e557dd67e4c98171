"""``GET /view``: a file as it is, or as a preview, or one of its channels."""

import asyncio
import email.utils
import io
import mimetypes
import posixpath
from typing import Final

from aiohttp import web
from PIL import Image

from bot.sandbox.comfyui.bodies import HandlerError
from bot.sandbox.comfyui.files import FileStore, Folder, StoredFile, inside
from bot.sandbox.comfyui.references import annotated

_NEVER_SHOWN: Final = ("text/html", "text/css", "text/javascript", "application/javascript")


async def view(request: web.Request, files: FileStore) -> web.StreamResponse:
    """Answer one request; the errors are statuses with an empty body."""
    query = request.query
    if "filename" not in query:
        return web.Response(status=404)
    filename, folder = annotated(query["filename"])
    if not filename or filename.startswith("/") or ".." in filename:
        return web.Response(status=400)
    kind = folder or query.get("type", Folder.OUTPUT)
    if kind not in set(Folder):
        return web.Response(status=400)
    subfolder = inside(query.get("subfolder") or ".")
    if subfolder is None:
        return web.Response(status=403)
    name = posixpath.basename(filename)
    path = inside(subfolder, name)
    file = None if path is None else files.get(Folder(kind), path)
    if file is None:
        return web.Response(status=404)
    if (changed := await _changed(request, file, name)) is not None:
        return changed
    return await _whole(request, file, name)


async def _changed(request: web.Request, file: StoredFile, name: str) -> web.Response | None:
    """The picture in another form, if the request asks for one."""
    channel = request.query.get("channel", "rgba")
    try:
        if (wanted := request.query.get("preview")) is not None:
            body, content_type = await asyncio.to_thread(_preview, file.content, wanted, channel)
        elif channel in ("rgb", "a"):
            body, content_type = await asyncio.to_thread(_channel, file.content, channel), "image/png"
        else:
            return None
    except (OSError, SyntaxError) as error:
        raise HandlerError from error
    return web.Response(body=body, content_type=content_type, headers=_disposition(name))


def _preview(content: bytes, wanted: str, channel: str) -> tuple[bytes, str]:
    """``webp;90`` or ``jpeg;75``; any other format, or a channel with alpha, means WebP."""
    kind, *_, quality = [*wanted.split(";"), ""] if ";" not in wanted else wanted.split(";")
    if kind not in ("webp", "jpeg") or "a" in channel.replace("rgba", ""):
        kind = "webp"
    image = Image.open(io.BytesIO(content))
    if kind == "jpeg" or channel == "rgb":
        image = image.convert("RGB")
    body = io.BytesIO()
    image.save(body, kind.upper(), quality=int(quality) if quality.isdigit() else 90)
    return body.getvalue(), f"image/{kind}"


def _channel(content: bytes, channel: str) -> bytes:
    image = Image.open(io.BytesIO(content))
    if channel == "rgb":
        image = image.convert("RGB")
    else:
        alpha = image.convert("RGBA").getchannel("A")
        image = Image.new("RGBA", image.size)
        image.putalpha(alpha)
    body = io.BytesIO()
    image.save(body, "PNG")
    return body.getvalue()


async def _whole(request: web.Request, file: StoredFile, name: str) -> web.StreamResponse:
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    headers = {
        **_disposition(name),
        "Content-Type": "application/octet-stream" if content_type in _NEVER_SHOWN else content_type,
        "ETag": f'"{file.etag}"',
        "Last-Modified": email.utils.formatdate(file.modified, usegmt=True),
        "Accept-Ranges": "bytes",
    }
    if _known(request, file):
        return web.Response(status=304, headers=headers)
    if file.short:
        return await _broken_off(request, file, headers)
    return _part(request, file, headers)


def _known(request: web.Request, file: StoredFile) -> bool:
    """Whether the client says that it has this very file."""
    if (tags := request.if_none_match) is not None:
        return any(tag.value in (file.etag, "*") for tag in tags)
    since = request.if_modified_since
    return since is not None and int(file.modified) <= since.timestamp()


def _part(request: web.Request, file: StoredFile, headers: dict[str, str]) -> web.Response:
    """The body, or the range of it that was asked for."""
    size = len(file.content)
    try:
        wanted = request.http_range
    except ValueError:
        return web.Response(status=416, headers={"Content-Range": f"bytes */{size}"})
    if wanted.start is None and wanted.stop is None:
        return web.Response(body=file.content, headers=headers)
    start, stop, _ = wanted.indices(size)
    if start >= stop:
        return web.Response(status=416, headers={"Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    return web.Response(status=206, body=file.content[start:stop], headers=headers)


async def _broken_off(request: web.Request, file: StoredFile, headers: dict[str, str]) -> web.StreamResponse:
    """Promise the whole body and give half of it."""
    answer = web.StreamResponse(headers=headers)
    answer.content_length = len(file.content)
    await answer.prepare(request)
    await answer.write(file.content[: len(file.content) // 2])
    if request.transport is not None:
        request.transport.close()
    return answer


def _disposition(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'filename="{name}"'}
