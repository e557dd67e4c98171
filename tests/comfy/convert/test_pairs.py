"""Workflows that ComfyUI's own editor converted, beside this repository where they exist: the same must come of them."""

import importlib.util
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bot.comfy.convert import Converted, NodePlans, convert
from bot.comfy.graph import graph_document
from tests.comfy.convert.transforms import TRANSFORMS

Json = Any

SHARED = Path(__file__).parents[4] / "shared"
PAIRS = SHARED / "pairs"
pytestmark = pytest.mark.skipif(
    not PAIRS.is_dir(), reason="the pairs lie beside the repository on some machines only"
)

WHEN = datetime(2026, 6, 1, 12)  # noqa: DTZ001  # the editor's clock; only its year shows

_OLD_EDITOR = "the editor of that server sends empty constants (audioUI, preview) that no node reads"
_NULL = (
    "the file holds null for a widget of an instance, which means that it is not set; the editor sends null"
)
_RENUMBERED = "the editor of that server did not rename nodes of a subgraph whose ids another one uses"

BETTER: Mapping[str, str] = {
    "a_api_google_gemini": _OLD_EDITOR,
    "a_api_google_gemini_image": _OLD_EDITOR,
    "a_api_openai_chat": _OLD_EDITOR,
    "a_api_stability_ai_audio_inpaint": _OLD_EDITOR,
    "a_api_stability_ai_audio_to_audio": _OLD_EDITOR,
    "a_api_stability_ai_text_to_audio": _OLD_EDITOR,
    "a_api_wan_image_to_video": _OLD_EDITOR,
    "a_api_wan_text_to_video": _OLD_EDITOR,
    "a_audio_ace_step_1_m2m_editing": _OLD_EDITOR,
    "a_audio_ace_step_1_t2a_instrumentals": _OLD_EDITOR,
    "a_audio_ace_step_1_t2a_song": _OLD_EDITOR,
    "a_audio_stable_audio_example": _OLD_EDITOR,
    "a_video_humo": _OLD_EDITOR,
    "a_video_wan2_2_14B_s2v": _RENUMBERED,
    "d_Canny_to_Image_(Z-Image-Turbo)": _NULL,
    "d_Canny_to_Video_(LTX_2.0)": _NULL,
    "d_Depth_to_Video_(ltx_2.0)": _NULL,
    "d_Image_Edit_(Flux.2_Klein_4B)": _NULL,
    "d_Image_Edit_(Qwen_2511)": _NULL,
    "d_Image_Outpainting_(Qwen-Image)": _NULL,
    "d_Image_Upscale(Z-image-Turbo)": _NULL,
    "d_Image_to_Video_(Wan_2.2)": _NULL,
    "d_Pose_to_Image_(Z-Image-Turbo)": _NULL,
    "d_Text_to_Audio_(ACE-Step_1.5)": _NULL,
}
"""The pairs that are deliberately not equal value for value, and why. They would run the same."""

REFUSED: Mapping[str, str] = {
    "a_api_moonvalley_video_to_video_motion_transfer": (
        "saved by an older version of the class: the editor sends 'randomize' for the number of steps"
    ),
    "a_api_rodin_gen2": (
        "saved by an older version of the class: the editor sends 'PBR' for a seed and false for a choice of words"
    ),
}
"""The pairs whose values the editor sends although the server refuses them, and why; here defaults stand in."""


@pytest.fixture(scope="module")
def measure() -> ModuleType:
    """The tool that scores converters."""
    spec = importlib.util.spec_from_file_location("compare_graphs", SHARED / "tools" / "compare_graphs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def infos() -> dict[str, Json]:
    return {path.name: json.loads(path.read_bytes()) for path in PAIRS.glob("object_info-*.json")}


def _index() -> dict[str, str]:
    """Each pair and the node classes that it belongs to."""
    index: dict[str, Json] = json.loads((PAIRS / "index.json").read_bytes())
    return {name: entry["object_info"] for name, entry in index.items()}


def _ui(name: str) -> Json:
    return json.loads((PAIRS / f"{name}.ui.json").read_bytes())


def _convert(graph: Json, plans: NodePlans) -> Converted:
    return convert(graph, plans, now=WHEN)


def _values(result: Converted) -> Json:
    """All inputs that have a value: a choice of nothing is null in a list that was filled up."""
    return {
        (node_id, name): value
        for node_id, node in result.graph.items()
        for name, value in node.inputs.items()
        if value is not None
    }


def test_all_pairs_run_the_same_and_are_equal_but_where_the_editor_is_wrong(
    measure: ModuleType, infos: dict[str, Json]
) -> None:
    plans = {name: NodePlans(info) for name, info in infos.items()}
    missing: dict[str, tuple[str, ...]] = {}
    running_otherwise: dict[str, Json] = {}
    unequal: set[str] = set()
    for name, server in _index().items():
        result = _convert(_ui(name), plans[server])
        if result.missing:
            missing[name] = tuple(str(obstacle) for obstacle in result.missing)
        truth = measure.clean(json.loads((PAIRS / f"{name}.api.json").read_bytes()))
        got = measure.clean(graph_document(result.graph))
        if truth != got:
            unequal.add(name)
            info = infos[server]
            shapes = [measure.shape(measure.executed(graph, info), info) for graph in (truth, got)]
            if shapes[0] != shapes[1]:
                running_otherwise[name] = measure.differences(truth, got)[:5]
    assert missing == {}
    assert running_otherwise.keys() == REFUSED.keys()
    assert unequal == BETTER.keys() | REFUSED.keys()


def test_no_pair_changes_with_the_version_of_its_form_or_with_unlinked_sockets_of_widgets(
    infos: dict[str, Json],
) -> None:
    plans = {name: NodePlans(info) for name, info in infos.items()}
    changed: list[str] = []
    for name, server in _index().items():
        graph = _ui(name)
        expected = _convert(graph, plans[server]).graph
        changed += [
            f"{name} {transform.__name__}"
            for transform in TRANSFORMS
            if _convert(transform(graph), plans[server]).graph != expected
        ]
    assert changed == []


def test_every_value_of_every_pair_can_be_written_back(infos: dict[str, Json]) -> None:
    plans = {name: NodePlans(info) for name, info in infos.items()}
    changed: list[str] = []
    for name, server in _index().items():
        graph = _ui(name)
        result = _convert(graph, plans[server])
        same = {
            target: binding.value
            for binding in result.bindings
            if binding.value is not None
            for target in binding.targets
        }
        again = _convert(result.bindings.write_back(graph, same), plans[server])
        if _values(again) != _values(result):
            changed.append(name)
    assert changed == []
