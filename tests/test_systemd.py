"""What systemd hears of the bot, over a socket as it opens one."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.systemd import ServiceManager
from tests.generation.rig import eventually

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="systemd is Linux'")


@dataclass
class Health:
    sentence: str = "ready"
    answers: bool = True

    async def database_answers(self) -> bool:
        return self.answers

    async def look(self) -> "Health":
        return self


class Heard:
    """The other end, and what came."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(f"\0{address[1:]}" if address.startswith("@") else address)
        self._socket.setblocking(False)
        self._lines: list[str] = []

    @property
    def lines(self) -> list[str]:
        while True:
            try:
                self._lines += self._socket.recv(4096).decode().splitlines()
            except BlockingIOError:
                return self._lines

    def close(self) -> None:
        self._socket.close()


@asynccontextmanager
async def telling(address: str, health: Health, **environment: str) -> AsyncGenerator[Heard]:
    heard = Heard(address)
    manager = ServiceManager.around({"NOTIFY_SOCKET": address, **environment})
    assert manager is not None
    task = asyncio.create_task(manager.keep_told(health))
    try:
        yield heard
    finally:
        task.cancel()
        await asyncio.wait([task])
        heard.close()


async def test_it_hears_of_the_start_how_things_are_and_the_end(tmp_path: Path) -> None:
    async with telling(str(tmp_path / "notify"), Health("discord is not connected")) as heard:
        await eventually(lambda: len(heard.lines) >= 2)
        assert heard.lines == ["READY=1", "STATUS=discord is not connected"]
        lines = heard.lines
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await eventually(lambda: len(heard.lines) >= 4)
        assert lines[2:] == ["STOPPING=1", "STATUS=stopping"]


@pytest.mark.skipif(sys.platform != "linux", reason="names outside of the file system are Linux'")
async def test_the_watchdog_is_fed_as_long_as_the_database_answers() -> None:
    health, address = Health(), f"@comfycord-test-{os.getpid()}"
    async with telling(address, health, WATCHDOG_USEC="20000", WATCHDOG_PID=str(os.getpid())) as heard:
        await eventually(lambda: heard.lines.count("WATCHDOG=1") > 2)
        health.answers, health.sentence = False, "database does not answer"
        await eventually(lambda: "STATUS=database does not answer" in heard.lines)
        fed = heard.lines.count("WATCHDOG=1")
        health.sentence = "still not"
        await eventually(lambda: "STATUS=still not" in heard.lines)
        assert (heard.lines.count("WATCHDOG=1"), heard.lines.count("READY=1")) == (fed, 1)


@pytest.mark.parametrize("environment", [{}, {"NOTIFY_SOCKET": ""}])
def test_without_systemd_there_is_nobody_to_tell(environment: dict[str, str]) -> None:
    assert ServiceManager.around(environment) is None


async def test_a_watchdog_of_another_process_is_not_fed(tmp_path: Path) -> None:
    async with telling(str(tmp_path / "notify"), Health(), WATCHDOG_USEC="1000", WATCHDOG_PID="1") as heard:
        await eventually(lambda: len(heard.lines) >= 2)
        await asyncio.sleep(0.01)
        assert heard.lines == ["READY=1", "STATUS=ready"]


async def test_nobody_at_the_other_end_harms_nothing(tmp_path: Path) -> None:
    manager = ServiceManager.around({"NOTIFY_SOCKET": str(tmp_path / "nobody")})
    assert manager is not None
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await manager.keep_told(Health())
