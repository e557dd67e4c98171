"""The units of systemd: read by systemd itself, where it is installed."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.settings import Settings

UNITS = sorted((Path(__file__).parents[2] / "deploy" / "systemd").glob("*.service"))
SYSTEMDS_OWN = Path("/usr/lib/systemd/system")
MOST_EXPOSED = 2.0
_ENVIRONMENT = re.compile(r"^Environment=(\w+)=", re.MULTILINE)
_STARTS = re.compile(r"^ExecStart=(.+)$", re.MULTILINE)
_PROGRAM = re.compile(r"^ExecStart=(\S+)", re.MULTILINE)
_LEVEL = re.compile(r"Overall exposure level for \S+: ([\d.]+)")

with_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze comes with systemd"
)
of_every_unit = pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)


def _analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *arguments], check=False, capture_output=True, encoding="utf-8")


@of_every_unit
def test_a_unit_sets_nothing_that_is_not_a_setting(unit: Path) -> None:
    named = set(_ENVIRONMENT.findall(unit.read_text(encoding="utf-8")))
    assert named <= {name.upper() for name in Settings.model_fields}


@of_every_unit
def test_a_unit_starts_a_command_that_there_is(unit: Path) -> None:
    (line,) = _STARTS.findall(unit.read_text(encoding="utf-8"))
    assert main(line.split()[1:]) == 2, "the settings in /etc are not there"


def test_all_units_confine_alike() -> None:
    confining = {
        unit.read_text(encoding="utf-8").partition("# It changes nothing on the machine")[2] for unit in UNITS
    }
    assert len(confining) == 1


@with_systemd
@of_every_unit
def test_systemd_finds_nothing_wrong_with_a_unit(unit: Path, tmp_path: Path) -> None:
    (program,) = _PROGRAM.findall(unit.read_text(encoding="utf-8"))
    installed = tmp_path / program.lstrip("/")
    installed.parent.mkdir(parents=True)
    installed.write_text("#!/bin/sh\n", encoding="utf-8")
    installed.chmod(0o755)
    folder = tmp_path / SYSTEMDS_OWN.relative_to("/")  # with the targets that ours names
    shutil.copytree(SYSTEMDS_OWN, folder, symlinks=True)
    shutil.copy(unit, folder)
    looked_at = _analyze("verify", "--man=no", f"--root={tmp_path}", str(folder / unit.name))
    assert (looked_at.returncode, looked_at.stderr) == (0, "")


@with_systemd
@of_every_unit
def test_a_unit_is_hardly_exposed(unit: Path) -> None:
    looked_at = _analyze("security", "--offline=true", "--no-pager", str(unit))
    (level,) = _LEVEL.findall(looked_at.stdout)
    assert float(level) <= MOST_EXPOSED, looked_at.stdout
