"""The client of one ComfyUI: every route as a method, values in and out.

It is stateless but for one thing it remembers (see :meth:`ComfyClient.cancel`), so one is enough for any number of tasks.
"""

from collections.abc import AsyncGenerator

import aiohttp

from .events import Event
from .files import FileRoutes
from .knowledge import KnowledgeRoutes
from .prompts import PromptRoutes
from .server import Server
from .transport import Transport
from .websocket import follow


class ComfyClient(PromptRoutes, FileRoutes, KnowledgeRoutes):
    """One ComfyUI server.

    Args:
        session: The caller's; it is neither made nor closed here.
        server: Where it is and how to get past the proxy in front.
        timeout_seconds: For a whole answer. For ``view`` and uploads: between two signs of life, ten times that in
            all. A node that holds the interpreter lock can keep a server silent for 30 s.
    """

    def __init__(
        self, session: aiohttp.ClientSession, server: Server, *, timeout_seconds: float = 30
    ) -> None:
        self.server = server
        self._transport = Transport(session, server, timeout_seconds)

    def events(self, client_id: str) -> AsyncGenerator[Event]:
        """The events of one websocket connection (``GET /ws?clientId=``), until it ends, which is an error.

        Use it inside :func:`contextlib.aclosing` if you may stop early: closing awaits the closing handshake, and
        only then may another connection take the same ``client_id``. :class:`EventStream` reconnects.

        Raises:
            StreamLost: a connection that was open ended, in whatever way.
            Away: no connection; also the other :class:`ComfyError` of a request.
        """
        return follow(self._transport, client_id)
