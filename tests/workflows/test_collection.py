"""What changes in a folder of workflows: read again where it changed, and the good version kept where it became wrong."""

import os
import shutil
from pathlib import Path

import pytest

from bot.workflows import Loaded, WorkflowError, load_workflows
from bot.workflows.collection import reload, settled, stamps_of
from tests.rights import locked, open_folder, posix_only, without_rights
from tests.workflows.samples import COMMAND, write


def _workflow(folder: Path, name: str, command: str = COMMAND) -> Path:
    """A sound workflow in a folder of that name."""
    return write(folder, command).rename(folder / name)


def _names(loaded: Loaded) -> list[str]:
    return [template.name for template in loaded.templates]


def _again(loaded: Loaded, folder: Path) -> Loaded:
    return reload(loaded, stamps_of(folder))


def test_a_new_folder_comes_in_its_place_and_a_removed_one_goes(tmp_path: Path) -> None:
    (one, two) = (_workflow(tmp_path, "b"), _workflow(tmp_path, "c"))
    loaded = load_workflows(tmp_path)
    _workflow(tmp_path, "a")
    shutil.rmtree(two)
    again = _again(loaded, tmp_path)
    assert (_names(loaded), _names(again)) == (["b", "c"], ["a", "b"])
    assert again.readings[one] is not None


def test_only_what_changed_is_read(tmp_path: Path) -> None:
    for name in ("a", "b"):
        _workflow(tmp_path, name)
    loaded = load_workflows(tmp_path)
    (tmp_path / "b" / "command.toml").write_text(COMMAND.replace("Draws", "Paints"), encoding="utf-8")
    again = _again(loaded, tmp_path)
    assert [
        template is before for template, before in zip(again.templates, loaded.templates, strict=True)
    ] == [
        True,
        False,
    ]
    assert again.templates[1] != loaded.templates[1]


def test_a_folder_that_became_wrong_keeps_its_good_version_until_it_is_mended(tmp_path: Path) -> None:
    folder = _workflow(tmp_path, "a")
    loaded = load_workflows(tmp_path)
    (folder / "command.toml").write_text("description = ", encoding="utf-8")
    wrong = _again(loaded, tmp_path)
    assert wrong.templates == loaded.templates
    assert [str(problem).startswith(str(folder / "command.toml")) for problem in wrong.problems] == [True]
    assert wrong.left_out == frozenset()
    (folder / "command.toml").write_text(COMMAND.replace("Draws", "Paints"), encoding="utf-8")
    mended = _again(wrong, tmp_path)
    assert mended.problems == ()
    assert mended.templates != loaded.templates


def test_a_folder_that_was_wrong_from_the_start_is_left_out_and_its_command_known(tmp_path: Path) -> None:
    (tmp_path / "Old Sailor").mkdir()
    loaded = load_workflows(tmp_path)
    assert (loaded.templates, loaded.left_out) == ((), {"old_sailor"})
    assert len(loaded.problems) == 1


def test_of_two_folders_that_make_one_command_the_second_waits_until_the_first_is_gone(
    tmp_path: Path,
) -> None:
    for name in ("a", "b"):
        _workflow(tmp_path, name, f'name = "draw"\n{COMMAND}')
    loaded = load_workflows(tmp_path)
    assert [template.folder.name for template in loaded.templates] == ["a"]
    assert [str(problem) for problem in loaded.problems] == [
        f"{tmp_path / 'a'} and {tmp_path / 'b'} both make the command 'draw': rename one"
    ]
    shutil.rmtree(tmp_path / "a")
    again = _again(loaded, tmp_path)
    assert ([template.folder.name for template in again.templates], again.problems) == (["b"], ())


def test_a_folder_that_takes_the_name_of_a_later_one_gets_it_as_after_a_restart(tmp_path: Path) -> None:
    for name in ("a", "b"):
        _workflow(tmp_path, name)
    loaded = load_workflows(tmp_path)
    (tmp_path / "a" / "command.toml").write_text(f'name = "b"\n{COMMAND}', encoding="utf-8")
    again = _again(loaded, tmp_path)
    assert again.templates == load_workflows(tmp_path).templates
    assert [template.folder.name for template in again.templates] == ["a"]


def test_content_of_the_same_size_at_the_same_time_is_another_file_where_it_was_replaced(
    tmp_path: Path,
) -> None:
    folder = _workflow(tmp_path, "a")
    file, before = folder / "command.toml", stamps_of(tmp_path)
    found = file.stat()
    (folder / ".new").write_text(COMMAND.replace("Draws", "Paint"), encoding="utf-8")
    os.utime(folder / ".new", ns=(found.st_atime_ns, found.st_mtime_ns))
    (folder / ".new").replace(file)
    assert stamps_of(tmp_path) != before


@pytest.mark.parametrize("name", [".workflow.json.swp", ".DS_Store"])
def test_hidden_files_change_nothing(tmp_path: Path, name: str) -> None:
    folder, before = _workflow(tmp_path, "a"), stamps_of(tmp_path)
    (folder / name).write_text("x", encoding="utf-8")
    assert stamps_of(tmp_path) == before


def test_what_still_changes_between_two_looks_stays_as_it_was_read() -> None:
    a, b, c, d = map(Path, "abcd")
    one, two = (("x", 1, 1, 1),), (("x", 2, 2, 2),)
    growing = settled(now={a: two, b: two, d: one}, then={a: one, b: two, c: one}, read={a: one, c: one})
    # a grows, b is done, c went just now, d came just now
    assert growing == {a: one, b: two, c: one}
    assert settled(now={a: two, d: one}, then={a: two, d: one}, read=growing) == {a: two, d: one}


@posix_only
def test_what_may_not_be_read_is_a_sentence_and_keeps_no_other_away() -> None:
    with open_folder() as folder:
        for name in ("closed", "file", "good"):
            _workflow(folder, name)
        (folder / "link").symlink_to(folder / "closed" / "inside")
        with locked(folder / "closed", folder / "file" / "workflow.json"), without_rights():
            loaded = load_workflows(folder)
        mended = _again(loaded, folder)
    assert _names(loaded) == ["good"]
    assert [str(problem) for problem in loaded.problems] == [
        f"{folder / 'closed'} cannot be looked into: Permission denied",
        f"{folder / 'file' / 'workflow.json'} cannot be read: Permission denied",
        f"{folder / 'link'} cannot be looked into: Permission denied",
    ]
    assert _names(mended) == ["closed", "file", "good"]


@posix_only
def test_a_whole_folder_that_may_not_be_looked_into_is_a_sentence() -> None:
    with open_folder() as folder:
        with locked(folder), without_rights(), pytest.raises(WorkflowError) as caught:
            load_workflows(folder)
        assert str(caught.value) == f"{folder} cannot be looked into: Permission denied"
