"""Routes around one prompt's life: submit, queue, cancel, history."""

import asyncio
import json
from collections.abc import Mapping
from uuid import UUID

from .errors import GraphRefused, NotFound
from .graph import Graph, graph_document
from .history import HistoryEntry, JobRecord, parse_history, parse_job
from .json_text import JsonLimit
from .json_value import JsonValue, is_small
from .problems import parse_refusal
from .queues import Queue, Submitted, parse_queue, parse_queue_remaining, parse_submitted
from .transport import LONG, Transport

_ONE_PROMPT = JsonLimit(32 * 1024 * 1024, 1_000_000)
"""Its graph comes along, which may hold whole pictures as text, and tracebacks of some MB."""
_MANY_PROMPTS = JsonLimit(64 * 1024 * 1024, 2_000_000)
"""10,000 entries of small graphs are 8 MB and 600,000 elements; 100 waiting graphs of 300 kB are 30 MB."""


class PromptRoutes:
    """Part of :class:`ComfyClient`; every method raises :class:`ComfyError`."""

    _transport: Transport
    _cancel_route: bool = True
    """Whether the server has ``/api/jobs/{id}/cancel``, as far as we know (June 2026 and later)."""

    async def submit(
        self,
        graph: Graph,
        *,
        prompt_id: UUID,
        client_id: str,
        extra_data: Mapping[str, JsonValue] | None = None,
    ) -> Submitted:
        """Queue a graph under an id of ours (``POST /prompt``).

        Not idempotent: the same id twice runs twice. After :class:`TimedOut`, :class:`Away` or a 500 the graph
        may be queued or not: look at :meth:`queue` and :meth:`history_entry` before trying again.

        Args:
            graph: In API format.
            prompt_id: Newer servers take canonical UUIDs only.
            client_id: Whose websocket gets the events. Without one, everybody's would.
            extra_data: Comes back in ``/queue``; ``extra_pnginfo`` in it is written into PNGs,
                ``preview_method`` asks newer servers for previews.

        Raises:
            GraphRefused: 400; nothing was queued.
            UnexpectedAnswer: among others the 500 in plain text for what is no graph at all.
            TooLarge: over 100 MiB.
        """
        document: dict[str, JsonValue] = {
            "prompt": graph_document(graph),
            "prompt_id": str(prompt_id),
            "client_id": client_id,
            "extra_data": extra_data or {},
        }
        # graphs may hold whole pictures as text
        body = _json(document) if is_small(document) else await asyncio.to_thread(_json, document)
        return await self._transport.answer(
            "POST", "/prompt", parse_submitted, limit=LONG, body=body, refused=self._graph_refused
        )

    async def queue_remaining(self) -> int:
        """How many prompts run or wait, of all clients (``GET /prompt``). The cheapest sign of life."""
        return await self._transport.answer("GET", "/prompt", parse_queue_remaining)

    async def queue(self) -> Queue:
        """What runs and what waits, of all clients (``GET /queue``).

        The answer holds every graph: for many waiting prompts it is large.
        """
        return await self._transport.answer("GET", "/queue", parse_queue, limit=_MANY_PROMPTS)

    async def delete_pending(self, *prompt_ids: UUID) -> None:
        """Take waiting prompts out (``POST /queue``): no event, no history. Running or unknown: no effect."""
        await self._transport.done("POST", "/queue", body=_json({"delete": [str(id_) for id_ in prompt_ids]}))

    async def clear_pending(self) -> None:
        """Take out everything that waits, of all clients (``POST /queue``)."""
        await self._transport.done("POST", "/queue", body=_json({"clear": True}))

    async def interrupt(self, prompt_id: UUID) -> None:
        """Stop this prompt if it runs (``POST /interrupt``), between two steps; in its last node too late.

        Servers before v0.3.57 (September 2025) stop whatever runs.
        """
        await self._transport.done("POST", "/interrupt", body=_json({"prompt_id": str(prompt_id)}))

    async def cancel(self, prompt_id: UUID) -> None:
        """Stop or take out a prompt, wherever it is. Look at :meth:`history_entry` for what became of it.

        ``POST /api/jobs/{id}/cancel`` where the server has it: one atomic step. Else, and the client remembers,
        :meth:`delete_pending` and :meth:`interrupt`. A prompt that ended or never was: no effect.
        """
        if self._cancel_route:
            try:
                return await self._transport.done("POST", f"/api/jobs/{prompt_id}/cancel", body=b"{}")
            except NotFound as missing:
                if _is_unknown_job(missing):
                    return None
                self._cancel_route = False
        await self.delete_pending(prompt_id)
        return await self.interrupt(prompt_id)

    async def history(
        self, *, max_items: int | None = None, offset: int | None = None
    ) -> tuple[HistoryEntry, ...]:
        """Prompts that ended, oldest first (``GET /history``): the newest ``max_items``, or from ``offset`` on.

        All 10,000 that a server keeps are 8 MB.
        """
        asked = {"max_items": max_items, "offset": offset}
        params = {key: str(value) for key, value in asked.items() if value is not None}
        return await self._transport.answer(
            "GET", "/history", parse_history, limit=_MANY_PROMPTS, params=params
        )

    async def history_entry(self, prompt_id: UUID) -> HistoryEntry | None:
        """How a prompt ended (``GET /history/{id}``); None: unknown, waiting or running.

        It appears a moment after ``execution_success`` and before ``Executing(node=None)``.
        """
        entries = await self._transport.answer(
            "GET", f"/history/{prompt_id}", parse_history, limit=_ONE_PROMPT
        )
        return next((entry for entry in entries if entry.prompt_id == str(prompt_id)), None)

    async def delete_history(self, *prompt_ids: UUID) -> None:
        """Forget these (``POST /history``). Their files stay."""
        await self._transport.done(
            "POST", "/history", body=_json({"delete": [str(id_) for id_ in prompt_ids]})
        )

    async def clear_history(self) -> None:
        """Forget all, of all clients (``POST /history``)."""
        await self._transport.done("POST", "/history", body=_json({"clear": True}))

    async def job(self, prompt_id: UUID) -> JobRecord | None:
        """A prompt wherever it is (``GET /api/jobs/{id}``); None: unknown, or a server before December 2025."""
        try:
            return await self._transport.answer("GET", f"/api/jobs/{prompt_id}", parse_job, limit=_ONE_PROMPT)
        except NotFound:
            return None

    def _graph_refused(self, body: JsonValue) -> GraphRefused:
        return GraphRefused(self._transport.server.label, parse_refusal(body))


def _json(document: Mapping[str, JsonValue]) -> bytes:
    return json.dumps(document, allow_nan=False).encode()


def _is_unknown_job(missing: NotFound) -> bool:
    """The route answers in JSON; a server without the route, in plain text."""
    return missing.body.lstrip().startswith("{")
