"""The proxy of the storm does what it is told, no more and no less."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from tests.chaos.proxy import HOST, Proxy, Way


@pytest.fixture
async def proxy() -> AsyncGenerator[Proxy]:
    """Before a server that repeats each line."""

    async def repeat(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                heard.append(line)
                writer.write(line)
        except ConnectionError:
            pass
        finally:
            writer.transport.abort()

    heard.clear()
    async with (
        await asyncio.start_server(repeat, HOST, 0) as server,
        Proxy.running(server.sockets[0].getsockname()[1]) as running,
    ):
        yield running
        for writer in callers:
            writer.transport.abort()
        callers.clear()
    await asyncio.sleep(0.01)  # an aborted transport closes its socket at the loop's next turns


heard: list[bytes] = []
"""By the server."""
callers: list[asyncio.StreamWriter] = []


async def connected(proxy: Proxy) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection(HOST, proxy.port)
    callers.append(writer)
    return reader, writer


async def said(line: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """What comes back; nothing where the connection ends."""
    try:
        writer.write(line)
        return await reader.readline()
    except ConnectionError:
        return b""


async def test_it_carries_there_and_back_and_a_cut_ends_every_connection(proxy: Proxy) -> None:
    ways = [await connected(proxy) for _ in range(2)]
    assert [await said(b"one\n", *way) for way in ways] == [b"one\n", b"one\n"]
    assert proxy.cut() == 2
    assert [await said(b"two\n", *way) for way in ways] == [b"", b""]
    assert await said(b"three\n", *await connected(proxy)) == b"three\n"


async def test_it_refuses_while_it_is_told_to(proxy: Proxy) -> None:
    proxy.refusing = True
    assert await said(b"one\n", *await connected(proxy)) == b""
    proxy.mend()
    assert await said(b"two\n", *await connected(proxy)) == b"two\n"


async def test_frozen_it_closes_nothing_and_carries_all_of_it_later(proxy: Proxy) -> None:
    old = await connected(proxy)
    await said(b"one\n", *old)
    proxy.freeze()
    new = await connected(proxy)
    answers = [asyncio.create_task(said(b"two\n", *way)) for way in (old, new)]
    done, _ = await asyncio.wait(answers, timeout=0.05)
    assert (done, heard) == (set(), [b"one\n"])
    proxy.thaw()
    assert await asyncio.gather(*answers) == [b"two\n", b"two\n"]


async def test_a_forgotten_connection_is_silent_for_ever_and_a_new_one_is_not(proxy: Proxy) -> None:
    old = await connected(proxy)
    await said(b"one\n", *old)
    assert proxy.forget() == 1
    waiting = asyncio.create_task(said(b"two\n", *old))
    assert await said(b"three\n", *await connected(proxy)) == b"three\n"
    assert (waiting.done(), heard) == (False, [b"one\n", b"three\n"])
    proxy.cut()
    assert await waiting == b""


@pytest.mark.parametrize(
    ("way", "passed", "arrives"),
    [(Way.THERE, False, False), (Way.THERE, True, True), (Way.BACK, False, True)],
    ids=["a request is lost", "a request arrives, its answer is lost", "an answer is lost"],
)
async def test_a_snare_cuts_the_one_connection_on_which_its_bytes_pass(
    proxy: Proxy, way: Way, *, passed: bool, arrives: bool
) -> None:
    snare = proxy.set_snare(b"COMMIT", way, passed=passed)
    first, second = await connected(proxy), await connected(proxy)
    assert await said(b"BEGIN\n", *first) == b"BEGIN\n"
    await said(b"COMMIT\n", *first)
    assert await said(b"COMMIT\n", *second) == b"COMMIT\n"
    assert (snare.hits, heard.count(b"COMMIT\n")) == (1, 1 + arrives)
