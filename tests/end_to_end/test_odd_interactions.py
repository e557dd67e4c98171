"""An interaction that is not what Discord's documentation says: one bug in the log, and the bot goes on."""

import json

import pytest

from bot.sandbox.discord.wire import Exchange
from tests.end_to_end.rig import Rig


@pytest.mark.parametrize(
    "data", [{"name": ["queue"], "type": 1}, {"name": "queue", "type": 1, "options": 7}, {"type": 2}, {}]
)
async def test_an_interaction_that_cannot_be_read_is_one_bug_and_others_are_served(
    rig: Rig, data: dict[str, object]
) -> None:
    heard: list[dict[str, object]] = []

    def hear(exchange: Exchange) -> None:
        if exchange.event == "INTERACTION_CREATE":
            heard.append(exchange.response_json)

    rig.on_exchange.append(hear)
    async with rig.bot() as life:
        await rig.ready()
        await (await rig.ask("/queue")).answered()
        odd = {"op": 0, "s": None, "t": "INTERACTION_CREATE", "d": {**heard[-1], "id": "7", "data": data}}
        rig.discord.gw_say(json.dumps(odd).encode())
        answer = await (await rig.ask("/queue")).answered()
        assert answer.text == "Nothing is running and nobody is waiting."
        await rig.until(lambda: " ERROR " in life.log)
        life.kill()
        await life.ended()
    errors = [
        line.split(" ERROR ")[1].split(":")[0].strip() for line in life.log.splitlines() if " ERROR " in line
    ]
    assert errors == ["bot.bugs"]
    assert "logged in as" in life.log
