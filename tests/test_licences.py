"""Every package that comes with the bot may be used, changed and passed on together with it."""

import re
from email.message import Message
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import cast

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ALLOWED = {
    "0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-CMU", "PSF-2.0", "Unlicense", "Zlib",
    # they ask for changes of these packages themselves, not of the program that uses them
    "LGPL-3.0-only", "LGPL-3.0-or-later", "MPL-2.0",
}  # fmt: skip
"""SPDX's names."""
LONG_NAMES = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
_LONG = re.compile(r"^License :: OSI Approved :: (.+)$")
NOT_OURS = {"dev"}
"""Extras for those who work on it: nothing of them is passed on."""


def _with_the_bot() -> dict[str, Distribution]:
    """The bot's packages and theirs, as far as they are installed here."""
    found: dict[str, Distribution] = {}
    asked = {("comfycord", "")} | {("comfycord", extra) for extra in _extras(distribution("comfycord"))}
    seen: set[tuple[str, str]] = set()
    while asked:
        name, extra = asked.pop()
        seen.add((name, extra))
        try:
            found[name] = package = distribution(name)
        except PackageNotFoundError:  # for another system or Python, or an extra that is not installed
            continue
        for requirement in map(Requirement, package.requires or ()):
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                wanted = {"", *requirement.extras}
                asked |= {(canonicalize_name(requirement.name), each) for each in wanted} - seen
    return found


def _extras(package: Distribution) -> set[str]:
    return set(package.metadata.get_all("Provides-Extra") or ()) - NOT_OURS


def _licence(package: Distribution) -> str:
    """In SPDX's words as far as it can be told; else whatever the package says of itself."""
    metadata = cast("Message", package.metadata)
    if expression := metadata.get("License-Expression"):
        return str(expression)
    matches = [_LONG.match(line) for line in package.metadata.get_all("Classifier") or ()]
    if names := [LONG_NAMES.get(match[1], match[1]) for match in matches if match]:
        return " AND ".join(names)
    return str(metadata.get("License", "nothing"))


def _is_allowed(licence: str) -> bool:
    """One of each ``OR``, and all of each ``AND``."""
    ways = re.split(r"\s+OR\s+", licence.replace("(", "").replace(")", ""))
    return any(set(re.split(r"\s+AND\s+", way)) <= ALLOWED for way in ways)


def test_every_package_that_comes_with_the_bot_has_a_licence_that_is_taken() -> None:
    packages = _with_the_bot()
    assert {"comfycord", "discord-py", "aiohttp", "pydantic-core"} <= set(packages)
    refused = {name: licence for name, each in packages.items() if not _is_allowed(licence := _licence(each))}
    assert refused == {}
