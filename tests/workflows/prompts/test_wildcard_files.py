"""The operator's folder of wildcards: read once, again when it changed, and never beyond its bounds."""

import asyncio
import logging
import os
from pathlib import Path

import pytest

from bot.texts import DEFAULT_LOCALE, Text, render, text
from bot.workflows.prompts.wildcard_files import Bounds, FoundWildcards, WildcardFolder


def write(folder: Path, name: str, content: str | bytes = "fox") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def look(folder: Path) -> FoundWildcards:
    return WildcardFolder(folder).look()


def test_a_file_is_a_list_of_its_lines_by_its_name(tmp_path: Path) -> None:
    write(tmp_path, "Animal.txt", "\ufefffox\r\n\r\n# a comment\n  {red|blue} wolf  \n赤狐")
    write(tmp_path, "creature/bird.txt", "owl\n")
    write(tmp_path, "颜色.TXT", "红")
    assert look(tmp_path) == FoundWildcards(
        {"animal": ("fox", "{red|blue} wolf", "赤狐"), "creature/bird": ("owl",), "颜色": ("红",)}
    )


def test_there_need_be_no_folder(tmp_path: Path) -> None:
    assert look(tmp_path / "gone") == FoundWildcards()


def test_other_files_and_lists_without_lines_make_none(tmp_path: Path) -> None:
    for name in ("README.md", "list.yaml", ".hidden/animal.txt"):
        write(tmp_path, name)
    write(tmp_path, "empty.txt", "# nothing\n\n")
    assert look(tmp_path) == FoundWildcards()


@pytest.mark.parametrize(
    "name", ["two words.txt", "a.b.txt", "a__b.txt", "_a.txt", "a_.txt", "x" * 101 + ".txt"]
)
def test_a_name_that_nobody_could_type_is_told(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, name)
    assert look(tmp_path) == FoundWildcards(problems=(text("wildcards-wrong-name", file=str(path)),))


def test_what_lies_elsewhere_is_not_read(tmp_path: Path) -> None:
    secret = write(tmp_path, "elsewhere/secret.txt", "token")
    folder = tmp_path / "wildcards"
    folder.mkdir()
    (folder / "secret.txt").symlink_to(secret)
    (folder / "more").symlink_to(secret.parent)
    os.mkfifo(folder / "pipe.txt")
    assert look(folder) == FoundWildcards()


def test_any_bytes_are_read(tmp_path: Path) -> None:
    write(tmp_path, "odd.txt", b"\xff\xfe\0fox\n" + b"y" * 3000 + b"\nend")
    assert look(tmp_path).wildcards["odd"][-1] == "end"
    assert "\0" not in "".join(look(tmp_path).wildcards["odd"])


def test_what_is_too_much_is_told(tmp_path: Path) -> None:
    def found() -> FoundWildcards:
        return WildcardFolder(tmp_path, bounds=Bounds(files=3, file_bytes=1024, bytes=2000)).look()

    def too_many(file: Path) -> Text:
        return text("wildcards-too-many", folder=str(tmp_path), file=str(file))

    large = text("wildcards-too-large", file=str(write(tmp_path, "a.txt", "x" * 1025)), kilobytes=1)
    write(tmp_path, "b.txt")
    assert found() == FoundWildcards({"b": ("fox",)}, (large,))
    third, fourth = write(tmp_path, "c.txt"), write(tmp_path, "d.txt")
    assert found() == FoundWildcards({"b": ("fox",), "c": ("fox",)}, (large, too_many(fourth)))
    write(tmp_path, "c.txt", "x" * 1000)
    assert found() == FoundWildcards({"b": ("fox",)}, (large, too_many(third)))


async def test_a_file_is_read_again_when_it_changed_and_only_then(tmp_path: Path) -> None:
    path = write(tmp_path, "animal.txt")
    folder = WildcardFolder(tmp_path, look_seconds=0)
    first = await folder.now()
    assert (await folder.now())["animal"] is first["animal"]
    write(tmp_path, "animal.txt", "wolf")
    os.utime(path, ns=(1, 1))
    assert await folder.now() == {"animal": ("wolf",)}
    path.unlink()
    write(tmp_path, "bird.txt", "owl")
    assert await folder.now() == {"bird": ("owl",)}


async def test_looks_that_follow_each_other_closely_are_one(tmp_path: Path) -> None:
    folder = WildcardFolder(tmp_path, look_seconds=1e9)
    assert await folder.now() == {}
    write(tmp_path, "animal.txt")
    assert await folder.now() == {}


async def test_many_who_ask_at_once_get_the_same_and_a_problem_is_logged_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path, "animal.txt")
    wrong = write(tmp_path, "two words.txt")
    folder = WildcardFolder(tmp_path, look_seconds=0)
    with caplog.at_level(logging.WARNING):
        found = await asyncio.gather(*(folder.now() for _ in range(20)))
    assert found == [{"animal": ("fox",)}] * 20
    problem: Text = text("wildcards-wrong-name", file=str(wrong))
    assert caplog.messages == [render(problem, DEFAULT_LOCALE)]
