"""A person's words are told from what a graph puts around them, and what numbers and names mean from what they say."""

import pytest

from bot.comfy import Graph, Node
from bot.comfy.objects import parse_object_info
from bot.workflows.inference import infer
from bot.workflows.template import InputRef
from tests.workflows.inference.samples import CLASSIC, changed, inferred, named, targets

_TEXT = ["STRING", {"multiline": True}]
_INT = ["INT", {"min": -(2**63), "max": 2**63 - 1, "control_after_generate": True}]
LLM = parse_object_info(
    {
        "Hold": {"input": {"required": {"value": _TEXT}}, "output": ["STRING"]},
        "HoldInt": {"input": {"required": {"value": _INT}}, "output": ["INT"]},
        "HoldBoolean": {"input": {"required": {"value": ["BOOLEAN", {}]}}, "output": ["BOOLEAN"]},
        "Join": {
            "input": {"required": {"string_a": _TEXT, "string_b": _TEXT, "delimiter": ["STRING", {}]}},
            "output": ["STRING"],
        },
        "StringReplace": {
            "input": {"required": {"string": _TEXT, "find": _TEXT, "replace": _TEXT}},
            "output": ["STRING"],
        },
        "Switch": {
            "input": {
                "required": {
                    "switch": ["BOOLEAN", {"tooltip": "Which of the two."}],
                    "on_true": ["COMFY_MATCHTYPE_V3"],
                    "on_false": ["COMFY_MATCHTYPE_V3"],
                }
            },
            "output": ["COMFY_MATCHTYPE_V3"],
        },
        "Ask": {
            "input": {"required": {"prompt": _TEXT, "steps": ["INT", {"min": 1, "max": 50}]}},
            "output": ["STRING"],
        },
        "Speak": {"input": {"required": {"text": _TEXT, "voice": [["Ann", "Ben"]]}}, "output": ["AUDIO"]},
        "Tell": {"input": {"required": {"source": ["*"]}}, "output": [], "output_node": True},
        "PickFrames": {
            "input": {"required": {"images": ["IMAGE"], "length": ["INT", {"min": 1, "max": 4096}]}},
            "output": ["IMAGE"],
        },
        "Expand": {
            "input": {
                "required": {
                    "images": ["IMAGE"],
                    **{side: ["INT", {"min": 0, "max": 512}] for side in ("left", "top", "right", "bottom")},
                }
            },
            "output": ["IMAGE"],
        },
        "Partner": {
            "input": {
                "required": {
                    "prompt": _TEXT,
                    "ratio": [["1:1", "16:9"]],
                    "size": [["1K", "2K"]],
                    "style": [["plain", "wild"]],
                    "image_weight": ["FLOAT", {"min": 0.0, "max": 1.0}],
                }
            },
            "output": ["IMAGE"],
        },
    }
)


def _found(graph: Graph) -> dict[str, list[str]]:
    return targets(infer(graph, [LLM]))


def test_a_label_before_the_words_is_not_asked_for() -> None:
    graph = {
        "1": Node("Hold", {"value": "Describe the picture"}, "Text (User Prompt)"),
        "2": Node("Join", {"string_a": "USER PROMPT:\n\n", "string_b": ["1", 0], "delimiter": ""}),
        "3": Node("Join", {"string_a": "\n\nOUTPUT:\n\n", "string_b": "", "delimiter": ""}),
        "4": Node("Join", {"string_a": ["2", 0], "string_b": ["3", 0], "delimiter": ""}),
        "5": Node("Ask", {"prompt": ["4", 0]}),
        "6": Node("Tell", {"source": ["5", 0]}),
    }

    assert _found(graph) == {"prompt": ["1.value"]}
    assert named(infer(graph, [LLM]), "prompt").description == "What to ask or tell it"


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("You are an expert prompt engineer. Answer briefly.", None),
        ("<|im_start|>You are a painter", None),
        ("Write as INPUT_TEXT says", "System prompt"),
        ("pixel art,", "LoRA trigger word"),
    ],
)
def test_what_a_model_is_told_of_itself_is_not_asked_for(words: str, title: str | None) -> None:
    graph = {
        "1": Node("Hold", {"value": "a fox"}),
        "2": Node("Hold", {"value": words}, title),
        "3": Node("Join", {"string_a": ["2", 0], "string_b": ["1", 0], "delimiter": " "}),
        "4": Node("Ask", {"prompt": ["3", 0]}),
        "5": Node("Tell", {"source": ["4", 0]}),
    }

    assert _found(graph) == {"prompt": ["1.value"]}


def test_words_that_are_put_into_a_template_are_the_persons_and_its_placeholder_is_none_of_ours() -> None:
    graph = {
        "1": Node("Hold", {"value": "a lo-fi track"}, "User: short description (USER_INPUT in template)"),
        "2": Node(
            "StringReplace", {"string": "Input: {{width}} USER", "find": "{{width}}", "replace": ["1", 0]}
        ),
        "3": Node("Ask", {"prompt": ["2", 0]}),
        "4": Node("Tell", {"source": ["3", 0]}),
    }

    found = infer(graph, [LLM])

    assert targets(found) == {"prompt": ["1.value"]}
    assert found.graph == graph


def test_words_of_which_the_person_writes_every_part_are_all_asked_for() -> None:
    graph = {
        "1": Node("Join", {"string_a": "cat", "string_b": "made of gummy candy", "delimiter": ", "}),
        "2": Node("Ask", {"prompt": ["1", 0]}),
        "3": Node("Tell", {"source": ["2", 0]}),
    }

    assert _found(graph) == {"prompt": ["1.string_a"], "prompt-2": ["1.string_b"]}


def test_what_is_spoken_is_described_so_and_has_a_voice() -> None:
    graph = {"1": Node("Speak", {"text": "Hello", "voice": "Ann"}), "2": Node("Tell", {"source": ["1", 0]})}
    found = infer(graph, [LLM])

    assert targets(found) == {"prompt": ["1.text"], "voice": ["1.voice"]}
    assert named(found, "prompt").description == "What is to be said or heard"


def test_a_number_that_is_only_held_goes_as_far_as_what_takes_it_and_is_no_seed() -> None:
    graph = {
        "1": Node("HoldInt", {"value": 8}, "/turbo_steps"),
        "2": Node("HoldInt", {"value": 4}, "Steps"),
        "3": Node("Switch", {"switch": True, "on_true": ["1", 0], "on_false": ["2", 0]}),
        "4": Node("Ask", {"prompt": "a fox", "steps": ["3", 0]}),
        "5": Node("Tell", {"source": ["4", 0]}),
    }
    option = named(infer(graph, [LLM]), "turbo-steps")

    assert (option.kind, option.minimum, option.maximum) == (None, 1, 50)
    assert option.description == "Turbo steps: Sampling steps: more take longer and often look better"


def test_a_number_that_goes_nowhere_known_stays_near_its_own() -> None:
    graph = {"1": Node("HoldInt", {"value": 24}, "/rounds"), "2": Node("Tell", {"source": ["1", 0]})}
    option = named(infer(graph, [LLM]), "rounds")

    assert (option.minimum, option.maximum) == (0, 1000)


@pytest.mark.parametrize(
    ("name", "value", "ends"),
    [("threshold", 0.5, (0, 100.0)), ("duration", 0.0, (0.0, 60)), ("duration", 90.0, (0.0, 1000.0))],
)
def test_a_number_without_an_end_gets_one(name: str, value: float, ends: tuple[float, float]) -> None:
    bounds = {"min": 0.0} if name == "duration" else {}
    info = parse_object_info(
        {
            "Slice": {"input": {"required": {name: ["FLOAT", bounds]}}, "output": ["VIDEO"]},
            "Tell": {"input": {"required": {"source": ["*"]}}, "output": [], "output_node": True},
        }
    )
    graph = {"1": Node("Slice", {name: value}, f"/{name}"), "2": Node("Tell", {"source": ["1", 0]})}
    option = named(infer(graph, [info]), name)

    assert (option.minimum, option.maximum) == ends


def test_a_switch_says_what_it_switches() -> None:
    graph = {
        "1": Node("HoldBoolean", {"value": True}, "Boolean (Refine Prompt?)"),
        "2": Node("Switch", {"switch": ["1", 0], "on_true": "a", "on_false": "b"}),
        "3": Node("Tell", {"source": ["2", 0]}),
    }
    marked = changed(graph, {"1": Node("HoldBoolean", {"value": True}, "/refine")})
    option = named(infer(marked, [LLM]), "refine")

    assert (option.description, option.description_localisations) == ("Which of the two.", {})


def test_inputs_are_known_by_what_they_mean() -> None:
    words = {"prompt": "a", "ratio": "1:1", "size": "1K", "style": "wild", "image_weight": 0.5}
    graph = {
        "1": Node("Partner", words),
        "2": Node("Expand", {"images": ["1", 0], "left": 8, "top": 0, "right": 8, "bottom": 0}),
        "3": Node("PickFrames", {"images": ["2", 0], "length": 5}),
        "4": Node("Tell", {"source": ["3", 0]}),
    }

    assert _found(graph) == {
        "prompt": ["1.prompt"],
        "size": ["1.size"],
        "aspect-ratio": ["1.ratio"],
        "left": ["2.left"],
        "top": ["2.top"],
        "right": ["2.right"],
        "bottom": ["2.bottom"],
        "style": ["1.style"],
        "image-weight": ["1.image_weight"],
    }


def test_pictures_are_told_apart_by_what_they_are_for() -> None:
    first, last = Node("LoadImage", {"image": "a.png"}), Node("LoadImage", {"image": "b.png"})
    info = parse_object_info(
        {
            "LoadImage": {
                "input": {"required": {"image": [["a.png"], {"image_upload": True}]}},
                "output": ["IMAGE"],
            },
            "Between": {
                "input": {"required": {"first_frame": ["IMAGE"], "last_frame": ["IMAGE"]}},
                "output": ["VIDEO"],
            },
            "Tell": {"input": {"required": {"source": ["*"]}}, "output": [], "output_node": True},
        }
    )
    graph = {
        "1": last,
        "2": first,
        "3": Node("Between", {"first_frame": ["2", 0], "last_frame": ["1", 0]}),
        "4": Node("Tell", {"source": ["3", 0]}),
    }

    assert targets(infer(graph, [info])) == {"first-frame": ["2.image"], "last-frame": ["1.image"]}


def test_models_of_which_nobody_could_tell_which_is_which_are_not_offered_by_number() -> None:
    later = {**CLASSIC["3"].inputs, "latent_image": ["3", 0], "model": ["40", 0]}
    graph = changed(
        CLASSIC,
        {
            "8": {"samples": ["30", 0]},
            "30": Node("KSampler", later),
            "40": Node("CheckpointLoaderSimple", {"ckpt_name": "sdxl.safetensors"}),
        },
    )
    titled = changed(
        graph, {"4": Node("CheckpointLoaderSimple", CLASSIC["4"].inputs, "Load Checkpoint - BASE")}
    )

    assert not {"checkpoint", "checkpoint-2"} & {*targets(inferred(graph))}
    assert targets(inferred(titled))["checkpoint-base"] == ["4.ckpt_name"]


def test_a_second_size_steps_back() -> None:
    graph = changed(
        CLASSIC,
        {
            "8": {"samples": ["30", 0]},
            "30": Node("KSampler", {**CLASSIC["3"].inputs, "latent_image": ["31", 0]}),
            "31": Node("EmptyLatentImage", {"width": 1024, "height": 1024, "batch_size": 1}),
            "32": Node("VAEDecode", {"samples": ["3", 0], "vae": ["4", 2]}),
            "33": Node("SaveImage", {"images": ["32", 0], "filename_prefix": "b"}),
        },
    )
    found = inferred(graph)

    sizes = {
        option.name: option.targets for option in (*found.options, *found.advanced) if "width" in option.name
    }
    assert sorted(sizes) == ["width", "width-2"]
    assert {*sizes["width"], *sizes["width-2"]} == {InputRef("5", "width"), InputRef("31", "width")}
    assert "width-2" in {option.name for option in found.advanced}
