"""The folder is a library in waiting: it must live anywhere."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "bot" / "comfy"


def test_the_folder_works_anywhere_without_the_bot(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "elsewhere", ignore=shutil.ignore_patterns("__pycache__"))
    program = (
        "import sys, elsewhere, elsewhere.__main__\n"
        "assert elsewhere.Server('host').label == 'host'\n"
        "print(sorted(name for name in sys.modules if name.partition('.')[0] in ('bot', 'cogs', 'discord')))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "[]\n", "")


def test_imports_within_the_folder_are_relative() -> None:
    absolute = [
        f"{path.name}:{node.lineno}"
        for path in PACKAGE.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.ImportFrom) and node.level == 0 and (node.module or "").startswith("bot"))
        or (isinstance(node, ast.Import) and any(name.name.startswith("bot") for name in node.names))
    ]
    assert absolute == []


def test_the_package_says_that_it_is_typed() -> None:
    assert (PACKAGE / "py.typed").read_bytes() == b""


def test_modules_are_small() -> None:
    sizes = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in PACKAGE.glob("*.py")}
    assert {name: size for name, size in sizes.items() if size > 240} == {}
