"""What the stock nodes of film, sound, text, latents and 3D do. Where no encoder is, a sample is saved (see ``samples``)."""

import io
import json
import posixpath
import struct
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PIL import Image

from bot.sandbox.comfyui.bodies import JsonObject
from bot.sandbox.comfyui.failures import NodeFailure, check_memory, outside_of_folder
from bot.sandbox.comfyui.files import Folder
from bot.sandbox.comfyui.node_context import NodeContext, NodeFunction, NodeResult
from bot.sandbox.comfyui.references import annotated, input_file
from bot.sandbox.comfyui.values import Inputs, Latent, Media, Pixels

_SAMPLES: Final = {
    path.suffix: path.read_bytes()
    for path in sorted(Path(__file__).with_name("samples").iterdir())
    if path.suffix != ".md"
}
_LATENT_CHANNELS: Final = 4
_FLOAT_BYTES: Final = 4


def encoded(media: Media, suffix: str) -> bytes:
    """The uploaded file itself where it is of the wanted kind, else a sample of that kind."""
    return media.content if media.content is not None and media.suffix == suffix else _SAMPLES[suffix]


def animation(images: Sequence[Image.Image], kind: str, frame_rate: float, **options: object) -> bytes:
    """Pictures that follow one another: ``GIF``, ``WEBP`` or ``PNG``."""
    content = io.BytesIO()
    shown_ms = max(1, round(1000 / frame_rate))
    images[0].save(
        content, kind, save_all=True, append_images=images[1:], duration=shown_ms, loop=0, **options
    )
    return content.getvalue()


def _load(inputs: Inputs, context: NodeContext, *, name: str) -> NodeResult:
    file = input_file(context.files, inputs.text(name))
    if file is None:
        raise NodeFailure(
            "FileNotFoundError", f"[Errno 2] No such file or directory: '{inputs.text(name)}'\n"
        )
    suffix = posixpath.splitext(annotated(inputs.text(name))[0])[1].lower()
    return NodeResult((Media(file.content, suffix),))


def _media(_: Inputs, __: NodeContext) -> NodeResult:
    return NodeResult((Media(),))


def _saved(
    context: NodeContext, inputs: Inputs, content: bytes, ending: str, *, size: tuple[int, int] = (0, 0)
) -> list[JsonObject]:
    saved = context.saver.save_file(content, Folder.OUTPUT, inputs.text("filename_prefix"), ending, size=size)
    if saved is None:
        raise outside_of_folder()
    return [saved]


def _save_animation(inputs: Inputs, context: NodeContext, *, kind: str) -> NodeResult:
    pixels = inputs.of(Pixels, "images")
    webp = (
        {"lossless": inputs.of(bool, "lossless"), "quality": inputs.integer("quality")}
        if kind == "WEBP"
        else {}
    )
    content = animation(pixels.images, kind, inputs.number("fps"), **webp)
    saved = _saved(context, inputs, content, f"_.{kind.lower()}", size=pixels.images[0].size)
    return NodeResult((pixels,), {"images": saved, "animated": [True]})


def _save_webm(inputs: Inputs, context: NodeContext) -> NodeResult:
    pixels = inputs.of(Pixels, "images")
    saved = _saved(context, inputs, _SAMPLES[".webm"], "_.webm", size=pixels.images[0].size)
    return NodeResult((pixels,), {"images": saved, "animated": [True]})


def _save_video(inputs: Inputs, context: NodeContext) -> NodeResult:
    film = inputs.of(Media, "video")
    saved = _saved(context, inputs, encoded(film, ".mp4"), "_.mp4")
    return NodeResult((film,), {"images": saved, "animated": [True]})


def _save_sound(inputs: Inputs, context: NodeContext, *, suffix: str) -> NodeResult:
    sound = inputs.of(Media, "audio")
    ending = suffix if context.saver.plain_numbers else f"_{suffix}"
    return NodeResult((sound,), {"audio": _saved(context, inputs, encoded(sound, suffix), ending)})


def _preview_sound(inputs: Inputs, context: NodeContext) -> NodeResult:
    sound = inputs.of(Media, "audio")
    ending = ".flac" if context.saver.plain_numbers else "_.flac"
    saved = context.saver.save_file(encoded(sound, ".flac"), Folder.TEMP, "ComfyUI_temp_sands", ending)
    return NodeResult((sound,), {"audio": [saved]})


def _empty_mesh_latent(inputs: Inputs, _: NodeContext) -> NodeResult:
    return NodeResult((Latent(8, 8, inputs.integer("batch_size")),))


def _save_mesh(inputs: Inputs, context: NodeContext) -> NodeResult:
    return NodeResult(shown={"3d": _saved(context, inputs, _SAMPLES[".glb"], "_.glb")})


def _save_latent(inputs: Inputs, context: NodeContext) -> NodeResult:
    """A safetensors file of zeros, with the prompt in its header."""
    latent = inputs.of(Latent, "samples")
    check_memory(latent.width, latent.height, latent.batch_size)
    shape = [latent.batch_size, _LATENT_CHANNELS, latent.height // 8, latent.width // 8]
    size_bytes = _FLOAT_BYTES * shape[0] * shape[1] * shape[2] * shape[3]
    header = json.dumps(
        {
            "__metadata__": dict(context.saver.texts),
            "latent_tensor": {"dtype": "F32", "shape": shape, "data_offsets": [0, size_bytes]},
            "latent_format_version_0": {
                "dtype": "F32",
                "shape": [0],
                "data_offsets": [size_bytes, size_bytes],
            },
        }
    ).encode()
    content = struct.pack("<Q", len(header)) + header + bytes(size_bytes)
    return NodeResult((latent,), {"latents": _saved(context, inputs, content, "_.latent")})


def _preview_any(inputs: Inputs, _: NodeContext) -> NodeResult:
    text = str(inputs.values["source"])
    return NodeResult((text,), shown={"text": [text]})


def _save_text(inputs: Inputs, context: NodeContext) -> NodeResult:
    text, kind = inputs.text("text"), inputs.text("format")
    saved = _saved(context, inputs, _indented(text, kind).encode(), f".{kind}")
    return NodeResult((text,), shown={"text": [text], "files": saved})


def _indented(text: str, kind: str) -> str:
    """JSON is made readable, where it is JSON."""
    if kind != "json":
        return text
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text


MEDIA_FUNCTIONS: Final[Mapping[str, NodeFunction]] = {
    "SaveAnimatedWEBP": partial(_save_animation, kind="WEBP"),
    "SaveAnimatedPNG": partial(_save_animation, kind="PNG"),
    "LoadVideo": partial(_load, name="file"),
    "CreateVideo": _media,
    "SaveVideo": _save_video,
    "SaveWEBM": _save_webm,
    "EmptyAudio": _media,
    "LoadAudio": partial(_load, name="audio"),
    "SaveAudio": partial(_save_sound, suffix=".flac"),
    "SaveAudioMP3": partial(_save_sound, suffix=".mp3"),
    "SaveAudioOpus": partial(_save_sound, suffix=".opus"),
    "PreviewAudio": _preview_sound,
    "EmptyLatentHunyuan3Dv2": _empty_mesh_latent,
    "VAEDecodeHunyuan3D": _media,
    "VoxelToMesh": _media,
    "SaveGLB": _save_mesh,
    "SaveLatent": _save_latent,
    "PreviewAny": _preview_any,
    "SaveText": _save_text,
}
MEDIA_PIXEL_WORK: Final = frozenset({"SaveAnimatedWEBP", "SaveAnimatedPNG", "SaveLatent"})
"""Classes that take their time, so that they must run off the event loop."""
