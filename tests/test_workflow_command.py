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

NOBODY = "http://127.0.0.1:1"


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def test_the_help_lists_every_action(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["workflow", "--help"])
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line.startswith("    ")]
    assert listed == ["convert", "show", "check", "add"]


async def _run_with(terminal: Terminal, urls: str, *words: str | Path) -> int:
    """Without ``--object-info``: the servers of the settings are asked."""
    settings = f"COMFYUI_URLS={urls}\nWORKFLOWS_DIR={terminal.workflows}\n"
    (terminal.folder / "settings.env").write_text(settings, encoding="utf-8")
    return await asyncio.to_thread(main, terminal.arguments(*words)[:-2])


def _classes(terminal: Terminal, *, without: str | None = None) -> dict[str, object]:
    classes: dict[str, object] = json.loads((terminal.folder / "object_info.json").read_bytes())
    return {name: each for name, each in classes.items() if name != without}


async def test_the_servers_of_the_settings_are_asked_where_no_other_is_named(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    file = terminal.save("fox.ui.json", FORMS["fox.ui.json"])
    lacking = _classes(terminal, without="KSampler")
    async with (
        serving(get("/object_info", lacking)) as one,
        serving(get("/object_info", _classes(terminal))) as two,
    ):
        urls = f"{one.url},{NOBODY},{two.url}"
        assert await _run_with(terminal, urls, "add", file, "--name", "fox") == 0
        assert await _run_with(terminal, urls, "show", file) == 0
        assert await _run_with(terminal, urls, "check") == 0
        assert await _run_with(terminal, urls, "convert", file) == 0
    printed = capsys.readouterr()
    assert "This ComfyUI can run it." in printed.out
    assert "✓ /fox: 13 options" in printed.out
    assert printed.out.splitlines()[-1].startswith('{"')
    assert printed.err.splitlines() == ["ComfyUI at 127.0.0.1:1 cannot be reached: Connection refused."] * 4
    assert (one.lines, two.lines) == (["GET /object_info"] * 4, ["GET /object_info"] * 4)


async def test_a_server_that_cannot_tell_all_is_asked_for_what_the_workflow_names(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    file = terminal.save("fox.ui.json", FORMS["fox.ui.json"])
    each = [get(f"/object_info/{name}", {name: data}) for name, data in _classes(terminal).items()]
    failing = get("/object_info", status=500), get("/object_info/KSampler", status=500)
    async with serving(failing[0], *each) as served, serving(*failing, *each) as broken:
        assert await _run_with(terminal, served.url, "add", file, "--name", "fox") == 0
        assert await _run_with(terminal, served.url, "show", file) == 0
        assert await _run_with(terminal, served.url, "check") == 0
        assert await _run_with(terminal, served.url, "convert", file) == 0
        assert await asyncio.to_thread(main, [*terminal.arguments("show", file)[:-1], served.url]) == 0
        printed = capsys.readouterr()
        assert printed.err == ""
        assert printed.out.count("This ComfyUI can run it.") == 2
        assert "GET /object_info/CLIPTextEncode" in served.lines
        assert await _run_with(terminal, broken.url, "show", file) == 1
    assert "The node KSampler is installed, and its pack is broken" in capsys.readouterr().err


async def test_where_none_of_them_answers_that_is_said(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await _run_with(terminal, NOBODY, "check") == 1
    assert capsys.readouterr().err.splitlines() == [
        "ComfyUI at 127.0.0.1:1 cannot be reached: Connection refused.",
        "None of the servers of COMFYUI_URLS says what nodes it has: start one, or give --object-info.",
    ]


def test_a_process_of_its_own_adds_and_checks_a_workflow(terminal: Terminal) -> None:
    file = terminal.save("fox.ui.json", FORMS["fox.ui.json"])

    def run(*words: str | Path) -> tuple[int, str, str]:
        command = [sys.executable, "-m", "bot", *terminal.arguments(*words)]
        ended = subprocess.run(command, cwd=PROJECT, capture_output=True, encoding="utf-8", check=False)
        return ended.returncode, ended.stdout, ended.stderr

    folder = terminal.workflows / "fox"
    done = f"{folder} is made: 13 options. Look through its command.toml; a running bot offers it within seconds.\n"
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
