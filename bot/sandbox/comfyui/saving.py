"""Pictures to PNG files, named and annotated as ComfyUI does."""

import io
import json
import posixpath
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PIL import Image, PngImagePlugin

from bot.sandbox.comfyui.bodies import JsonObject, as_object
from bot.sandbox.comfyui.files import FileStore, Folder, StoredFile, inside


@dataclass(frozen=True, slots=True)
class Saver:
    """Saves the pictures of one prompt, with the prompt inside them."""

    files: FileStore
    texts: Mapping[str, str]
    """The PNG's text chunks: ``prompt`` and every key of ``extra_pnginfo``."""
    short_body: bool = False

    def save(self, images: Sequence[Image.Image], folder: Folder, prefix: str) -> list[dict[str, str]] | None:
        """References to the new files, in order; ``None`` if the prefix leads out of the folder."""
        path = inside(_expanded(prefix, images[0]))
        if path is None:
            return None
        subfolder, name = posixpath.split(path)
        first = self.files.next_number(folder, path)
        saved: list[dict[str, str]] = []
        for index, image in enumerate(images):
            filename = f"{name.replace('%batch_num%', str(index))}_{first + index:05}_.png"
            content = _png(image, self.texts)
            self.files.put(
                folder, posixpath.join(subfolder, filename), StoredFile(content, short=self.short_body)
            )
            saved.append({"filename": filename, "subfolder": subfolder, "type": folder.value})
        return saved

    def save_animation(
        self,
        images: Sequence[Image.Image],
        folder: Folder,
        prefix: str,
        *,
        media_type: str,
        frame_rate: float,
    ) -> JsonObject | None:
        """One animated picture and its first frame, named as VideoHelperSuite names them; ``None`` as above."""
        path = inside(_expanded(prefix, images[0]))
        if path is None:
            return None
        subfolder, name = posixpath.split(path)
        taken = [re.match(rf"{re.escape(path)}_(\d+)\D*\.", each) for each in self.files.names(folder)]
        stem = f"{name}_{max((int(match[1]) for match in taken if match), default=0) + 1:05}"
        still, moving = f"{stem}.png", f"{stem}.{media_type.removeprefix('image/')}"
        for filename, content in (
            (still, _png(images[0], self.texts)),
            (moving, _animation(images, media_type, frame_rate)),
        ):
            stored = StoredFile(content, short=self.short_body)
            self.files.put(folder, posixpath.join(subfolder, filename), stored)
        return {
            "filename": moving,
            "subfolder": subfolder,
            "type": folder.value,
            "format": media_type,
            "frame_rate": frame_rate,
            "workflow": still,
            "fullpath": posixpath.join("/opt/comfyui", folder, subfolder, moving),
        }


def png_texts(prompt: object, extra_data: Mapping[str, object]) -> dict[str, str]:
    """The text chunks that a saved picture carries."""
    extra = as_object(extra_data.get("extra_pnginfo")) or {}
    return {"prompt": json.dumps(prompt)} | {key: json.dumps(value) for key, value in extra.items()}


def _png(image: Image.Image, texts: Mapping[str, str]) -> bytes:
    info = PngImagePlugin.PngInfo()
    for key, text in texts.items():
        info.add_text(key, text)
    content = io.BytesIO()
    image.save(content, "PNG", pnginfo=info, compress_level=4)
    return content.getvalue()


def _animation(images: Sequence[Image.Image], media_type: str, frame_rate: float) -> bytes:
    content = io.BytesIO()
    kind = media_type.removeprefix("image/").upper()
    shown_ms = max(1, round(1000 / frame_rate))
    images[0].save(content, kind, save_all=True, append_images=images[1:], duration=shown_ms, loop=0)
    return content.getvalue()


def _expanded(prefix: str, image: Image.Image) -> str:
    """The prefix with the words in percent signs replaced that the server (not the page in the browser) replaces."""
    now = time.localtime()
    words = {"width": str(image.width), "height": str(image.height), "year": str(now.tm_year)}
    words |= {
        name: f"{value:02}"
        for name, value in (
            ("month", now.tm_mon),
            ("day", now.tm_mday),
            ("hour", now.tm_hour),
            ("minute", now.tm_min),
            ("second", now.tm_sec),
        )
    }
    return re.sub("%(" + "|".join(words) + ")%", lambda match: words[match[1]], prefix)
