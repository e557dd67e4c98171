"""Download what came with a command, from Discord's file servers and from nowhere else, into a file."""

import asyncio
from collections.abc import AsyncGenerator, Generator, Iterable
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp
import yarl
from msgspec import Struct

from bot.inputs.errors import InputRefused, InputUnavailable
from bot.jobs.inputs import Attachment
from bot.texts import text

DISCORD_ORIGINS = frozenset(
    {
        "https://cdn.discordapp.com",
        "https://media.discordapp.net",
        "https://images-ext-1.discordapp.net",
        "https://images-ext-2.discordapp.net",
    }
)
"""Where files lie, https://docs.discord.com/developers/reference#image-formatting, and where pictures of other servers
that a message shows can be had without asking those: what Discord gives as their ``proxy_url``."""

_CHUNK_BYTES = 256 * 1024
_GONE = frozenset({401, 403, 404, 410})
"""What Discord says of a link that expired, or whose file was deleted."""
_LATER = frozenset({408, 425, 429})
_REDIRECTS = range(300, 400)


class FetchTimeouts(Struct, frozen=True):
    connect_seconds: float = 10.0
    silence_seconds: float = 20.0
    """Between two pieces."""
    whole_seconds: float = 180.0


class Origins:
    """The servers from which files may come."""

    def __init__(self, origins: Iterable[str] = DISCORD_ORIGINS) -> None:
        """``origins``: such as ``https://host`` or ``http://127.0.0.1:1234``."""
        self._origins = frozenset(yarl.URL(each).origin() for each in origins)

    def __contains__(self, address: str) -> bool:
        return self.checked(address) is not None

    def checked(self, address: str) -> yarl.URL | None:
        """The very value to ask for: no second parser could read the address differently. None: it leads elsewhere."""
        try:
            url = yarl.URL(address)
            is_ours = url.user is None and url.password is None and url.origin() in self._origins
        except ValueError:
            return None
        return url.with_fragment(None) if is_ours else None


class Fetcher:
    """Fetches attachments. ``session`` should keep no cookies (``aiohttp.DummyCookieJar``)."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        max_bytes: int,
        origins: frozenset[str] = DISCORD_ORIGINS,
        timeouts: FetchTimeouts | None = None,
    ) -> None:
        """``origins``: where files may come from, as ``https://host`` or ``http://127.0.0.1:1234``."""
        self._session = session
        self._max_bytes = max_bytes
        self._origins = Origins(origins)
        whole = timeouts or FetchTimeouts()
        self._timeout = aiohttp.ClientTimeout(
            total=whole.whole_seconds,
            connect=whole.connect_seconds,
            sock_connect=whole.connect_seconds,
            sock_read=whole.silence_seconds,
        )

    async def fetch(self, attachment: Attachment, file: Path) -> None:
        """Write the attachment to ``file``, which is not there yet, a piece at a time.

        Raises:
            InputRefused: too large, expired, or not from Discord.
            InputUnavailable: Discord does not hand it out now, or not the whole of it.
        """
        told = attachment.size_bytes
        if told is not None and told > self._max_bytes:
            raise self._too_large(told)
        if told is not None and told <= 0:
            raise InputRefused(text("input-empty"))
        url = self._checked(attachment.url)
        with _network_troubles_told():
            async with self._answer(url) as answer:
                received = await self._write(answer, file)
        if told not in {None, received}:
            raise InputUnavailable(text("input-unavailable"))
        if not received:
            raise InputRefused(text("input-empty"))

    def _checked(self, address: str) -> yarl.URL:
        url = self._origins.checked(address)
        if url is None:
            raise InputRefused(text("input-address"))
        return url

    @asynccontextmanager
    async def _answer(self, url: yarl.URL) -> AsyncGenerator[aiohttp.ClientResponse]:
        headers = {"Accept-Encoding": "identity"}
        async with self._session.get(
            url, headers=headers, allow_redirects=False, timeout=self._timeout
        ) as answer:
            self._check(answer)
            yield answer

    def _check(self, answer: aiohttp.ClientResponse) -> None:
        if answer.status in _GONE:
            raise InputRefused(text("input-expired"))
        if answer.status in _REDIRECTS:
            raise InputRefused(text("input-address"))
        if answer.status in _LATER or answer.status >= 500:
            raise InputUnavailable(text("input-unavailable"))
        if answer.status != 200:
            raise InputRefused(text("input-not-given", status=str(answer.status)))
        if (
            answer.headers.get("Content-Encoding", "identity") != "identity"
        ):  # it was asked not to pack anything
            raise InputUnavailable(text("input-unavailable"))
        if (answer.content_length or 0) > self._max_bytes:
            raise self._too_large(answer.content_length or 0)

    async def _write(self, answer: aiohttp.ClientResponse, file: Path) -> int:
        """How many bytes there were."""
        received = 0
        pieces: list[bytes] = []
        waiting = 0
        async for piece in answer.content.iter_any():
            received += len(piece)
            if received > self._max_bytes:
                raise self._too_large(received)
            pieces.append(piece)
            waiting += len(piece)
            if waiting >= _CHUNK_BYTES:
                await asyncio.to_thread(_append, file, pieces)
                pieces, waiting = [], 0
        await asyncio.to_thread(_append, file, pieces)
        return received

    def _too_large(self, size_bytes: int) -> InputRefused:
        return InputRefused(
            text("input-too-large", size=_megabytes(size_bytes), limit=_megabytes(self._max_bytes))
        )


def _append(file: Path, pieces: list[bytes]) -> None:
    try:
        with file.open("ab") as opened:
            opened.writelines(pieces)
    except OSError as error:
        raise InputUnavailable(text("input-disk")) from error


def _megabytes(size_bytes: int) -> float:
    return round(size_bytes / 2**20, 1)


@contextmanager
def _network_troubles_told() -> Generator[None]:
    try:
        yield
    except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
        raise InputUnavailable(text("input-unavailable")) from error
