"""The HTTP side: which path does what."""

import contextlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, cast

from aiohttp import hdrs, web

from bot.sandbox.comfyui.bodies import (
    HandlerError,
    JsonObject,
    as_list,
    as_object,
    field_of,
    internal_server_error,
    json_body,
)
from bot.sandbox.comfyui.job_requests import BadIds, job_ids, page_of_jobs, wanted_jobs
from bot.sandbox.comfyui.jobs import job_record
from bot.sandbox.comfyui.node_classes import NodeClass
from bot.sandbox.comfyui.pack_classes import STAND_IN
from bot.sandbox.comfyui.refusals import RefusedPrompt
from bot.sandbox.comfyui.submission import order_number, prepare
from bot.sandbox.comfyui.uploads import read_upload, store_image, store_mask
from bot.sandbox.comfyui.viewing import view

if TYPE_CHECKING:
    from bot.sandbox.comfyui.server import ComfyServer

_Route = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Routes:
    """The handlers, of one server process."""

    def __init__(self, server: "ComfyServer") -> None:
        self._server = server
        self._queue = server.queue
        self._files = server.installation.files

    def table(self) -> list[tuple[str, str, _Route]]:
        """Method, path, handler."""
        return [
            (hdrs.METH_GET, "/ws", self._server.sockets.handle),
            (hdrs.METH_GET, "/prompt", self.get_prompt),
            (hdrs.METH_POST, "/prompt", self.post_prompt),
            (hdrs.METH_GET, "/queue", self.get_queue),
            (hdrs.METH_POST, "/queue", self.post_queue),
            (hdrs.METH_POST, "/interrupt", self.interrupt),
            (hdrs.METH_GET, "/history", self.get_history),
            (hdrs.METH_POST, "/history", self.post_history),
            (hdrs.METH_GET, "/history/{prompt_id}", self.history_entry),
            (hdrs.METH_POST, "/free", self.free),
            (hdrs.METH_GET, "/view", self.view),
            (hdrs.METH_POST, "/upload/image", self.upload_image),
            (hdrs.METH_POST, "/upload/mask", self.upload_mask),
            (hdrs.METH_GET, "/object_info", self.object_info),
            (hdrs.METH_GET, "/object_info/{name}", self.node_info),
            (hdrs.METH_GET, "/system_stats", self.system_stats),
            (hdrs.METH_GET, "/features", self.features),
            (hdrs.METH_GET, "/embeddings", self.embeddings),
            (hdrs.METH_GET, "/i18n", self.translations),
            (hdrs.METH_GET, "/extensions", self.extensions),
            (hdrs.METH_GET, "/models", self.model_folders),
            (hdrs.METH_GET, "/models/{folder}", self.models),
            (hdrs.METH_GET, "/view_metadata/{folder}", self.model_metadata),
        ]

    def jobs_table(self) -> list[tuple[str, str, _Route]]:
        """What newer servers have besides."""
        return [
            (hdrs.METH_GET, "/jobs", self.jobs),
            (hdrs.METH_POST, "/jobs/cancel", self.cancel_jobs),
            (hdrs.METH_GET, "/jobs/{prompt_id}", self.job),
            (hdrs.METH_POST, "/jobs/{prompt_id}/cancel", self.cancel_job),
        ]

    async def get_prompt(self, _: web.Request) -> web.Response:
        return web.json_response({"exec_info": {"queue_remaining": self._queue.remaining}})

    async def post_prompt(self, request: web.Request) -> web.Response:
        body = await json_body(request)
        number, counted = order_number(as_object(body) or {}, self._queue.counter)
        self._queue.counter += counted
        prepared = prepare(body, number, self._server.next_story, self._server.check_context())
        if isinstance(prepared, RefusedPrompt):
            return web.json_response(
                {"error": prepared.error, "node_errors": prepared.node_errors}, status=400
            )
        item, node_errors = prepared
        if self._queue.full:
            raise HandlerError
        self._server.submitted(cast("JsonObject", body))
        try:
            self._queue.put(item)
        except TypeError as error:
            raise HandlerError from error
        if item.story.lose_answer and request.transport is not None:
            request.transport.abort()
        return web.json_response(
            {"prompt_id": item.prompt_id, "number": item.number, "node_errors": node_errors}
        )

    async def get_queue(self, _: web.Request) -> web.Response:
        running = self._queue.running
        return web.json_response(
            {
                "queue_running": [] if running is None else [running.public()],
                "queue_pending": [item.public() for item in self._queue.pending],
            }
        )

    async def post_queue(self, request: web.Request) -> web.Response:
        body = await json_body(request)
        if field_of(body, "clear"):
            self._queue.clear()
        for prompt_id in _ids(body):
            self._queue.delete(str(prompt_id))
        return web.Response()

    async def interrupt(self, request: web.Request) -> web.Response:
        prompt_id = None
        with contextlib.suppress(HandlerError):  # a body that is no JSON means: stop whatever runs
            body = await json_body(request)
            if (fields := as_object(body)) is None:
                return internal_server_error()
            prompt_id = fields.get("prompt_id")
        self._server.interrupt(str(prompt_id) if prompt_id else None)
        return web.Response()

    async def get_history(self, request: web.Request) -> web.Response:
        try:
            offset = int(request.query.get("offset", "-1"))
            max_items = int(request.query["max_items"]) if "max_items" in request.query else None
        except ValueError as error:
            raise HandlerError from error
        return web.json_response(self._queue.page(max_items=max_items, offset=offset))

    async def history_entry(self, request: web.Request) -> web.Response:
        prompt_id = request.match_info["prompt_id"]
        entry = self._queue.history.get(prompt_id)
        return web.json_response({} if entry is None else {prompt_id: entry})

    async def post_history(self, request: web.Request) -> web.Response:
        body = await json_body(request)
        if field_of(body, "clear"):
            self._queue.history.clear()
        self._queue.forget(_ids(body))
        return web.Response()

    async def free(self, request: web.Request) -> web.Response:
        fields = as_object(await json_body(request))
        if fields is None:
            raise HandlerError
        if fields.get("free_memory"):
            self._server.free_memory()
        return web.Response()

    async def view(self, request: web.Request) -> web.StreamResponse:
        return await view(request, self._files)

    async def upload_image(self, request: web.Request) -> web.Response:
        upload = await read_upload(request)
        return web.Response(status=400) if upload is None else store_image(self._files, upload)

    async def upload_mask(self, request: web.Request) -> web.Response:
        upload = await read_upload(request)
        return web.Response(status=400) if upload is None else await store_mask(self._files, upload)

    async def object_info(self, _: web.Request) -> web.Response:
        if self._server.installation.broken_class is not None:
            raise HandlerError
        classes = self._server.installation.classes()
        described = {name: self._described(node) for name, node in classes.items()}
        return web.json_response({**described, STAND_IN.name: self._described(STAND_IN)})

    async def node_info(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name == self._server.installation.broken_class:
            raise HandlerError
        node = self._server.installation.classes().get(name)
        return web.json_response({} if node is None else {name: self._described(node)})

    def _described(self, node: NodeClass) -> JsonObject:
        installation = self._server.installation
        return node.info(installation.listings(), later=installation.release.outputs_pass_on)

    async def system_stats(self, _: web.Request) -> web.Response:
        return web.json_response(self._server.installation.system_stats())

    async def features(self, _: web.Request) -> web.Response:
        return web.json_response(self._server.installation.features())

    async def embeddings(self, _: web.Request) -> web.Response:
        return web.json_response(self._server.installation.embeddings)

    async def translations(self, _: web.Request) -> web.Response:
        """Of packs; those here have none."""
        return web.json_response({})

    async def extensions(self, _: web.Request) -> web.Response:
        return web.json_response(["/extensions/core/clipspace.js", "/extensions/core/maskEditorOld.js"])

    async def model_folders(self, _: web.Request) -> web.Response:
        return web.json_response(list(self._server.installation.models()))

    async def models(self, request: web.Request) -> web.Response:
        names = self._server.installation.models().get(request.match_info["folder"])
        return web.Response(status=404) if names is None else web.json_response(list(names))

    async def model_metadata(self, request: web.Request) -> web.Response:
        name = request.query.get("filename")
        if name is None or name not in self._server.installation.models().get(
            request.match_info["folder"], ()
        ):
            return web.Response(status=404)
        return web.json_response(
            {"modelspec.title": name, "modelspec.author": "nobody: the sandbox draws by itself"}
        )

    async def jobs(self, request: web.Request) -> web.Response:
        try:
            wanted = wanted_jobs(request.query)
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response(page_of_jobs(self._queue, wanted))

    async def cancel_jobs(self, request: web.Request) -> web.Response:
        try:
            ids = job_ids(await request.text())
        except BadIds as error:
            return web.json_response(error.body, status=400)
        cancelled = [self._cancel(prompt_id) for prompt_id in ids]
        return web.json_response({"cancelled": any(cancelled)})

    async def job(self, request: web.Request) -> web.Response:
        record = job_record(self._queue, request.match_info["prompt_id"])
        return (
            web.json_response({"error": "Job not found"}, status=404)
            if record is None
            else web.json_response(record)
        )

    async def cancel_job(self, request: web.Request) -> web.Response:
        return web.json_response({"cancelled": self._cancel(request.match_info["prompt_id"])})

    def _cancel(self, prompt_id: str) -> bool:
        """Stop the prompt if it runs, take it out of the queue if it waits."""
        running = self._queue.running
        if running is not None and running.prompt_id == prompt_id:
            self._server.interrupt(prompt_id)
            return True
        return self._queue.delete(prompt_id)


def _ids(body: object) -> list[object]:
    """The ids of a ``delete``. A text is read letter by letter, as ComfyUI reads it: nothing has such an id."""
    wanted = field_of(body, "delete")
    fields = as_object(body)
    if fields is None or "delete" not in fields:
        return []
    if isinstance(wanted, str):
        return list(wanted)
    ids = as_list(wanted)
    if ids is None:
        raise HandlerError
    return ids
