import pytest

from bot.comfy import Server
from bot.comfy.redaction import encodable, without_secrets


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            "GET https://host/a/b.png?key=s3cret&width=512 failed",
            "GET https://host/a/b.png?key=•••&width=512 failed",
        ),
        ("https://civitai.com/x?token=0123456789abcdef", "https://civitai.com/x?token=•••"),
        ("/view?filename=a.png&api_key=abc", "/view?filename=a.png&api_key=•••"),
        ("?X-Amz-Signature=abc&X-Amz-Security-Token=def", "?X-Amz-Signature=•••&X-Amz-Security-Token=•••"),
        ("http://user:pass@host:8188/x and ftp://token@h", "http://•••@host:8188/x and ftp://•••@h"),
        ("Authorization: Bearer abcdef.123456", "Authorization: Bearer •••"),
        ("authorization: basic dXNlcjpwYXNz", "authorization: basic •••"),
        ("{'X-Api-Key': 'abcdefgh1'}", "{'X-Api-Key': '•••'}"),
        ("HF_TOKEN=hf_abcdefghijklmnopqrst", "HF_TOKEN=•••"),
        ("token eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJSM is old", "token ••• is old"),
        ("sk-abcdefghijklmnopqrstuv and ghp_abcdefghijklmnopqrst", "••• and •••"),
    ],
)
def test_keys_tokens_and_passwords_go_and_the_rest_stays(said: str, shown: str) -> None:
    assert without_secrets(said) == shown


@pytest.mark.parametrize(
    "said",
    [
        "answered GET /prompt with 500: see https://github.com/a/b/issues/3?page=2#x",
        "Value 4.5 bigger than max of 4.0: cfg, steps: 4/8/16",
        "node KSampler: key 'model.diffusion' missing; token limit is 77; max_tokens=77",
        "CUDA error at C:\\ComfyUI\\main.py:12: mail me@example.com or http://a/@b",
        "keyboard=qwertyuiop monkey=123456789 author=somebodyelse",
        "请输入密码，令牌无效",
    ],
)
def test_what_is_no_secret_stays_readable(said: str) -> None:
    assert without_secrets(said) == said


def test_a_servers_own_secrets_go_wherever_they_stand() -> None:
    server = Server("http://host", {"X-Key": "correct horse"}, bearer="battery-staple")
    assert (
        server.redact("you sent correct horse, battery-staple and ?sig=1") == "you sent •••, ••• and ?sig=•••"
    )


def test_halves_of_characters_are_replaced() -> None:
    assert encodable("a\ud800b\udcff😀") == "a?b?😀"


def test_long_texts_take_no_longer_than_their_length() -> None:
    for hostile in (
        "http://" * 50_000,
        "a" * 500_000,
        "-_key" * 100_000,
        "?token" * 80_000,
        "bearer " * 80_000,
    ):
        assert len(without_secrets(hostile)) >= len(hostile)
