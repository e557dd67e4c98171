"""Rules of the house that no linter knows."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).parent.parent
PYTHON = [path for folder in ("bot", "cogs", "tests") for path in (PROJECT / folder).rglob("*.py")]


def _trees(*words: str) -> Iterator[tuple[Path, ast.Module]]:
    """Of the files that have one of the words; to parse all of them takes seconds."""
    for path in PYTHON:
        source = path.read_text(encoding="utf-8")
        if any(word in source for word in words):
            yield path.relative_to(PROJECT), ast.parse(source)


def test_tests_use_stand_ins_and_never_doubles() -> None:
    names = {"Mock", "MagicMock", "AsyncMock", "patch"}
    doubles = [
        f"{path}:{node.lineno}"
        for path, tree in _trees("unittest", *names)
        for node in ast.walk(tree)
        if (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("unittest"))
        or (isinstance(node, ast.Import) and any(name.name.startswith("unittest") for name in node.names))
        or (isinstance(node, ast.Attribute) and node.attr in names)
    ]
    assert doubles == []


def test_errors_are_caught_broadly_only_where_bugs_are_reported() -> None:
    swallowing = {
        str(path)
        for path, tree in _trees("except:", "Exception")
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and _is_broad(node) and not _goes_on_raising(node)
    }
    assert swallowing == {"bot/bugs.py", "cogs/_errors.py"}


def _is_broad(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    names = {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)}
    return bool(names & {"Exception", "BaseException"})


def _goes_on_raising(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def test_a_prompt_is_never_sent_to_the_front_and_an_interrupt_always_names_one() -> None:
    suspicious = [
        str(path.relative_to(PROJECT))
        for path in (PROJECT / "bot").rglob("*.py")
        if "sandbox" not in path.parts
        and re.search(r"""["']front["']\s*:""", path.read_text(encoding="utf-8"))
    ]
    assert suspicious == []


def test_a_moment_that_never_was_is_none_and_not_time_zero() -> None:
    """A monotonic clock begins with the machine: minutes after its start, zero is a moment ago."""
    zeros = [
        f"{path}:{node.lineno}"
        for path, tree in _trees("_at", "_since")
        if path.parts[0] != "tests"
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AnnAssign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, float)
        and any(_name_of(target).endswith(("_at", "_since")) for target in _targets_of(node))
    ]
    assert zeros == []


def _targets_of(node: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    return node.targets if isinstance(node, ast.Assign) else [node.target]


def _name_of(target: ast.expr) -> str:
    match target:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""


def test_no_test_asserts_how_many_seconds_passed() -> None:
    """On a machine that does something else besides, it would fail; what is fast is shown in ``tests/bench``."""
    clocks = {"perf_counter", "monotonic", "process_time"}
    timed = [
        f"{path}:{node.lineno}"
        for path, tree in _trees(*clocks)
        if path.parts[0] == "tests" and path.parts[1] != "bench"
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in clocks)
        or (isinstance(node, ast.ImportFrom) and any(name.name in clocks for name in node.names))
    ]
    assert timed == []


def test_the_top_level_holds_what_it_should() -> None:
    listed = (
        subprocess.run(  # what git does not keep (a virtual environment, a database) is nobody's business
            ["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True
        )
    )
    kept = {line.split("/")[0] for line in listed.stdout.splitlines() if not line.startswith(".")}
    assert kept == {
        "pyproject.toml",
        "bot",
        "cogs",
        "workflows",
        "tests",
        "README.md",
        "LICENSE",
        "Dockerfile",
        "compose.yaml",
        "deploy",
        "CHANGELOG.md",
    }
