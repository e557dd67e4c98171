r"""What of a server's words people read: never a secret or a person's folders, always what has a meaning."""

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.generation.redaction import redacted

SAID = {
    r"cannot open C:\Users\John Doe\sd.safetensors?key=sk-12345&x=1": "cannot open sd.safetensors?key=…&x=1",
    r"C:\Users\John Doe\ComfyUI\models\x.safetensors is missing": "x.safetensors is missing",
    r"C:\Users\John Doe is not writable": "… is not writable",
    r"'C:\\Users\\John Doe\\x y.png'": "'x y.png'",
    r"C:\Users\O'Brien\x.png": "x.png",
    r"C:/Program Files/ffmpeg missing": "ffmpeg missing",
    r"D:\x.png": "x.png",
    r"\\nas\share\models\a.ckpt": "a.ckpt",
    "/home/john/ComfyUI/x.png": "x.png",
    "no /home/john": "no …",
    "/home/John Doe/ComfyUI/models": "models",
    "/mnt/My Models/sd 15.safetensors not found": "sd 15.safetensors not found",
    "'/opt/My stuff/x y/z.png' is bad": "'z.png' is bad",
    "~/models/x.pt": "x.pt",
    'File "/usr/lib/python3/foo.py", line 3': 'File "foo.py", line 3',
    "in /srv/comfy/": "in …",
    "x file:///home/a/b.png": "x b.png",
    "https://hf.co/a/b.sft?key=abc&x=1 gave 401": "https://hf.co/a/b.sft?… gave 401",
    "wss://me:pw@gpu:8188/ws#x": "wss://gpu:8188/ws#…",
    "me:hunter2@gpu:8188 refused": "…@gpu:8188 refused",
    "https://discord.com/api/webhooks/123/AbCdEf1234567890GhIjKlMn": "https://discord.com/api/webhooks/123/…",
    "https://h/0123456789abcdef0123456789abcdef/x": "https://h/…/x",
    '{"api_key": "xyz"}': '{"api_key": "…"}',
    "password: hunter2, user: me": "password: …, user: me",
    "Authorization: Bearer abcdefghijkl": "Authorization: …",
    "sent Bearer hunter2hunter2x": "sent Bearer …",
}
MEANT = [
    "sizes 4/8/16 and 1024/64, image/png and/or",
    "mat1 and mat2 shapes cannot be multiplied (77x2048 and 768x320)",
    "https://huggingface.co/Qwen/Qwen2-VL-7B-Instruct-GPTQ/resolve/main/x.safetensors",
    "http://127.0.0.1:8188/object_info",
    "Unexpected token: } at 16:9/4",
    "token 77 of 77",
    "/queue and /txt2img",
    "N/A w/o a VAE; 3:4",
    "FLUX\\dev.sft or sub/folder/x.safetensors",
    "bearer of bad news",
]


@pytest.mark.parametrize(("words", "told"), SAID.items())
def test_what_is_private_goes_and_the_rest_stays(words: str, told: str) -> None:
    assert redacted(words) == told


@pytest.mark.parametrize("words", MEANT)
def test_what_has_a_meaning_stays(words: str) -> None:
    assert redacted(words) == words


_letters = string.ascii_letters + string.digits
_secret = st.text(_letters, min_size=20, max_size=40).map(lambda words: f"Aa1{words}9zZ")
_around = st.lists(
    st.sampled_from(["no", "4/8/16", "model", "x.png,", "'a'", "is", "(see", "line 3)"]), max_size=4
)
_SHAPES = [
    "https://host/path?key={}",
    "https://host/path?a=1&token={}#x",
    "https://user:{}@host:8188/path",
    "http://{}@host/path",
    "https://host/hooks/{}",
    "user:{}@host",
    "Authorization: Bearer {}",
    "bearer {}",
    "'api_key': '{}'",
    "API-Key={}",
    "access_token: {}",
    "password={}",
    "hf_{}",
    "sk-{}",
    "ghp_{}",
    "/home/{}/models/x.png",
    "/home/{}",
    "'/home/Jane {}/x.png'",
    "C:\\Users\\{}\\x.png",
    "C:\\Users\\Jane {}\\My Models\\x.png",
    "\\\\nas\\{}\\x.png",
    "file:///home/{}/x.png",
]


@given(st.sampled_from(_SHAPES), _secret, _around, _around)
def test_no_secret_survives_whatever_is_around_it(
    shape: str, secret: str, before: list[str], after: list[str]
) -> None:
    assert secret not in redacted(" ".join([*before, shape.format(secret), *after]))


_word = st.one_of(
    st.text(string.ascii_letters + string.digits + ".-_", min_size=1, max_size=15).filter(
        lambda word: word.strip(".") != ""
    ),
    st.lists(st.integers(0, 4096).map(str), min_size=2, max_size=4).map("/".join),
    st.lists(st.text(string.ascii_lowercase, min_size=1, max_size=9), min_size=2, max_size=3).map("/".join),
)


@given(st.lists(_word, max_size=12).map(" ".join))
@example("1024/64 4/8/16")
def test_words_without_secrets_stay_as_they_are(words: str) -> None:
    assert redacted(words) == words


@given(st.text(max_size=300))
def test_it_takes_every_text_and_never_adds_much(words: str) -> None:
    assert len(redacted(words)) <= 2 * len(words) + 1


@pytest.mark.parametrize(
    "piece",
    ["/a b", "C:\\a ", "\\\\", "a:", "://", "/", " ", "'", "a/", "Bearer ", "key=", "A1a/", "C:\\", ".a"],
)
def test_endless_words_are_looked_through_as_far_as_anybody_reads(piece: str) -> None:
    assert len(redacted(piece * 1_000_000)) <= 8_000
