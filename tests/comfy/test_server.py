import base64

import pytest

from bot.comfy import Server

CANARY = "canary-7f3a"


@pytest.mark.parametrize(
    ("given", "url", "label"),
    [
        ("http://127.0.0.1:8188", "http://127.0.0.1:8188", "127.0.0.1:8188"),
        ("http://127.0.0.1:8188/", "http://127.0.0.1:8188", "127.0.0.1:8188"),
        ("127.0.0.1:8188", "http://127.0.0.1:8188", "127.0.0.1:8188"),
        (" http://127.0.0.1:8188\n", "http://127.0.0.1:8188", "127.0.0.1:8188"),
        ("https://gpu.example.com/comfy/", "https://gpu.example.com/comfy", "gpu.example.com/comfy"),
        ("http://[::1]:8188", "http://[::1]:8188", "[::1]:8188"),
        (
            "https://user:pass%40word@gpu.example.com:444/a",
            "https://gpu.example.com:444/a",
            "gpu.example.com:444/a",
        ),
    ],
)
def test_an_address_is_kept_with_its_path_and_without_credentials(given: str, url: str, label: str) -> None:
    server = Server(given)
    assert (server.url, server.label) == (url, label)


def test_credentials_of_the_address_become_basic_ones() -> None:
    server = Server("http://user:pass%40word@host:8188")
    assert server == Server("http://host:8188", basic=("user", "pass@word"))
    token = base64.b64encode(b"user:pass@word").decode()
    assert server.request_headers() == {"Authorization": f"Basic {token}"}


def test_headers_and_a_token_are_sent_together() -> None:
    server = Server("http://host", {"CF-Access-Client-Id": "id"}, bearer="token")
    assert server.request_headers() == {"CF-Access-Client-Id": "id", "Authorization": "Bearer token"}


@pytest.mark.parametrize(
    "server",
    [
        Server(f"http://user:{CANARY}@host"),
        Server("http://host", {"X-Key": CANARY}),
        Server("http://host", basic=("user", CANARY)),
        Server("http://host", bearer=CANARY),
    ],
)
def test_no_secret_shows(server: Server) -> None:
    token = base64.b64encode(f"user:{CANARY}".encode()).decode()
    shown = f"{server!r} {server} {server.label} {server.url}"
    assert CANARY not in shown
    assert token not in shown
    assert server.redact(f"you sent {CANARY} and {token} and {server.request_headers()}").count(CANARY) == 0


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "This is not the address of a ComfyUI. Write it like http://127.0.0.1:8188."),
        ("ftp://host", "This is not the address of a ComfyUI. Write it like http://127.0.0.1:8188."),
        (
            f"http://user:{CANARY}@host:port",
            "This is not the address of a ComfyUI. Write it like http://127.0.0.1:8188.",
        ),
        (
            f"http://host/?token={CANARY}",
            "The address of a ComfyUI has no '?' or '#'; keys go into headers. Write it like http://127.0.0.1:8188.",
        ),
    ],
)
def test_what_is_no_address_is_refused_without_quoting_it(url: str, sentence: str) -> None:
    with pytest.raises(ValueError, match="ComfyUI") as refused:
        Server(url)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("headers", "basic", "bearer"),
    [({}, ("u", "p"), "t"), ({"authorization": "x"}, ("u", "p"), None), ({"Authorization": "x"}, None, "t")],
)
def test_two_kinds_of_authorization_are_refused(
    headers: dict[str, str], basic: tuple[str, str] | None, bearer: str | None
) -> None:
    with pytest.raises(ValueError, match="takes one of"):
        Server("http://host", headers, basic, bearer)


@pytest.mark.parametrize("server", [{"headers": {"X-Key": f"{CANARY}\r\nX: y"}}, {"bearer": f"{CANARY}\n"}])
def test_a_line_break_in_a_header_is_refused_without_quoting_it(
    server: dict[str, dict[str, str] | str],
) -> None:
    with pytest.raises(ValueError, match="character that headers cannot have") as refused:
        Server("http://host", **server)  # pyright: ignore[reportArgumentType]  # a table of arguments
    assert CANARY not in str(refused.value)


def test_servers_are_equal_by_value_and_can_be_keys() -> None:
    assert {Server("http://host/"): 1}[Server("host")] == 1
