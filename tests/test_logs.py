"""What the log may say, and how loudly."""

import logging
from collections.abc import Generator

import pytest

from bot import logs
from bot.logs import REDACTED, RedactingFormatter


@pytest.fixture
def as_before() -> Generator[None]:
    """Whatever the test sets up, the log is as it was before at the end."""
    root, client = logging.getLogger(), logging.getLogger("discord.client")
    before = list(root.handlers), root.level, list(client.filters)
    yield
    root.handlers[:], level, client.filters[:] = before
    root.setLevel(level)


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
