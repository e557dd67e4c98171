"""Hundreds of real workflows, where they lie beside the repository."""

import json
from collections.abc import Iterator, Mapping
from typing import cast

import pytest

from bot.comfy import Graph, JsonValue, ObjectInfo
from bot.workflows import Workflow, resolve
from bot.workflows.inference import Inferred, infer
from bot.workflows.sources import NothingFound, read_workflow
from tests.workflows.inference.real import PAIRS, object_info, stocked
from tests.workflows.inference.test_properties import check, fill_all

TEXT_TO_IMAGE = [
    "a_2_pass_pose_worship",
    "a_flux_dev_full_text_to_image",
    "a_flux1_krea_dev",
    "a_hidream_i1_full",
    "a_image_qwen_image",
    "a_sdxl_simple_example",
    "a_sdxlturbo_example",
]

pytestmark = pytest.mark.skipif(not PAIRS.is_dir(), reason="needs ../shared/pairs")


def _pairs() -> Iterator[tuple[str, Graph, Mapping[str, JsonValue], ObjectInfo]]:
    index = cast("dict[str, dict[str, str]]", json.loads((PAIRS / "index.json").read_text(encoding="utf-8")))
    for name, facts in index.items():
        try:
            graph = read_workflow((PAIRS / f"{name}.api.json").read_bytes()).prompt
        except NothingFound:  # a workflow of which nothing is left to run
            continue
        workflow = read_workflow((PAIRS / f"{name}.ui.json").read_bytes()).workflow
        assert graph is not None
        assert workflow is not None
        yield name, graph, workflow, stocked(object_info(PAIRS / facts["object_info"])[0], graph)


def test_every_workflow_gets_options_that_discord_takes_and_that_fill_its_graph() -> None:
    run: dict[str, Inferred] = {}
    for name, graph, workflow, info in _pairs():
        found = infer(graph, [info], workflow=workflow)
        check(found)
        resolved = resolve(found.template("workflow", name[:100], PAIRS), [info])
        if isinstance(resolved, Workflow):
            filled = fill_all(resolved, only_required=True)
            assert filled.graph.keys() == graph.keys(), name
            run[name] = found
    assert len(run) > 380
    offers = {name: {option.name for option in found.options} for name, found in run.items()}
    for name in TEXT_TO_IMAGE:
        assert {"prompt", "seed", "width", "height"} <= offers[name], name
    assert sum("prompt" in offer for offer in offers.values()) > 260
