"""Where the log goes and what never gets into it: tokens, passwords, and addresses that hold them."""

import json
import logging
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime

from bot.jobs.log_context import current_job

FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
REDACTED = "•••"

_TOKEN_IN_ADDRESS = re.compile(r"(/(?:webhooks|interactions)/\d+/)[\w.-]+")
_PASSWORD_IN_ADDRESS = re.compile(r"(\w+://)[^/\s:@]+:[^/\s@]+@")
_TOKEN_IN_BODY = re.compile(r"""(["']token["']:\s*["'])[^"']+""")
_AUTHORIZATION = re.compile(r"(?i)(authorization['\"]?\s*[:=]\s*['\"]?(?:bot|basic|bearer)\s+)[^\s'\",}]+")


def configure(level: str, secrets: Iterable[str], *, as_json: bool = False) -> None:
    """Log to standard error, with ``secrets`` and whatever looks like one blacked out."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(secrets) if as_json else RedactingFormatter(secrets))
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
    """Blacks out secrets in the finished line, so that tracebacks are covered too.

    A line names the job during which it was written, whoever wrote it.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__(FORMAT)
        known = sorted({secret for secret in secrets if len(secret) >= 4}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def format(self, record: logging.LogRecord) -> str:
        return self.redacted(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # logging's name
        job = current_job()
        if job is not None and str(job.id) not in record.message:
            record.message = f"job {job.id}: {record.message}"
        return super().formatMessage(record)

    def redacted(self, words: str) -> str:
        if self._known is not None:
            words = self._known.sub(REDACTED, words)
        words = _TOKEN_IN_ADDRESS.sub(rf"\1{REDACTED}", words)
        words = _TOKEN_IN_BODY.sub(rf"\1{REDACTED}", words)
        words = _PASSWORD_IN_ADDRESS.sub(rf"\1{REDACTED}@", words)
        return _AUTHORIZATION.sub(rf"\1{REDACTED}", words)


class JsonFormatter(RedactingFormatter):
    """One JSON object a line, for programs that gather logs."""

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, str] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self.redacted(record.getMessage()),
        }
        if (job := current_job()) is not None:
            fields |= {"job": str(job.id), "workflow": job.command, "channel": str(job.place.channel_id)}
            if job.place.guild_id is not None:
                fields["guild"] = str(job.place.guild_id)
        if record.exc_info:
            fields["exception"] = self.redacted(self.formatException(record.exc_info))
        return json.dumps(fields, ensure_ascii=False)
