"""``python -m tests.bare_root [SUITE …]``: README's own commands in a fresh Debian, typed as a newcomer types them.

A root is made by mmdebstrap with nothing but what README asks for. In it lies a clean checkout of what is committed, and a
person without rights sits at a terminal: pastes the first command, opens the page, presses Ctrl-C, pastes the second.
pip reaches what it reaches outside: its configuration is passed on for the run.

It needs Linux, root, git and mmdebstrap; where one of them is missing it says so and tries nothing.
"""

import argparse
import os
import pty
import re
import select
import shlex
import signal
import sys
import tempfile
import urllib.request
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from tests import debian_root

PROJECT = Path(__file__).parents[1]
README = PROJECT / "README.md"
SUITES = ("bookworm",)
HOME = Path("home/newcomer")
CHECKOUT = HOME / "comfycord"
PROMPT = "at-the-prompt> "
SILENCE_SECONDS = 300.0
"""After which nothing more will come: pip is silent while it builds."""

_FENCE = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
_APT = re.compile(r"`apt install ([^`]+)`")
_PAGE = re.compile(rb"http://127\.0\.0\.1:\d+/\S*")


class NotAsReadmeSays(Exception):
    """A command did not do what README promises."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What README's section for newcomers says."""

    packages: tuple[str, ...]
    """What a bare Debian has to install before."""
    sandbox: str
    once: str


def promised(readme: str) -> Promise:
    section = readme.partition("\n## Try it now\n")[2].partition("\n## ")[0]
    sandbox, once = (fence.strip() for fence in cast("list[str]", _FENCE.findall(section)))
    (packages,) = cast("list[str]", _APT.findall(section))
    return Promise(tuple(packages.split()), sandbox, once)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bare_root")
    parser.add_argument("suites", nargs="*", default=SUITES, help="Debian's names of its releases")
    suites = cast("Sequence[str]", parser.parse_args(arguments).suites)
    if (reason := debian_root.lacking()) is not None:
        _tell(f"not tried: {reason}")
        return 0
    promise = promised(README.read_text(encoding="utf-8"))
    for suite in suites:
        try:
            _try(suite, promise)
        except (NotAsReadmeSays, debian_root.CommandFailed) as problem:
            _tell(f"\n{suite}: {problem}")
            return 1
        _tell(f"{suite}: both commands do what README says")
    return 0


def _try(suite: str, promise: Promise) -> None:
    with tempfile.TemporaryDirectory(prefix="bare-root-") as folder:
        root = Path(folder) / "root"
        _tell(f"{suite}: making a root with {', '.join(promise.packages)}")
        debian_root.make(suite, root, promise.packages)
        debian_root.run("chroot", str(root), "useradd", "--create-home", "--shell", "/bin/bash", "newcomer")
        debian_root.run("git", "clone", "--quiet", "--no-hardlinks", str(PROJECT), str(root / CHECKOUT))
        debian_root.run("chroot", str(root), "chown", "-R", "newcomer:", f"/{HOME}")
        with _terminal(root) as terminal:
            terminal.type(f"cd /{CHECKOUT}")
            terminal.until(PROMPT.encode())
            _use_page(terminal, promise.sandbox)
            _run_once(terminal, promise.once)
        if not list((root / CHECKOUT).glob("sandbox-output/*.png")):
            raise NotAsReadmeSays("the second command left no picture")


def _use_page(terminal: "Terminal", command: str) -> None:
    _tell(f"$ {command}")
    terminal.type(command)
    address = terminal.until(_PAGE).decode()
    with urllib.request.urlopen(address, timeout=10) as page:
        if b"<html" not in page.read():
            raise NotAsReadmeSays(f"there is no page at {address}")
    terminal.press_ctrl_c()
    terminal.until(PROMPT.encode())


def _run_once(terminal: "Terminal", command: str) -> None:
    _tell(f"$ {command}")
    terminal.type(command)
    terminal.until(re.compile(rb"sandbox-output/\S+\.png"))
    terminal.until(PROMPT.encode())


class Terminal:
    """A shell in the root, at a terminal of its own."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._unread = b""

    def type(self, line: str) -> None:
        os.write(self._fd, line.encode() + b"\n")

    def press_ctrl_c(self) -> None:
        os.write(self._fd, b"\x03")

    def until(self, wanted: bytes | re.Pattern[bytes]) -> bytes:
        """Wait for this on the screen, show all that comes before, and return it.

        Raises:
            NotAsReadmeSays: it did not come.
        """
        pattern = re.compile(re.escape(wanted)) if isinstance(wanted, bytes) else wanted
        while (found := pattern.search(self._unread)) is None:
            if not select.select([self._fd], [], [], SILENCE_SECONDS)[0]:
                raise NotAsReadmeSays(f"nothing like {pattern.pattern!r} came, and nothing else any more")
            self._unread += self._read()
        self._unread = self._unread[found.end() :]
        return found[0]

    def _read(self) -> bytes:
        chunk = b""
        with suppress(OSError):  # the terminal's other end is closed
            chunk = os.read(self._fd, 65_536)
        if not chunk:
            raise NotAsReadmeSays("the shell ended")
        sys.stdout.write(chunk.decode(errors="replace"))
        sys.stdout.flush()
        return chunk


@contextmanager
def _terminal(root: Path) -> Generator[Terminal]:
    """A person's shell; everything that it started ends with it, and so do the mounts."""
    settings = debian_root.pip_settings()
    inside = f"mount -t proc proc {shlex.quote(str(root / 'proc'))}\n"
    inside += debian_root.mounting(settings, root)
    shell = ["chroot", "--userspec=newcomer:newcomer", str(root), "/usr/bin/env", "-i"]
    environment = {
        "HOME": f"/{HOME}",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "TERM": "dumb",
        "PS1": PROMPT,
        **debian_root.proxies(),
        **settings,
    }
    shell += [f"{name}={value}" for name, value in environment.items()]
    inside += f"exec {shlex.join([*shell, '/bin/bash', '--norc', '--noprofile', '-i'])}\n"
    child, fd = pty.fork()
    if child == 0:
        outside = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-ec", inside]
        os.execvp(outside[0], outside)
    try:
        terminal = Terminal(fd)
        terminal.until(PROMPT.encode())
        yield terminal
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(fd)


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
