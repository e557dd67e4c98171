"""``python -m tests.deploy.container``: the Dockerfile's steps in fresh Debian roots, and the bot in what they leave.

No image is pulled: where the Dockerfile says python:…-slim stands a Debian whose Python has its place in /usr/local, as in
that image. What is committed is built. Then the bot runs as compose.yaml runs it: its own user, no capability, nothing to
write to but /tmp and its data; it makes a picture between the stand-ins.

It needs what ``tests.debian_root`` needs; where that is missing it says so and tries nothing.
"""

import asyncio
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bot.sandbox.comfyui import ComfyStandIn
from bot.sandbox.discord import DiscordStandIn
from tests import debian_root
from tests.deploy.dockerfile import DOCKERFILE, PROJECT, Instruction, stages

SUITE = "trixie"
"""The Debian beneath python:3.13-slim."""
PROMISES = {
    "it is nobody of the machine's": 'test "$(id -u):$(id -g)" = 10001:10001',
    "it has no capability": "grep -q '^CapEff:.0*$' /proc/self/status",
    "no build tools are left": "for each in cc gcc make git pip pip3; do ! command -v $each || exit 1; done;"
    " ! python -m pip --version 2>/tmp/said",
    "only its data and /tmp can be written to": "touch data/file /tmp/file;"
    " for each in . / /etc /opt/comfycord; do ! touch $each/file 2>/tmp/said || exit 1; done",
    "the bot makes a picture": "comfycord sandbox --once '/txt2img prompt:a red fox in snow steps:4' --output /tmp/pictures"
    " && test -s /tmp/pictures/*.png",
}
"""What must hold inside, each as a script that ends well."""
_PATH = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"


class NotAsPromised(Exception):
    """The image is not what the Dockerfile and compose.yaml promise."""


class Stage:
    """One root, in which the instructions of one stage are carried out."""

    def __init__(self, root: Path, context: Path, stages: dict[str, "Stage"]) -> None:
        self.root, self._context, self._stages = root, context, stages
        self.environment = {"PATH": _PATH}
        self.user = "0:0"
        self.folder = "/"
        self.command: dict[str, list[str]] = {}
        self._arguments: dict[str, str] = {}

    def carry_out(self, step: Instruction) -> None:
        _tell(f"{step.name} {step.rest}")
        match step.name:
            case "ENV":
                added = {
                    name: value.replace("$PATH", self.environment["PATH"])
                    for name, value in step.pairs().items()
                }
                self.environment |= added
            case "ARG":
                self._arguments |= step.pairs()
            case "WORKDIR":
                self.folder = step.rest
                (self.root / self.folder.lstrip("/")).mkdir(parents=True, exist_ok=True)
            case "USER":
                self.user = step.rest
            case "COPY":
                self._copy(*step.copied())
            case "RUN":
                self._run(step.rest)
            case "ENTRYPOINT" | "CMD" | "HEALTHCHECK":
                self.command[step.name] = step.words()
            case _:
                raise NotAsPromised(f"what {step.name} does is not known here")

    def _copy(self, stage: str | None, sources: list[str], target: str) -> None:
        start = self._context if stage is None else self._stages[stage].root
        there = self.root / os.path.join(self.folder, target).lstrip("/")  # noqa: PTH118  # an absolute target wins
        for source in sources:
            found = start / source.lstrip("/")
            if found.is_dir():
                shutil.copytree(found, there, symlinks=True, dirs_exist_ok=True)
            else:
                into = there / found.name if target.endswith("/") else there
                into.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(found, into)

    def _run(self, script: str) -> None:
        settings = debian_root.pip_settings()
        settings.pop("PIP_CONSTRAINT", None)  # it is for what names no version; here every file has its hash
        environment = {**debian_root.proxies(), **settings, **self._arguments, **self.environment}
        inside = f"mount -t proc proc {shlex.quote(str(self.root / 'proc'))}\n"
        inside += debian_root.mounting(settings, self.root)
        self.enter(inside, environment, "0:0", ["sh", "-ec", script])

    def enter(self, before: str, environment: dict[str, str], user: str, command: list[str]) -> str:
        """Run a command in the root, after ``before`` outside of it; returns what it said."""
        cleared = [f"{name}={value}" for name, value in environment.items()]
        there = ["sh", "-ec", 'cd "$0" && exec "$@"', self.folder, *command]
        # as `docker run --cap-drop ALL --security-opt no-new-privileges` starts it
        uid, _, gid = user.partition(":")
        ids = [f"--reuid={uid}", f"--regid={gid}", "--clear-groups"]
        become = ["setpriv", *ids, "--bounding-set=-all", "--no-new-privs"] if uid != "0" else []
        chroot = ["chroot", str(self.root), "/usr/bin/env", "-i", *cleared, *become, *there]
        outside = [
            "unshare",
            "--mount",
            "--pid",
            "--fork",
            "--kill-child",
            "sh",
            "-ec",
            f"{before}exec {shlex.join(chroot)}",
        ]
        ended = subprocess.run(outside, check=False, capture_output=True, encoding="utf-8")
        if ended.returncode:
            raise NotAsPromised(
                f"{shlex.join(command)} ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}"
            )
        return ended.stdout

    def start(self, *command: str) -> str:
        """What a command says in a container of this image, whose root cannot be written to."""
        root = shlex.quote(str(self.root))
        data = shlex.quote(f"{self.root}{self.folder}/data")
        before = f"mount --bind {data} {data}\nmount --rbind {root} {root}\nmount -o remount,bind,ro {root}\n"
        before += f"mount -t proc proc {root}/proc\nmount --rbind /dev {root}/dev\n"
        before += f"mount -t tmpfs -o mode=1777,noexec,nosuid,nodev tmpfs {root}/tmp\n"
        return self.enter(before, self.environment, self.user, list(command))


def main() -> int:
    if (reason := debian_root.lacking()) is not None:
        _tell(f"not tried: {reason}")
        return 0
    with tempfile.TemporaryDirectory(prefix="container-") as folder:
        try:
            image = _built(Path(folder))
            _check(image)
        except (NotAsPromised, debian_root.CommandFailed) as problem:
            _tell(f"\n{problem}")
            return 1
    _tell("the Dockerfile's steps leave an image in which the bot works")
    return 0


def _built(folder: Path) -> Stage:
    context, base = folder / "context", folder / "base"
    debian_root.run("git", "clone", "--quiet", "--no-hardlinks", str(PROJECT), str(context))
    debian_root.make(SUITE, base, ("python3-venv", "ca-certificates"))
    debian_root.run("chroot", str(base), "python3", "-m", "venv", "/usr/local")
    built: dict[str, Stage] = {}
    for number, steps in enumerate(stages(DOCKERFILE.read_text(encoding="utf-8"))):
        root = folder / f"stage-{number}"
        debian_root.run("cp", "--archive", str(base), str(root))
        _, _, name = steps[0].rest.partition(" AS ")
        stage = built[name or "final"] = Stage(root, context, built)
        for step in steps[1:]:
            stage.carry_out(step)
    return built["final"]


def _check(image: Stage) -> None:
    for promise, script in PROMISES.items():
        _tell(promise)
        image.start("sh", "-ec", script)
    _tell("it runs between stand-ins, is called healthy while it does, and ends when it is told to")
    asyncio.run(_live(image))
    started = [*image.command["ENTRYPOINT"], *image.command["CMD"]]
    if started != ["comfycord", "run"]:
        raise NotAsPromised(f"it starts {shlex.join(started)}")


async def _live(image: Stage) -> None:
    healthy = shlex.join(image.command["HEALTHCHECK"])
    script = f"""
        comfycord run & bot=$!
        for try in $(seq 100); do
            sleep 0.2
            {healthy} 2>/tmp/said && break
        done
        {healthy}
        kill -TERM $bot
        wait $bot
        ! {healthy} 2>/tmp/said
    """
    async with DiscordStandIn.running() as discord, ComfyStandIn.running() as comfyui:
        settings = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_BASE": discord.api_base,
            "DISCORD_GATEWAY_URL": discord.gateway_url,
            "COMFYUI_URLS": comfyui.url,
        }
        image.environment |= settings
        await asyncio.to_thread(image.start, "sh", "-ec", script)


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
