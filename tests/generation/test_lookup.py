"""Where a prompt is, by ComfyUI's answers."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from aiohttp import web

from bot.comfy import Disconnected, ExecutionStart, HistoryEntry, Status
from bot.generation import ProgressBoard
from bot.generation.backends import Backend
from bot.generation.bar import Bar
from bot.generation.follower import FollowerContext, PromptFollower
from bot.generation.lookup import InQueue, PromptLookup, PromptLost, find_prompt
from bot.generation.reporter import ProgressReporter
from bot.generation.signals import RunSignals
from bot.generation.socket_pictures import PictureCollector
from bot.generation.tracking import Tracker
from bot.texts import text
from tests.comfy.serving import Served, client_of, serving
from tests.generation.rig import QUICK, eventually

PROMPT = UUID(int=5)
JOB = UUID(int=1)
ENTRY: dict[str, object] = {
    str(PROMPT): {"prompt": [], "outputs": {}, "status": {"status_str": "success", "messages": []}}
}


def _queue(running: object = (), pending: object = ()) -> object:
    return {"queue_running": running, "queue_pending": pending}


def _item(number: float, prompt_id: object) -> list[object]:
    return [number, str(prompt_id), {}, {}, []]


@asynccontextmanager
async def telling(histories: list[object], queues: list[object]) -> AsyncGenerator[Served]:
    """A server that gives these answers one after another, the last one for ever."""

    def following(answers: list[object]) -> object:
        return answers.pop(0) if len(answers) > 1 else answers[0]

    async def history(_: web.Request) -> web.StreamResponse:
        return web.json_response(following(histories))

    async def queue(_: web.Request) -> web.StreamResponse:
        return web.json_response(following(queues))

    routes = (web.get("/history/{id}", history), web.get("/queue", queue))
    async with serving(*routes) as served:
        yield served


def _lookup(backend: Backend, board: ProgressBoard) -> PromptLookup:
    reporter = ProgressReporter(board, Tracker(JOB, {}, Bar({}, {})))
    return PromptLookup(backend, RunSignals(), reporter, QUICK, lambda: False)


async def test_one_look_that_finds_it_nowhere_does_not_make_a_prompt_lost() -> None:
    async with (
        telling([{}], [_queue(), _queue([_item(1, PROMPT)])]) as served,
        client_of(served.url) as client,
    ):
        found = await _lookup(Backend(client, grace_seconds=60), ProgressBoard()).locate(PROMPT)
        assert isinstance(found, InQueue)
        assert found.item.running


async def test_two_looks_do() -> None:
    async with telling([{}], [_queue()]) as served, client_of(served.url) as client:
        with pytest.raises(PromptLost):
            await _lookup(Backend(client, grace_seconds=60), ProgressBoard()).locate(PROMPT)
        assert served.lines.count("GET /queue") == 2


async def test_a_prompt_that_ends_between_the_two_questions_is_found_in_the_history() -> None:
    async with telling([{}, ENTRY], [_queue()]) as served, client_of(served.url) as client:
        assert isinstance(await find_prompt(client, PROMPT), HistoryEntry)


async def test_what_stands_before_a_waiting_prompt_is_what_runs_and_what_has_a_smaller_number() -> None:
    pending = [_item(9, "later"), _item(2, "sooner"), _item(3, PROMPT)]
    async with (
        telling([{}], [_queue([_item(1, "running")], pending)]) as served,
        client_of(served.url) as client,
    ):
        found = await find_prompt(client, PROMPT)
        assert isinstance(found, InQueue)
        assert [item.prompt_id for item in found.ahead] == ["running", "sooner"]


async def test_that_comfyui_is_away_is_told_until_it_tells_of_the_prompt() -> None:
    board = ProgressBoard()
    async with client_of("http://127.0.0.1:9") as client:
        lookup = _lookup(Backend(client, grace_seconds=60), board)

        async def ignored(_: float) -> None:
            return

        context = FollowerContext(lambda _: False, lambda: 0.0, ignored, lambda: False)
        follower = PromptFollower(PROMPT, lookup, context, PictureCollector(JOB, {}, None))
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(lookup.until_online(1))
            away = text("notice-away", backend=lookup.backend.name)
            await eventually(lambda: (shown := board.latest(JOB)) and shown.notice == away)
            follower.on_event(Disconnected("cut"))
            shown = board.latest(JOB)
            assert shown is not None
            assert shown.notice == away
            follower.on_event(Status(1))
            await waiting
            shown = board.latest(JOB)
            assert shown is not None
            assert shown.notice == away  # a server that restarted says as much, and does not know the prompt
            follower.on_event(ExecutionStart(str(PROMPT), None))
            shown = board.latest(JOB)
            assert shown is not None
            assert shown.notice is None
        assert not lookup.backend.online  # it was the event that ended the waiting
