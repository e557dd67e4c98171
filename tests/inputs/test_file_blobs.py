"""Blobs in files keep the contract, and what a disk and a crash add to it."""

import asyncio
import sys
from pathlib import Path

import pytest

from bot.inputs.blobs import Blobs
from bot.inputs.errors import InputUnavailable
from bot.inputs.file_blobs import FileBlobs
from tests.inputs.contract import BlobsContract
from tests.inputs.contract.sample import ROOM_BYTES, hash_of, put
from tests.inputs.killed_put import CONTENT
from tests.jobs.sample import MovableClock
from tests.rights import open_folder, posix_only, without_rights

ROOT = Path(__file__).parents[2]


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "inputs"


@pytest.fixture
async def blobs(folder: Path, clock: MovableClock) -> Blobs:
    return await FileBlobs.open(folder, total_bytes=ROOM_BYTES, clock=clock)


class TestFileBlobs(BlobsContract):
    pass


def files_of(folder: Path) -> list[str]:
    return sorted(str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file())


async def test_blobs_lie_under_two_digits_of_their_hash(blobs: Blobs, folder: Path) -> None:
    blob = await put(blobs, b"fox")
    assert files_of(folder) == [f"{blob[:2]}/{blob}"]


async def test_nobody_else_may_read_them(blobs: Blobs, folder: Path) -> None:
    blob = await put(blobs, b"fox")
    modes = {
        each: (folder / each).stat().st_mode & 0o777
        for each in ("", "scratch", blob[:2], f"{blob[:2]}/{blob}")
    }
    assert modes == {"": 0o700, "scratch": 0o700, blob[:2]: 0o700, f"{blob[:2]}/{blob}": 0o600}


@posix_only
@pytest.mark.parametrize("there", [b"fox", b"fo"], ids=["whole", "damaged"])
async def test_what_cannot_be_replaced_is_taken_where_it_is_whole(there: bytes) -> None:
    """As on Windows, where somebody reads it just now; here because its folder is locked."""
    with open_folder() as outside:
        outside.chmod(0o777)
        with without_rights():
            blobs = await FileBlobs.open(outside / "inputs", total_bytes=ROOM_BYTES)
            blob = await put(blobs, b"fox")
            place = outside / "inputs" / blob[:2] / blob
            place.write_bytes(there)
            place.parent.chmod(0o500)
            if there == b"fox":
                assert await put(blobs, b"fox") == blob
            else:
                with pytest.raises(InputUnavailable):
                    await put(blobs, b"fox")
            assert files_of(outside / "inputs/scratch") == []
            place.parent.chmod(0o700)


async def test_the_next_process_finds_them_and_counts_them(blobs: Blobs, folder: Path) -> None:
    blob = await put(blobs, b"x" * ROOM_BYTES)
    reopened = await FileBlobs.open(folder, total_bytes=ROOM_BYTES)
    assert await reopened.all() == {blob}
    with pytest.raises(Exception, match="input-no-room"):
        await put(reopened, b"y")


async def test_the_next_process_protects_nothing_of_the_last(blobs: Blobs, folder: Path) -> None:
    await put(blobs, b"of a job that is prepared again")
    reopened = await FileBlobs.open(folder, total_bytes=ROOM_BYTES)
    assert await reopened.sweep(frozenset()) == 1
    assert files_of(folder) == []


async def test_what_was_lost_or_damaged_is_mended_by_putting_it_again(blobs: Blobs, folder: Path) -> None:
    blob = await put(blobs, b"whole")
    place = folder / blob[:2] / blob
    for damage in (place.unlink, lambda: place.write_bytes(b"who")):
        damage()
        assert await blobs.read(await put(blobs, b"whole")) == b"whole"


async def test_a_sweep_clears_what_a_cancelled_preparation_wrote_afterwards(
    blobs: Blobs, folder: Path
) -> None:
    late = folder / "scratch" / "late"
    late.mkdir()
    (late / "file").touch()
    await blobs.sweep(frozenset())
    assert not late.exists()


async def test_strange_files_are_left_alone(folder: Path) -> None:
    (folder / "ab").mkdir(parents=True)
    (folder / "ab" / "notes.txt").touch()
    blobs = await FileBlobs.open(folder, total_bytes=ROOM_BYTES)
    await blobs.sweep(frozenset())
    assert (await blobs.all(), files_of(folder)) == (frozenset(), ["ab/notes.txt"])


async def test_a_disk_that_takes_nothing_is_told(blobs: Blobs, folder: Path) -> None:
    blob = hash_of(b"fox")
    (folder / blob[:2]).touch()  # where a folder should come
    with pytest.raises(InputUnavailable, match="input-disk"):
        await put(blobs, b"fox")
    assert await blobs.all() == frozenset()


async def test_killed_at_any_step_of_a_put_it_leaves_a_whole_blob_or_none_and_nothing_for_ever(
    tmp_path: Path,
) -> None:
    left: set[frozenset[str]] = set()
    for folder in await _killed_at_every_step(tmp_path):
        blobs = await FileBlobs.open(folder, total_bytes=2 * len(CONTENT))
        assert all("scratch" not in file for file in files_of(folder))
        for blob in await blobs.all():
            assert await blobs.read(blob) == CONTENT
        left.add(await blobs.all())
        await blobs.sweep(frozenset())
        assert files_of(folder) == []
    assert left == {frozenset(), frozenset({hash_of(CONTENT)})}


async def _killed_at_every_step(folder: Path) -> list[Path]:
    """A folder for each step at which a process was killed, and for the one that was not."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.inputs.killed_put", str(folder)), cwd=ROOT
    )
    assert await process.wait() == 0
    return await asyncio.to_thread(lambda: list(folder.iterdir()))
