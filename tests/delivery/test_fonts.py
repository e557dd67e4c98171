import io
from pathlib import Path

import pytest

from bot.delivery.font_characters import UnreadableFont, characters_of
from bot.delivery.fonts import CHINESE, Fonts
from tests.delivery.lettering import collection_of, font_for, font_of_segments, pillows_own, put


def test_both_kinds_of_tables_tell_the_characters() -> None:
    assert characters_of(io.BytesIO(font_for("红狐"))).characters == {ord("红"), ord("狐")}
    assert characters_of(io.BytesIO(font_for("a🦊"))).characters == {ord("a"), ord("🦊")}
    assert characters_of(io.BytesIO(font_of_segments("acez"))).characters == {ord("a"), ord("c"), ord("e")}


def test_each_face_of_a_collection_has_its_own() -> None:
    both = io.BytesIO(collection_of(font_for("a"), font_for("红")))
    assert characters_of(both, 0).characters == {ord("a")}
    assert characters_of(both, 1).characters == {ord("红")}


@pytest.mark.parametrize("content", [b"", b"no font at all", pillows_own()[:40], b"ttcf" + bytes(8)])
def test_what_is_no_font_is_told(content: bytes) -> None:
    with pytest.raises(UnreadableFont):
        characters_of(io.BytesIO(content))


def test_a_label_is_drawn_in_the_first_font_that_has_all_of_it(tmp_path: Path) -> None:
    latin = put(tmp_path / "dejavu", "DejaVuSans.ttf", font_for("abc"))
    chinese = put(tmp_path / "opentype" / "noto", "NotoSansCJK-Regular.ttc", collection_of(font_for("abc红")))
    fonts = Fonts([tmp_path])
    assert fonts.for_label("abc").face.path == latin
    assert fonts.for_label("红c").face.path == chinese


def test_where_none_has_all_the_one_that_lacks_least_replaces_the_rest(tmp_path: Path) -> None:
    put(tmp_path, "simhei.ttf", font_for("红狐狸?"))
    drawn = Fonts([tmp_path]).for_label("红狐🦊狸")
    assert (drawn.words, drawn.lacking) == ("红狐?狸", {"🦊"})
    assert drawn.face.path == tmp_path / "simhei.ttf"


def test_without_any_font_pillows_own_shows_latin_letters_and_says_what_it_lacks() -> None:
    drawn = Fonts([]).for_label("cfg 4 · 红 café")
    assert (drawn.words, drawn.lacking) == ("cfg 4 · ? cafe", {"红", "é"})
    assert drawn.face.path is None


def test_a_label_is_one_line_without_what_nobody_sees() -> None:
    assert Fonts([]).for_label("  a\n\tb\u200b\ufe0f\x00c ").words == "a bc"


def test_a_broken_file_of_a_known_name_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path, "NotoSansCJK-Regular.ttc", b"ttcf and no more")
    assert Fonts([tmp_path]).chinese() is None
    put(tmp_path, "msyh.ttc", font_for(CHINESE))
    assert Fonts([tmp_path]).chinese() == tmp_path / "msyh.ttc"


def test_folders_that_are_not_there_are_no_problem(tmp_path: Path) -> None:
    assert Fonts([tmp_path / "nowhere"]).chinese() is None
