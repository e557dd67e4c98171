"""What the log may say, and how loudly."""

import json
import logging
from collections.abc import Generator
from pathlib import Path

import pytest

from bot import logs
from bot.jobs.job import Job
from bot.jobs.log_context import about
from bot.jobs.sqlite import SqliteStore
from bot.logs import REDACTED, JsonFormatter, RedactingFormatter
from tests.jobs.sample import NO_LIMITS, new_job


@pytest.fixture
def as_before() -> Generator[None]:
    """What is left out of discord.py's log is told again at the end."""
    client = logging.getLogger("discord.client")
    before = list(client.filters)
    yield
    client.filters[:] = before


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("the token top-secret is wrong", f"the token {REDACTED} is wrong"),
        (
            "POST https://x/webhooks/12/aW50ZXJhY3Rpb24/messages/1",
            f"POST https://x/webhooks/12/{REDACTED}/messages/1",
        ),
        ("POST /interactions/12/aW50/callback", f"POST /interactions/12/{REDACTED}/callback"),
        ("{'id': '12', 'token': 'aW50', 'type': 2}", f"{{'id': '12', 'token': '{REDACTED}', 'type': 2}}"),
        ('{"op":2,"d":{"token": "aW50"}}', f'{{"op":2,"d":{{"token": "{REDACTED}"}}}}'),
        ("http://user:pass@host/x", f"http://{REDACTED}@host/x"),
        ("{'Authorization': 'Bot abc.def'}", f"{{'Authorization': 'Bot {REDACTED}'}}"),
    ],
)
def test_secrets_are_blacked_out_wherever_they_stand(said: str, written: str) -> None:
    record = logging.LogRecord("x", logging.INFO, "x.py", 1, "%s", (said,), None)
    assert RedactingFormatter(["top-secret"]).format(record).endswith(f" x: {written}")


@pytest.mark.usefixtures("as_before")
def test_an_error_of_discordpy_stays_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", [])
    logging.getLogger("discord.client").error("Ignoring exception in %s", "on_ready", exc_info=KeyError("x"))
    first, last = capsys.readouterr().err.splitlines()
    assert (first[24:], last) == ("ERROR   discord.client: Ignoring exception in on_ready", "KeyError: 'x'")


@pytest.fixture
async def job(tmp_path: Path) -> Job:
    async with SqliteStore.open(tmp_path / "jobs.db") as store:
        return (await store.submit(new_job(), NO_LIMITS)).job


def test_a_line_names_the_job_during_which_it_was_written_once(job: Job) -> None:
    formatter = RedactingFormatter([])
    with about(job):
        lines = [formatter.format(_record(words)) for words in ("a header came", f"job {job.id}: done")]
    lines.append(formatter.format(_record("nothing to do")))
    assert [line.partition(" x: ")[2] for line in lines] == [
        f"job {job.id}: a header came",
        f"job {job.id}: done",
        "nothing to do",
    ]


def test_as_json_a_line_is_an_object_with_its_job_beside_the_words(job: Job) -> None:
    with about(job):
        written = json.loads(JsonFormatter([]).format(_record('she said "雪"\n')))
    time = written.pop("time")
    assert time.endswith("+00:00")
    assert written == {
        "level": "INFO",
        "logger": "x",
        "message": 'she said "雪"\n',
        "job": str(job.id),
        "workflow": "txt2img",
        "channel": "200",
        "guild": "100",
    }


def test_as_json_secrets_are_blacked_out_although_json_writes_them_otherwise() -> None:
    secret = 'top"secret\\'
    record = _record(f'it is {secret} or {{"token": "aW50"}}')
    record.exc_info = (ValueError, ValueError(secret), None)
    written = json.loads(JsonFormatter([secret]).format(record))
    assert written["message"] == f'it is {REDACTED} or {{"token": "{REDACTED}"}}'
    assert written["exception"] == f"ValueError: {REDACTED}"


def _record(words: str) -> logging.LogRecord:
    return logging.LogRecord("x", logging.INFO, "x.py", 1, "%s", (words,), None)
