"""What systemd is told of the bot, where it started it: ready, alive, stopping. A datagram each; see sd_notify(3)."""

import asyncio
import logging
import os
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Final, NoReturn, Protocol, Self

log = logging.getLogger(__name__)

STATUS_SECONDS: Final = 10.0
"""How often ``systemctl status`` is brought up to date."""


class Condition(Protocol):
    @property
    def sentence(self) -> str: ...


class Health(Protocol):
    async def database_answers(self) -> bool: ...

    async def look(self) -> Condition: ...


class ServiceManager:
    """The socket that systemd named."""

    def __init__(self, address: str, watchdog_seconds: float | None = None) -> None:
        # a name that begins with @ is not in the file system
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self._watchdog_seconds = watchdog_seconds

    @classmethod
    def around(cls, environment: Mapping[str, str] = os.environ) -> Self | None:
        """None: systemd did not start this process, or does not want to be told."""
        address = environment.get("NOTIFY_SOCKET")
        if not address or sys.platform == "win32":
            return None
        microseconds, pid = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", "")
        asked = microseconds.isdigit() and int(microseconds) > 0 and pid in {"", str(os.getpid())}
        return cls(address, int(microseconds) / 1_000_000 if asked else None)

    async def keep_told(self, health: Health) -> NoReturn:
        """Tell it until cancelled, from when the bot has opened all that it needs.

        That Discord or a ComfyUI is away makes a bot no less started: it waits for them better than a new one would.
        """
        self._tell("READY=1")
        every = min(STATUS_SECONDS, (self._watchdog_seconds or STATUS_SECONDS) / 2)
        told = ""
        try:
            while True:
                if self._watchdog_seconds is not None and await health.database_answers():
                    self._tell("WATCHDOG=1")
                if (words := (await health.look()).sentence) != told:
                    told = words
                    self._tell(f"STATUS={words}")
                await asyncio.sleep(every)
        except asyncio.CancelledError:
            self._tell("STOPPING=1", "STATUS=stopping")
            raise

    def _tell(self, *assignments: str) -> None:
        """It never waits, and what cannot be said is not said."""
        if sys.platform == "win32":
            return  # there is no systemd to talk to
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender, suppress(OSError):
            sender.setblocking(False)
            sender.sendto("\n".join(assignments).encode(), self._address)
