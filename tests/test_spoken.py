"""The language at a terminal: the settings' word, else the terminal's own."""

from pathlib import Path

import pytest

from bot.__main__ import main
from bot.settings import Settings
from bot.spoken import operators_locale


@pytest.fixture(autouse=True)
def _nothing_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*(name.upper() for name in Settings.model_fields), "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("chosen", "surroundings", "locale"),
    [
        ("zh-CN", {"LANG": "en_US.UTF-8"}, "zh-CN"),
        ("en", {"LANG": "zh_CN.UTF-8"}, "en"),
        ("auto", {"LANG": "zh_CN.UTF-8"}, "zh-CN"),
        (None, {"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        (None, {"LANG": "en_US.UTF-8", "LANGUAGE": "zh_TW:en"}, "zh-CN"),
        ("auto", {"LANGUAGE": "auto", "LC_MESSAGES": "zh_CN"}, "zh-CN"),
        (None, {}, "en"),
    ],
)
def test_the_settings_decide_and_then_the_terminal(
    chosen: str | None, surroundings: dict[str, str], locale: str
) -> None:
    assert operators_locale(chosen, surroundings, "utf-8") == locale
    assert operators_locale(chosen, surroundings, "ascii") == "en"


@pytest.mark.parametrize("language", ["zh-CN", "auto"])
def test_settings_that_cannot_be_used_are_told_in_the_language_that_they_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    env_file = tmp_path / "settings.env"
    env_file.write_text(f"LANGUAGE={language}\nMAX_BATCH=few\nMAX_STEPS=many\n", encoding="utf-8")
    assert main(["--env-file", str(env_file), "doctor"]) == 2
    heading, *problems = capsys.readouterr().err.splitlines()
    assert heading == "设置需要修改："
    assert problems == ["MAX_BATCH：请写整数", "MAX_STEPS：请写整数"]


def test_what_keeps_the_bot_from_running_is_told_in_that_language_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    env_file = tmp_path / "settings.env"
    env_file.write_text("LANGUAGE=zh-CN\n", encoding="utf-8")
    assert main(["--env-file", str(env_file)]) == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith("没有设置 DISCORD_TOKEN。")
