"""What GitHub runs: by others' programs of known content only, and with no more rights than each job needs."""

import re
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

GITHUB = Path(__file__).parents[2] / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yaml"))
BY_BRANCH = {"pypa/gh-action-pypi-publish@release/v1"}
"""Why: in the workflow."""
_USES = re.compile(r"uses: (\S+)(.*)")
_PINNED = re.compile(r"[\w./-]+@[0-9a-f]{40}")

of_every_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)


@of_every_workflow
def test_actions_are_pinned_to_a_commit_and_say_which_version_it_is(path: Path) -> None:
    used = [match.groups() for match in _USES.finditer(path.read_text(encoding="utf-8"))]
    others = [
        (action, note) for action, note in used if not action.startswith("./") and action not in BY_BRANCH
    ]
    assert [
        action for action, note in others if not _PINNED.fullmatch(action) or not note.startswith(" # v")
    ] == []


@of_every_workflow
def test_nothing_is_written_but_what_a_job_asks_for_itself(path: Path) -> None:
    workflow = cast("dict[str, Any]", yaml.safe_load(path.read_text(encoding="utf-8")))
    assert set(workflow["permissions"].values()) <= {"read"}


def test_a_bug_report_asks_for_what_doctor_prints() -> None:
    form = cast(
        "dict[str, Any]", yaml.safe_load((GITHUB / "ISSUE_TEMPLATE/bug.yaml").read_text(encoding="utf-8"))
    )
    (doctor,) = [part for part in form["body"] if part.get("id") == "doctor"]
    assert doctor["validations"]["required"] is True
