"""Fits files in a thread of its own, into which Pillow is loaded with the first one."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType

from bot.errors import UserError
from bot.texts import Text


@dataclass(frozen=True, slots=True)
class Fitted:
    """A file that Discord takes."""

    content: bytes
    suffix: str
    """With its dot, lower case."""
    size: tuple[int, int] | None
    """Width and height of a picture."""
    change: Text | None = None
    """What had to be done to it."""


class CannotFit(UserError):
    """No way was found to make the file small enough."""


class Fitter:
    """Fits files in a thread of its own: decoding one large picture takes a second and 160 MB, so one at a time."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="fitting")

    def __enter__(self) -> "Fitter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def fit(self, content: bytes, filename: str, limit_bytes: int) -> Fitted:
        return await asyncio.get_running_loop().run_in_executor(
            self._thread, _fit, content, filename, limit_bytes
        )


def _fit(content: bytes, filename: str, limit_bytes: int) -> Fitted:
    from bot.delivery.fitting import fit  # noqa: PLC0415  # a bot that starts needs no Pillow yet

    return fit(content, filename, limit_bytes)
