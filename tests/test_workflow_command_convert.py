"""``python -m bot workflow convert``."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from tests.comfy.convert.classes import CLASSES
from tests.comfy.convert.graphs import node, ui
from tests.comfy.serving import get, serving
from tests.workflows.sources.files import plain, png

GRAPH = ui(node(1, "Text", ["ein Füchslein"], title="Words"))
CONVERTED = {"1": {"class_type": "Text", "inputs": {"value": "ein Füchslein"}, "_meta": {"title": "Words"}}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "object_info.json").write_text(json.dumps(CLASSES), encoding="utf-8")
    _save(tmp_path / "fox.ui.json", GRAPH)
    return tmp_path


def _save(path: Path, document: Any) -> Path:
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def _convert(folder: Path, *names: str, output: str | None = None) -> int:
    files = [str(folder / name) for name in names]
    wanted = [] if output is None else ["--output", str(folder / output)]
    return main(["workflow", "convert", *files, "--object-info", str(folder / "object_info.json"), *wanted])


def test_a_graph_is_printed_on_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _convert(folder, "fox.ui.json") == 0
    printed = capsys.readouterr()
    assert (json.loads(printed.out), printed.out.count("\n"), printed.err) == (CONVERTED, 1, "")


def test_graphs_are_written_under_the_names_of_their_files(folder: Path) -> None:
    _save(folder / "hen.json", GRAPH)
    assert _convert(folder, "fox.ui.json", "hen.json", output="api") == 0
    written = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in (folder / "api").iterdir()}
    assert written == {"fox.json": CONVERTED, "hen.json": CONVERTED}


def test_what_is_refused_is_named_with_its_reasons_and_the_rest_is_written(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _save(
        folder / "lost.json",
        ui(node(1, "Sample", inputs=[]), node(2, "Unheard"), links=[[1, 2, 0, 1, 0, "MODEL"]]),
    )
    _save(folder / "large.json", ["x" * 4_200_000])
    (folder / "torn.json").write_bytes(b'{"nodes": [\xff')
    names = ("lost.json", "large.json", "torn.json", "gone.json", "fox.ui.json")
    assert _convert(folder, *names, output="api") == 1
    reasons = capsys.readouterr().err.splitlines()
    assert reasons == [
        "lost.json: refused: The server has no node 'Unheard' (node 2).",
        (
            "large.json: refused: What the file holds where the workflow should be is larger than 4 MB, "
            "which no workflow needs."
        ),
        (
            "torn.json: refused: The workflow in this file is not UTF-8. Save it with that encoding, "
            "or export it again from ComfyUI."
        ),
        f"gone.json: refused: {folder / 'gone.json'} cannot be read: No such file or directory",
    ]
    assert [path.name for path in (folder / "api").iterdir()] == ["fox.json"]


def test_a_file_is_never_overwritten_with_its_own_graph(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = _save(folder / "hen.json", GRAPH)
    assert _convert(folder, "hen.json", output=".") == 1
    assert (
        capsys.readouterr().err == "hen.json: refused: The graph would overwrite it; give another --output.\n"
    )
    assert json.loads(source.read_text(encoding="utf-8")) == GRAPH


def test_of_two_files_that_would_become_one_the_second_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = folder / "other"
    other.mkdir()
    hen = {**GRAPH, "nodes": [node(2, "Text", ["a hen"])]}
    _save(other / "fox.json", hen)
    assert _convert(folder, "fox.ui.json", "other/fox.json", output="api") == 1
    first, second = folder / "fox.ui.json", other / "fox.json"
    assert capsys.readouterr().err == (
        f"{second}: refused: {first} became {folder / 'api' / 'fox.json'} already. Give one of them another name, or "
        "convert it into another folder.\n"
    )
    assert json.loads((folder / "api" / "fox.json").read_text(encoding="utf-8")) == CONVERTED


def test_warnings_go_to_stderr_without_control_characters(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _save(folder / "odd.json", ui(node(1, "Fancy\x1b[31m note")))
    assert _convert(folder, "odd.json") == 0
    assert capsys.readouterr().err == (
        "odd.json: Node 1 (Fancy [31m note) is unknown to the server and wired to nothing; it is left out.\n"
    )


def test_a_graph_in_api_format_is_taken_as_it_is_from_json_and_from_pictures(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _save(folder / "hen.json", {"prompt": CONVERTED})
    (folder / "cat.png").write_bytes(png(plain("prompt", json.dumps(CONVERTED))))
    assert _convert(folder, "hen.json", "cat.png") == 0
    printed = capsys.readouterr()
    assert [json.loads(line) for line in printed.out.splitlines()] == [CONVERTED, CONVERTED]
    assert printed.err.splitlines() == [
        f"{name}: There is a graph in API format in it already; that is taken as it is."
        for name in ("hen.json", "cat.png")
    ]


def test_a_picture_that_has_only_the_ui_graph_is_converted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "cat.png").write_bytes(png(plain("workflow", json.dumps(GRAPH))))
    assert _convert(folder, "cat.png", output="api") == 0
    assert json.loads((folder / "api" / "cat.json").read_text(encoding="utf-8")) == CONVERTED
    assert capsys.readouterr().err == ""


async def test_node_classes_come_from_a_server_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with serving(get("/object_info", CLASSES)) as served:
        arguments = ["workflow", "convert", str(folder / "fox.ui.json"), "--object-info", served.url]
        assert await asyncio.to_thread(main, arguments) == 0
    assert json.loads(capsys.readouterr().out) == CONVERTED


def test_a_server_that_is_away_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = str(folder / "fox.ui.json")
    assert main(["workflow", "convert", source, "--object-info", "http://127.0.0.1:9"]) == 1
    assert "127.0.0.1:9" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"[]", b"not JSON"])
def test_node_classes_that_are_none_are_said(
    folder: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "object_info.json").write_bytes(content)
    assert _convert(folder, "fox.ui.json") == 1
    assert "object_info.json: " in capsys.readouterr().err
