"""Proxies that ask for a login instead of passing the request on."""

import pytest
from aiohttp import web

from bot.comfy import FileRef, Server, Unauthorized, UnexpectedAnswer
from tests.comfy.serving import client_and_server, client_of, get, serving

AUTHELIA = '<!doctype html><html><head><title>Login - Authelia</title></head><body id="root"></body></html>'
FORM = '<html><body><form><input name="p" type="password"></form></body></html>'
ROUTER = "<!DOCTYPE html><html><title>Welcome to nginx!</title></html>"


def page(path: str, html: str) -> web.RouteDef:
    async def show(_: web.Request) -> web.Response:
        return web.Response(text=html, content_type="text/html")

    return web.get(path, show)


@pytest.mark.parametrize(("html", "by"), [(AUTHELIA, " (Authelia)"), (FORM, "")])
async def test_a_login_page_is_named_on_every_kind_of_request(html: str, by: str) -> None:
    async with client_and_server(page("/{path}", html)) as (client, _):
        for asked, request in {
            "GET /prompt": client.queue_remaining,
            "GET /object_info": client.object_info,
            "GET /view": lambda: client.view(FileRef("a.png"), max_bytes=10**6),
            "GET /ws": lambda: anext(client.events("me")),
        }.items():
            with pytest.raises(Unauthorized) as refused:
                await request()
            assert refused.value.what == (
                f"is behind a login page{by}, which answered {asked}: give the bot what the proxy lets in, as header, user "
                "and password, or bearer token"
            )


@pytest.mark.parametrize(
    ("location", "by"),
    [
        (
            "https://team.cloudflareaccess.com/cdn-cgi/access/login/host?kid=1&meta=secret",
            "Cloudflare Access",
        ),
        ("https://auth.example.com/?rd=https://comfy", "auth.example.com"),
        ("https://id.example.com/application/o/authorize/", "id.example.com"),
        ("https://sso.example.com/realms/x/protocol/openid-connect/auth", "Keycloak"),
        ("/oauth2/start?rd=/prompt", "oauth2-proxy"),
        ("/login?next=/prompt", "127.0.0.1"),
    ],
)
async def test_a_redirect_to_a_login_is_named(location: str, by: str) -> None:
    async def move(_: web.Request) -> web.Response:
        raise web.HTTPFound(location)

    async with client_and_server(web.get("/prompt", move), web.get("/ws", move)) as (client, _):
        for request in (client.queue_remaining, lambda: anext(client.events("me"))):
            with pytest.raises(Unauthorized) as refused:
                await request()
            assert f"is behind a login page ({by}), which answered" in str(refused.value)
            assert "secret" not in str(refused.value)


async def test_a_web_page_that_is_no_login_is_named_as_a_web_page() -> None:
    async with client_and_server(page("/prompt", ROUTER)) as (client, _):
        with pytest.raises(
            UnexpectedAnswer, match="answered GET /prompt with a web page: is that the address of a ComfyUI"
        ):
            await client.queue_remaining()


async def test_a_web_page_is_never_taken_for_a_file() -> None:
    async with client_and_server(page("/view", ROUTER)) as (client, _):
        with pytest.raises(UnexpectedAnswer, match="answered GET /view with a web page"):
            await client.view(FileRef("a.png"), max_bytes=10**6)


async def test_a_redirect_to_https_says_how_to_write_the_address() -> None:
    async def move(request: web.Request) -> web.Response:
        raise web.HTTPMovedPermanently(f"https://{request.host.split(':')[0]}/prompt")

    async with client_and_server(web.get("/prompt", move)) as (client, _):
        with pytest.raises(
            UnexpectedAnswer, match=r"redirect to https://127\.0\.0\.1/prompt; write https:// in its address"
        ):
            await client.queue_remaining()


async def test_a_json_answer_that_speaks_of_logins_is_no_login_page() -> None:
    async with (
        serving(get("/models", ["login.safetensors", "<title>Login</title>"])) as served,
        client_of(Server(served.url)) as client,
    ):
        assert await client.models() == ("login.safetensors", "<title>Login</title>")
