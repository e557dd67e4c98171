"""Files as ComfyUI saves them, with what made them inside, and programs that stand in for ffmpeg."""

import io
import json
import random
import shutil
import struct
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bot.comfy import JsonValue

GRAPH: Mapping[str, JsonValue] = {
    "3": {"class_type": "KSampler", "inputs": {"seed": 42, "model": ["4", 0], "steps": 20}},
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "SDXL/sd_xl.safetensors"}},
    "6": {
        "class_type": "CLIPTextEncode",
        "inputs": {"text": "a fox; 1=1 #2 \\ 狐狸\n4/8/16", "clip": ["4", 1]},
    },
}
UI_GRAPH: Mapping[str, JsonValue] = {
    "nodes": [{"id": 3, "type": "KSampler", "widgets_values": [42, "fixed", 20]}],
    "links": [],
    "version": 0.4,
}

FFMPEG = shutil.which("ffmpeg")
needs_ffmpeg = pytest.mark.skipif(FFMPEG is None, reason="ffmpeg is not installed")


def png(
    width: int = 64,
    height: int = 48,
    *,
    noise: bool = False,
    graph: JsonValue = dict(GRAPH),  # noqa: B006  # never changed
    ui_graph: JsonValue = dict(UI_GRAPH),  # noqa: B006  # never changed
) -> bytes:
    info = PngInfo()
    if graph is not None:
        info.add_text("prompt", json.dumps(graph))
    if ui_graph is not None:
        info.add_text("workflow", json.dumps(ui_graph))
    shown = (
        Image.frombytes("RGB", (width, height), random.Random(1).randbytes(width * height * 3))
        if noise
        else None
    )
    out = io.BytesIO()
    (shown or Image.new("RGB", (width, height), "navy")).save(out, "PNG", pnginfo=info, compress_level=1)
    return out.getvalue()


def animation(kind: str, *, side: int = 160, frames: int = 6) -> bytes:
    """Noise that moves; WebP has its recipe as ComfyUI's SaveAnimatedWEBP writes it."""
    made = [Image.effect_noise((side, side), 40 + number).convert("RGB") for number in range(frames)]
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0110], exif[0x010F] = f"prompt:{json.dumps(GRAPH)}", f"workflow:{json.dumps(UI_GRAPH)}"
    extra: dict[str, object] = {"exif": exif.tobytes(), "lossless": True} if kind == "WEBP" else {}
    made[0].save(out, kind, save_all=True, append_images=made[1:], duration=120, loop=0, **extra)  # pyright: ignore[reportArgumentType]
    return out.getvalue()


@cache
def large_gif() -> bytes:
    """More pixels in all its frames than are decoded to be made smaller."""
    frames: list[Image.Image] = []
    for number in range(80):
        frame = Image.new("L", (1400, 1400), 90)
        frame.paste(Image.effect_noise((64, 64), 60), (number * 8, number * 8))
        frames.append(frame)
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=100, loop=0)
    return out.getvalue()


@cache
def video(suffix: str = ".mp4", *, seconds: int = 3, sound: bool = True) -> bytes:
    """A video with sound whose tags hold what made it, as SaveVideo and SaveWEBM write them."""
    codecs = {
        ".mp4": ["-c:v", "libx264", "-crf", "5", "-preset", "ultrafast", "-c:a", "aac", "-movflags", "use_metadata_tags"],
        ".webm": ["-c:v", "libvpx", "-b:v", "6M", "-deadline", "realtime", "-c:a", "libopus"],
    }[suffix]  # fmt: skip
    audio = ["-f", "lavfi", "-i", f"sine=duration={seconds}"] if sound else []
    return _made(["-f", "lavfi", "-i", f"testsrc2=size=320x240:duration={seconds}", *audio, *codecs], suffix)


@cache
def sound(suffix: str, *, seconds: int = 4, graph: str | None = None) -> bytes:
    return _made(["-f", "lavfi", "-i", f"anoisesrc=duration={seconds}:amplitude=0.3"], suffix, graph)


def _made(arguments: list[str], suffix: str, graph: str | None = None) -> bytes:
    assert FFMPEG is not None
    tags = [
        "-metadata",
        f"prompt={graph or json.dumps(GRAPH)}",
        "-metadata",
        f"workflow={json.dumps(UI_GRAPH)}",
    ]
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"made{suffix}"
        subprocess.run([FFMPEG, "-v", "error", *arguments, *tags, str(path)], check=True)
        return path.read_bytes()


def with_unreadable_tag() -> bytes:
    """An MP3 whose tag is written in a way that its reader undoes: what it says does not stand in the file as it is."""
    words = json.dumps(GRAPH).encode().replace(b'"6"', b'"\xff\x006"')
    frame = b"\0prompt\0" + words
    body = b"TXXX" + struct.pack(">IH", len(frame.replace(b"\xff\x00", b"\xff")), 0) + frame
    size = len(body)
    head = b"ID3\x03\0\x80" + bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127])
    return head + body + b"\xff\xfb" + bytes(200)


def program(folder: Path, name: str, script: str) -> str:
    """An executable that does what the shell script says; its path."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)
