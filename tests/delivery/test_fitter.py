"""Files of every kind and the ladder down which each goes until it fits, with what made it."""

import asyncio
import io
import json
import random
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from bot.comfy import JsonValue
from bot.delivery.contents import IN_MEMORY_BYTES, Content, Scratch, size_of, whole
from bot.delivery.ffmpeg import NOT_USED, Ffmpeg, Media, Source
from bot.delivery.fitted import CannotFit, Fitted, Room
from bot.delivery.fitter import Fitter
from bot.delivery.recipes import Keep, recipe_of
from bot.delivery.video_fitting import Plan, plan
from bot.texts import Text, text
from bot.workflows.sources import read_workflow
from tests.delivery.generation import noise, picture
from tests.delivery.media import (
    GRAPH,
    UI_GRAPH,
    animation,
    large_gif,
    needs_ffmpeg,
    png,
    program,
    sound,
    video,
)
from tests.generation.rig import eventually


async def fitted(
    content: Content,
    suffix: str,
    limit_bytes: int,
    *,
    ffmpeg: str = "ffmpeg",
    keep: Keep = Keep.FULL,
    encode_seconds: float = 60.0,
) -> tuple[Fitted, bytes]:
    """What became of a file, and its bytes."""
    with Fitter(keep, Ffmpeg.named(ffmpeg), encode_seconds=encode_seconds) as fitter:
        async with Scratch() as scratch:
            found = await fitter.fit(content, suffix, f"1-name{suffix}", Room(limit_bytes, scratch))
            return found, whole(found.content)


async def refused(content: Content, suffix: str, limit_bytes: int, **more: object) -> Text:
    with pytest.raises(CannotFit) as error:
        await fitted(content, suffix, limit_bytes, **more)  # pyright: ignore[reportArgumentType]
    return error.value.message


def recipe_in(content: bytes) -> tuple[object, object]:
    """What our own reader finds: seed and text of the graph that ran, and the UI graph."""
    found = read_workflow(content)
    assert found.prompt is not None
    return (found.prompt["3"].inputs["seed"], found.prompt["6"].inputs["text"]), found.workflow


KEPT = {Keep.FULL: {"prompt", "workflow"}, Keep.RECIPE: {"prompt"}, Keep.NONE: set[str]()}
WHOLE_RECIPE = ((42, "a fox; 1=1 #2 \\ 狐狸\n4/8/16"), UI_GRAPH)


async def test_a_file_that_fits_is_passed_on_byte_by_byte_with_its_size() -> None:
    content = picture(640, 480)
    found, made = await fitted(content, ".png", len(content))
    assert (made, found.suffix, found.size, found.change) == (content, ".png", (640, 480), None)


async def test_a_small_file_that_is_no_picture_is_passed_on() -> None:
    found, made = await fitted(b"sound", ".flac", 5)
    assert (made, found.suffix, found.size) == (b"sound", ".flac", None)


@pytest.mark.parametrize(
    ("share", "kind"), [(0.9, ".jpg"), (0.1, ".jpg"), (0.02, ".jpg")], ids=["a little", "much", "smaller"]
)
async def test_a_picture_keeps_what_made_it_at_each_step(share: float, kind: str) -> None:
    content = png(900, 700, noise=True)
    found, made = await fitted(content, ".png", int(len(content) * share))
    assert (found.suffix, len(made) <= len(content) * share) == (kind, True)
    assert recipe_in(made) == WHOLE_RECIPE


async def test_a_picture_that_becomes_lossless_webp_keeps_it() -> None:
    content = png(1200, 900)
    found, made = await fitted(content, ".png", len(content) - 100)
    assert (found.suffix, Image.open(io.BytesIO(made)).format) == (".webp", "WEBP")
    assert recipe_in(made) == WHOLE_RECIPE


async def test_a_recipe_that_no_jpeg_holds_makes_it_a_webp() -> None:
    long = {**UI_GRAPH, "extra": {"note": "x" * 70_000}}
    content = png(900, 700, noise=True, ui_graph=long)
    found, made = await fitted(content, ".png", len(content) // 3)
    assert found.suffix == ".webp"
    assert recipe_in(made) == (WHOLE_RECIPE[0], long)


@pytest.mark.parametrize(
    ("keep", "kept"), [(Keep.RECIPE, (True, False)), (Keep.NONE, (False, False))], ids=["recipe", "none"]
)
async def test_an_operator_decides_what_of_it_travels(keep: Keep, kept: tuple[bool, bool]) -> None:
    content = png(900, 700, noise=True)
    _, made = await fitted(content, ".png", len(content) // 3, keep=keep)
    assert (b"KSampler" in made, b"widgets_values" in made) == kept


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
async def test_an_animation_stays_one_and_is_made_smaller(kind: str) -> None:
    content = animation(kind)
    limit = len(content) // 3
    found, made = await fitted(content, f".{kind.lower()}", limit, ffmpeg=NOT_USED)
    shown = Image.open(io.BytesIO(made))
    assert (found.suffix, found.size, len(made) <= limit) == (".webp", shown.size, True)
    assert getattr(shown, "n_frames", 1) > 1
    assert sum(_durations(shown)) == pytest.approx(6 * 120, abs=10)  # fewer frames, each shown for longer
    if kind == "WEBP":
        assert recipe_in(made) == WHOLE_RECIPE


def _durations(shown: Image.Image) -> list[int]:
    durations: list[int] = []
    for number in range(getattr(shown, "n_frames", 1)):
        shown.seek(number)
        shown.load()
        durations.append(int(shown.info["duration"]))
    return durations


@needs_ffmpeg
async def test_an_animation_too_large_to_be_decoded_becomes_a_video() -> None:
    content, limit = large_gif(), 150_000
    found, made = await fitted(content, ".gif", limit)
    assert (found.suffix, len(made) <= limit) == (".mp4", True)
    assert await refused(content, ".gif", limit, ffmpeg=NOT_USED) == text("file-too-many-pixels")


@needs_ffmpeg
@pytest.mark.parametrize("suffix", [".mp4", ".webm"])
async def test_a_video_fits_in_two_passes_keeps_its_sound_and_what_made_it(
    suffix: str, tmp_path: Path
) -> None:
    content = video(suffix)
    limit = len(content) // 3
    found, made = await fitted(content, suffix, limit)
    assert (found.suffix, len(made) <= limit) == (".mp4", True)
    assert len(made) > limit // 2  # two passes come near to what there is room for
    assert recipe_in(made) == WHOLE_RECIPE
    path = tmp_path / "made.mp4"
    path.write_bytes(made)
    media = await _measured(path)
    assert (media.has_sound, media.size, round(media.seconds)) == (True, found.size, 3)


async def _measured(path: Path) -> Media:
    ffmpeg = Ffmpeg.named("ffmpeg")
    assert ffmpeg is not None
    return await ffmpeg.measure(Source(path, ".mp4"))


@needs_ffmpeg
@pytest.mark.parametrize("suffix", [".flac", ".wav", ".opus"])
async def test_a_sound_becomes_an_mp3_that_fits(suffix: str) -> None:
    content = sound(suffix)
    limit = int(len(content) * 0.8)
    found, made = await fitted(content, suffix, limit)
    assert (found.suffix, len(made) <= limit) == (".mp3", True)
    if suffix != ".wav":
        assert recipe_in(made) == WHOLE_RECIPE


@needs_ffmpeg
async def test_without_the_recipe_no_tag_of_a_video_stays() -> None:
    _, made = await fitted(video(), ".mp4", len(video()) // 3, keep=Keep.NONE)
    assert b"KSampler" not in made


@needs_ffmpeg
async def test_a_broken_video_is_refused_in_words() -> None:
    for content in (video()[:3000], b"\0\0\0\x18ftypmp42" + bytes(5000)):
        assert await refused(content, ".mp4", 1000) == text("file-unreadable")


async def test_without_ffmpeg_it_is_said_what_to_install() -> None:
    for suffix in (".mp4", ".webm", ".flac", ".mp3"):
        assert await refused(bytes(2000), suffix, 1000, ffmpeg=NOT_USED) == text("file-needs-ffmpeg")


@pytest.mark.parametrize("hanging", ["ffprobe", "ffmpeg"])
async def test_a_program_that_hangs_is_killed_and_told(hanging: str, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    said = '{"streams":[{"codec_type":"video","width":64,"height":64}],"format":{"duration":"2"}}'
    scripts = {"ffmpeg": "exit 0", "ffprobe": f"echo '{said}'"}
    scripts[hanging] = f"echo $$ >> {pids}\nsleep 1000 &\necho $! >> {pids}\nwait"
    for name, script in scripts.items():
        program(tmp_path, name, script)
    why = await refused(bytes(200_000), ".mp4", 190_000, ffmpeg=str(tmp_path / "ffmpeg"), encode_seconds=0.5)
    assert why == text("file-takes-too-long")
    await eventually(lambda: not running(pids))


async def test_a_delivery_that_is_cancelled_kills_the_program(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    program(tmp_path, "ffprobe", f"echo $$ >> {pids}\nsleep 1000 &\necho $! >> {pids}\nwait")
    program(tmp_path, "ffmpeg", "exit 0")
    work = asyncio.create_task(fitted(bytes(2000), ".mp4", 1900, ffmpeg=str(tmp_path / "ffmpeg")))
    await eventually(lambda: running(pids))
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    await eventually(lambda: not running(pids))


def running(pids: Path) -> list[str]:
    """Which of the processes run that have written down their ids."""
    noted = pids.read_text(encoding="utf-8").split() if pids.exists() else []
    return [pid for pid in noted if _runs(pid)]


def _runs(pid: str) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


async def test_a_program_gets_no_secret_of_the_bots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "canary")
    seen = tmp_path / "seen"
    program(tmp_path, "ffprobe", f"env > {seen}; printf '%s\\n' \"$@\" >> {seen}")
    program(tmp_path, "ffmpeg", "exit 0")
    await refused(bytes(2000), ".mp4", 1000, ffmpeg=str(tmp_path / "ffmpeg"))
    told = seen.read_text()
    assert "canary" not in told
    assert "-protocol_whitelist\nfile\n-f\nmov\n-i\n" in told


def test_a_video_too_long_for_its_room_is_refused() -> None:
    with pytest.raises(CannotFit) as error:
        plan(Media(7200.0, (1920, 1080), 25.0, has_sound=True), (1920, 1080), 10_000_000)
    assert error.value.message == text("file-too-long", seconds=7200)


def test_a_video_with_little_room_becomes_smaller_and_keeps_its_shape() -> None:
    wide = plan(Media(60.0, (1920, 1080), 25.0, has_sound=True), (1920, 1080), 10_000_000)
    assert wide.sound_kbps == 128
    assert wide.size[0] / wide.size[1] == pytest.approx(16 / 9, rel=0.01)
    assert wide.size < (1920, 1080)
    assert plan(Media(5.0, (640, 480), 25.0, has_sound=False), (640, 480), 10_000_000) == Plan(
        (640, 480), 15200, 0
    )


@pytest.mark.parametrize("suffix", [".txt", ".obj", ".latent", ".glb"])
async def test_other_files_are_zipped_where_that_helps(suffix: str) -> None:
    content = b"v 0.25 0.5 0.75\n" * 20_000
    found, made = await fitted(content, suffix, 50_000)
    assert (found.suffix, len(made) <= 50_000) == (".zip", True)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.namelist() == [f"1-name{suffix}"]
        assert archive.read(f"1-name{suffix}") == content


async def test_what_does_not_become_small_enough_is_refused(tmp_path: Path) -> None:
    content = random.Random(1).randbytes(200_000)
    assert await refused(content, ".latent", 100_000) == text("file-zip-too-large")
    assert await refused(b"\x89PNG" + content, ".png", 100_000) == text("file-unreadable")
    assert await refused(noise(700, 500), ".png", 50) == text("file-still-too-large")


def is_gone(folder: Path) -> bool:
    return not folder.exists()


async def test_what_is_large_lies_on_disk_and_is_gone_in_the_end() -> None:
    content = noise(2600, 2000)
    with Fitter() as fitter:
        async with Scratch() as scratch:
            found = await fitter.fit(content, ".png", "1.png", Room(len(content) - 1000, scratch))
            assert isinstance(found.content, Path)
            assert IN_MEMORY_BYTES < size_of(found.content) < len(content)
            path = found.content
        assert is_gone(path.parent)


async def test_the_loop_goes_on_while_files_are_made_to_fit() -> None:
    turns = 0

    async def turning() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(turning())
    await fitted(noise(900, 900), ".png", 100_000)
    task.cancel()
    assert turns > 50


@needs_ffmpeg
async def test_a_delivery_has_so_much_time_for_all_its_videos() -> None:
    with Fitter(Keep.FULL, Ffmpeg.named("ffmpeg")) as fitter:
        async with Scratch() as scratch:
            room = Room(len(video()) // 3, scratch, asyncio.get_running_loop().time())
            with pytest.raises(CannotFit) as error:
                await fitter.fit(video(), ".mp4", "1.mp4", room)
    assert error.value.message == text("file-takes-too-long")


@needs_ffmpeg
@pytest.mark.parametrize("keep", Keep)
async def test_where_a_text_cannot_be_overwritten_the_tags_are_written_anew(keep: Keep) -> None:
    """Of an Ogg whose texts are longer than its pages."""
    private: dict[str, JsonValue] = {
        **GRAPH,
        "9": {"class_type": "Note", "inputs": {"text": "/home/jane/x.png"}},
    }
    content = sound(
        ".opus", graph=json.dumps({**private, "8": {"class_type": "N", "inputs": {"long": "a " * 50_000}}})
    )
    for ffmpeg, keeps in (("ffmpeg", False), (NOT_USED, True)):
        with Fitter(keep, Ffmpeg.named(ffmpeg)) as fitter:
            async with Scratch() as scratch:
                examined = await fitter.examine(content, "sound.opus", scratch)
                assert examined.keeps_recipe is keeps
                if not keeps:
                    made = whole(examined.content)
                    assert b"jane" not in made
                    assert recipe_of(made, Keep.FULL).keys() == KEPT[keep]
