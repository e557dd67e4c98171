"""The page's own words are complete in both languages, and so are the stand-in's refusals."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

from bot.sandbox.discord import DiscordStandIn
from bot.sandbox.page.files import STATIC
from bot.sandbox.page.machines import STATES
from bot.sandbox.page.switches import Switch

SANDBOX = STATIC.parents[1]
SAMPLE = "7"
"""Stands for whatever a refusal names."""


def catalogue(name: str) -> dict[str, str]:
    """A JSON object behind ``export default``."""
    source = (STATIC / "texts" / name).read_text(encoding="utf-8")
    return json.loads(source.removeprefix("export default"))


def named_in_scripts() -> set[str]:
    """Texts that the page's modules name; those that are put together from a value are spelt out."""
    scripts = "\n".join(path.read_text(encoding="utf-8") for path in STATIC.glob("*.js"))
    found = set(re.findall(r'\bt\(\s*"([a-z-]+)"', scripts))
    found |= {
        each for pair in re.findall(r'\bt\([^"]*\? "([a-z-]+)" : "([a-z-]+)"', scripts) for each in pair
    }
    return found


async def made_of_values() -> set[str]:
    async with DiscordStandIn.running() as discord:
        persons = {f"person-{name}" for name in discord.persons}
    return persons | {f"fault-{switch}" for switch in Switch} | {f"job-{state}" for state in STATES}


async def test_both_languages_have_every_text_that_is_named_and_no_other() -> None:
    named = named_in_scripts() | await made_of_values()
    assert set(catalogue("en.js")) == named
    assert set(catalogue("zh-CN.js")) == named


def test_both_languages_fill_the_same_gaps() -> None:
    gaps = [
        {text: sorted(re.findall(r"\{\w+\}", words)) for text, words in catalogue(name).items()}
        for name in ("en.js", "zh-CN.js")
    ]
    assert gaps[0] == gaps[1]


def test_chinese_texts_are_chinese() -> None:
    english = {
        text: words
        for text, words in catalogue("zh-CN.js").items()
        if text != "title" and not re.search("[一-鿿]", words)
    }
    assert english == {}


def test_chinese_uses_the_words_that_people_use() -> None:
    misleading = re.compile("替身|失聪|缺陷|[0-9}] ?m?s[^a-z]")
    found = {text: words for text, words in catalogue("zh-CN.js").items() if misleading.search(f"{words} ")}
    assert found == {}


def refusals() -> Iterator[str]:
    """Every sentence with which the stand-in's clients refuse, with a sample in its gaps."""
    for path in (*SANDBOX.glob("discord/*.py"), *SANDBOX.glob("page/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "NotSent":
                yield from _sentences(node.args[0])
            elif path.name == "offering.py" and isinstance(node, ast.Return) and node.value is not None:
                yield from _sentences(node.value)


def _sentences(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(words)):
            yield words
        case ast.JoinedStr(values=parts):
            said = (part.value if isinstance(part, ast.Constant) else SAMPLE for part in parts)
            yield "".join(map(str, said))
        case ast.IfExp(body=one, orelse=other):
            yield from _sentences(one)
            yield from _sentences(other)
        case _:
            return


def test_every_refusal_of_the_stand_in_is_known_in_chinese() -> None:
    source = (STATIC / "texts" / "refusals.js").read_text(encoding="utf-8")
    forms: list[tuple[str, str]] = json.loads(
        source[source.index("export default") + 14 :].strip().rstrip(";")
    )
    found = sorted(set(refusals()))
    unknown = [words for words in found if not any(re.fullmatch(form, words) for form, _ in forms)]
    assert len(found) > 25
    assert unknown == []


def test_no_module_of_the_page_can_make_markup_or_run_text() -> None:
    dangerous = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|setHTML|srcdoc|createContextualFragment"
        r"|\beval\(|new Function|javascript:|\.cssText|setTimeout\(\s*[\"'`]"
    )
    found = [
        f"{path.name}: {line.strip()}"
        for path in sorted(STATIC.rglob("*.js"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if dangerous.search(line)
    ]
    assert found == []


def test_the_page_loads_nothing_from_elsewhere_and_holds_no_script_of_its_own() -> None:
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert [address for address in addresses if not (STATIC / address).is_file()] == []
    assert re.findall(r"<style|style=|\son\w+=|<script(?![^>]*\ssrc=)", page) == []
    imported = [
        (path, name)
        for path in STATIC.rglob("*.js")
        for name in re.findall(r'from "([^"]+)"', path.read_text(encoding="utf-8"))
    ]
    assert [name for path, name in imported if not (path.parent / name).is_file()] == []
    used = {(path.parent / name).resolve() for path, name in imported} | {STATIC / "main.js"}
    assert {path.relative_to(STATIC) for path in STATIC.rglob("*.js") if path.resolve() not in used} == set()


def test_no_name_of_the_service_that_is_stood_in_for_is_part_of_the_look() -> None:
    """Only the switches name it, for they say what is made to fail."""
    named = {
        text
        for name in ("en.js", "zh-CN.js")
        for text, words in catalogue(name).items()
        if "discord" in words.lower()
    }
    assert named == {"fault-discord-fails", "fault-rate-limit"}
    styles = [path for path in Path(STATIC / "styles").glob("*.css") if "5865f2" in path.read_text().lower()]
    assert styles == []
