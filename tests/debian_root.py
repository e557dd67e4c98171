"""Fresh Debian roots, made by mmdebstrap, in which pip reaches what it reaches outside.

It takes Linux, root, git and mmdebstrap.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_SETTING = re.compile(r"^[^.]*\.(?P<name>[\w-]+)=(?P<value>.*)$")


class CommandFailed(Exception):
    """A command failed; the message holds what it said."""


def lacking() -> str | None:
    """Why none can be made here; None: one can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "it takes Linux and root"
    missing = [name for name in ("mmdebstrap", "unshare", "chroot", "git") if shutil.which(name) is None]
    return f"install {', '.join(missing)} before" if missing else None


def make(suite: str, root: Path, packages: Sequence[str]) -> None:
    """Debian's ``suite`` with nothing but these packages; it finds the hosts that this machine finds."""
    included = [f"--include={','.join(packages)}"]
    run("mmdebstrap", "--quiet", "--variant=minbase", *included, suite, str(root))
    for name in ("resolv.conf", "hosts"):
        shutil.copyfile(f"/etc/{name}", root / "etc" / name)


def mounting(settings: dict[str, str], root: Path) -> str:
    """Shell lines that bring what pip's configuration names of this machine's disk into the root."""
    return "".join(_mounted(path, root) for path in _paths_in(settings))


def _mounted(path: Path, root: Path) -> str:
    """A file or folder of this machine at the same place in the root."""
    there = root / path.relative_to("/")
    if path.is_dir():
        there.mkdir(parents=True, exist_ok=True)
    else:
        there.parent.mkdir(parents=True, exist_ok=True)
        there.touch()
    return f"{shlex.join(['mount', '--bind', str(path), str(there)])}\n"


def pip_settings() -> dict[str, str]:
    """pip's configuration here, as environment variables; what it leaves to pip stays so."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], check=True, capture_output=True, encoding="utf-8"
    )
    settings: dict[str, str] = {}
    for line in listed.stdout.splitlines():
        if match := _SETTING.match(line):
            value = " ".join(shlex.split(match["value"]))
            settings[f"PIP_{match['name'].upper().replace('-', '_')}"] = value.replace("\\n", " ")
    return settings


def _paths_in(settings: dict[str, str]) -> list[Path]:
    """What pip's configuration names of this machine's disk; the files of an index lie beside it."""
    words = [word for value in settings.values() for word in value.split()]
    indexes = [Path(word.removeprefix("file://")).parent for word in words if word.startswith("file:///")]
    paths = [Path(word) for word in words if word.startswith("/")]
    return sorted({path for path in (*indexes, *paths) if path.exists()})


def proxies() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}


def run(*command: str) -> None:
    ended = subprocess.run(command, check=False, capture_output=True, encoding="utf-8")
    if ended.returncode:
        raise CommandFailed(f"{shlex.join(command)} failed:\n{ended.stderr}")
