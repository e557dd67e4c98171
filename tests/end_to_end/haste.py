"""Pauses of the bot, shortened for its lives in tests: what comes after them is the same, and sooner.

What stands here is no promise to anybody: a pause between two looks or two tries, or one that spares Discord and ComfyUI.
Storms (``test_chaos`` and :mod:`tests.chaos`) and the services of :mod:`tests.deploy` have the pauses that are shipped.
"""

from collections.abc import Mapping
from functools import partial
from pkgutil import resolve_name

from bot.backoff import Backoff
from bot.client import ComfycordClient, GuildCommandSync, SessionStarts
from bot.comfy import stream
from bot.delivery.pace import Pace
from bot.delivery.reminders import ReminderWorker
from bot.delivery.statuses import StatusKeeper
from bot.generation import Timeouts

HASTE: Mapping[str, object] = {
    "bot.answering:ComfycordClient": partial(ComfycordClient, guild_ready_timeout_seconds=0.4),
    "bot.answering:GuildCommandSync": partial(
        GuildCommandSync, pauses=Backoff(first_seconds=0.2, longest_seconds=2.0), rest_seconds=0.1
    ),
    "bot.answering:ReminderWorker": partial(ReminderWorker, look_seconds=0.3),
    "bot.answering:SessionStarts": partial(SessionStarts, identify_seconds=0.0),
    "bot.answering:StatusKeeper": partial(StatusKeeper, doubt_seconds=2.0),
    "bot.app:Timeouts": partial(
        Timeouts,
        absent_seconds=0.5,
        retry=Backoff(first_seconds=0.2, longest_seconds=1.0),
        place_seconds=0.2,
        last_events_seconds=1.0,
    ),
    "bot.client.sync:PAUSES": Backoff(first_seconds=0.2, longest_seconds=2.0),
    "bot.comfy.stream:Backoff": partial(stream.Backoff, first_seconds=0.2, most_seconds=1.0),
    "bot.delivery.status_versions:NEAR_SECONDS": 0.3,
    "bot.delivery.status_versions:QUIET_SECONDS": 1.0,
    "bot.delivery.statuses:Pace": partial(Pace, shortest_seconds=0.3),
    "bot.delivery.statuses:TAKE_OVER_SECONDS": 1.0,
    "bot.delivery.worker:AGAIN": Backoff(first_seconds=0.2, longest_seconds=2.0),
    "bot.delivery.worker:OTHERS_FIRST_SECONDS": 2.0,
    "bot.generation.backends:RETRY": Backoff(first_seconds=0.2, longest_seconds=0.5),
    "bot.generation.backends:SOCKET_RETRY": Backoff(first_seconds=0.2, longest_seconds=1.0),
    "bot.generation.housekeeping:ERASE_SECONDS": 1.0,
    "bot.generation.housekeeping:REAP_SECONDS": 1.0,
    "bot.generation.remote:LOOK_SECONDS": 0.2,
    "bot.generation.workflow_watch:LOOK_SECONDS": 0.2,
}
"""``module:name`` → what stands there instead, in the process of a life."""


def hurry(haste: Mapping[str, object]) -> None:
    """In this process, before the bot begins."""
    for place, value in haste.items():
        module, _, name = place.partition(":")
        there = resolve_name(module)
        assert hasattr(there, name), f"{place} is not there any more"
        setattr(there, name, value)
