"""Which ComfyUI the stand-in is: what differs between the recorded release and newer ones.

A test that must hold for both runs with both; ``/system_stats`` tells a client the version.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Release:
    """The behaviour that changed from one ComfyUI to another."""

    version: str
    jobs_api: bool
    """``/api/jobs/{id}`` and ``/api/jobs/{id}/cancel`` exist."""
    strict_prompt_ids: bool
    """A ``prompt_id`` must be a UUID in its canonical lowercase form; else any text will do."""
    checks_modern_lists: bool
    """Values of V3 ``COMBO`` inputs are checked on submission."""
    names_missing_nodes: bool
    """An unknown class is refused as ``missing_node_type``, with its title; else as ``invalid_prompt``."""
    stamps_create_time: bool
    """``extra_data.create_time`` is set by the server."""
    spare_results: int
    """Results kept in the cache beyond those that the last prompt used."""


RELEASE_0_3_64: Final = Release(
    version="0.3.64",
    jobs_api=False,
    strict_prompt_ids=False,
    checks_modern_lists=False,
    names_missing_nodes=False,
    stamps_create_time=False,
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
    spare_results=24,
)
"""A newer one, as its public source reads."""
