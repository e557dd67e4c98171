"""What README, the guide and the pages for those who work on it point to is there."""

import re
from pathlib import Path

import pytest

from bot.__main__ import main

PROJECT = Path(__file__).parents[1]
DOCUMENTS = [
    PROJECT / "README.md",
    PROJECT / "bot" / "GUIDE.md",
    *sorted((PROJECT / "bot" / "moderation").rglob("*.md")),
    *sorted((PROJECT / ".github").glob("*.md")),
]
MOST_LINES_OF_README = 150
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_PATH = re.compile(r"`((?:bot|cogs|tests|deploy|\.ci|\.github)/[\w./*-]*)`")
_MODULE = re.compile(r"python -m ((?:bot|tests)(?:\.\w+)*)")
_COMMAND = re.compile(r"(?<!-u )(?:python -m bot|(?<![/\w])comfycord|--rm bot) ([a-z]+)\b")
_KNOWN = re.compile(r"^    ([a-z]+)\b", re.MULTILINE)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)

of_every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)


def _anchors(document: Path) -> set[str]:
    """How GitHub calls the headings."""
    headings = _HEADING.findall(document.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@of_every_document
def test_links_lead_somewhere(document: Path) -> None:
    dead: list[str] = []
    for link in _LINK.findall(document.read_text(encoding="utf-8")):
        path, _, anchor = link.partition("#")
        if "://" in link or path.startswith("../security"):  # a page of GitHub's
            continue
        there = document.parent / path if path else document
        if not there.exists() or (anchor and anchor not in _anchors(there)):
            dead.append(link)
    assert dead == []


@of_every_document
def test_files_and_modules_that_are_named_are_there(document: Path) -> None:
    words = document.read_text(encoding="utf-8")
    paths = [path for path in _PATH.findall(words) if not list(PROJECT.glob(path))]
    modules = [PROJECT / name.replace(".", "/") for name in _MODULE.findall(words)]
    assert (
        paths + [str(each) for each in modules if not each.is_dir() and not each.with_suffix(".py").exists()]
        == []
    )


@of_every_document
def test_commands_that_are_named_exist(document: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    known = set(_KNOWN.findall(capsys.readouterr().out))
    assert set(_COMMAND.findall(document.read_text(encoding="utf-8"))) <= known


def test_readme_stays_short() -> None:
    assert len((PROJECT / "README.md").read_text(encoding="utf-8").splitlines()) <= MOST_LINES_OF_README
