"""The files that a container installs from: pins with hashes for all that pyproject.toml asks for, and no host."""

import re
import tomllib
from pathlib import Path
from typing import cast

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).parents[2]
FILES = ("requirements.txt", "build-requirements.txt", "release-requirements.txt")
_PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>\S+)(?: ; (?P<marker>.+?))? \\$", re.MULTILINE)


def _asked_for(file: str) -> list[Requirement]:
    if file == "release-requirements.txt":
        return [Requirement("build"), Requirement("cyclonedx-bom")]
    described = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    if file == "build-requirements.txt":
        lines = cast("list[str]", described["build-system"]["requires"])
    else:
        project = described["project"]
        lines = cast("list[str]", project["dependencies"] + project["optional-dependencies"]["postgres"])
    return [Requirement(line) for line in lines]


def _pins(file: str) -> dict[str, str]:
    text = (PROJECT / "deploy" / file).read_text(encoding="utf-8")
    return {canonicalize_name(found["name"]): found["version"] for found in _PIN.finditer(text)}


@pytest.mark.parametrize("file", FILES)
def test_every_package_that_is_asked_for_is_pinned_within_its_bounds(file: str) -> None:
    pins = _pins(file)
    outside = [
        str(each)
        for each in _asked_for(file)
        if pins.get(canonicalize_name(each.name), "") not in each.specifier
    ]
    assert outside == [], ".ci/lock writes the files anew"


@pytest.mark.parametrize("file", FILES)
def test_every_pin_has_hashes_and_no_line_names_a_host(file: str) -> None:
    text = (PROJECT / "deploy" / file).read_text(encoding="utf-8")
    packages = re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:]
    assert [package for package in packages if "--hash=sha256:" not in package] == []
    assert len(packages) == len(_pins(file)), "each is pinned to one version"
    assert "://" not in text
    assert "--index-url" not in text
