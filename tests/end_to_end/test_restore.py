"""Yesterday's copy is put back: what was open in it goes on, and what people have seen since is not shown twice."""

import subprocess
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
import pytest

from bot.backup import backup, restore
from bot.sandbox.comfyui import Story
from bot.sandbox.discord import Invocation
from bot.settings import Settings
from tests.end_to_end.rig import Rig
from tests.postgres import PostgresServer, programs, why_not

IN_COMFYUI = 2
"""One runs and one waits there; the copy knows of both."""


class Ledger(Protocol):
    def copy(self) -> None: ...

    def lose(self) -> None:
        """As by a disk that died."""
        ...

    def put_back(self) -> None: ...


class InAFile:
    def __init__(self, rig: Rig) -> None:
        self._settings = Settings.model_validate({"database": rig.database})
        self._ledger, self._copy = rig.database, rig.folder / "copy"

    def copy(self) -> None:
        backup(self._settings, self._copy)

    def lose(self) -> None:
        self._ledger.write_bytes(b"no ledger")

    def put_back(self) -> None:
        restore(self._settings, self._copy)


class OnAServer:
    """As the guide says it is done: by PostgreSQL's own programs, into a new database."""

    def __init__(self, rig: Rig, server: PostgresServer, url: str) -> None:
        self._rig, self._server, self._url = rig, server, url
        self._copy = rig.folder / "copy.dump"
        rig.settings["DATABASE"] = url

    def copy(self) -> None:
        _run("pg_dump", "--format=custom", f"--file={self._copy}", self._url)

    def lose(self) -> None:
        self._server.administer(f"DROP DATABASE {self._url.rpartition('/')[2]} WITH (FORCE)")

    def put_back(self) -> None:
        self._rig.settings["DATABASE"] = url = self._server.new_database()
        _run("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={url}", str(self._copy))
        with psycopg.connect(url) as connection:  # yesterday's leases are over, and its bot is gone
            connection.execute("UPDATE jobs SET lease_until = 0 WHERE lease_until IS NOT NULL")
            connection.execute("UPDATE bots SET alive_until = 0")
            connection.execute("UPDATE turns SET until = 0")


def _run(program: str, *arguments: str) -> None:
    subprocess.run([(programs() or Path()) / program, *arguments], check=True, timeout=30)


@pytest.fixture(
    params=[
        "in a file",
        pytest.param("on a server", marks=pytest.mark.skipif(why_not() is not None, reason=str(why_not()))),
    ]
)
def ledger(request: pytest.FixtureRequest, rig: Rig) -> Ledger:
    if request.param == "in a file":
        return InAFile(rig)
    return OnAServer(rig, request.getfixturevalue("postgres"), request.getfixturevalue("postgres_url"))


@contextmanager
def held(rig: Rig, count: int) -> Generator[None]:
    """The next jobs do not end before the block does."""
    stories = [Story(hold=True) for _ in range(count)]
    for story in stories:
        rig.comfy.next_job(story)
    yield
    for story in stories:
        story.release()


async def _all_ended(rig: Rig, asked: Sequence[Invocation]) -> None:
    await rig.until(lambda: all(rig.ended(each) for each in asked))


async def test_jobs_that_were_open_in_the_copy_and_have_ended_since_are_posted_once(
    rig: Rig, ledger: Ledger
) -> None:
    async with rig.bot():
        await rig.ready()
        with held(rig, 3):
            asked = [await rig.ask(f"/blank color:{color}") for color in range(3)]
            await rig.until(lambda: len(rig.comfy.submitted) == IN_COMFYUI)
            ledger.copy()
        await _all_ended(rig, asked)
    seen = rig.results()
    ledger.put_back()
    async with rig.bot() as second:
        await rig.until(lambda: second.log.count("its end is shown") + second.log.count("posted") >= 3)
        await rig.until(lambda: "logged in" in second.log)
        later = await rig.ask("/blank color:9")
        await _all_ended(rig, [*asked, later])
    assert len(seen) == 3
    assert rig.results()[:3] == seen
    assert len(rig.results()) == 4


async def test_jobs_that_never_ended_go_on_from_the_copy(rig: Rig, ledger: Ledger) -> None:
    with held(rig, 1):
        async with rig.bot() as first:
            await rig.ready()
            asked = [await rig.ask(f"/blank color:{color}") for color in range(3)]
            await rig.until(lambda: len(rig.comfy.submitted) == IN_COMFYUI)
            ledger.copy()
            first.kill()
            assert await first.ended() < 0
        ledger.lose()
        ledger.put_back()
    async with rig.bot():
        await _all_ended(rig, asked)
    assert len(rig.results()) == 3
    assert len(rig.prompts) == 3
