"""The catalogue is complete: every text that code names exists in both languages, and none is left over."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from fluent.syntax import parse
from fluent.syntax.ast import Message, Resource, VariableReference
from fluent.syntax.visitor import Visitor

from bot import texts
from bot.comfy import Phrase
from bot.comfy.phrases import PHRASES
from bot.comfy_words import told
from bot.texts import Text, render, text
from bot.texts.catalogue import pattern_of, plain_words

PROJECT = Path(__file__).parent.parent
CALLS = {"text"}


class _Variables(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: VariableReference) -> None:  # noqa: N802  # the library's name
        self.names.add(node.id.name)


def _catalogue(locale: str) -> dict[str, set[str]]:
    """Text id → the names of its arguments."""
    resource = parse((PROJECT / "bot" / "texts" / f"{locale}.ftl").read_text(encoding="utf-8"))
    assert isinstance(resource, Resource)
    found: dict[str, set[str]] = {}
    for entry in resource.body:
        assert type(entry).__name__ != "Junk", f"{locale}.ftl cannot be read: {entry}"
        if isinstance(entry, Message):
            assert entry.id.name not in found, f"{locale}.ftl says {entry.id.name} twice"
            variables = _Variables()
            variables.visit(entry)
            found[entry.id.name] = variables.names
    return found


@cache
def _named_in_code() -> list[tuple[str, str, set[str] | None]]:
    return list(_calls())


def _calls() -> Iterator[tuple[str, str, set[str] | None]]:
    """(file:line, text id, names of the arguments) of every call that names a text."""
    for folder in ("bot", "cogs"):
        for path in (PROJECT / folder).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree) if _imports_text(tree) else ():
                if not (
                    isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS
                ):
                    continue
                place = f"{path.relative_to(PROJECT)}:{node.lineno}"
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    names = {each.arg.replace("_", "-") for each in node.keywords if each.arg}
                    spread = any(each.arg is None for each in node.keywords)
                    yield place, first.value, None if spread else names
                else:
                    pytest.fail(f"{place}: a text's id must be a literal, so that unused texts can be found")


def _imports_text(tree: ast.Module) -> bool:
    """Whether ``text`` means the catalogue's here; libraries in waiting have other functions of that name."""
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "bot.texts"
        and "text" in {each.name for each in node.names}
        for node in ast.walk(tree)
    )


def test_both_languages_have_the_same_texts_with_the_same_arguments() -> None:
    assert _catalogue("en") == _catalogue("zh-CN")


def test_every_text_that_code_names_exists_with_the_arguments_it_gets() -> None:
    catalogue = _catalogue("en")
    wrong = [
        f"{place}: {text_id} {sorted(names or ())} ≠ {sorted(catalogue.get(text_id, {'missing'}))}"
        for place, text_id, names in _named_in_code()
        if text_id not in catalogue or (names is not None and names != catalogue[text_id])
    ]
    assert wrong == []


def test_no_text_is_left_over() -> None:
    used = {text_id for _, text_id, _ in _named_in_code()} | {f"comfy-{kind}" for kind in PHRASES}
    assert sorted(set(_catalogue("en")) - used) == []


def test_every_phrase_of_the_client_has_its_text_which_says_the_same_in_english() -> None:
    catalogue = _catalogue("en")
    for kind in PHRASES:
        phrase = Phrase(kind, **dict.fromkeys(catalogue[f"comfy-{kind}"], 7))
        words = told(phrase)
        assert isinstance(words, Text)
        assert render(words, "en") == phrase
        assert re.search("[一-鿿（]", render(words, "zh-CN")), kind


def test_phrases_inside_phrases_are_told_too_and_words_of_others_stay() -> None:
    reason = Phrase("unreachable", reason=Phrase("connection-refused"))
    words = told(Phrase("error", server="here:8188", what=reason))
    assert isinstance(words, Text)
    assert render(words, "zh-CN") == "ComfyUI（here:8188）无法连接：连接被拒绝。"
    assert told("words of others") == "words of others"


def test_chinese_texts_are_chinese() -> None:
    chinese = (PROJECT / "bot" / "texts" / "zh-CN.ftl").read_text(encoding="utf-8")
    resource = parse(chinese)
    assert isinstance(resource, Resource)
    not_translated = [
        entry.id.name
        for entry in resource.body
        if isinstance(entry, Message)
        and re.search(
            r"[A-Za-z]{4,} [a-z]{2,} [a-z]{2,}",
            chinese[entry.span.start : entry.span.end] if entry.span else "",
        )
    ]
    assert not_translated == []


def test_a_text_travels_as_json_and_back_with_texts_inside() -> None:
    message = text("refused-graph", problems=text("refused-too-big", place="width", value=9, maximum=1.5))
    assert Text.from_json(message.to_json()) == message


def test_every_chinese_locale_reads_chinese_and_all_others_english() -> None:
    message = text("cancel-ended")
    english, chinese = render(message, "en-US"), render(message, "zh-CN")
    assert {locale: render(message, locale) for locale in ("zh-TW", "de", "en-GB")} == {
        "zh-TW": chinese,
        "de": english,
        "en-GB": english,
    }
    assert english != chinese


def test_a_text_that_does_not_exist_is_a_bug() -> None:
    with pytest.raises(LookupError, match="no text 'no-such-text'"):
        render(Text("no-such-text"), "en")


def test_however_long_an_argument_is_the_text_can_be_shown() -> None:
    long = text("refused-whole", message="x" * 100_000)
    assert len(render(text("refused-several", first=long, second=long), "en")) < 5_000


def test_a_missing_argument_is_a_bug() -> None:
    with pytest.raises(LookupError, match="notice-away"):
        render(Text("notice-away"), "en")


def test_the_catalogue_lists_its_languages() -> None:
    assert {path.stem for path in Path(texts.__file__).parent.glob("*.ftl")} == set(texts.LOCALES)


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
@pytest.mark.parametrize("value", ["a word", 0, 1, 2.5])
def test_every_text_becomes_words_whatever_fills_its_gaps(locale: str, value: str | float) -> None:
    for text_id, names in _catalogue(locale).items():
        words = render(Text(text_id, {name.replace("-", "_"): value for name in names}), locale)
        assert words
        assert "{ $" not in words


@pytest.mark.parametrize(
    ("locale", "ahead", "words"),
    [
        ("en", 0, "Waiting – next in line"),
        ("en", 1, "Waiting – one job ahead"),
        ("en", 1234, "Waiting – 1,234 jobs ahead"),
        ("zh-CN", 0, "排队中，下一个就是你"),
        ("zh-CN", 1, "排队中，前面还有 1 个任务"),
    ],
)
def test_words_follow_the_number(locale: str, ahead: int, words: str) -> None:
    assert render(text("status-queued", ahead=ahead), locale) == words


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1234567, "1,234,567"), (-3, "-3"), (0.5, "0.5"), (2.0, "2"), (1234.56789, "1,234.568"), ("007", "007")],
)
def test_numbers_are_grouped_and_what_is_text_stays_as_it_is(value: str | float, shown: str) -> None:
    assert shown in render(text("refused-too-big", place="width", value=value, maximum=9), "en")


def test_a_missing_argument_and_an_unknown_text_are_bugs() -> None:
    with pytest.raises(LookupError, match="refused-too-big"):
        render(Text("refused-too-big"), "en")
    with pytest.raises(LookupError, match="no-such-text"):
        render(Text("no-such-text"), "en")


@pytest.mark.parametrize("locale", texts.LOCALES)
def test_texts_that_need_no_parser_say_what_the_parser_says(locale: str) -> None:
    resource = parse((PROJECT / "bot" / "texts" / f"{locale}.ftl").read_text(encoding="utf-8"))
    assert isinstance(resource, Resource)
    different = [
        entry.id.name
        for entry in resource.body
        if isinstance(entry, Message)
        and not (entry.value and entry.value.equals(pattern_of(locale, entry.id.name), ["span"]))
    ]
    assert different == []


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("a = one line \n\n# a comment\n", "one line"),
        ("a =one line", "one line"),
        ("a = one\n    and two\n", "one\nand two"),
        ("a = one\n\n    and two\n", "one\n\nand two"),
        ('a = { "" }  blanks', None),
    ],
)
def test_only_a_text_of_one_line_needs_no_parser(source: str, words: str | None) -> None:
    assert plain_words(source) == (words if words and "\n" not in words else None)
