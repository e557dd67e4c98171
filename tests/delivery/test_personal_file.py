"""What a person is given of what is kept about them."""

import io
import json
import zipfile
from pathlib import Path

from bot.delivery.personal_file import PersonalFile, personal_file
from bot.jobs.personal_data import TABLES
from bot.jobs.sqlite import SqliteStore
from tests.jobs.contract.figures import run
from tests.jobs.contract.privacy import OF_ERASURES, PERSON, use_everything
from tests.jobs.sample import MovableClock

ROOM = 10_000_000


def packed_in(file: PersonalFile) -> bytes:
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        return archive.read("comfycord-about-you.json")


async def test_all_that_is_kept_of_a_person_is_in_it_readable_and_nothing_of_others(tmp_path: Path) -> None:
    clock = MovableClock()
    async with SqliteStore.open(tmp_path / "jobs.db", clock=clock) as store:
        await run(store, clock, user_id=77, workflow="of-another")
        await use_everything(store, clock, PERSON)
        file = await personal_file(store, PERSON, ROOM)
    told = json.loads(file.content)
    assert (file.name, file.left_out) == ("comfycord-about-you.json", 0)
    kinds = {name for name, table in TABLES.items() if table.told}
    assert {name for name in kinds if told[name]} == kinds - OF_ERASURES
    assert told["jobs"][0]["option_values"]["prompt"] == "a red fox, 雪"
    assert told["jobs"][0]["interaction_id"] == str(int(told["jobs"][0]["interaction_id"]))
    assert "of-another" not in file.content.decode()


async def test_what_is_too_large_is_packed_and_the_oldest_is_left_out_and_counted(tmp_path: Path) -> None:
    clock = MovableClock()
    async with SqliteStore.open(tmp_path / "jobs.db", clock=clock) as store:
        for _ in range(40):
            await run(store, clock, user_id=PERSON)
        whole = await personal_file(store, PERSON, ROOM)
        packed = await personal_file(store, PERSON, 20_000)
        part = await personal_file(store, PERSON, 2_000)
    assert len(whole.content) > 20_000
    assert (packed.name, packed.left_out, packed_in(packed)) == (
        "comfycord-about-you.zip",
        0,
        whole.content,
    )
    assert len(part.content) <= 2_000
    told, all_jobs = json.loads(packed_in(part)), json.loads(whole.content)["jobs"]
    assert 0 < part.left_out == told["rows_left_out"] == 40 - len(told["jobs"])
    assert told["jobs"] == all_jobs[: len(told["jobs"])]  # the newest come first


async def test_of_very_many_rows_the_newest_are_told(tmp_path: Path) -> None:
    clock = MovableClock()
    async with SqliteStore.open(tmp_path / "jobs.db", clock=clock) as store:
        for _ in range(7):
            await run(store, clock, user_id=PERSON)
        file = await personal_file(store, PERSON, ROOM, most_rows=4, page=2)
    assert (len(json.loads(file.content)["jobs"]), file.left_out) == (4, 3)
