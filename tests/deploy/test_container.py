"""Dockerfile, .dockerignore and compose.yaml: they name what there is, and keep what they promise.

``python -m tests.deploy.container`` carries the Dockerfile out.
"""

from fnmatch import fnmatch
from typing import Any, cast

import pytest
import yaml

from bot.__main__ import main
from bot.settings import Settings
from tests.deploy.dockerfile import DOCKERFILE, PROJECT, Instruction, stages

SETTINGS = {name.upper() for name in Settings.model_fields}
PYTHONS_OWN = {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}
COMPOSE = cast("dict[str, Any]", yaml.safe_load((PROJECT / "compose.yaml").read_text(encoding="utf-8")))
BUILD, IMAGE = stages(DOCKERFILE.read_text(encoding="utf-8"))
OURS = [name for name, service in COMPOSE["services"].items() if service["image"] == "comfycord"]


def _named(steps: list[Instruction], name: str) -> list[Instruction]:
    return [step for step in steps if step.name == name]


def _is_ignored(path: str) -> bool:
    """Whether the last pattern that fits leaves it out; a folder stands for all that is in it."""
    ignored = False
    for line in (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.removeprefix("!")
        nested = pattern.removeprefix("**/")
        fits = (
            fnmatch(path, pattern)
            or path.startswith(f"{pattern}/")
            or (nested != pattern and fnmatch(path, f"*/{nested}"))
        )
        if line and not line.startswith("#") and fits:
            ignored = not line.startswith("!")
    return ignored


def test_what_the_dockerfile_copies_is_there_and_reaches_the_build() -> None:
    sources = [source for step in _named(BUILD, "COPY") for source in step.copied()[1]]
    assert [source for source in sources if not (PROJECT / source).exists() or _is_ignored(source)] == []


@pytest.mark.parametrize(
    "path", [".env", ".git/config", "data/comfycord.db", "bot/.env", "workflows/x/own.db"]
)
def test_what_is_a_checkouts_own_reaches_no_image(path: str) -> None:
    assert _is_ignored(path)


def test_the_image_is_of_a_fixed_python_and_nobody_is_root_in_it() -> None:
    assert {step.rest.partition(" AS ")[0] for step in (BUILD[0], IMAGE[0])} == {"python:3.13-slim"}
    assert [step.rest for step in _named(IMAGE, "USER")] == ["10001:10001"]


def test_the_image_sets_nothing_that_is_not_a_setting() -> None:
    named = {name for step in _named(IMAGE, "ENV") for name in step.pairs()}
    assert named - PYTHONS_OWN - SETTINGS == set()


@pytest.mark.parametrize("name", OURS)
def test_a_service_of_ours_can_do_no_more_than_it_needs(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["user"] == "10001:10001"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    writable = [mount.split(":")[1] for mount in service["volumes"] if not mount.endswith(":ro")]
    assert writable == ["/var/lib/comfycord/data"]
    assert "ports" not in service


def test_no_two_services_write_into_one_volume() -> None:
    mounts = [mount for service in COMPOSE["services"].values() for mount in service["volumes"]]
    written = [mount.split(":")[0] for mount in mounts if not mount.endswith(":ro")]
    assert sorted(written) == sorted(COMPOSE["volumes"])


def test_a_worker_gets_no_token() -> None:
    assert COMPOSE["services"]["worker"]["env_file"] == [{"path": "worker.env", "required": False}]


def test_services_of_ours_are_started_with_commands_that_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAX_STEPS", "so that it gets no further than to its settings")
    commands = [COMPOSE["services"][name].get("command", ["run"]) for name in OURS]
    assert [main([str(word) for word in command]) for command in commands] == [2] * len(commands)


def test_nothing_is_reached_from_other_machines() -> None:
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", ())]
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_no_service_sets_what_is_not_a_setting_and_logs_are_bounded() -> None:
    for name in OURS:
        assert set(COMPOSE["services"][name].get("environment", {})) - SETTINGS == set()
    for service in COMPOSE["services"].values():
        assert set(service["logging"]["options"]) == {"max-size", "max-file"}


def test_volumes_are_mounted_where_relative_paths_begin() -> None:
    (folder,) = [step.rest for step in _named(IMAGE, "WORKDIR")]
    mounted = {mount.split(":")[1] for mount in COMPOSE["services"]["bot"]["volumes"]}
    default = Settings.model_fields["database"].default
    assert mounted == {f"{folder}/{default.parent}", f"{folder}/workflows"}
