"""What made a file: what of it leaves with the file, and that nothing private does."""

import io
import json
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from bot.comfy import JsonValue
from bot.delivery.contents import Content, Scratch, whole
from bot.delivery.recipe_writing import KeepsRecipe, with_recipe_cleaned
from bot.delivery.recipes import Keep, cleaned, recipe_of
from bot.workflows.sources import NothingFound, read_workflow
from tests.delivery.generation import noise
from tests.delivery.media import (
    GRAPH,
    UI_GRAPH,
    animation,
    needs_ffmpeg,
    png,
    sound,
    video,
    with_unreadable_tag,
)

PRIVATE = "/home/jane doe/ComfyUI/input/fox.png"
PRIVATE_GRAPH: JsonValue = {
    **GRAPH,
    "9": {"class_type": "LoadImagePath", "inputs": {"image": PRIVATE, "url": "http://gpu-7.lan:8188/x"}},
}


@pytest.mark.parametrize(
    ("value", "left"),
    [
        (PRIVATE, "fox.png"),
        (r"C:\Users\Jane Doe\models\fox.safetensors", "fox.safetensors"),
        (r"\\nas\share\fox.png", "fox.png"),
        ("http://192.168.1.7:11434/api", "…"),
        ("https://gpu.local/x", "…"),
        ("see http://localhost:8188/ there", "see … there"),
        ("https://jane:pw@example.com/x?key=abc", "https://example.com/x?…"),
        ("hf_abcdefghijklmnopqrstuvwx", "…"),
        ({"api_key": "plain words", "password": "x", "seed": 4}, {"api_key": "", "password": "", "seed": 4}),
        (json.dumps({"image": PRIVATE}), json.dumps({"image": "fox.png"})),
    ],
)
def test_what_is_private_goes(value: JsonValue, left: JsonValue) -> None:
    assert cleaned(value) == left


@pytest.mark.parametrize(
    "value",
    [
        "SDXL/sd_xl_base_1.0.safetensors",
        "FLUX\\flux1-dev.safetensors",
        "a fox, 4/8/16, (best quality:1.2), <lora:fox:0.8>\nhe/she 狐狸",
        "https://civitai.com/models/1234",
        "dpmpp_2m_sde_gpu",
        "outputs/%date%/fox",
        42,
        None,
        [1, True, "ab"],
        "",
    ],
)
def test_what_has_a_meaning_stays(value: JsonValue) -> None:
    assert cleaned(value) == value


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
@example({"": "{" * 400})
def test_any_value_can_be_cleaned_and_is_clean_then(value: JsonValue) -> None:
    once = cleaned(value)
    assert json.dumps(once)


async def clean(content: Content, keep: Keep = Keep.FULL) -> bytes:
    async with Scratch() as scratch:
        return whole(with_recipe_cleaned(content, keep, scratch))


async def test_a_file_in_which_nothing_is_private_stays_as_it_is_byte_by_byte() -> None:
    for content in (png(), animation("WEBP"), noise(20, 20), b"", b"no picture", b"\x89PNG\r\n\x1a\n"):
        assert await clean(content) == content


def with_private_exif(kind: str) -> bytes:
    """A picture with its recipe where ComfyUI puts it in WebP; other packs put it into JPEG the same way."""
    exif = Image.Exif()
    exif[0x0110], exif[0x010F] = f"prompt:{json.dumps(PRIVATE_GRAPH)}", f"workflow:{json.dumps(UI_GRAPH)}"
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, kind, exif=exif.tobytes())
    return out.getvalue()


def with_packed_text() -> bytes:
    """A PNG whose prompt is compressed."""
    packed = b"prompt\0\0" + zlib.compress(json.dumps(PRIVATE_GRAPH).encode())
    chunk = (
        struct.pack(">I", len(packed)) + b"zTXt" + packed + struct.pack(">I", zlib.crc32(b"zTXt" + packed))
    )
    plain = png(graph=None)
    return plain[:33] + chunk + plain[33:]


FILES = {
    "PNG": lambda: png(graph=PRIVATE_GRAPH),
    "WebP": lambda: with_private_exif("WEBP"),
    "JPEG": lambda: with_private_exif("JPEG"),
}


@pytest.mark.parametrize("kind", FILES)
async def test_a_path_in_a_file_that_is_passed_on_goes_and_the_rest_stays(kind: str) -> None:
    content = FILES[kind]()
    made = await clean(content)
    assert len(made) == len(content)
    assert b"jane" not in made
    assert b"gpu-7" not in made
    found = read_workflow(made)
    assert found.prompt is not None
    assert found.prompt["9"].inputs == {"image": "fox.png", "url": "…"}
    assert found.prompt["6"].inputs["text"] == "a fox; 1=1 #2 \\ 狐狸\n4/8/16"
    assert found.workflow == UI_GRAPH
    with Image.open(io.BytesIO(made)) as opened:
        opened.load()  # checksums are right


@pytest.mark.parametrize("kind", FILES)
async def test_only_what_the_operator_allows_stays_in_it(kind: str) -> None:
    content = FILES[kind]()
    recipe = read_workflow(await clean(content, Keep.RECIPE))
    assert (recipe.prompt is not None, recipe.workflow) == (True, None)
    nothing = await clean(content, Keep.NONE)
    assert b"KSampler" not in nothing
    with pytest.raises(NothingFound):
        read_workflow(nothing)
    assert recipe_of(content, Keep.NONE) == {}


async def test_a_text_that_is_packed_goes_whole() -> None:
    content = with_packed_text()
    made = await clean(content)
    assert read_workflow(made).prompt is None
    assert read_workflow(made).workflow == UI_GRAPH
    with Image.open(io.BytesIO(made)) as opened:
        opened.load()


async def test_what_cannot_be_taken_out_is_told() -> None:
    with pytest.raises(KeepsRecipe):
        await clean(with_unreadable_tag(), Keep.NONE)


@needs_ffmpeg
@pytest.mark.parametrize("suffix", [".mp4", ".webm", ".flac", ".mp3", ".opus"])
async def test_videos_and_sounds_can_be_read_without_their_recipe(suffix: str, tmp_path: Path) -> None:
    content = video(suffix) if suffix in {".mp4", ".webm"} else sound(suffix)
    assert read_workflow(content).prompt is not None
    made = await clean(content, Keep.NONE)
    assert (len(made), b"KSampler" in made) == (len(content), False)
    path, program = tmp_path / f"made{suffix}", shutil.which("ffmpeg")
    path.write_bytes(made)
    assert program is not None
    ran = subprocess.run(  # noqa: ASYNC221  # a moment, in a test
        [program, "-v", "error", "-xerror", "-i", str(path), "-f", "null", "-"],
        capture_output=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, b"")


async def test_a_large_file_is_cleaned_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    content = png(graph=PRIVATE_GRAPH)
    path.write_bytes(content)
    made = await clean(path)
    assert b"jane" not in made
    assert whole(path) == content  # what was fetched is not touched


def test_both_graphs_in_one_comment_are_found() -> None:
    """As VideoHelperSuite writes them; here in a JPEG."""
    comment = json.dumps({"prompt": json.dumps(PRIVATE_GRAPH), "workflow": UI_GRAPH}).encode()
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG", comment=comment)
    recipe = recipe_of(out.getvalue(), Keep.FULL)
    assert json.loads(recipe["prompt"])["9"]["inputs"]["image"] == "fox.png"
    assert json.loads(recipe["workflow"]) == UI_GRAPH
    assert recipe_of(out.getvalue(), Keep.RECIPE).keys() == {"prompt"}
