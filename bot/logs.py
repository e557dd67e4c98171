"""Where the log goes and what never gets into it: tokens, passwords, and addresses that hold them."""

import logging
import re
import sys
from collections.abc import Iterable

FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
REDACTED = "•••"

_TOKEN_IN_ADDRESS = re.compile(r"(/(?:webhooks|interactions)/\d+/)[\w.-]+")
_PASSWORD_IN_ADDRESS = re.compile(r"(\w+://)[^/\s:@]+:[^/\s@]+@")
_TOKEN_IN_BODY = re.compile(r"""(["']token["']:\s*["'])[^"']+""")
_AUTHORIZATION = re.compile(r"(?i)(authorization['\"]?\s*[:=]\s*['\"]?(?:bot|basic|bearer)\s+)[^\s'\",}]+")


def configure(level: str, secrets: Iterable[str]) -> None:
    """Log to standard error, with ``secrets`` and whatever looks like one blacked out."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter(secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # at DEBUG it writes every statement with its values: interaction tokens, prompts, graphs
    logging.getLogger("aiosqlite").setLevel(logging.INFO)
    logging.getLogger("discord.app_commands.tree").addFilter(_lost_suggestion_in_a_line)
    if level != "DEBUG":
        # discord.py tells at INFO of every connection; for an operator the warnings are what matters
        logging.getLogger("discord").setLevel(logging.WARNING)


def _lost_suggestion_in_a_line(record: logging.LogRecord) -> bool:
    """Suggestions that come too late, or do not arrive: the bot's own errors never get as far as discord.py."""
    if record.exc_info and str(record.msg).startswith("Ignoring exception in autocomplete"):
        _shorten(record, logging.INFO, "a suggestion did not arrive")
    return True


def _shorten(record: logging.LogRecord, level: int, about: str) -> None:
    """One line in place of a traceback."""
    error = record.exc_info[1] if record.exc_info else None
    record.levelno, record.levelname = level, logging.getLevelName(level)
    record.args = (about, record.getMessage(), error)
    record.msg = "%s: %s (%s)"
    record.exc_info = None


class RedactingFormatter(logging.Formatter):
    """Blacks out secrets in the finished line, so that tracebacks are covered too."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__(FORMAT)
        known = sorted({secret for secret in secrets if len(secret) >= 4}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        if self._known is not None:
            line = self._known.sub(REDACTED, line)
        line = _TOKEN_IN_ADDRESS.sub(rf"\1{REDACTED}", line)
        line = _TOKEN_IN_BODY.sub(rf"\1{REDACTED}", line)
        line = _PASSWORD_IN_ADDRESS.sub(rf"\1{REDACTED}@", line)
        return _AUTHORIZATION.sub(rf"\1{REDACTED}", line)
