"""Files that nodes save: named as ComfyUI names them, pictures with the prompt inside."""

import io
import json
import posixpath
import re
import time
from collections.abc import Mapping, Sequence

from msgspec import Struct
from PIL import Image, PngImagePlugin

from bot.sandbox.comfyui.bodies import JsonObject, as_object
from bot.sandbox.comfyui.files import FileStore, Folder, StoredFile, inside


class Saver(Struct, frozen=True):
    """Saves the files of one prompt, with the prompt inside the pictures."""

    files: FileStore
    texts: Mapping[str, str]
    """The PNG's text chunks: ``prompt`` and every key of ``extra_pnginfo``."""
    short_body: bool = False
    plain_numbers: bool = False
    """Whether sounds end in their number, as newer releases name them: ``sound_00001.flac`` without a last ``_``."""

    def save(self, images: Sequence[Image.Image], folder: Folder, prefix: str) -> list[JsonObject] | None:
        """References to the new files, in order; ``None`` if the prefix leads out of the folder."""
        path = inside(_expanded(prefix, images[0].size))
        if path is None:
            return None
        subfolder, name = posixpath.split(path)
        first = self.files.next_number(folder, path)
        return [
            self._put(
                png(image, self.texts),
                folder,
                posixpath.join(
                    subfolder, f"{name.replace('%batch_num%', str(number))}_{first + number:05}_.png"
                ),
            )
            for number, image in enumerate(images)
        ]

    def save_file(
        self, content: bytes, folder: Folder, prefix: str, ending: str, *, size: tuple[int, int] = (0, 0)
    ) -> JsonObject | None:
        """A reference to one new file; ``None`` if the prefix leads out of the folder.

        Args:
            content: its bytes.
            folder: where it goes.
            prefix: how its name begins; words in percent signs are replaced.
            ending: what follows the number: ``_.mp4``.
            size: what ``%width%`` and ``%height%`` mean.
        """
        path = inside(_expanded(prefix, size))
        if path is None:
            return None
        return self._put(content, folder, f"{path}_{self.files.next_number(folder, path):05}{ending}")

    def save_animation(
        self, still: Image.Image, content: bytes, folder: Folder, prefix: str, *, suffix: str
    ) -> tuple[JsonObject, str] | None:
        """One film and the name of its first frame, named as VideoHelperSuite names them; ``None`` as above."""
        path = inside(_expanded(prefix, still.size))
        if path is None:
            return None
        stem = f"{path}_{self.files.next_number(folder, path):05}"
        self._put(png(still, self.texts), folder, f"{stem}.png")
        return self._put(content, folder, f"{stem}{suffix}"), posixpath.basename(f"{stem}.png")

    def _put(self, content: bytes, folder: Folder, path: str) -> JsonObject:
        subfolder, filename = posixpath.split(path)
        self.files.put(folder, path, StoredFile(content, short=self.short_body))
        return {"filename": filename, "subfolder": subfolder, "type": folder.value}


def png_texts(prompt: object, extra_data: Mapping[str, object]) -> dict[str, str]:
    """The text chunks that a saved picture carries."""
    extra = as_object(extra_data.get("extra_pnginfo")) or {}
    return {"prompt": json.dumps(prompt)} | {key: json.dumps(value) for key, value in extra.items()}


def png(image: Image.Image, texts: Mapping[str, str]) -> bytes:
    info = PngImagePlugin.PngInfo()
    for key, text in texts.items():
        info.add_text(key, text)
    content = io.BytesIO()
    image.save(content, "PNG", pnginfo=info, compress_level=4)
    return content.getvalue()


def _expanded(prefix: str, size: tuple[int, int]) -> str:
    """The prefix with the words in percent signs replaced that the server (not the page in the browser) replaces."""
    now = time.localtime()
    words = {"width": str(size[0]), "height": str(size[1]), "year": str(now.tm_year)}
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
