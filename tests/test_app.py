"""What the composition root decides by itself."""

import pytest

from bot.app import is_unencrypted_in_public


@pytest.mark.parametrize(
    ("url", "is_public"),
    [
        ("http://127.0.0.1:8188", False),
        ("http://192.168.1.20:8188", False),
        ("http://[fd00::1]:8188", False),
        ("http://gpu.lan:8188", False),
        ("https://203.0.114.7", False),
        ("http://203.0.114.7:8188", True),
        ("http://me:secret@203.0.114.7/comfy", True),
    ],
)
def test_plain_http_to_a_public_address_is_worth_a_warning(url: str, is_public: bool) -> None:  # noqa: FBT001  # a table
    assert is_unencrypted_in_public(url) is is_public
