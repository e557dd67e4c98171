"""Doing something as somebody without rights, for root may read everything."""

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

NOBODY = 65_534

posix_only = pytest.mark.skipif(os.name != "posix", reason="rights of files are POSIX's")


@contextmanager
def open_folder() -> Generator[Path]:
    """A folder that everybody may look into, which those of pytest are not."""
    with tempfile.TemporaryDirectory(prefix="comfycord-rights-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@contextmanager
def without_rights() -> Generator[None]:
    """As nobody, where the tests run as root."""
    me = os.geteuid()
    if me == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(me)


@contextmanager
def locked(*paths: Path) -> Generator[None]:
    """None but root may read these, or look into them."""
    modes = [path.stat().st_mode for path in paths]
    for path in paths:
        path.chmod(0)
    try:
        yield
    finally:
        for path, mode in reversed(list(zip(paths, modes, strict=True))):
            path.chmod(mode)
