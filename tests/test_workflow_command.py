"""``python -m bot workflow``: what all its actions share."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.settings import PROJECT
from bot.workflow_command.table import columns, shortened
from tests.comfy.serving import get, serving
from tests.workflow_terminal import FORMS, GRAPH, Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def test_the_help_lists_every_action(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["workflow", "--help"])
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line.startswith("    ")]
    assert listed == ["convert", "show", "check", "add"]


@pytest.mark.parametrize("words", [["convert", "x.json"], ["show", "x.json"], ["check"], ["add", "x.json"]])
def test_every_action_wants_to_know_the_node_classes(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["workflow", *words])
    assert "--object-info" in capsys.readouterr().err.splitlines()[-1]


def test_a_process_of_its_own_adds_and_checks_a_workflow(terminal: Terminal) -> None:
    file = terminal.save("fox.ui.json", FORMS["fox.ui.json"])

    def run(*words: str | Path) -> tuple[int, str, str]:
        command = [sys.executable, "-m", "bot", *terminal.arguments(*words)]
        ended = subprocess.run(command, cwd=PROJECT, capture_output=True, encoding="utf-8", check=False)
        return ended.returncode, ended.stdout, ended.stderr

    folder = terminal.workflows / "fox"
    done = f"{folder} is made: 13 options. Look through its command.toml, then start the bot again.\n"
    assert run("add", file, "--name", "fox") == (0, done, "")
    assert run("check") == (0, "✓ /fox: 13 options\n", "")


async def test_a_server_of_the_settings_is_asked_with_what_lets_us_in(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    classes = json.loads((terminal.folder / "object_info.json").read_bytes())
    async with serving(get("/object_info", classes)) as served:
        settings = f"COMFYUI_URLS={served.url}\nCOMFYUI_BEARER_TOKEN=let-me-in\n"
        (terminal.folder / "settings.env").write_text(settings, encoding="utf-8")
        words = terminal.arguments("convert", terminal.save("fox.json", GRAPH))
        assert await asyncio.to_thread(main, [*words[:-1], f"{served.url}/"]) == 0
    assert [asked.headers["Authorization"] for asked in served.asked] == ["Bearer let-me-in"]
    assert json.loads(capsys.readouterr().out) == GRAPH


@pytest.mark.parametrize("source", ["http://", "http://127.0.0.1:9", "gone.json"])
def test_node_classes_that_nobody_tells_are_a_sentence(
    terminal: Terminal, source: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = terminal.arguments("check")
    assert main([*words[:-1], source]) == 1
    printed = capsys.readouterr()
    assert (printed.out, len(printed.err.splitlines())) == ("", 1)


def test_settings_that_cannot_be_used_are_told_before_anything_else(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    (terminal.folder / "settings.env").write_text("LOG_LEVEL=LOUD\n", encoding="utf-8")
    assert terminal.run("check") == 2
    assert "LOG_LEVEL" in capsys.readouterr().err


def test_columns_keep_in_line_with_wide_letters_and_without_blanks_at_the_end() -> None:
    assert list(columns([["a", "选项", ""], ["提示词", "b", "c"]])) == ["a       选项", "提示词  b     c"]


@pytest.mark.parametrize(
    ("words", "short"),
    [
        ("a fox", "a fox"),
        ("a red\nfox in snow", "a red…"),
        ("雪地里的狐狸", "雪地…"),
        ("a fox!", "a fox!"),
        ("e\u0301" * 6, "e\u0301" * 6),
    ],
)
def test_long_words_are_cut_where_the_room_ends(words: str, short: str) -> None:
    assert shortened(words, 6) == short
