"""What the composition root decides by itself."""

from pathlib import Path

import pytest

from bot.answering import origins
from bot.app import blobs_of, is_unencrypted_in_public
from bot.errors import Unusable
from bot.settings import Settings


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


async def test_a_folder_of_files_that_cannot_be_used_is_told_to_the_operator(tmp_path: Path) -> None:
    (tmp_path / "jobs-inputs").write_text("in the way")
    settings = Settings.model_validate({"database": tmp_path / "jobs.db"})
    with pytest.raises(Unusable, match=r"jobs-inputs, cannot be used: File exists\. Mend its rights"):
        await blobs_of(settings, None)


def test_files_are_fetched_from_discord_or_from_what_stands_in_for_it() -> None:
    assert origins(Settings.model_validate({})) == {
        "https://cdn.discordapp.com",
        "https://media.discordapp.net",
        "https://images-ext-1.discordapp.net",
        "https://images-ext-2.discordapp.net",
    }
    stand_in = Settings.model_validate(
        {
            "discord_api_base": "http://127.0.0.1:8080/api/v10",
            "discord_gateway_url": "ws://127.0.0.1:8080/gateway",
        }
    )
    assert origins(stand_in) == {"http://127.0.0.1:8080"}
