"""Everything that can go wrong with a server, as one small tree.

Each error names its server without credentials, says in one sentence what happened, and can be pickled. The two
that Python has words for are also :class:`ConnectionError` and :class:`TimeoutError`.
"""

from .phrases import Phrase
from .problems import Refusal
from .redaction import encodable, without_secrets

MAX_BODY_CHARACTERS = 2048


class ComfyError(Exception):
    """Something went wrong between this client and one server. ``str()`` is a sentence."""

    def __init__(self, server: str, what: str) -> None:
        super().__init__(what)
        what = what if isinstance(what, Phrase) else encodable(what)
        self.args = (server, what)
        self.server = server
        """The server's label, ``host:port/path``."""
        self.what = what
        """What it did, to follow its name in a sentence."""

    def __str__(self) -> str:
        return str(self.sentence)

    @property
    def sentence(self) -> Phrase:
        """The whole of it, in a form that can be said in other languages."""
        return Phrase("error", server=self.server, what=self.what)


class Away(ComfyError, ConnectionError):
    """No connection, or none any more: refused, reset, unknown name, closed in mid-answer."""


class TimedOut(ComfyError, TimeoutError):
    """No answer in time. A node that holds the interpreter lock (model loading does) silences a server for seconds: it need not be dead."""


class GraphRefused(ComfyError):
    """``POST /prompt`` answered 400. Nothing was queued."""

    def __init__(self, server: str, refusal: Refusal) -> None:
        super().__init__(server, Phrase("graph-refused", said=without_secrets(_sentence(refusal))))
        self.args = (server, refusal)
        self.kind = refusal.kind
        """ComfyUI's error type, such as ``prompt_outputs_failed_validation`` or ``prompt_no_outputs``."""
        self.message = refusal.message
        self.problems = refusal.problems
        """Which node, which input, what is allowed. Empty for a cycle or a graph without outputs."""


class NotFound(ComfyError):
    """404 or 405: no such file, folder or job, or a server without this route."""

    def __init__(self, server: str, what: str, body: str = "") -> None:
        super().__init__(server, what)
        self.args = (server, what, body)
        self.body = encodable(body)
        """What came with it (cut); ComfyUI's own JSON tells an unknown job from an unknown route."""


class TooLarge(ComfyError):
    """A body over a limit: the server's (413), the one that the caller gave, or that of the route, in bytes or elements."""

    def __init__(self, server: str, what: str, size_bytes: int | None = None) -> None:
        super().__init__(server, what)
        self.args = (server, what, size_bytes)
        self.size_bytes = size_bytes
        """Of the whole body, where the server announced it."""


class Unauthorized(ComfyError):
    """The proxy in front wants to know who we are: 401, 403, or a login page. ComfyUI itself has no accounts."""


class UnexpectedAnswer(ComfyError):
    """A status or a body that this client has no reading for, such as ComfyUI's 500s, which are plain text."""

    def __init__(self, server: str, what: str, status: int, body: str) -> None:
        super().__init__(server, what)
        self.body = encodable(body[:MAX_BODY_CHARACTERS])
        """The text of the answer, cut to 2,048 characters, our credentials blacked out."""
        self.args = (server, what, status, self.body)
        self.status = status


class StreamLost(ComfyError, ConnectionError):
    """A websocket that was open is no more, for whatever reason, an orderly close included."""


def _sentence(refusal: Refusal) -> str:
    described = [
        f"node {problem.node_id} {problem.class_type}: {problem.message} {problem.details}".strip()
        for problem in refusal.problems[:3]
    ]
    parts = [part for part in (refusal.message.rstrip("."), *described) if part]
    return "; ".join(parts)[:MAX_BODY_CHARACTERS]
