"""https with certificates of every kind, and the wrong protocol on either side."""

import asyncio
import ssl
from pathlib import Path

import pytest
from aiohttp import web

from bot.comfy import Away, Server, Status
from bot.comfy.encryption import Certificates
from tests.comfy.serving import client_of, get, peer, serving

CERTIFICATES = Path(__file__).parent / "certificates"
IDLE = get("/prompt", {"exec_info": {"queue_remaining": 0}})


def shown(name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / f"{name}.pem")
    return context


@pytest.mark.parametrize(
    ("name", "ca_file", "sentence"),
    [
        (
            "self_signed",
            None,
            "shows a certificate that no known authority signed (self-signed certificate)",
        ),
        (
            "expired",
            CERTIFICATES / "expired.pem",
            "shows a certificate that has expired: renew it there (and check the clocks)",
        ),
        (
            "other_name",
            CERTIFICATES / "other_name.pem",
            "shows a certificate of another name: write the name in it as the address (IP address mismatch,",
        ),
    ],
)
async def test_a_certificate_that_is_not_trusted_is_named_with_what_to_do(
    name: str, ca_file: Path | None, sentence: str
) -> None:
    async with (
        serving(IDLE, tls=shown(name)) as served,
        client_of(Server(served.url, ca_file=ca_file)) as client,
    ):
        for request in (client.queue_remaining, lambda: anext(client.events("me"))):
            with pytest.raises(Away) as away:
                await request()
            assert away.value.what.startswith(sentence)


async def test_a_certificate_in_the_named_file_is_trusted_for_requests_and_events() -> None:
    async def greet(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str('{"type": "status", "data": {"status": {"exec_info": {"queue_remaining": 1}}}}')
        return socket

    async with (
        serving(IDLE, web.get("/ws", greet), tls=shown("self_signed")) as served,
        client_of(Server(served.url, ca_file=CERTIFICATES / "self_signed.pem")) as client,
    ):
        assert await client.queue_remaining() == 0
        assert await anext(client.events("me")) == Status(1)


async def test_the_file_is_read_once() -> None:
    certificates = Certificates(Server("https://host", ca_file=CERTIFICATES / "self_signed.pem"))
    first, second = await asyncio.gather(certificates.trust(), certificates.trust())
    assert first is second


async def test_a_file_that_holds_no_certificates_is_an_error_with_its_name(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.touch()
    for ca_file in (empty, tmp_path / "missing.pem"):
        async with client_of(Server("https://127.0.0.1:1", ca_file=ca_file)) as client:
            with pytest.raises(Away, match=f"the certificates in {ca_file} cannot be read"):
                await client.queue_remaining()


async def test_https_at_a_server_of_plain_http_is_named_as_such() -> None:
    async with serving(IDLE) as served, client_of(served.url.replace("http", "https")) as client:
        for request in (client.queue_remaining, lambda: anext(client.events("me"))):
            with pytest.raises(
                Away, match="speaks plain http where https was tried: write http:// in its address"
            ):
                await request()


async def test_plain_http_at_a_server_of_https_is_named_as_such() -> None:
    async with (
        serving(IDLE, tls=shown("self_signed")) as served,
        client_of(served.url.replace("https", "http")) as client,
    ):
        for request in (client.queue_remaining, lambda: anext(client.events("me"))):
            with pytest.raises(
                Away, match=r"cannot be reached: it speaks https; write https:// in its address\.$"
            ):
                await request()


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n<center>The plain HTTP request was sent to HTTPS port</center>",
        b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n",
        b"\x15\x03\x01\x00\x02\x02\x46",
    ],
)
async def test_other_servers_of_https_say_so_in_their_own_ways(answer: bytes) -> None:
    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()

    async with peer(say) as url, client_of(url) as client:
        with pytest.raises(Away, match="it speaks https; write https:// in its address"):
            await client.queue_remaining()


async def test_what_to_do_about_an_unknown_authority_is_said() -> None:
    async with serving(IDLE, tls=shown("self_signed")) as served, client_of(served.url) as client:
        with pytest.raises(Away, match="PEM file in COMFYUI_CA_FILE"):
            await client.queue_remaining()
