"""The bot as whoever watches it sees it, from outside of its process."""

import re
import socket

import aiohttp

from tests.end_to_end.fleet import fleet_of
from tests.end_to_end.rig import Rig
from tests.generation.rig import eventually


async def test_a_bot_at_work_is_alive_and_ready_and_tells_no_id_of_anybody(rig: Rig) -> None:
    port = free_port()
    rig.settings["METRICS_LISTEN"] = f"127.0.0.1:{port}"
    async with rig.bot(), aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        await rig.ready()
        asked = await rig.ask("/blank color:7")
        await rig.until(lambda: rig.ended(asked))
        async with session.get("/healthz") as answer:
            assert (answer.status, await answer.text()) == (200, "ok\n")
        async with session.get("/readyz") as answer:
            assert await answer.text() == "[+]database ok\n[+]discord ok\n[+]comfyui ok\n"
        told = ""

        async def is_counted() -> bool:  # a moment after Discord has it
            nonlocal told
            async with session.get("/metrics") as answer:
                told = await answer.text()
            return 'comfycord_delivery_tries_total{outcome="posted"} 1.0' in told

        await eventually(is_counted)
    figures = dict(re.findall(r"^(\S+) (\S+)$", told, re.MULTILINE))
    assert figures['comfycord_jobs_ended_total{state="done",workflow="blank"}'] == "1.0"
    assert figures['comfycord_discord_requests_total{resource="interactions",status="200"}'] == "1.0"
    assert figures["comfycord_interaction_answer_seconds_count"] == "1.0"
    assert figures['comfycord_gateway_connected{shard="0"}'] == "1.0"
    assert float(figures['comfycord_gateway_latency_seconds{shard="0"}']) >= 0
    assert 'condition="online"} 1.0' in told
    assert "comfycord_backend_vram_free_bytes" in told
    assert re.findall(r"\d{15,20}", re.sub(r" \S+$", "", told, flags=re.MULTILINE)) == []


async def test_a_bot_without_a_comfyui_is_alive_and_says_what_it_lacks(rig: Rig) -> None:
    port = free_port()
    rig.settings |= {"METRICS_LISTEN": f"127.0.0.1:{port}", "COMFYUI_URLS": "http://127.0.0.1:1"}
    async with rig.bot(), aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        await rig.ready()
        async with session.get("/readyz") as answer:
            assert answer.status == 503
            assert "[-]comfyui has never answered" in await answer.text()
        async with session.get("/metrics") as answer:
            assert 'condition="away"} 1.0' in await answer.text()


async def test_a_bot_and_a_worker_each_tell_of_their_part(rig: Rig, postgres_url: str) -> None:
    async with fleet_of(rig, postgres_url) as fleet, aiohttp.ClientSession() as session:
        fleet.watched = {"bot": free_port(), "worker": free_port()}

        async def told_by(role: str, path: str = "/metrics") -> str:
            async with session.get(f"http://127.0.0.1:{fleet.watched[role]}{path}") as answer:
                return await answer.text()

        async def is_posted() -> bool:
            return 'comfycord_delivery_tries_total{outcome="posted"} 1.0' in await told_by("bot")

        async with fleet.bot(), fleet.worker():
            await rig.ready()
            await rig.ask("/blank color:7")
            await rig.until(rig.results)
            await eventually(is_posted)
            assert await told_by("worker", "/readyz") == "[+]database ok\n[+]comfyui ok\n"
            assert await told_by("bot", "/readyz") == "[+]database ok\n[+]discord ok\n[+]comfyui ok\n"
            bot, worker = await told_by("bot"), await told_by("worker")
    ended = 'comfycord_jobs_ended_total{state="done",workflow="blank"} 1.0'
    assert (ended in worker, ended in bot) == (True, False)
    assert ("comfycord_discord" in worker, "comfycord_discord" in bot) == (False, True)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
