"""Every form of file that ComfyUI and its packs write is read, told by its content alone."""

import io
import json
from typing import cast

import pytest

from bot.comfy import JsonValue, parse_graph
from bot.workflows.sources import Found, Origin, read_workflow
from tests.workflows.sources.files import (
    BOTH,
    PROMPT,
    TEXTS,
    WORKFLOW,
    animated_png,
    avif,
    comfy_exif,
    comments,
    exr,
    flac,
    glb,
    international,
    jpeg,
    matroska,
    mov_comment,
    mp3,
    mp4,
    mp4_comment,
    ogg,
    opus,
    packed,
    plain,
    png,
    safetensors,
    svg,
    tiff,
    webp,
)

GRAPH = parse_graph(json.dumps(PROMPT))
UI_GRAPH = cast("dict[str, JsonValue]", WORKFLOW)

FILES = {
    "PNG": (Origin.PNG, png(*(plain(*text) for text in TEXTS.items()))),
    "PNG with zTXt": (Origin.PNG, png(*(packed(*text) for text in TEXTS.items()))),
    "PNG with iTXt": (Origin.PNG, png(*(international(*text, compressed=False) for text in TEXTS.items()))),
    "PNG with packed iTXt": (
        Origin.PNG,
        png(*(international(*text, compressed=True) for text in TEXTS.items())),
    ),
    "animated PNG": (Origin.PNG, animated_png(TEXTS)),
    "WebP": (Origin.WEBP, webp(comfy_exif(TEXTS))),
    "WebP, big-endian": (Origin.WEBP, webp(b"Exif\0\0" + comfy_exif(TEXTS, ">"))),
    "JPEG": (Origin.JPEG, jpeg(comfy_exif(TEXTS))),
    "JPEG with a comment": (Origin.JPEG, jpeg(comment=BOTH.encode())),
    "JPEG with a user's comment": (
        Origin.JPEG,
        jpeg(tiff([], user_comment=b"ASCII\0\0\0" + BOTH.encode())),
    ),
    "JPEG with one in UTF-16": (
        Origin.JPEG,
        jpeg(tiff([], ">", user_comment=b"UNICODE\0" + BOTH.encode("utf-16-be"))),
    ),
    "JPEG with a description": (Origin.JPEG, jpeg(tiff([(0x010E, 2, BOTH.encode() + b"\0")]))),
    "AVIF": (Origin.AVIF, avif(comfy_exif(TEXTS))),
    "MP4": (Origin.MP4, mp4(TEXTS)),
    "MOV": (Origin.MP4, mp4(TEXTS, quicktime=True)),
    "MP4 of VideoHelperSuite": (Origin.MP4, mp4_comment(BOTH)),
    "MP4 with a comment of its own name": (Origin.MP4, mp4_comment(BOTH, b"----")),
    "MOV with a comment": (Origin.MP4, mov_comment(BOTH)),
    "WebM": (Origin.MATROSKA, matroska(TEXTS)),
    "WebM of a stream": (Origin.MATROSKA, matroska(TEXTS, live=True)),
    "WebM of VideoHelperSuite": (Origin.MATROSKA, matroska({"comment": BOTH})),
    "FLAC": (Origin.FLAC, flac(TEXTS)),
    "Opus": (Origin.OGG, opus(TEXTS)),
    "Vorbis": (Origin.OGG, ogg(b"\x01vorbis", b"\x03vorbis" + comments(TEXTS))),
    "MP3": (Origin.MP3, mp3(TEXTS)),
    "MP3, ID3v2.3 in UTF-16": (Origin.MP3, mp3(TEXTS, 3, 1)),
    "MP3, ID3v2.2": (Origin.MP3, mp3(TEXTS, 2, 0)),
    "MP3, unsynchronised": (Origin.MP3, mp3(TEXTS, 4, 1, unsynchronised=True)),
    "MP3, ID3v2.3 unsynchronised": (Origin.MP3, mp3(TEXTS, 3, 1, unsynchronised=True)),
    "GLB": (Origin.GLB, glb(TEXTS)),
    "GLB with objects": (Origin.GLB, glb({"prompt": PROMPT, "workflow": WORKFLOW})),
    "latent": (Origin.SAFETENSORS, safetensors(TEXTS)),
    "EXR": (Origin.EXR, exr(TEXTS)),
    "SVG": (Origin.SVG, svg(BOTH)),
    "JSON of both": (Origin.UI_GRAPH, BOTH.encode()),
}


@pytest.mark.parametrize("form", FILES)
def test_both_graphs_are_found_in(form: str) -> None:
    origin, content = FILES[form]

    assert read_workflow(content) == Found(GRAPH, UI_GRAPH, origin)


@pytest.mark.parametrize("form", FILES)
def test_an_open_file_is_read_like_its_bytes(form: str) -> None:
    _, content = FILES[form]

    assert read_workflow(io.BytesIO(content)) == read_workflow(content)


@pytest.mark.parametrize("key", TEXTS)
def test_one_graph_is_enough(key: str) -> None:
    found = read_workflow(png(plain(key, TEXTS[key])))

    assert (found.prompt is not None, found.workflow is not None) == (key == "prompt", key == "workflow")


def test_a_file_that_ends_too_early_is_read_as_far_as_it_goes() -> None:
    whole = png(plain("prompt", TEXTS["prompt"]))

    assert read_workflow(whole[:-20]) == Found(GRAPH, None, Origin.PNG)


def test_a_broken_graph_does_not_hide_the_sound_one() -> None:
    content = png(plain("prompt", "{oh"), plain("workflow", TEXTS["workflow"]))

    assert read_workflow(content) == Found(None, UI_GRAPH, Origin.PNG)


def test_what_follows_the_end_of_a_picture_is_not_read() -> None:
    content = png(plain("prompt", TEXTS["prompt"])) + plain("workflow", TEXTS["workflow"])

    assert read_workflow(content) == Found(GRAPH, None, Origin.PNG)


def test_text_that_is_not_utf_8_is_read_as_the_rules_of_png_say() -> None:
    content = png(plain("prompt", '{"1": {"class_type": "café", "inputs": {}}}', encoding="latin-1"))

    assert read_workflow(content).prompt == parse_graph('{"1": {"class_type": "café"}}')


class _Counting(io.BytesIO):
    """A file that knows how much of it was read."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        content = super().read(size)
        self.taken += len(content)
        return content


def test_frames_and_pixels_are_skipped_unread() -> None:
    head, tail = mp4(TEXTS)[:16], mp4(TEXTS)[16 + 21 :]
    frames = b"\0\0\0\1mdat" + (16 + 8_000_000).to_bytes(8) + bytes(8_000_000)
    file = _Counting(head + frames + tail)

    assert read_workflow(file) == Found(GRAPH, UI_GRAPH, Origin.MP4)
    assert file.taken < 10_000
