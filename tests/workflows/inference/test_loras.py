"""LoRAs that people may choose: as many slots as a graph has loaders, up to three, each with its own strength."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import UUID

import pytest

from bot.comfy import Graph, JsonValue, Node
from bot.comfy.objects import parse_object_info
from bot.workflows import Workflow, fill, resolve
from bot.workflows.inference import Inferred, infer
from tests.workflows.inference.samples import CLASSIC, changed, server, targets

NAMES = ["ink.safetensors", "fog.safetensors", "neon.safetensors", "oil.safetensors"]
SPEED = "sdxl_lightning_4step_lora.safetensors"
_STRENGTH: JsonValue = ["FLOAT", {"default": 1.0, "min": -100.0, "max": 100.0}]
_LISTED: JsonValue = [[*NAMES, "styles/ink.safetensors", SPEED]]
_FREE: JsonValue = [["None", *NAMES]]
_STACKED: Mapping[str, JsonValue] = {
    name: spec
    for number in (1, 2, 3, 4)
    for name, spec in (
        (f"lora_name_{number}", _FREE),
        (f"lora_wt_{number}", _STRENGTH),
        (f"model_str_{number}", _STRENGTH),
        (f"clip_str_{number}", _STRENGTH),
    )
}


def _class(inputs: Mapping[str, JsonValue], outputs: Sequence[str]) -> JsonValue:
    return {"input": {"required": dict(inputs)}, "output": list(outputs)}


SERVER = server() | parse_object_info(
    {
        "LoraLoader": _class(
            {
                "model": ["MODEL"],
                "clip": ["CLIP"],
                "lora_name": _LISTED,
                "strength_model": _STRENGTH,
                "strength_clip": _STRENGTH,
            },
            ("MODEL", "CLIP"),
        ),
        "LoRA Stacker": _class({"lora_count": ["INT", {"min": 0, "max": 50}], **_STACKED}, ("LORA_STACK",)),
        "Apply Stack": _class({"model": ["MODEL"], "lora_stack": ["LORA_STACK"]}, ("MODEL",)),
    }
)


def _loader(source: str, name: str, model: float = 1.0, clip: float | None = None) -> Node:
    strengths: Mapping[str, JsonValue] = {
        "strength_model": model,
        "strength_clip": model if clip is None else clip,
    }
    links: Mapping[str, JsonValue] = {"model": [source, 0], "clip": [source, 0 if source == "4" else 1]}
    return Node("LoraLoader", {**links, "lora_name": name, **strengths})


def _chain(*loaders: tuple[str, float]) -> Graph:
    """The classic graph with loaders ``l1``, ``l2`` … one after the other."""
    nodes: dict[str, Node | Mapping[str, JsonValue]] = {}
    source = "4"
    for number, (name, strength) in enumerate(loaders, start=1):
        nodes[f"l{number}"] = _loader(source, name, strength)
        source = f"l{number}"
    return changed(CLASSIC, {**nodes, "3": {"model": [source, 0]}})


def _found(graph: Graph) -> Inferred:
    return infer(graph, [SERVER])


def _loras(found: Inferred) -> dict[str, list[str]]:
    return {name: places for name, places in targets(found).items() if "lora" in name}


def test_one_loader_is_one_slot_whose_strength_sets_both() -> None:
    found = _found(_chain(("ink.safetensors", 0.8)))

    assert _loras(found) == {
        "lora": ["l1.lora_name"],
        "lora-strength": ["l1.strength_model", "l1.strength_clip"],
    }


def test_a_text_encoder_that_is_weighed_apart_stays_so() -> None:
    graph = changed(CLASSIC, {"l": _loader("4", "ink.safetensors", 0.8, clip=0.5), "3": {"model": ["l", 0]}})

    assert _loras(_found(graph))["lora-strength"] == ["l.strength_model"]


def test_several_loaders_are_as_many_slots_up_to_three_in_the_order_in_which_they_run() -> None:
    found = _found(_chain(*((name, 1.0) for name in NAMES)))

    assert [(name, *places) for name, places in _loras(found).items()] == [
        ("lora", "l1.lora_name"),
        ("lora-strength", "l1.strength_model", "l1.strength_clip"),
        ("lora-2", "l2.lora_name"),
        ("lora-strength-2", "l2.strength_model", "l2.strength_clip"),
        ("lora-3", "l3.lora_name"),
        ("lora-strength-3", "l3.strength_model", "l3.strength_clip"),
    ]
    assert [option.name for option in found.advanced] == ["lora-4", "lora-strength-4"]


def test_slots_are_told_apart_by_what_is_in_them() -> None:
    found = _found(_chain(("styles/ink.safetensors", 1.0), ("fog.safetensors", 1.0)))
    descriptions = {option.name: option.description for option in found.options}

    assert descriptions["lora"] == "The LoRA that is used in place of ink"
    assert descriptions["lora-strength-2"] == "How strongly fog, or what takes its place, acts; 0: not at all"


def test_a_strength_keeps_the_number_of_its_lora_where_another_one_is_not_on_any_server() -> None:
    found = _found(_chain(("lost.safetensors", 1.0), ("fog.safetensors", 0.5)))

    assert {name: _loras(found)[name][0] for name in ("lora-2", "lora-strength-2")} == {
        "lora-2": "l2.lora_name",
        "lora-strength-2": "l2.strength_model",
    }


def test_a_slot_is_filled_and_the_others_stay() -> None:
    template = _found(_chain(("ink.safetensors", 0.8), ("fog.safetensors", 0.5))).template(
        "fox", "A fox", Path("fox")
    )
    workflow = resolve(template, [SERVER])
    assert isinstance(workflow, Workflow)

    filled = fill(
        workflow,
        {"prompt": "a fox", "lora-2": "neon.safetensors", "lora-strength-2": 0.25},
        job_id=UUID(int=7),
        pick_seed=lambda: 7,
    )

    first, second = filled.graph["l1"].inputs, filled.graph["l2"].inputs
    assert [first[name] for name in ("lora_name", "strength_model", "strength_clip")] == [
        *("ink.safetensors", 0.8, 0.8)
    ]
    assert [second[name] for name in ("lora_name", "strength_model", "strength_clip")] == [
        *("neon.safetensors", 0.25, 0.25)
    ]


def test_a_slot_stays_in_the_command_where_the_author_chose_other_options() -> None:
    graph = changed(
        _chain(("ink.safetensors", 1.0)), {"6": Node("CLIPTextEncode", CLASSIC["6"].inputs, "/prompt")}
    )

    assert [*_loras(_found(graph))] == ["lora", "lora-strength"]


def test_two_models_with_the_same_lora_are_one_slot() -> None:
    graph = changed(
        CLASSIC,
        {
            "a": _loader("4", "ink.safetensors"),
            "b": _loader("4", "ink.safetensors"),
            "3": {"model": ["a", 0]},
            "13": Node("KSampler", {**CLASSIC["3"].inputs, "model": ["b", 0], "latent_image": ["3", 0]}),
            "8": {"samples": ["13", 0]},
        },
    )

    assert sorted(_loras(_found(graph))["lora"]) == ["a.lora_name", "b.lora_name"]


def test_what_makes_few_steps_possible_is_no_slot_and_steps_back() -> None:
    found = _found(_chain((SPEED, 1.0), ("fog.safetensors", 1.0)))

    assert _loras(found)["lora"] == ["l2.lora_name"]
    assert [option.name for option in found.advanced] == ["speed-lora", "speed-lora-strength"]


@pytest.mark.parametrize(
    ("name", "is_slot"),
    [("pixel_art_z_image_turbo.safetensors", True), ("SDXL-Turbo-LoRA.safetensors", False)],
)
def test_a_style_for_a_model_called_turbo_is_one_to_choose(name: str, *, is_slot: bool) -> None:
    found = infer(_chain((name, 1.0)), [])

    assert ("lora" in targets(found)) is is_slot


def test_a_loader_that_changes_the_text_encoder_alone_is_none() -> None:
    graph = changed(CLASSIC, {"l": _loader("4", "ink.safetensors"), "6": {"clip": ["l", 1]}})

    assert _loras(_found(graph)) == {}
    assert [option.name for option in _found(graph).advanced] == []


def _stacked(**values: JsonValue) -> Graph:
    """The classic graph with a loader of several, of which the first is chosen and the others are free."""
    free: Mapping[str, JsonValue] = {
        name: "None" if name.startswith("lora_name") else 1.0 for name in _STACKED
    }
    stack = Node("LoRA Stacker", {**free, "lora_count": 3, "lora_name_1": "ink.safetensors", **values})
    apply = Node("Apply Stack", {"model": ["4", 0], "lora_stack": ["stack", 0]})
    return changed(CLASSIC, {"stack": stack, "apply": apply, "3": {"model": ["apply", 0]}})


def test_a_loader_of_several_has_the_places_that_it_counts_and_free_ones_among_them() -> None:
    assert _loras(_found(_stacked(lora_count=2))) == {
        "lora": ["stack.lora_name_1"],
        "lora-strength": ["stack.lora_wt_1", "stack.model_str_1", "stack.clip_str_1"],
        "lora-2": ["stack.lora_name_2"],
        "lora-strength-2": ["stack.lora_wt_2", "stack.model_str_2", "stack.clip_str_2"],
    }
    assert _loras(_found(_stacked()))["lora-3"] == ["stack.lora_name_3"]


def test_in_a_loader_of_several_a_text_encoder_that_is_weighed_apart_stays_so() -> None:
    found = _loras(_found(_stacked(clip_str_1=0.5)))

    assert found["lora-strength"] == ["stack.lora_wt_1", "stack.model_str_1"]


@pytest.mark.parametrize(
    ("switch", "left"),
    [({"toggle": False}, []), ({"switch_1": "Off"}, ["stack.lora_name_2", "stack.lora_name_3"])],
    ids=["all", "one"],
)
def test_places_that_are_switched_off_are_none(switch: Mapping[str, JsonValue], left: list[str]) -> None:
    packs = parse_object_info(
        {
            "LoRA Stacker": _class(
                {"toggle": ["BOOLEAN"], "switch_1": [["Off", "On"]], "lora_count": ["INT"], **_STACKED},
                ("LORA_STACK",),
            )
        }
    )
    found = infer(_stacked(**switch), [SERVER | packs])

    assert [place for name, (place, *_) in _loras(found).items() if "strength" not in name] == left


def test_slots_are_found_before_any_server_has_answered() -> None:
    assert [*_loras(infer(_chain(("ink.safetensors", 1.0)), []))] == ["lora", "lora-strength"]
