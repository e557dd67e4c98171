"""What is posted of what a job made, and what is only told of."""

import asyncio
import errno
from collections import Counter
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.delivery.contents import Scratch
from bot.delivery.ffmpeg import NOT_USED
from bot.delivery.file_kinds import is_cut_short
from bot.delivery.fitter import Fitter
from bot.delivery.made import Made
from bot.delivery.marks import Part
from bot.delivery.originals import FETCHES_AT_ONCE, DiskFull, Originals, Showing
from bot.delivery.outputs import OutputFetcher
from bot.delivery.recipes import Keep
from bot.delivery.upload_limits import UploadLimit
from bot.generation import FileTooBig
from bot.jobs.job import DeliveryState, Done, Failed, Job, Output
from bot.sandbox.discord import Fault, Message
from bot.settings import FILE_KINDS
from bot.texts import Text, text
from tests.delivery.generation import noise, picture
from tests.delivery.media import with_unreadable_tag
from tests.delivery.rig import Rig
from tests.delivery.sample import job as a_job

MEBIBYTE = 1024 * 1024


def names(message: Message) -> list[str]:
    return [each.filename for each in message.attachments]


async def made(rig: Rig, files: dict[str, bytes]) -> Message:
    """The result of a job that made these files."""
    await rig.paint()
    job = await rig.claimed()
    rig.generation.files |= files
    outputs = tuple(Output("9", name, "", "output") for name in files)
    await rig.worker.end(job, Done(outputs))
    await rig.delivered(job)
    return rig.results()[-1]


async def test_files_to_be_kept_keep_their_names(rig: Rig) -> None:
    async with rig.bot():
        result = await made(rig, {"ComfyUI_00001_.latent": b"latent", "mesh.glb": b"glb"})
    assert names(result) == ["1-ComfyUI_00001_.latent", "2-mesh.glb"]


async def test_what_a_browser_would_run_is_told_by_name_and_size(rig: Rig) -> None:
    async with rig.bot():
        result = await made(
            rig, {"a.png": picture(), "page.html": b"<script>", "drawing.svg": b"<svg/>", "a.exe": b"MZ"}
        )
    assert len(result.attachments) == 1
    assert "“page.html” (0.1 MB) is left out" in result.text
    assert "“drawing.svg”" in result.text
    assert "“a.exe”" in result.text


async def test_an_operator_may_allow_every_kind(rig: Rig) -> None:
    rig.showing = Showing(30, frozenset({"*"}))
    async with rig.bot():
        result = await made(rig, {"page.html": b"<p>"})
    assert names(result) == ["1-page.html"]


async def test_more_files_than_the_operator_posts_are_told(rig: Rig) -> None:
    rig.showing = Showing(2, FILE_KINDS)
    async with rig.bot():
        result = await made(rig, {f"{name}.png": picture() for name in "abcd"})
    assert len(result.attachments) == 2
    assert "2 more files are left out: this bot posts 2 at most." in result.text
    assert rig.generation.fetched == ["a.png", "b.png"]


async def test_a_long_text_comes_as_a_file_beside_its_beginning(rig: Rig) -> None:
    words = "a fox, " * 200
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.worker.finish(job, picture(), texts=(words, "short"))
        await rig.delivered(job)
    (result,) = rig.results()
    (file,) = [each for each in result.attachments if each.filename.endswith(".txt")]
    assert file.content == f"{words}\n\nshort".encode()
    assert "a fox, a fox" in result.text
    assert "short" in result.text


async def test_what_a_failed_job_had_made_is_posted_with_the_error(rig: Rig) -> None:
    rig.generation.files["part.png"] = picture()
    reason = text("failed-out-of-memory", node="VAE Decode")
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        await rig.worker.end(job, Failed(reason, (Output("9", "part.png", "", "output"),), ("words",)))
        await rig.delivered(job)
    (result,) = rig.results()
    assert [each.content for each in result.attachments] == [picture()]
    assert "The GPU ran out of memory in “VAE Decode”" in result.text
    assert "words" in result.text
    status = invocation.versions[-1].text
    assert "Failed" in status
    assert "The GPU ran out of memory" in status
    assert str(result.id) in status


async def test_a_failed_job_whose_files_are_gone_is_a_failure_like_any_other(rig: Rig) -> None:
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        gone = (Output("9", "gone.png", "", "output"),)
        await rig.worker.end(job, Failed(text("failed-interrupted"), gone))
        await rig.delivered(job)
    assert "Somebody stopped this job" in invocation.versions[-1].text
    assert rig.results() == []


@pytest.mark.parametrize("content", [b"", picture()[:-20]], ids=["empty", "cut short"])
async def test_a_file_that_is_not_whole_is_waited_for_and_then_told(rig: Rig, content: bytes) -> None:
    rig.generation.files |= {"late.png": content, "there.png": picture()}
    outputs = Done((Output("9", "late.png", "", "output"), Output("9", "there.png", "", "output")))
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.worker.end(job, outputs)
        while not rig.results():
            await asyncio.sleep(0.03)
            rig.discord.clock.move(5)
        await rig.delivered(job)
    assert rig.generation.fetched.count("late.png") == 3
    assert ("“late.png” is left out: the file is empty" in rig.results()[0].text) == (not content)
    assert ("“late.png” may be broken" in rig.results()[0].text) == bool(content)


async def test_a_file_that_becomes_whole_is_posted(rig: Rig) -> None:
    rig.generation.files["late.png"] = b""
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.worker.end(job, Done((Output("9", "late.png", "", "output"),)))
        await rig.discord.until(lambda: rig.generation.fetched)
        rig.generation.files["late.png"] = picture()
        while not rig.results():
            await asyncio.sleep(0.03)
            rig.discord.clock.move(5)
    assert [each.content for each in rig.results()[0].attachments] == [picture()]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_that_ends_too_early_is_known_by_its_end(kind: str) -> None:
    whole = noise(40, 40, kind) if kind != "GIF" else picture(kind=kind)
    suffix = f".{kind.lower()}".replace("jpeg", "jpg")
    assert [is_cut_short(each, suffix) for each in (whole, whole[: len(whole) // 2], b"")] == [
        False,
        True,
        True,
    ]


def test_of_other_files_only_empty_ones_are_known_not_to_be_whole() -> None:
    assert [is_cut_short(each, ".mp4") for each in (b"x", b"")] == [False, True]


async def test_a_status_never_says_done_when_nothing_came(rig: Rig) -> None:
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        rig.discord.add_fault(Fault("POST", "/channels/.*/messages", delay_seconds=0.01))
        limit = job.reply.attachment_limit_bytes
        await rig.worker.finish(job, bytes(limit + 1), suffix=".flac")
        done = await rig.delivered(job)
    assert done.delivery is DeliveryState.POSTED
    status = invocation.versions[-1].text
    assert "no file of it could be shown here" in status
    assert "Done" not in status


async def test_few_files_are_fetched_at_the_same_time(rig: Rig) -> None:
    rig.generation.fetch_seconds = 0.05
    async with rig.bot():
        jobs: list[Job] = []
        for number in range(8):
            await rig.paint(f"/txt2img prompt:fox {number}")
            jobs.append(await rig.claimed())
        for job in jobs:
            await rig.worker.finish(job, picture())
        for job in jobs:
            await rig.delivered(job)
    assert rig.generation.most_at_once <= FETCHES_AT_ONCE


class TooBig:
    """A server whose files are larger than whatever is asked for."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.most_at_once: dict[int, int] = {}
        """By how many bytes would have been taken."""
        self._now: Counter[int] = Counter()

    async def fetch(self, job: Job, output: Output, *, max_bytes: int) -> AsyncGenerator[bytes]:
        self.asked.append(max_bytes)
        self._now[max_bytes] += 1
        self.most_at_once[max_bytes] = max(self._now[max_bytes], self.most_at_once.get(max_bytes, 0))
        await asyncio.sleep(0.01)
        self._now[max_bytes] -= 1
        yield b""
        raise FileTooBig(900 * MEBIBYTE)


@pytest.mark.parametrize(
    ("name", "limit_bytes", "asked", "why"),
    [
        ("fox.flac", 10 * MEBIBYTE, 10 * MEBIBYTE, text("file-needs-ffmpeg")),
        ("fox.png", 10 * MEBIBYTE, 256 * MEBIBYTE, text("file-over-all-limits")),
        ("fox.latent", 10 * MEBIBYTE, 256 * MEBIBYTE, text("file-over-all-limits")),
        ("fox.png", 500 * MEBIBYTE, 500 * MEBIBYTE, text("file-over-all-limits")),
    ],
)
async def test_no_more_is_fetched_than_could_be_shown_or_made_to_fit(
    name: str, limit_bytes: int, asked: int, why: Text
) -> None:
    files = TooBig()
    made = Made((Output("9", name, "", "output"),), ("words",))
    with Fitter() as fitter:
        fetcher = OutputFetcher(Originals(files, fitter, Showing(30, FILE_KINDS)))
        limit = UploadLimit(limit_bytes, limit_bytes)
        async with Scratch() as scratch:
            (message,) = [each async for each in fetcher.messages(a_job(), made, limit, scratch)]
    assert files.asked == [asked]
    limit_words = f"{limit_bytes // MEBIBYTE} MB"
    assert message.notes == (text("file-cannot-fit", name=name, size="900 MB", limit=limit_words, why=why),)


async def test_few_files_are_fetched_at_once_for_all_jobs_together() -> None:
    files = TooBig()
    made = Made((Output("9", "fox.png", "", "output"),), ("words",))
    limit = UploadLimit(10 * MEBIBYTE, 10 * MEBIBYTE)
    with Fitter() as fitter:
        fetcher = OutputFetcher(Originals(files, fitter, Showing(30, FILE_KINDS)))

        async def show() -> None:
            async with Scratch() as scratch:
                async for _ in fetcher.messages(a_job(), made, limit, scratch):
                    pass

        await asyncio.gather(*(show() for _ in range(8)))
    assert files.most_at_once == {256 * MEBIBYTE: FETCHES_AT_ONCE}


async def test_what_is_left_out_is_not_told_again_where_all_is_posted() -> None:
    made = Made(tuple(Output("9", name, "", "output") for name in ("a.png", "b.png", "c.png")))
    limit = UploadLimit(10 * MEBIBYTE, 10 * MEBIBYTE)
    with Fitter() as fitter:
        fetcher = OutputFetcher(Originals(TooBig(), fitter, Showing(2, FILE_KINDS)))
        known = [Part(1, 1), Part(2, 2)]
        async with Scratch() as scratch:
            messages = fetcher.messages(a_job(), made, limit, scratch, known=known)
            assert [each async for each in messages] == []


class FullDisk(Scratch):
    """A folder on a disk that takes no more."""

    def new_path(self, suffix: str = "") -> Path:
        raise OSError(errno.ENOSPC, "No space left on device", suffix)


class Plenty:
    """A server with one file of nine megabytes."""

    async def fetch(self, job: Job, output: Output, *, max_bytes: int) -> AsyncGenerator[bytes]:
        for _ in range(9):
            yield bytes(MEBIBYTE)


async def test_a_full_disk_is_waited_for() -> None:
    made = Made((Output("9", "fox.latent", "", "output"),))
    limit = UploadLimit(20 * MEBIBYTE, 20 * MEBIBYTE)
    with Fitter() as fitter:
        fetcher = OutputFetcher(Originals(Plenty(), fitter, Showing(30, FILE_KINDS)))
        with pytest.raises(DiskFull):
            async for _ in fetcher.messages(a_job(), made, limit, FullDisk()):
                pass


async def test_a_damaged_picture_is_not_an_empty_frame_in_the_gallery(rig: Rig) -> None:
    rig.generation.files |= {"late.png": bytes(300), "there.png": picture()}
    outputs = Done((Output("9", "late.png", "", "output"), Output("9", "there.png", "", "output")))
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.worker.end(job, outputs)
        await rig.delivered(job, moving_seconds=5)
    assert rig.generation.fetched.count("late.png") == 3  # it might have become whole
    (result,) = rig.results()
    assert len(result.attachments) == 1
    assert "“late.png” (0.1 MB) is left out: its content is not what its name says" in result.text


async def test_what_the_bytes_are_is_shown_under_that_name(rig: Rig) -> None:
    async with rig.bot():
        result = await made(rig, {"picture.mp4": picture(), "page.png": b"<!doctype html><script>"})
    assert [name.rpartition(".")[2] for name in names(result)] == ["png"]
    assert "“page.png” (0.1 MB) is left out: this bot does not post files of this kind." in result.text


async def test_what_holds_private_data_that_cannot_be_taken_out_is_told(rig: Rig) -> None:
    rig.showing = replace(rig.showing, keep=Keep.NONE, ffmpeg=NOT_USED)
    async with rig.bot():
        result = await made(rig, {"a.png": picture(), "sound.mp3": with_unreadable_tag()})
    assert len(result.attachments) == 1
    assert "“sound.mp3” (0.1 MB) is left out: it holds private data of the server" in result.text
