"""Which ComfyUI the stand-in is: what differs between the recorded release and newer ones.

A test that must hold for both runs with both; ``/system_stats`` tells a client the version.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct


class Release(Struct, frozen=True):
    """The behaviour that changed from one ComfyUI to another."""

    version: str
    jobs_api: bool
    """``/api/jobs`` and what lies below exist."""
    strict_prompt_ids: bool
    """A ``prompt_id`` must be a UUID in its canonical lowercase form; else any text will do."""
    checks_modern_lists: bool
    """Values of V3 ``COMBO`` inputs are checked on submission."""
    names_missing_nodes: bool
    """An unknown class is refused as ``missing_node_type``, with its title; else as ``invalid_prompt``."""
    stamps_create_time: bool
    """``extra_data.create_time`` is set by the server."""
    names_cycles: bool
    """A graph that depends on itself is refused with the nodes of the circle; else without node errors."""
    outputs_pass_on: bool
    """Nodes that save or preview also return what they were given; ``/object_info`` says more of each class."""
    replaces_nodes: bool
    """Classes that were renamed are replaced before a prompt is checked, which answers 500 to what is no node."""
    shows_values_as_python: bool
    """A value that is in no list is written as ``5`` or ``'5'``; else always in quotes."""
    features: Mapping[str, object]
    """What ``/features`` says, besides the limit of uploads."""
    system: tuple[str, ...]
    """What ``/system_stats`` says besides, of things that the sandbox has not."""
    spare_results: int
    """Results kept in the cache beyond those that the last prompt used."""


RELEASE_0_3_64: Final = Release(
    version="0.3.64",
    jobs_api=False,
    strict_prompt_ids=False,
    checks_modern_lists=False,
    names_missing_nodes=False,
    stamps_create_time=False,
    names_cycles=False,
    outputs_pass_on=False,
    replaces_nodes=False,
    shows_values_as_python=False,
    features={"supports_preview_metadata": True},
    system=("required_frontend_version", "installed_templates_version", "required_templates_version"),
    spare_results=0,
)
"""The release that was recorded."""

RELEASE_0_33: Final = Release(
    version="0.33.0",
    jobs_api=True,
    strict_prompt_ids=True,
    checks_modern_lists=True,
    names_missing_nodes=True,
    stamps_create_time=True,
    names_cycles=True,
    outputs_pass_on=True,
    replaces_nodes=True,
    shows_values_as_python=True,
    features={
        "supports_preview_metadata": True,
        "supports_model_type_tags": True,
        "extension": {"manager": {"supports_v4": True}},
        "node_replacements": True,
        "assets": False,
    },
    system=(
        "required_frontend_version",
        "installed_templates_version",
        "required_templates_version",
        "comfy_package_versions",
        "deploy_environment",
    ),
    spare_results=24,
)
"""A newer one, asked the same as the recorded one."""
