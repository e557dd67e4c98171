"""How a run's prompt gets into ComfyUI: its files before it, and itself once."""

import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import cast
from uuid import UUID

from msgspec.structs import replace

from bot.comfy import Away, ComfyError, Graph, GraphRefused, JsonValue, Refusal, TimedOut
from bot.generation.lookup import PromptLookup, PromptLost, find_prompt
from bot.generation.ui_files import Names, with_files
from bot.generation.uploads import UploadRefused, Uploads
from bot.jobs.claim import Claim
from bot.jobs.job import MAX_ATTEMPTS
from bot.texts import Text, text
from bot.workflows import InputRef
from bot.workflows.policy import NodePolicy

log = logging.getLogger(__name__)


class PromptSubmission:
    """Of one claim, whose graph names the workflow's own files: the job's are filled in here."""

    def __init__(
        self,
        claim: Claim,
        lookup: PromptLookup,
        uploads: Uploads,
        *,
        abandon: Callable[[], Awaitable[None]],
    ) -> None:
        """``abandon``: takes the claim's prompt out of ComfyUI."""
        self._job = claim.job
        self._inputs = claim.inputs
        self._ui_graph = claim.ui_graph
        self._trusted = claim.trusted
        self._lookup = lookup
        self._uploads = uploads
        self._abandon = abandon
        self._names: Names = {}
        self._sent_anew = False

    def refused_by(self, policy: NodePolicy, graph: Graph) -> Sequence[Text]:
        """Why the graph may not run, by what the backend has now: while jobs wait, packs change, and the policy does."""
        known = self._lookup.backend.knowledge
        handed_in = frozenset(InputRef(*place) for place in self._names)
        knowledge = () if known is None else (known,)
        return policy.refusals(graph, knowledge, trusted=self._trusted, handed_in=handed_in)

    def may_have_lost_files(self) -> None:
        """The backend lost a prompt: perhaps its disk as well."""
        self._uploads.forget()

    async def bring_files(self, *, anew: bool = False) -> None:
        """Have the job's files on the backend.

        Raises:
            UploadRefused: the backend does not take them.
            Fenced, CancelledWhileAway, BackendReplaced: why nobody waits for it any more.
        """
        failures = 0
        while True:
            try:
                self._names = await self._uploads.place(self._inputs, anew=anew)
            except ComfyError as error:
                failures += 1
                log.warning("job %s: upload: %s", self._job.id, error)
                if failures >= MAX_ATTEMPTS and not isinstance(error, Away | TimedOut):
                    backend = self._lookup.backend.label
                    raise UploadRefused(text("upload-failed", backend=backend)) from error
                await self._lookup.until_online(failures)
            else:
                self._lookup.reporter.back()
                return

    async def brought_again(self, refused: GraphRefused) -> bool:
        """Whether the refusal was for a file of ours that the backend lost, and that it has again now. Once a run.

        Raises:
            See :meth:`bring_files`.
        """
        about = {(problem.node_id, problem.input_name) for problem in refused.problems}
        if self._sent_anew or not about & self._names.keys():
            return False
        log.warning("job %s: %s lost its files", self._job.id, self._lookup.backend.name)
        self._sent_anew = True
        await self.bring_files(anew=True)
        return True

    async def is_there_already(self, prompt_id: UUID) -> bool:
        """Whether another process submitted this very prompt: one that heard the same interaction.

        ComfyUI would run it twice. Prompt ids derive from the interaction, so that both name it alike.
        """
        failures = 0
        while True:
            try:
                return await find_prompt(self._lookup.backend.client, prompt_id) is not None
            except ComfyError as error:
                failures += 1
                log.debug("job %s: %s", self._job.id, error)
                await self._lookup.until_online(failures)

    async def submit(self, graph: Graph, prompt_id: UUID, client_id: str) -> None:
        """Put the prompt into ComfyUI, once.

        A lost answer is settled by looking for the prompt, never by posting blindly again: ComfyUI runs the same
        ``prompt_id`` twice if it is posted twice, and can have queued what it answered with 500.

        Raises:
            GraphRefused: ComfyUI has nothing of it.
            PromptLost: it never arrived.
        """
        client, extra = self._lookup.backend.client, self._extra_data(graph)
        graph = _filled(graph, self._names)
        for tries in range(1, MAX_ATTEMPTS + 1):
            try:
                answer = await client.submit(
                    graph, prompt_id=prompt_id, client_id=client_id, extra_data=extra
                )
            except GraphRefused:
                raise
            except ComfyError as error:
                log.warning("job %s: submission: %s", self._job.id, error)
                await self._lookup.until_online(tries)
                if await self._arrived_after_all(prompt_id):
                    return
                continue
            self._lookup.reporter.back()
            if answer.problems:
                # ComfyUI runs what is left of a graph with faulty outputs. Half a job is not what was asked for.
                await self._abandon()
                raise GraphRefused(client.server.label, Refusal("", "", answer.problems))
            return
        raise PromptLost

    async def _arrived_after_all(self, prompt_id: UUID) -> bool:
        try:
            await self._lookup.locate_in_the_end(prompt_id)
        except PromptLost:
            return False
        return True

    def _extra_data(self, graph: Graph) -> dict[str, JsonValue]:
        """Our tag, previews where the server can send them, and what the editor opens of the files."""
        extra: dict[str, JsonValue] = {
            "comfycord": {"job": str(self._job.id)},
            "preview_method": "auto",
        }
        if self._ui_graph is not None:
            document = cast("JsonValue", json.loads(self._ui_graph))
            extra["extra_pnginfo"] = {"workflow": with_files(document, graph, self._names)}
        return extra


def _filled(graph: Graph, names: Names) -> Graph:
    """With the names that the files have on the backend. They are put in by place, never looked for by name."""
    filled = dict(graph)
    for (node_id, input_name), name in names.items():
        node = filled[node_id]
        filled[node_id] = replace(node, inputs={**node.inputs, input_name: name})
    return filled
