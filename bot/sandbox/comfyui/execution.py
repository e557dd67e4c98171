"""Running one prompt: node after node, with its events and the cache.

Knows nothing of HTTP. How long things take and what goes wrong is decided in ``story_run``.
"""

import asyncio
from typing import cast

from msgspec import Struct

from bot.sandbox.comfyui.bodies import JsonObject
from bot.sandbox.comfyui.cache import Cached, NodeCache, signatures
from bot.sandbox.comfyui.drawing import preview
from bot.sandbox.comfyui.failures import NodeFailure, failure_in_story, traceback_of
from bot.sandbox.comfyui.files import FileStore
from bot.sandbox.comfyui.graphs import RunningOrder, class_of, inputs_of, link_of
from bot.sandbox.comfyui.node_context import NodeContext, NodeResult
from bot.sandbox.comfyui.node_functions import NODE_FUNCTIONS, SLOW_CLASSES
from bot.sandbox.comfyui.prompt_events import PromptEvents
from bot.sandbox.comfyui.prompt_queue import QueueItem
from bot.sandbox.comfyui.sampling import plan
from bot.sandbox.comfyui.saving import Saver, png_texts
from bot.sandbox.comfyui.story_run import PromptInterrupted, StoryRun
from bot.sandbox.comfyui.values import Inputs, Latent

SAMPLER = "KSampler"


class ExecutionContext(Struct, frozen=True):
    """What all prompts of one server process share."""

    files: FileStore
    cache: NodeCache
    previews: bool
    plain_numbers: bool
    """See :class:`~bot.sandbox.comfyui.saving.Saver`."""


class Execution:
    """One prompt, from ``execution_start`` to its last message."""

    def __init__(
        self, item: QueueItem, *, events: PromptEvents, story_run: StoryRun, shared: ExecutionContext
    ) -> None:
        self._item = item
        self._graph = item.prompt
        self._events = events
        self._story_run = story_run
        self._shared = shared
        saver = Saver(
            shared.files,
            png_texts(item.prompt, item.extra_data),
            short_body=item.story.short_body,
            plain_numbers=shared.plain_numbers,
        )
        self._context = NodeContext(shared.files, saver)
        self._signatures = signatures(self._graph, item.outputs, shared.files)
        self._executed: list[str] = []
        self.node_id: str | None = None
        """The node that runs right now."""

    @property
    def running_node(self) -> JsonObject | None:
        """The node that runs, with its ``value`` of ``max`` steps, as the events tell it."""
        return self._events.running_node

    def interrupt(self) -> None:
        """Ask it to stop; it checks between nodes and between steps, and may be done by then."""
        self._story_run.interrupt()

    async def run(self) -> None:
        self._events.started()
        self._shared.cache.keep_only(set(self._signatures.values()))
        order = RunningOrder(self._graph, self._item.outputs, self._is_cached)
        self._events.cached([node_id for node_id in self._graph if self._is_cached(node_id)])
        self._begin(order)
        current = ""
        try:
            while (following := order.take()) is not None:
                current = following
                await self._run_node(current)
                order.done(current)
            await self._story_run.end()
        except PromptInterrupted:
            self._events.interrupted(current, class_of(self._graph, current), self._executed)
        except NodeFailure as failure:
            self._fail(current, failure)
        else:
            self._events.succeeded()
        finally:
            self.node_id = None

    def _begin(self, order: RunningOrder) -> None:
        """Count the work: nodes to run, and the steps of those that sample."""
        running = [node_id for node_id in order.nodes if not self._is_cached(node_id)]
        samplers = [node_id for node_id in running if class_of(self._graph, node_id) == SAMPLER]
        wanted = (inputs_of(self._graph, node_id).get("steps") for node_id in samplers)
        steps = sum(
            self._story_run.steps(cast("int", count)) for count in wanted if not isinstance(count, list)
        )
        self._story_run.begin(nodes=len(running), samplers=len(samplers), steps=steps)

    def _cached(self, node_id: str) -> Cached | None:
        signature = self._signatures.get(node_id)
        return None if signature is None else self._shared.cache.find(signature)

    def _is_cached(self, node_id: str) -> bool:
        return self._cached(node_id) is not None

    async def _run_node(self, node_id: str) -> None:
        cached = self._cached(node_id)
        if cached is not None:
            if cached.shown is not None:
                self._events.node_showed(node_id, cached.shown, cached.node_id)
            self._events.node_finished(node_id)
            return
        self.node_id = node_id
        self._events.node_started(node_id)
        result = self._with_shown_by_story(node_id, await self._perform(node_id))
        self._shared.cache.keep(self._signatures[node_id], Cached(result.outputs, result.shown, node_id))
        self._executed.append(node_id)
        for number, frame in enumerate(result.frames):
            self._events.step(node_id, number, len(result.frames), frame, media_type="image/png")
        if result.shown is not None:
            self._events.node_showed(node_id, result.shown, node_id)
        self._events.node_finished(node_id)
        await self._story_run.work_done()

    def _with_shown_by_story(self, node_id: str, result: NodeResult) -> NodeResult:
        """The result, with what the story lets the node show."""
        wanted = self._item.story.shown or {}
        shown = wanted.get(node_id, wanted.get(class_of(self._graph, node_id)))
        return result if shown is None else NodeResult(result.outputs, dict(shown), result.frames)

    async def _perform(self, node_id: str) -> NodeResult:
        kind = class_of(self._graph, node_id)
        self._story_run.check_interrupt()
        if (failure := failure_in_story(self._item.story, node_id, kind)) is not None:
            await self._story_run.node(kind)
            raise failure
        inputs = self._inputs(node_id)
        if kind == SAMPLER:
            return await self._sample(node_id, inputs)
        await self._story_run.node(kind)
        if kind in SLOW_CLASSES:
            return await asyncio.to_thread(NODE_FUNCTIONS[kind], inputs, self._context)
        return NODE_FUNCTIONS[kind](inputs, self._context)

    async def _sample(self, node_id: str, inputs: Inputs) -> NodeResult:
        sampling = plan(inputs)
        steps = self._story_run.steps(sampling.steps)
        latent = await asyncio.to_thread(sampling.draw)
        for step in range(1, steps + 1):
            await self._story_run.step()
            self._story_run.check_interrupt()
            self._events.step(node_id, step, steps, await self._preview(latent, step / steps))
            await self._story_run.work_done()
        return NodeResult((latent,))

    async def _preview(self, latent: Latent, share: float) -> bytes | None:
        method = self._item.extra_data.get("preview_method")
        if not (self._shared.previews and self._item.story.previews) or method == "none":
            return None
        return await asyncio.to_thread(preview, latent.images[0], share)

    def _inputs(self, node_id: str) -> Inputs:
        """The node's inputs, with links replaced by what came along them."""
        values: dict[str, object] = {}
        for name, value in inputs_of(self._graph, node_id).items():
            link = link_of(value)
            source = None if link is None else self._cached(link[0])
            values[name] = value if link is None or source is None else source.outputs[link[1]]
        return Inputs(values)

    def _fail(self, node_id: str, failure: NodeFailure) -> None:
        inputs = inputs_of(self._graph, node_id)
        error: JsonObject = {
            "exception_message": failure.message,
            "exception_type": failure.exception_type,
            "traceback": traceback_of(failure),
            "current_inputs": {name: [str(value)] for name, value in inputs.items()},
            "current_outputs": list(self._graph),
        }
        self._events.failed(node_id, class_of(self._graph, node_id), self._executed, error)
