"""A PostgreSQL server of the tests' own, from the programs of the Debian package; none of this machine's is touched."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from types import MappingProxyType

import psycopg

_DURABLE = ("shared_buffers=256MB", "max_connections=300")
LOOKS, LOOK_SECONDS = 100, 0.05
SUPERUSER = "postgres"
# Where there is a disk in memory, a copy of a database costs nothing.
IN_MEMORY = Path("/dev/shm")
# Nothing here has to outlive a power cut.
_QUICK = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "shared_buffers=64MB",
    "max_connections=200",
    "max_wal_size=64MB",
)


def programs() -> Path | None:
    """The folder of ``initdb`` and ``postgres``; None: they are not installed."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return folders[-1].parent if folders else None


def why_not() -> str | None:
    """Why there can be no server here; None: there can."""
    if programs() is None:
        return "PostgreSQL is not installed"
    if os.name != "posix":
        return "PostgreSQL is started as on POSIX"
    return None


@dataclass
class PostgresServer:
    folder: Path
    port: int
    settings: tuple[str, ...] = _QUICK
    _numbers: Iterator[int] = field(default_factory=count)
    _process: subprocess.Popen[bytes] | None = None

    def url(self, database: str, user: str = SUPERUSER) -> str:
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def new_database(self, template: str = "template0") -> str:
        """The address of a database that nobody else uses."""
        name = f"test_{next(self._numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            # the only way before PostgreSQL 15, and the quicker one in memory
            how = " STRATEGY file_copy" if connection.info.server_version >= 150000 else ""
            connection.execute(f'CREATE DATABASE {name} TEMPLATE "{template}"{how}'.encode())
        return self.url(name)

    def drop(self, url: str) -> None:
        """Give back what a database takes of the disk in memory: some megabytes each."""
        self.administer(f'DROP DATABASE IF EXISTS "{url.rpartition("/")[2]}" WITH (FORCE)')

    def administer(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def start(self) -> None:
        """Start it. Processes of one that was killed may be there for a moment: then it ends, and is started again."""
        for _ in range(LOOKS):
            self._begin()
            if self._is_ready():
                return
            time.sleep(LOOK_SECONDS)
        raise AssertionError((self.folder / "log").read_text())

    def _begin(self) -> None:
        options = [
            f"-c{each}" for each in (*self.settings, f"port={self.port}", "listen_addresses=127.0.0.1")
        ]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [_program("postgres"), "-D", self.folder / "data", "-k", self.folder, *options],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                user=_user(),
            )

    def kill(self) -> None:
        """As a crash: no shutdown, nothing written that was not."""
        self._stop(signal.SIGKILL)

    def freeze(self) -> None:
        """The server and what it is doing for each session stand still."""
        self._signal_all(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal_all(signal.SIGCONT)

    def _signal_all(self, which: signal.Signals) -> None:
        if self._process is not None:
            for pid in (self._process.pid, *_children(self._process.pid)):
                with suppress(ProcessLookupError):
                    os.kill(pid, which)

    def stop(self) -> None:
        """At once, and without its last checkpoint: what it keeps is thrown away, or recovered."""
        self._stop(signal.SIGQUIT)

    def _stop(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait()
            self._process = None

    def _is_ready(self) -> bool:
        """In a while. False: it ended."""
        while self._process is not None and self._process.poll() is None:
            with suppress(psycopg.OperationalError):
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
                return True
            time.sleep(LOOK_SECONDS)
        return False


@contextmanager
def postgres_server(
    *settings: str, durable: bool = False, access: str = "", files: Mapping[str, bytes] = MappingProxyType({})
) -> Generator[PostgresServer]:
    """A running server with nothing in it. A durable one waits for a disk at each commit, as everybody's own does.

    ``access``: lines of ``pg_hba.conf``, before that which lets everybody in. ``files`` lie beside its data.
    """
    in_memory = IN_MEMORY.is_dir() and not durable
    folder = Path(tempfile.mkdtemp(prefix="comfycord-postgres-", dir=IN_MEMORY if in_memory else None))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, SUPERUSER)
        subprocess.run(
            [
                _program("initdb"),
                "-A",
                "trust",
                "-U",
                SUPERUSER,
                "-E",
                "UTF8",
                "--no-sync",
                "-D",
                folder / "data",
            ],
            check=True,
            capture_output=True,
            cwd=folder,
            user=_user(),
        )
        hba = folder / "data" / "pg_hba.conf"
        hba.write_text(f"{access}\n{hba.read_text()}")
        for name, content in files.items():
            _keep(folder / "data" / name, content)
        server = PostgresServer(folder, _free_port(), (*(_DURABLE if durable else _QUICK), *settings))
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


def _children(pid: int) -> list[int]:
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(each) for each in told.split()]


def _program(name: str) -> Path:
    folder = programs()
    assert folder
    return folder / name


def _keep(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    file.chmod(0o600)
    if user := _user():
        shutil.chown(file, user)


def _user() -> str | None:
    """PostgreSQL runs as nobody who may do everything."""
    return SUPERUSER if os.geteuid() == 0 else None


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]
