"""The stream against a server that keeps its sockets as ComfyUI does, mistake included."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import aiohttp
import pytest
from aiohttp import web

from bot.comfy import Backoff, Connected, Disconnected, Event, EventStream, Status, StreamTimeouts, Unknown
from tests.comfy.serving import client_of, eventually, serving

PROMPT = Backoff(first_seconds=0.01, most_seconds=0.02)
NEVER = 3600.0


class Sockets:
    """Who is connected. Whoever leaves takes its client id along, even if another socket has it by now."""

    def __init__(self, *, greets: bool = True, lingers_seconds: float = 0) -> None:
        self.by_client: dict[str, web.WebSocketResponse] = {}
        self.diary: list[str] = []
        self._greets = greets
        self._lingers_seconds = lingers_seconds
        """Between a client's goodbye and the answer to it."""

    @property
    def route(self) -> web.RouteDef:
        return web.get("/ws", self._serve)

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        socket, client_id = (
            web.WebSocketResponse(autoclose=not self._lingers_seconds),
            request.query["clientId"],
        )
        await socket.prepare(request)
        self.by_client[client_id] = socket
        self.diary.append("open")
        try:
            if self._greets:
                await socket.send_str(status(0, client_id))
            async for _ in socket:
                pass
            if self._lingers_seconds:
                self.diary.append("closing")
                await asyncio.sleep(self._lingers_seconds)
        finally:
            self.by_client.pop(client_id, None)
            self.diary.append("closed")
        if self._lingers_seconds:
            await socket.close()
        return socket

    async def tell(self, frame: str) -> None:
        """To everybody whom the server knows."""
        for socket in list(self.by_client.values()):
            await socket.send_str(frame)

    async def drop(self) -> None:
        for socket in list(self.by_client.values()):
            await socket.close(code=1012)


def status(remaining: int, sid: str | None = None) -> str:
    told = {"status": {"exec_info": {"queue_remaining": remaining}}} | ({} if sid is None else {"sid": sid})
    return json.dumps({"type": "status", "data": told})


def word(text: str) -> str:
    return json.dumps({"type": "word", "data": text})


class Listener:
    """What a stream handed over."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._more = asyncio.Event()

    def __call__(self, event: Event) -> None:
        self.events.append(event)
        self._more.set()

    async def until(self, heard: Callable[[list[Event]], bool]) -> None:
        async with asyncio.timeout(10):
            while not heard(self.events):
                self._more.clear()
                await self._more.wait()

    async def hears(self, event: Event, *, times: int = 1) -> None:
        await self.until(lambda events: events.count(event) >= times)


@asynccontextmanager
async def streaming(
    url: str, listener: Callable[[Event], None], timeouts: StreamTimeouts | None = None
) -> AsyncGenerator[EventStream]:
    async with client_of(url) as client:
        stream = EventStream(client, "me", on_event=listener, backoff=PROMPT, timeouts=timeouts)
        running = asyncio.create_task(stream.run())
        try:
            yield stream
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


@asynccontextmanager
async def ghost(url: str) -> AsyncGenerator[None]:
    """A half-open socket of the same client id, which the server believes in until it is closed."""
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{url}/ws?clientId=me") as socket:
        await socket.receive()
        yield


async def test_events_are_handed_over_in_order_after_a_connected() -> None:
    sockets, listener = Sockets(), Listener()
    async with serving(sockets.route) as served, streaming(served.url, listener) as stream:
        await listener.hears(Status(0, "me"))
        assert stream.connected
        for number in range(100):
            await sockets.tell(word(str(number)))
        await listener.hears(Unknown("word", "99"))
    assert listener.events == [
        Connected("me"),
        Status(0, "me"),
        *(Unknown("word", str(number)) for number in range(100)),
    ]
    assert not stream.connected


async def test_a_lost_connection_is_replaced() -> None:
    sockets, listener = Sockets(), Listener()
    async with serving(sockets.route) as served, streaming(served.url, listener):
        for times in range(1, 4):
            await listener.hears(Status(0, "me"), times=times)
            await sockets.drop()
        await listener.hears(Connected("me"), times=4)
        reason = f"ComfyUI at {served.url.removeprefix('http://')} ended the event stream (1012)."
    assert [event for event in listener.events if not isinstance(event, Status)] == [
        Connected("me"),
        *[Disconnected(reason), Connected("me")] * 3,
    ]


async def test_a_server_that_comes_late_and_restarts_is_found_and_the_operator_is_told_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with serving() as served:
        port = int(served.url.rpartition(":")[2])
    sockets, listener = Sockets(), Listener()
    caplog.set_level(logging.DEBUG, "bot.comfy.stream")
    async with streaming(f"http://127.0.0.1:{port}", listener) as stream:
        await eventually(lambda: len(caplog.records) >= 3)
        assert not stream.connected
        assert listener.events == []
        async with serving(sockets.route, port=port):
            await listener.hears(Status(0, "me"))
        await listener.until(lambda events: isinstance(events[-1], Disconnected))
        async with serving(sockets.route, port=port):
            await listener.hears(Status(0, "me"), times=2)
    assert [record.levelname for record in caplog.records[:3]] == ["WARNING", "DEBUG", "DEBUG"]
    assert caplog.records[0].getMessage() == (
        f"ComfyUI at 127.0.0.1:{port} cannot be reached: Connection refused. Connecting again for its events."
    )


async def test_a_silent_socket_is_closed_on_both_sides_and_reopened_and_hears_again() -> None:
    sockets, listener = Sockets(), Listener()
    timeouts = StreamTimeouts(sign_seconds=0.05, settle_seconds=0.05, just_now_seconds=0)
    async with serving(sockets.route) as served, AsyncExitStack() as half_open:
        await half_open.enter_async_context(ghost(served.url))
        async with streaming(served.url, listener, timeouts) as stream:
            await listener.hears(Status(0, "me"))
            await half_open.aclose()
            await eventually(
                lambda: not sockets.by_client
            )  # the ghost is reaped, and with it the living socket
            await sockets.tell(word("to nobody"))
            assert stream.connected
            stream.expect_sign()
            await listener.hears(Status(0, "me"), times=2)
            await sockets.tell(word("heard"))
            await listener.hears(Unknown("word", "heard"))
    assert sockets.diary[:5] == ["open", "open", "closed", "closed", "open"]
    assert listener.events == [
        Connected("me"),
        Status(0, "me"),
        Disconnected(
            f"ComfyUI at {served.url.removeprefix('http://')} said nothing where something was due."
        ),
        Connected("me"),
        Status(0, "me"),
        Unknown("word", "heard"),
    ]


async def test_between_closing_and_reopening_there_is_a_pause() -> None:
    sockets, listener = Sockets(), Listener()
    timeouts = StreamTimeouts(sign_seconds=0, settle_seconds=NEVER, just_now_seconds=0)
    async with serving(sockets.route) as served, streaming(served.url, listener, timeouts) as stream:
        await listener.hears(Status(0, "me"))
        stream.expect_sign()
        await listener.until(lambda events: isinstance(events[-1], Disconnected))
        await asyncio.sleep(0.1)
        assert sockets.diary == ["open", "closed"]
        assert not stream.connected


async def test_no_socket_is_opened_beside_one_that_the_server_has_not_let_go_of() -> None:
    sockets, listener = Sockets(lingers_seconds=0.3), Listener()
    timeouts = StreamTimeouts(sign_seconds=0, settle_seconds=0, just_now_seconds=0)
    async with serving(sockets.route) as served, streaming(served.url, listener, timeouts) as stream:
        await listener.hears(Status(0, "me"))
        stream.expect_sign()
        await listener.hears(Connected("me"), times=2)
        assert sockets.diary == ["open", "closing", "closed", "open"]
        await sockets.tell(word("heard"))
        await listener.hears(Unknown("word", "heard"))


async def test_each_post_that_nothing_is_heard_of_makes_the_socket_suspect_again() -> None:
    sockets, listener = Sockets(), Listener()
    timeouts = StreamTimeouts(sign_seconds=0.02, settle_seconds=0, just_now_seconds=0)
    async with serving(sockets.route) as served, streaming(served.url, listener, timeouts) as stream:
        for times in (1, 2, 3):
            await listener.hears(Status(0, "me"), times=times)
            stream.expect_sign()
            await listener.hears(Connected("me"), times=times + 1)
    assert sockets.diary[:7] == ["open", "closed"] * 3 + ["open"]


async def test_a_sign_for_one_post_is_none_for_the_next() -> None:
    sockets, listener = Sockets(), Listener()
    timeouts = StreamTimeouts(sign_seconds=0.5, settle_seconds=0, just_now_seconds=0)
    async with serving(sockets.route) as served, streaming(served.url, listener, timeouts) as stream:
        await listener.hears(Status(0, "me"))
        stream.expect_sign()
        await sockets.tell(status(1))
        await listener.hears(Status(1))
        connected = listener.events.count(Connected("me"))
        stream.expect_sign()
        await listener.hears(Connected("me"), times=connected + 1)


async def test_what_is_no_status_is_no_sign() -> None:
    sockets, listener = Sockets(), Listener()
    timeouts = StreamTimeouts(sign_seconds=0.5, settle_seconds=0, just_now_seconds=0)
    async with serving(sockets.route) as served, streaming(served.url, listener, timeouts) as stream:
        await listener.hears(Status(0, "me"))
        stream.expect_sign()
        await sockets.tell(word("of another prompt"))
        await listener.hears(Connected("me"), times=2)


async def test_asking_again_does_not_make_the_waiting_longer() -> None:
    sockets, listener = Sockets(), Listener()
    timeouts = StreamTimeouts(sign_seconds=0.1, settle_seconds=0, just_now_seconds=0)
    async with serving(sockets.route) as served, streaming(served.url, listener, timeouts) as stream:
        await listener.hears(Status(0, "me"))
        async with asyncio.timeout(10):
            while listener.events.count(Connected("me")) < 2:
                stream.expect_sign()
                await asyncio.sleep(0.01)


async def test_a_status_in_time_is_sign_enough() -> None:
    sockets, listener = Sockets(), Listener()
    timeouts = StreamTimeouts(sign_seconds=1, settle_seconds=0, just_now_seconds=0)
    async with serving(sockets.route) as served, streaming(served.url, listener, timeouts) as stream:
        await listener.hears(Status(0, "me"))
        stream.expect_sign()
        await sockets.tell(status(1))
        await listener.hears(Status(1))
        await asyncio.sleep(1.1)
        assert sockets.diary == ["open"]


async def test_a_status_that_overtook_the_answer_of_the_post_is_sign_enough() -> None:
    sockets, listener = Sockets(), Listener()
    timeouts = StreamTimeouts(sign_seconds=0, just_now_seconds=NEVER)
    async with serving(sockets.route) as served, streaming(served.url, listener, timeouts) as stream:
        await listener.hears(Status(0, "me"))
        stream.expect_sign()
        await sockets.tell(word("still here"))
        await listener.hears(Unknown("word", "still here"))
        assert sockets.diary == ["open"]


async def test_a_suspected_socket_is_replaced_at_once() -> None:
    sockets, listener = Sockets(), Listener()
    timeouts = StreamTimeouts(sign_seconds=0, settle_seconds=0)
    async with serving(sockets.route) as served, streaming(served.url, listener, timeouts) as stream:
        await listener.hears(Status(0, "me"))
        stream.suspect()
        await listener.hears(Connected("me"), times=2)
        assert sockets.diary == ["open", "closed", "open"]


async def test_a_young_connection_is_given_the_benefit_of_the_doubt() -> None:
    sockets, listener = Sockets(), Listener()
    async with (
        serving(sockets.route) as served,
        streaming(served.url, listener, StreamTimeouts(sign_seconds=NEVER)) as stream,
    ):
        await listener.hears(Status(0, "me"))
        stream.suspect()
        await sockets.tell(word("still here"))
        await listener.hears(Unknown("word", "still here"))
        assert sockets.diary == ["open"]


async def test_without_a_connection_there_is_nothing_to_expect_or_suspect() -> None:
    async with serving() as served:
        pass
    async with streaming(served.url, Listener()) as stream:
        stream.expect_sign()
        stream.suspect()
        assert not stream.connected


async def test_a_socket_that_never_says_a_word_is_tried_again() -> None:
    sockets, listener = Sockets(greets=False), Listener()
    async with (
        serving(sockets.route) as served,
        streaming(served.url, listener, StreamTimeouts(first_frame_seconds=0.05)),
    ):
        await eventually(lambda: sockets.diary.count("open") >= 3)
    assert listener.events == []


async def test_a_mistake_of_the_listener_ends_the_stream() -> None:
    def stumble(event: Event) -> None:
        if isinstance(event, Status):
            raise TimeoutError("a bug of the listener")

    sockets = Sockets()
    async with serving(sockets.route) as served, client_of(served.url) as client:
        with pytest.raises(TimeoutError, match="a bug of the listener"):
            await EventStream(client, "me", on_event=stumble).run()


async def test_cancelling_says_goodbye() -> None:
    sockets, listener = Sockets(), Listener()
    async with serving(sockets.route) as served:
        async with streaming(served.url, listener):
            await listener.hears(Status(0, "me"))
        await eventually(lambda: sockets.diary == ["open", "closed"])


@pytest.mark.parametrize(("failures", "whole"), [(1, 0.5), (2, 1), (3, 2), (7, 30), (10_000, 30)])
def test_waits_double_up_to_a_limit_and_differ(failures: int, whole: float) -> None:
    waits = {Backoff().seconds(failures) for _ in range(100)}
    assert len(waits) > 1
    assert whole / 2 <= min(waits) <= max(waits) <= whole
