"""The handle on the stand-in: start it, say how jobs go, crash it, read what it was asked."""

import asyncio
import socket
import sys
import uuid
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager

from bot.sandbox.comfyui.bodies import JsonObject
from bot.sandbox.comfyui.faults import Fault
from bot.sandbox.comfyui.files import Folder
from bot.sandbox.comfyui.foreign import GRAPH, ForeignPrompt
from bot.sandbox.comfyui.installation import Installation
from bot.sandbox.comfyui.release import RELEASE_0_33, Release
from bot.sandbox.comfyui.server import HOST, ComfyServer
from bot.sandbox.comfyui.sockets import encoded_frame
from bot.sandbox.comfyui.story import LIFELIKE, Pace, Story


class ComfyStandIn:
    """A ComfyUI on a loopback socket. Made by :meth:`running`."""

    def __init__(
        self, installation: Installation, *, port: int, prefix: str, require_headers: Mapping[str, str]
    ) -> None:
        self.installation = installation
        self._port = port
        self._prefix = prefix
        self._require_headers = dict(require_headers)
        self._server: ComfyServer | None = None
        self._lifecycle = asyncio.Lock()
        self._restarts: set[asyncio.Task[None]] = set()

    @classmethod
    @asynccontextmanager
    async def running(
        cls,
        *,
        port: int = 0,
        speed: Pace = LIFELIKE,
        prefix: str = "",
        require_headers: Mapping[str, str] | None = None,
        release: Release = RELEASE_0_33,
        previews: bool = True,
        max_upload_bytes: int = 100 * 2**20,
    ) -> AsyncGenerator["ComfyStandIn"]:
        """A started stand-in; at the end it dies as a killed server does.

        Args:
            port: 0 takes a free one, and keeps it over restarts.
            speed: how long nodes and steps take; ``INSTANT`` for tests.
            prefix: a base path, as behind a proxy: ``/comfy``.
            require_headers: what every request must carry, else 401: a proxy with authentication in front.
            release: which ComfyUI it is.
            previews: whether samplers send preview frames (a real server: only if started so).
            max_upload_bytes: above that, 413.
        """
        installation = Installation(
            release=release, pace=speed, previews=previews, max_upload_bytes=max_upload_bytes
        )
        with _held(port) as held_port:
            standin = cls(
                installation, port=held_port, prefix=prefix.rstrip("/"), require_headers=require_headers or {}
            )
            await standin.restart()
            try:
                yield standin
            finally:
                async with standin._lifecycle:  # a crash under way comes to its end
                    for task in standin._restarts:
                        task.cancel()
                await asyncio.gather(*standin._restarts, return_exceptions=True)
                await standin.crash()

    @property
    def url(self) -> str:
        """The base URL, with the base path if there is one."""
        return f"http://{HOST}:{self._port}{self._prefix}"

    def next_job(self, story: Story) -> None:
        """The next accepted prompt goes like this; called twice, the prompt after it goes like the second."""
        self.installation.stories.append(story)

    def every_job(self, story: Story) -> None:
        """Prompts for which :meth:`next_job` has nothing go like this from now on."""
        self.installation.usual_story = story

    async def crash(self) -> None:
        """Die: connections are reset, the port refuses, queue and history are gone. Saved files stay."""
        async with self._lifecycle:
            if self._server is not None:
                server, self._server = self._server, None
                await server.kill()

    async def restart(self) -> None:
        """Start again, empty, on the same port; a server that runs crashes first."""
        await self.crash()
        async with self._lifecycle:
            self.installation.starts += 1
            server = ComfyServer(self.installation, self)
            self._port = await server.start(self._port, prefix=self._prefix, headers=self._require_headers)
            self._server = server

    def crash_soon(self, restart_after: float | None) -> None:
        """Crash at the next moment, and start again after so many seconds, if any are named."""

        async def crash_and_restart() -> None:
            await self.crash()
            if restart_after is not None:
                await asyncio.sleep(restart_after)
                await self.restart()

        task = asyncio.create_task(crash_and_restart())
        self._restarts.add(task)
        task.add_done_callback(self._restarts.discard)

    def add_fault(self, fault: Fault) -> Fault:
        """Let requests that match be answered wrongly; it counts its ``hits``."""
        return self.installation.faults.add(fault)

    def answer(
        self,
        path: str,
        *,
        status: int = 200,
        body: bytes | str = b"",
        headers: Mapping[str, str] | None = None,
        method: str | None = None,
        after: bool = False,
        times: int | None = 1,
    ) -> Fault:
        """Answer the next requests of a path (a regular expression) with this; see :class:`Fault` for more."""
        fault = Fault(path, method, status=status, body=body, after=after, times=times)
        if headers is not None:
            fault.headers = headers
        return self.add_fault(fault)

    def clear_faults(self) -> None:
        self.installation.faults.clear()

    def break_object_info(self, class_type: str = "BrokenNode") -> None:
        """One pack is broken: ``/object_info`` answers 500, and so does the page of that class; all else works."""
        self.installation.broken_class = class_type

    def mend_object_info(self) -> None:
        self.installation.broken_class = None

    def install_packs(self) -> None:
        """Install the custom packs: films, outlines, a tagger, and two that show texts (see ``pack_classes``)."""
        self.installation.packs = True

    def forget_inputs(self) -> None:
        """Somebody emptied the input folder: every upload is gone."""
        self.installation.files.wipe(Folder.INPUT)

    def remove_class(self, class_type: str) -> None:
        """A node class is not there any more, as after its pack was uninstalled."""
        self.installation.removed_classes.add(class_type)

    def restore_class(self, class_type: str) -> None:
        self.installation.removed_classes.discard(class_type)

    def send_frame(
        self, frame: str | bytes, client_id: str | None = None, *, opcode: int | None = None
    ) -> None:
        """Send any frame to a client's websocket, or to all.

        With an ``opcode`` the frame goes out as it is, whether or not the protocol allows it: 1 with bytes that are
        no UTF-8, 8 with a strange close code, 3 that nobody has defined.
        """
        if self._server is None:
            return
        if opcode is None:
            self._server.sockets.send_frame(frame, client_id)
        else:
            payload = frame.encode() if isinstance(frame, str) else frame
            self._server.sockets.write(encoded_frame(opcode, payload), client_id)

    def foreign_prompt(
        self,
        prompt_id: str | None = None,
        *,
        graph: JsonObject | None = None,
        story: Story | None = None,
        number: float | None = None,
    ) -> ForeignPrompt:
        """Another client queues a prompt: any text may be its id. It holds until released, unless ``story`` says otherwise."""
        prompt = ForeignPrompt(prompt_id or str(uuid.uuid4()), story or Story(hold=True))
        if self._server is not None:
            self._server.queue_foreign(prompt, GRAPH if graph is None else graph, number)
        return prompt

    def clear_queue(self) -> None:
        """Somebody clears the queue in ComfyUI: what waits is gone, what runs goes on."""
        if self._server is not None:
            self._server.queue.clear()

    def interrupt(self) -> None:
        """Somebody stops in ComfyUI whatever runs."""
        if self._server is not None:
            self._server.interrupt(None)

    def freeze(self) -> None:
        """Stop without an end, as by SIGSTOP: connections are accepted, and nothing is answered or sent."""
        if self._server is not None:
            self._server.freeze()

    def thaw(self) -> None:
        """Go on, with all that has come in meanwhile."""
        if self._server is not None:
            self._server.thaw()

    async def until_thawed(self) -> None:
        if self._server is not None:
            await self._server.until_thawed()

    async def until(self, condition: Callable[[], object], *, seconds: float = 5) -> None:
        """Wait for something to become true, such as ``lambda: comfy.running_prompt``. Raises ``TimeoutError``."""
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110  # the condition may be about anything
                await asyncio.sleep(0.002)

    @property
    def alive(self) -> bool:
        return self._server is not None

    @property
    def frozen(self) -> bool:
        """Whether it stands still, by :meth:`freeze` or by a story."""
        return self._server is not None and self._server.frozen

    @property
    def checkpoints(self) -> list[str]:
        """The checkpoints that the server has; change the list as you like."""
        return self.installation.checkpoints

    @property
    def submitted(self) -> list[JsonObject]:
        """Bodies of accepted prompts, in order, over all restarts."""
        return list(self.installation.submitted)

    @property
    def taken_twice(self) -> list[str]:
        """Ids of prompts that one and the same start of the server took more than once: it would run them twice."""
        counted = Counter(self.installation.taken)
        return [prompt_id for (_, prompt_id), times in counted.items() if times > 1]

    @property
    def interrupted(self) -> list[str | None]:
        """Prompt ids of interrupts, in order; ``None`` is a global one."""
        return list(self.installation.interrupted)

    @property
    def running_prompt(self) -> str | None:
        """The id of the prompt that runs."""
        running = None if self._server is None else self._server.queue.running
        return None if running is None else running.prompt_id

    @property
    def running_node(self) -> JsonObject | None:
        """The node that runs, with its ``value`` of ``max`` steps, as the events tell it."""
        return None if self._server is None else self._server.running_node

    @property
    def pending(self) -> list[str]:
        """Ids of waiting prompts, in the order in which they will run."""
        return [] if self._server is None else [item.prompt_id for item in sorted(self._server.queue.pending)]

    @property
    def history(self) -> dict[str, JsonObject]:
        """Entries by prompt id, oldest first."""
        return {} if self._server is None else dict(self._server.queue.history)

    @property
    def sockets(self) -> list[str]:
        """Client ids that events reach."""
        return [] if self._server is None else list(self._server.sockets.registered)

    def forget_client(self, client_id: str) -> None:
        """Nothing more is sent to the client's open websocket, until it connects again."""
        if self._server is not None:
            self._server.sockets.unregister(client_id)

    def disconnect(self, client_id: str) -> None:
        """Cut the client's websocket, without a close frame."""
        if self._server is not None:
            self._server.disconnect(client_id)


@contextmanager
def _held(port: int) -> Generator[int]:
    """Keep the port for the whole life: between a crash and the restart somebody else could be given it.

    Linux lets a server listen where a socket is merely bound; other systems do not, and there the port is not held.
    """
    if sys.platform != "linux":
        yield port
        return
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind((HOST, port))
        yield int(holder.getsockname()[1])
