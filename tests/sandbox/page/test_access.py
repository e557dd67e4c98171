"""Who may come in to the page: nobody without the key, no other site, no other name for this machine."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

import aiohttp
import pytest

from bot.sandbox.discord import DiscordStandIn
from bot.sandbox.discord.wire import Upload
from bot.sandbox.page import Page


@dataclass(frozen=True, slots=True)
class Door:
    page: Page
    discord: DiscordStandIn
    session: aiohttp.ClientSession

    async def status(self, url: str, method: str = "GET", **headers: str) -> int:
        async with self.session.request(method, url, headers=headers) as response:
            return response.status

    @property
    def origin(self) -> str:
        return self.discord.api_base.removesuffix("/api/v10")


@pytest.fixture
async def door() -> AsyncGenerator[Door]:
    page = Page(None, "http://127.0.0.1:8188", None)
    async with (
        DiscordStandIn.running(observers=(page.observe,), add_routes=page.add_routes) as discord,
        aiohttp.ClientSession() as session,
    ):
        yield Door(page, discord, session)


async def test_the_printed_address_opens_the_page(door: Door) -> None:
    async with door.session.get(door.page.address) as response:
        assert (response.status, response.content_type) == (200, "text/html")
        assert "Discord" not in await response.text()


async def test_each_run_has_a_key_of_its_own() -> None:
    keys = {Page(None, "", None).key for _ in range(3)}
    assert len(keys) == 3
    assert all(len(key) >= 32 for key in keys)


@pytest.mark.parametrize("path", ["", "live", "uploads", "main.js", "styles/colours.css"])
async def test_nothing_is_given_without_the_key(door: Door, path: str) -> None:
    method = "POST" if path == "uploads" else "GET"
    right = door.page.address + path
    almost = right.replace(door.page.key, door.page.key.swapcase())
    without = right.replace(door.page.key, "")
    assert await door.status(almost, method) == 403
    assert await door.status(without, method) == 403


@pytest.mark.parametrize("path", ["/", "/page", "/page/"])
async def test_whoever_comes_without_an_address_is_told_where_to_find_it(door: Door, path: str) -> None:
    async with door.session.get(door.origin + path) as response:
        assert (response.status, await response.text()) == (
            403,
            "Not from here. Open the address that the sandbox printed.\n",
        )


@pytest.mark.parametrize("origin", ["https://example.org", "null", "http://127.0.0.1:1", "http://localhost"])
@pytest.mark.parametrize("path", ["", "live", "uploads"])
async def test_no_other_site_may_ask_even_with_the_key(door: Door, path: str, origin: str) -> None:
    method = "POST" if path == "uploads" else "GET"
    assert await door.status(door.page.address + path, method, Origin=origin) == 403


@pytest.mark.parametrize("host", ["example.org", "127.0.0.1", "evil.test:80", ""])
async def test_this_machine_has_no_other_name(door: Door, host: str) -> None:
    """A name on the web that is given this address (DNS rebinding) opens neither the page nor the stand-in."""
    assert await door.status(door.page.address, Host=host) == 403
    assert await door.status(f"{door.discord.api_base}/gateway", Host=host) == 403


async def test_localhost_is_a_name_of_this_machine(door: Door) -> None:
    assert await door.status(door.page.address.replace("127.0.0.1", "localhost")) == 200


async def test_a_websocket_opens_for_the_page_and_for_no_other_site(door: Door) -> None:
    async with door.session.ws_connect(door.page.address + "live", origin=door.origin) as socket:
        first = await socket.receive_json()
        assert (first["type"], first["you"]["name"]) == ("places", "member")
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await door.session.ws_connect(door.page.address + "live", origin="https://example.org")
    assert refused.value.status == 403


async def test_the_policy_lets_nothing_run_that_stands_in_a_document(door: Door) -> None:
    port = door.origin.rpartition(":")[2]
    async with door.session.get(door.page.address) as response:
        policy = response.headers["Content-Security-Policy"].split("; ")
        others = {name: response.headers[name] for name in OTHER_HEADERS}
    assert policy == [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "media-src 'self' blob:",
        f"connect-src 'self' ws://127.0.0.1:{port} ws://localhost:{port}",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]
    assert others == OTHER_HEADERS


OTHER_HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


async def test_files_of_the_page_are_found_by_their_exact_names_only(door: Door) -> None:
    found = {
        name: await door.status(door.page.address + name)
        for name in (
            "main.js",
            "texts/en.js",
            "nothing.js",
            "..%2fpage.py",
            "texts/..%2f..%2fgate.py",
            "%2e%2e/page.py",
        )
    }
    assert found == {
        "main.js": 200,
        "texts/en.js": 200,
        "nothing.js": 404,
        "..%2fpage.py": 404,
        "texts/..%2f..%2fgate.py": 404,
        "%2e%2e/page.py": 403,
    }


async def test_a_file_of_a_message_runs_nothing_when_it_is_opened_by_itself(door: Door) -> None:
    message = await door.discord.member.say(
        door.discord.channels["general"], "", Upload("drawing.svg", b"<svg><script>1</script></svg>")
    )
    async with door.session.get(message.attachments[0].url) as response:
        assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
