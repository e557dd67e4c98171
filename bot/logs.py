"""Where the log goes and what never gets into it: tokens, passwords, and addresses that hold them."""

import logging
import re
import sys
from collections.abc import Iterable

FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
BLANK = "•••"

_TOKEN_IN_ADDRESS = re.compile(r"(/(?:webhooks|interactions)/\d+/)[\w.-]+")
_PASSWORD_IN_ADDRESS = re.compile(r"(\w+://)[^/\s:@]+:[^/\s@]+@")
_TOKEN_IN_BODY = re.compile(r"""(["']token["']:\s*["'])[^"']+""")
_AUTHORIZATION = re.compile(r"(?i)(authorization['\"]?\s*[:=]\s*['\"]?(?:bot|basic|bearer)\s+)[^\s'\",}]+")


def configure(level: str, secrets: Iterable[str]) -> None:
    """Log to standard error, with ``secrets`` and whatever looks like one blacked out."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Discreet(secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # at DEBUG it writes every statement with its values: interaction tokens, prompts, graphs
    logging.getLogger("aiosqlite").setLevel(logging.INFO)
    logging.getLogger("discord.client").addFilter(_reconnect_in_a_line)
    if level != "DEBUG":
        # discord.py tells at INFO of every connection; for an operator the warnings are what matters
        logging.getLogger("discord").setLevel(logging.WARNING)


def _reconnect_in_a_line(record: logging.LogRecord) -> bool:
    """discord.py tells of every reconnection as an error with a traceback; it is the operator's weather, no bug."""
    if record.exc_info and str(record.msg).startswith("Attempting a reconnect"):
        record.levelno, record.levelname = logging.WARNING, logging.getLevelName(logging.WARNING)
        record.args = (record.getMessage(), record.exc_info[1])
        record.msg = "Discord's gateway: %s (%s)"
        record.exc_info = None
    return True


class Discreet(logging.Formatter):
    """Blacks out secrets in the finished line, so that tracebacks are covered too."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__(FORMAT)
        known = sorted({secret for secret in secrets if len(secret) >= 4}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        if self._known is not None:
            line = self._known.sub(BLANK, line)
        line = _TOKEN_IN_ADDRESS.sub(rf"\1{BLANK}", line)
        line = _TOKEN_IN_BODY.sub(rf"\1{BLANK}", line)
        line = _PASSWORD_IN_ADDRESS.sub(rf"\1{BLANK}@", line)
        return _AUTHORIZATION.sub(rf"\1{BLANK}", line)
