"""One server process, from its start to its end or its crash: queue, sockets, cache and the worker that runs prompts.

What outlives a crash (files, models, the stories of the jobs to come) is in :class:`Installation` and comes from outside.
"""

import asyncio
import copy
import posixpath
from collections.abc import Mapping
from typing import Final

from aiohttp import web

from bot.sandbox.comfyui.application import application
from bot.sandbox.comfyui.bodies import JsonObject
from bot.sandbox.comfyui.cache import NodeCache
from bot.sandbox.comfyui.execution import Execution, ExecutionContext
from bot.sandbox.comfyui.files import Folder
from bot.sandbox.comfyui.foreign import ForeignPrompt
from bot.sandbox.comfyui.installation import Installation
from bot.sandbox.comfyui.jobs import output_files
from bot.sandbox.comfyui.literals import CheckContext
from bot.sandbox.comfyui.prompt_events import PromptEvents
from bot.sandbox.comfyui.prompt_queue import PromptQueue, QueueItem
from bot.sandbox.comfyui.refusals import RefusedPrompt
from bot.sandbox.comfyui.sockets import Sockets
from bot.sandbox.comfyui.story import Story
from bot.sandbox.comfyui.story_run import ServerControls, StoryRun
from bot.sandbox.comfyui.validation import Accepted, validate

HOST: Final = "127.0.0.1"


class ComfyServer:
    """A started ComfyUI. ``controls``: what stories may do to it."""

    def __init__(self, installation: Installation, controls: ServerControls) -> None:
        self.installation = installation
        self._controls = controls
        self.queue = PromptQueue(self._queue_changed)
        self.sockets = Sockets(
            features=installation.features(),
            remaining=lambda: self.queue.remaining,
            executing=self._executing,
            until_thawed=self.until_thawed,
        )
        self._thawed = asyncio.Event()
        self._thawed.set()
        self._cache = NodeCache(spare=installation.release.spare_results)
        self._forget_results = False
        self._execution: Execution | None = None
        self._runner: web.AppRunner | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self, port: int, *, prefix: str, headers: Mapping[str, str]) -> int:
        """Listen, and work. Returns the port."""
        app = application(
            self, prefix=prefix, headers=headers, max_body_bytes=self.installation.max_upload_bytes
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, port)
        await site.start()
        self._tasks = [asyncio.create_task(self.sockets.publish()), asyncio.create_task(self._work())]
        return int(self._runner.addresses[0][1])

    async def kill(self) -> None:
        """End at once: every connection is reset, nothing is said. Raises what a task had died of before."""
        for task in self._tasks:
            task.cancel()
        if self._runner is not None and self._runner.server is not None:
            for connection in self._runner.server.connections:
                if connection.transport is not None:
                    connection.transport.abort()
            await self._runner.cleanup()
        ends = await asyncio.gather(*self._tasks, return_exceptions=True)
        self.installation.files.wipe(Folder.TEMP)
        for bug in ends:
            if isinstance(bug, Exception):
                raise bug

    def check_context(self) -> CheckContext:
        here = self.installation
        return CheckContext(here.classes(), here.listings(), here.files, here.release)

    def next_story(self) -> Story:
        return self.installation.next_story()

    def submitted(self, body: JsonObject) -> None:
        self.installation.submitted.append(body)
        self.installation.taken.append((self.installation.starts, str(body.get("prompt_id"))))

    def queue_foreign(self, prompt: ForeignPrompt, graph: JsonObject, number: float | None) -> None:
        """Queue a prompt that came past this side's requests; it is checked like any other."""
        graph = copy.deepcopy(graph)
        match validate(graph, None, self.check_context()):
            case RefusedPrompt(error):
                raise ValueError(error["message"])
            case Accepted(outputs):
                place = self.queue.counter if number is None else number
                self.queue.counter += number is None
                extra: JsonObject = {"client_id": "somebody else"}
                self.queue.put(QueueItem(place, prompt.prompt_id, graph, extra, outputs, prompt.story))

    def interrupt(self, prompt_id: str | None) -> None:
        """Stop the running prompt: this one, or whichever it is."""
        self.installation.interrupted.append(prompt_id)
        running = self.queue.running
        if self._execution is not None and running is not None and prompt_id in (None, running.prompt_id):
            self._execution.interrupt()

    def freeze(self) -> None:
        """Stop as a process does that a signal stopped, or whose interpreter a node holds."""
        self._thawed.clear()

    def thaw(self) -> None:
        self._thawed.set()

    @property
    def frozen(self) -> bool:
        return not self._thawed.is_set()

    async def until_thawed(self) -> None:
        await self._thawed.wait()

    @property
    def running_node(self) -> JsonObject | None:
        """How much of the running prompt is done; 0 when none runs."""
        return None if self._execution is None else self._execution.running_node

    def free_memory(self) -> None:
        """Drop the cache, as soon as no prompt is running."""
        if self.queue.running is None:
            self._cache.clear()
        else:
            self._forget_results = True

    def disconnect(self, client_id: str) -> None:
        """Cut the websocket of a client, without a close frame."""
        self.sockets.cut(client_id)

    def _lose_files(self, outputs: Mapping[str, object]) -> None:
        """The disk eats what the job saved."""
        for file in output_files(outputs):
            path = posixpath.join(str(file["subfolder"]), str(file["filename"]))
            self.installation.files.remove(Folder(str(file["type"])), path)

    def _queue_changed(self) -> None:
        self.sockets.send_status()

    def _executing(self, client_id: str) -> str | None:
        running = self.queue.running
        if self._execution is None or running is None or running.client_id != client_id:
            return None
        return self._execution.node_id

    async def _work(self) -> None:
        """Run prompts, one after another, for ever."""
        while True:
            await self._run(await self.queue.take())

    async def _run(self, item: QueueItem) -> None:
        events = PromptEvents(self.sockets, item)
        story_run = StoryRun(item, pace=self.installation.pace, controls=self._controls)
        here = self.installation
        shared = ExecutionContext(
            here.files, self._cache, here.previews, plain_numbers=here.release.outputs_pass_on
        )
        self._execution = Execution(item, events=events, story_run=story_run, shared=shared)
        await self._execution.run()
        await self.until_thawed()
        # ComfyUI says "success" before its history knows: clients that ask at once may find nothing
        await asyncio.sleep(item.story.late_history)
        if item.story.lose_file:
            self._lose_files(events.outputs)
        entry = events.entry()
        self.queue.finish(item, entry)
        self.installation.remember(item.prompt_id, entry)
        events.ended()
        self._execution = None
        if self._forget_results:
            self._cache.clear()
            self._forget_results = False
