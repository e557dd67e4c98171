"""The example files of proxies, each run by the real program on this machine before a ComfyUI.

Of each file only what is another machine's is changed: the address it is reached at, ComfyUI's, and where certificate,
passwords and tokens lie.
"""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.comfy.test_encryption import CERTIFICATES

DEPLOY = Path(__file__).parents[2] / "deploy"
CERTIFICATE = CERTIFICATES / "self_signed.pem"
COMFYUI = "127.0.0.1:8188"
"""Where the example files expect it."""
NAME, PASSWORD, TOKEN = "name", "a password", "0123456789abcdef"  # made up
HASHED_PASSWORD = "$2a$04$abcdefghijklmnopqrstuuQCzP7jzWZS/E3GL4oF3LWbHm3pfKHH."
"""As ``caddy hash-password`` writes it, but made so that it is checked fast."""
START_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Proxy:
    """What is started in a folder, to listen on a port before the ComfyUI at an address."""

    program: str
    prepare: Callable[[Path, int, str], Sequence[str]]
    """Writes what the program reads; returns its arguments."""
    environment: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def path(self) -> str | None:
        return shutil.which(self.program, path=f"{os.environ['PATH']}:/usr/sbin")


@asynccontextmanager
async def before(proxy: Proxy, comfyui: str, folder: Path) -> AsyncGenerator[str]:
    """The address of a proxy before the ComfyUI at ``host:port``."""
    port = _free_port()
    program = str(proxy.path)
    arguments = proxy.prepare(folder, port, comfyui)
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), **proxy.environment}
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            program, *arguments, cwd=folder, env=environment, stdout=log, stderr=log
        )
        try:
            if not await _listens(process, port):
                raise AssertionError((folder / "log").read_text(encoding="utf-8"))
            yield f"https://127.0.0.1:{port}"
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


async def _listens(process: asyncio.subprocess.Process, port: int) -> bool:
    """Wait until it does; False: it has ended instead."""
    async with asyncio.timeout(START_SECONDS):
        while process.returncode is None:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                return True
    return False


def changed(text: str, changes: Mapping[str, str]) -> str:
    """The text with every change made. What is to be changed must be there."""
    for before, after in changes.items():
        assert before in text, before
        text = text.replace(before, after)
    return text


def _prepare_nginx(folder: Path, port: int, comfyui: str) -> Sequence[str]:
    (folder / "passwords").write_text(f"{NAME}:{{PLAIN}}{PASSWORD}\n", encoding="utf-8")
    (folder / "tokens").write_text(f'"Bearer {TOKEN}" off;\n', encoding="utf-8")
    shipped = (DEPLOY / "nginx" / "comfyui.conf").read_text(encoding="utf-8")
    site = changed(
        shipped,
        {
            "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
            "listen [::]:443 ssl;": "",
            "/etc/letsencrypt/live/comfyui.example.com/fullchain.pem": str(CERTIFICATE),
            "/etc/letsencrypt/live/comfyui.example.com/privkey.pem": str(CERTIFICATE),
            "/etc/nginx/comfyui.passwords": str(folder / "passwords"),
            "/etc/nginx/comfyui.tokens": str(folder / "tokens"),
            COMFYUI: comfyui,
        },
    )
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    lines = [f"{kind}_temp_path {folder}/{kind};" for kind in kinds]
    main = f"pid {folder}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n"
    (folder / "nginx.conf").write_text(main + "\n".join(lines) + f"\n{site}\n}}\n", encoding="utf-8")
    return (
        "-e",
        "stderr",
        "-p",
        str(folder),
        "-c",
        str(folder / "nginx.conf"),
        "-g",
        "daemon off; master_process off;",
    )


def _prepare_caddy(folder: Path, port: int, comfyui: str) -> Sequence[str]:
    shipped = (DEPLOY / "caddy" / "Caddyfile").read_text(encoding="utf-8")
    tls = f"https://127.0.0.1:{port} {{\n\ttls {CERTIFICATE} {CERTIFICATE}\n"
    site = changed(shipped, {"comfyui.example.com {\n": tls, COMFYUI: comfyui})
    everywhere = "{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n}\n"
    (folder / "Caddyfile").write_text(everywhere + site, encoding="utf-8")
    return ("run", "--config", str(folder / "Caddyfile"))


PROXIES = {
    "nginx": Proxy("nginx", _prepare_nginx),
    "caddy": Proxy(
        "caddy", _prepare_caddy, {"COMFYUI_TOKEN": TOKEN, "COMFYUI_PASSWORD_HASH": HASHED_PASSWORD}
    ),
}
