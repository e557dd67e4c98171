"""Whatever Discord, or something in between, answers on any route: the bot lives, and other jobs arrive."""

import json
import logging
import os
import random
from collections.abc import Generator, Sequence

import pytest

from bot.sandbox.discord import Fault
from tests.delivery.generation import picture
from tests.delivery.rig import Rig

LOGIN = (("GET", "/users/@me"), ("GET", "/oauth2/applications/@me"))
ROUTES = (
    ("GET", "/applications/.*/commands"),
    ("PUT", "/applications/.*/commands"),
    ("POST", "/interactions/.*/callback"),
    ("PATCH", "/webhooks/.*/messages/@original"),
    ("DELETE", "/webhooks/.*/messages/@original"),
    ("POST", "/webhooks/.*"),
    ("POST", r"/channels/\d+/messages"),
    ("GET", r"/channels/\d+/messages"),
    ("PATCH", r"/channels/\d+/messages/\d+"),
    ("POST", "/users/@me/channels"),
)
STATUSES = (None, 200, 201, 204, 301, 400, 404, 408, 418, 429, 500, 502, 503)
"""None: the request is carried out first."""
REFUSALS = (401, 403)
"""At the login they end the process, as they should; anywhere else it goes on."""
SURROGATES = ("\ud800", "fox \udfff", "\udc00\ud800")
"""Halves of characters, which are no text: JSON can hold them, UTF-8 cannot."""
TYPES = ("application/json", "text/html", "application/octet-stream", "")
EVENTS = ("INTERACTION_CREATE", "GUILD_CREATE", "GUILD_DELETE", "CHANNEL_CREATE", "GUILD_ROLE_UPDATE", "NONE")
SEEDS = tuple(range(int(os.environ.get("ANY_ANSWER_SEEDS", "4"))))
FAULTS = 8


def anything(dice: random.Random, depth: int = 3) -> object:
    """A value of JSON, with the names that Discord uses."""
    numbers: tuple[object, ...] = (None, True, 0, -1, 2**70, 1e308)
    leaf: tuple[object, ...] = (*numbers, "", "7", *SURROGATES, list[object](), dict[str, object]())
    if not depth or dice.random() < 0.4:
        return dice.choice(leaf)
    if dice.random() < 0.4:
        return [anything(dice, depth - 1) for _ in range(dice.randrange(3))]
    names = (
        "id",
        "name",
        "interaction",
        "resource",
        "message",
        "retry_after",
        "code",
        "errors",
        "type",
        "user",
        *SURROGATES,
    )
    return {dice.choice(names): anything(dice, depth - 1) for _ in range(dice.randrange(4))}


def body(dice: random.Random) -> bytes:
    whole = json.dumps(anything(dice)).encode()
    return dice.choice((whole, whole[: len(whole) // 2], dice.randbytes(20), b"", b"<html>nginx</html>"))


def fault(
    dice: random.Random, route: tuple[str, str], statuses: Sequence[int | None] = (*STATUSES, *REFUSALS)
) -> Fault:
    headers = {"Content-Type": dice.choice(TYPES)}
    if dice.random() < 0.2:
        headers["X-RateLimit-Remaining"] = dice.choice(("0", "x", ""))
    return Fault(
        *route, status=dice.choice(statuses), body=body(dice), headers=headers, via=dice.random() < 0.8
    )


def frames(dice: random.Random) -> Sequence[bytes]:
    odd = {"op": 0, "s": None, "t": dice.choice(EVENTS), "d": anything(dice)}
    return [json.dumps(odd).encode() for _ in range(2)]


class Escaping(logging.Formatter):
    """As standard error writes it: pytest sends what it captured from process to process, and UTF-8 has no halves."""

    def format(self, record: logging.LogRecord) -> str:
        return super().format(record).encode(errors="backslashreplace").decode()


@pytest.fixture(autouse=True)
def log_that_can_be_sent() -> Generator[None]:
    handlers = logging.getLogger().handlers[:]
    before = [handler.formatter for handler in handlers]
    for handler in handlers:
        handler.setFormatter(Escaping())
    yield
    for handler, formatter in zip(handlers, before, strict=True):
        handler.setFormatter(formatter)


@pytest.mark.parametrize("seed", SEEDS)
async def test_whatever_is_answered_the_bot_lives_and_other_jobs_arrive(
    rig: Rig, caplog: pytest.LogCaptureFixture, seed: int
) -> None:
    dice = random.Random(seed)
    for route in LOGIN:
        rig.discord.add_fault(fault(dice, route, STATUSES))
    async with rig.bot():
        for _ in range(FAULTS):
            rig.discord.add_fault(fault(dice, dice.choice(ROUTES)))
        rig.generation.offer(rig.generation.workflows)
        for frame in frames(dice):
            rig.discord.gw_say(frame)
        for number in range(2):
            await rig.discord.member.slash(rig.general, f"/txt2img prompt:{number}")
        await rig.eventually(lambda jobs: len(jobs) == 2)
        for _ in range(2):
            await rig.worker.finish(await rig.claimed(), picture())
        rig.discord.faults.clear()
        other = await rig.paint("/txt2img prompt:the other")
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        await rig.delivered(job)
        await rig.discord.until(lambda: "Done in" in other.versions[-1].text)
    assert [
        each.getMessage() for each in caplog.records if each.name.startswith("discord") and each.exc_info
    ] == []
