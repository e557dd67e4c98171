"""A graph that nobody prepared: its options are found by walking from its samplers."""

import pytest

from bot.comfy import JsonValue, Node
from bot.workflows import OptionKind
from bot.workflows.inference import infer
from tests.workflows.inference.samples import CLASSIC, changed, inferred, named, server, targets

CLASSIC_OPTIONS = {
    "prompt": ["6.text"],
    "negative": ["7.text"],
    "seed": ["3.seed"],
    "size": [],
    "width": ["5.width"],
    "height": ["5.height"],
    "batch-size": ["5.batch_size"],
    "steps": ["3.steps"],
    "cfg": ["3.cfg"],
    "denoise": ["3.denoise"],
    "sampler": ["3.sampler_name"],
    "scheduler": ["3.scheduler"],
    "checkpoint": ["4.ckpt_name"],
}


def test_the_classic_graph_has_the_options_that_everybody_expects() -> None:
    found = inferred(CLASSIC)

    assert targets(found) == CLASSIC_OPTIONS
    assert [option.name for option in found.options if option.required] == ["prompt"]
    assert (found.advanced, found.media) == ((), ())


def test_a_server_that_has_not_answered_costs_only_the_lists() -> None:
    lists = {"sampler", "scheduler", "checkpoint"}

    assert targets(infer(CLASSIC, [])) == {
        name: places for name, places in CLASSIC_OPTIONS.items() if name not in lists
    }


def test_roles_are_named_and_described_in_every_language() -> None:
    prompt, seed = (named(inferred(CLASSIC), name) for name in ("prompt", "seed"))

    assert (prompt.description, prompt.name_localisations, prompt.description_localisations) == (
        "What it should show",
        {"zh-CN": "提示词"},
        {"zh-CN": "要表现的内容"},
    )
    assert (seed.kind, seed.required, seed.default) == (OptionKind.SEED, False, None)


def test_words_are_found_behind_guiders_control_nets_and_text_nodes() -> None:
    graph = changed(
        CLASSIC,
        {
            "3": Node("SamplerCustomAdvanced", {"guider": ["10", 0], "latent_image": ["5", 0]}),
            "10": Node("CFGGuider", {"model": ["4", 0], "positive": ["11", 0], "negative": ["11", 1]}),
            "11": Node(
                "ControlNetApplyAdvanced", {"positive": ["6", 0], "negative": ["7", 0], "strength": 0.5}
            ),
            "6": {"text": ["12", 0]},
            "12": Node("StringConcatenate", {"string_a": ["13", 0], "string_b": "", "delimiter": ", "}),
            "13": Node("PrimitiveStringMultiline", {"value": "a red fox"}),
        },
    )

    assert targets(inferred(graph)) == {
        "prompt": ["13.value"],
        "negative": ["7.text"],
        "control-strength": ["11.strength"],
        **{name: CLASSIC_OPTIONS[name] for name in ("size", "width", "height", "batch-size", "checkpoint")},
    }


def test_a_control_net_with_swapped_wires_is_believed() -> None:
    graph = changed(
        CLASSIC,
        {
            "3": {"positive": ["11", 1], "negative": ["11", 0]},
            "11": Node("ControlNetApplyAdvanced", {"positive": ["6", 0], "negative": ["7", 0]}),
        },
    )

    assert targets(inferred(graph))["prompt"] == ["6.text"]


def test_what_is_zeroed_out_is_no_negative() -> None:
    graph = changed(
        CLASSIC,
        {
            "3": {"negative": ["10", 0]},
            "10": Node("ConditioningZeroOut", {"conditioning": ["6", 0]}),
        },
    )

    assert "negative" not in targets(inferred(graph))


def test_one_text_for_both_sides_is_the_prompt() -> None:
    found = targets(inferred(changed(CLASSIC, {"3": {"negative": ["6", 0]}})))

    assert found["prompt"] == ["6.text"]
    assert "negative" not in found


def test_of_several_prompts_the_one_nearest_the_last_sampler_is_the_first() -> None:
    later = {**CLASSIC["3"].inputs, "latent_image": ["3", 0], "positive": ["20", 0]}
    graph = changed(
        CLASSIC,
        {
            "8": {"samples": ["30", 0]},
            "20": Node("CLIPTextEncode", {"text": "in the snow", "clip": ["4", 1]}),
            "30": Node("KSampler", later),
        },
    )

    found = inferred(graph)

    assert targets(found) == {
        **CLASSIC_OPTIONS,
        "prompt": ["20.text"],
        "prompt-2": ["6.text"],
        "seed": ["30.seed", "3.seed"],
        **{
            name: [f"30.{place}", f"3.{place}"]
            for name, place in (
                ("steps", "steps"),
                ("cfg", "cfg"),
                ("denoise", "denoise"),
                ("sampler", "sampler_name"),
                ("scheduler", "scheduler"),
            )
        },
    }
    assert named(found, "prompt-2").name_localisations == {"zh-CN": "提示词-2"}
    assert [option.name for option in found.options if option.required] == ["prompt"]


def test_copies_of_a_text_are_one_prompt() -> None:
    later = {**CLASSIC["3"].inputs, "latent_image": ["3", 0], "positive": ["20", 0]}
    graph = changed(
        CLASSIC,
        {
            "8": {"samples": ["30", 0]},
            "20": Node("CLIPTextEncode", {"text": "a red fox", "clip": ["4", 1]}),
            "30": Node("KSampler", later),
        },
    )

    assert targets(inferred(graph))["prompt"] == ["20.text", "6.text"]


def test_the_shares_of_two_text_encoders_are_one_prompt() -> None:
    flux = Node("CLIPTextEncodeFlux", {"clip_l": "fox", "t5xxl": "a red fox in snow", "guidance": 3.5})

    found = targets(inferred(changed(CLASSIC, {"6": flux})))

    assert (found["prompt"], found["guidance"]) == (["6.clip_l", "6.t5xxl"], ["6.guidance"])


def test_a_text_that_is_marked_as_the_systems_is_left_alone_and_an_empty_one_is_offered() -> None:
    graph = changed(
        CLASSIC,
        {
            "6": {"text": ["12", 0]},
            "12": Node("StringConcatenate", {"string_a": ["13", 0], "string_b": ["14", 0], "delimiter": ""}),
            "13": Node("PrimitiveStringMultiline", {"value": "You are an artist."}, "System prompt"),
            "14": Node("PrimitiveStringMultiline", {"value": ""}),
        },
    )

    assert targets(inferred(graph)) == {**CLASSIC_OPTIONS, "prompt": ["14.value"]}


def test_a_video_graph_is_sized_before_any_server_answers() -> None:
    graph = {"1": Node("SVD_img2vid_Conditioning", {"width": 1024, "height": 576, "video_frames": 14})}

    assert targets(infer(graph, [])) == {
        "size": [],
        "width": ["1.width"],
        "height": ["1.height"],
        "length": ["1.video_frames"],
    }


def test_tags_and_lyrics_are_called_what_they_are() -> None:
    found = targets(
        inferred(changed(CLASSIC, {"6": Node("TextEncodeAceStepAudio", {"tags": "folk", "lyrics": "la"})}))
    )

    assert (found["tags"], found["lyrics"]) == (["6.tags"], ["6.lyrics"])


def test_numbers_that_must_agree_are_one_option() -> None:
    graph = changed(
        CLASSIC,
        {
            "3": {"model": ["10", 0]},
            "10": Node("ModelSamplingFlux", {"model": ["4", 0], "width": 512, "height": 768}),
        },
    )

    found = targets(inferred(graph))

    assert (set(found["width"]), set(found["height"])) == (
        {"5.width", "10.width"},
        {"5.height", "10.height"},
    )


def test_numbers_behind_a_node_that_only_holds_one_are_found() -> None:
    graph = changed(
        CLASSIC, {"5": {"width": ["10", 0]}, "10": Node("PrimitiveInt", {"value": 512}, "Picture width")}
    )

    found = inferred(graph)

    assert targets(found)["width"] == ["10.value"]


def test_the_size_of_a_picture_that_is_made_smaller_is_no_option() -> None:
    graph = changed(
        CLASSIC,
        {
            "9": {"images": ["10", 0]},
            "10": Node("ImageScale", {"image": ["8", 0], "width": 64, "height": 64}),
        },
    )

    assert "width-2" not in targets(inferred(graph))


def test_a_video_has_a_length_and_keeps_to_its_steps() -> None:
    graph = changed(
        CLASSIC,
        {
            "3": {"positive": ["5", 0], "negative": ["5", 1], "latent_image": ["5", 2]},
            "5": Node(
                "WanImageToVideo",
                {"positive": ["6", 0], "negative": ["7", 0], "width": 832, "height": 480, "length": 82},
            ),
        },
    )

    found = inferred(graph)

    assert (targets(found)["prompt"], targets(found)["negative"]) == (["6.text"], ["7.text"])
    assert targets(found)["length"] == ["5.length"]
    assert named(found, "length").default == 81


def test_a_partner_node_tells_prompt_negative_and_ratio_and_hides_its_system_prompt() -> None:
    inputs = {"prompt": "a fox", "negative_prompt": "", "system_prompt": "be nice", "aspect_ratio": "1:1"}
    graph = {
        "1": Node("PartnerImageNode", {**inputs, "seed": 5}),
        "2": Node("SaveImage", {"images": ["1", 0], "filename_prefix": "x"}),
    }

    assert targets(inferred(graph)) == {
        "prompt": ["1.prompt"],
        "negative": ["1.negative_prompt"],
        "seed": ["1.seed"],
        "aspect-ratio": ["1.aspect_ratio"],
    }


def test_a_chat_is_prompted_only_where_nothing_else_is() -> None:
    chat = Node("ChatNode", {"prompt": "tell a story", "system_prompt": "be nice"})
    alone = {"1": chat, "2": Node("PreviewAny", {"source": ["1", 0]})}

    assert targets(inferred(alone)) == {"prompt": ["1.prompt"]}
    beside = changed(CLASSIC, {"20": chat, "21": Node("PreviewAny", {"source": ["20", 0]})})
    assert targets(inferred(beside)) == CLASSIC_OPTIONS


def test_nodes_that_nothing_saved_depends_on_give_no_options() -> None:
    graph = changed(CLASSIC, {"20": Node("KSampler", {**CLASSIC["3"].inputs, "steps": 99})})

    assert targets(inferred(graph)) == CLASSIC_OPTIONS


def test_a_model_that_no_server_has_is_a_need_and_no_option() -> None:
    found = infer(CLASSIC, [server(checkpoints=["other.safetensors"])])

    assert "checkpoint" not in targets(found)


@pytest.mark.parametrize("value", [None, ["no", "link", "this"], {"a": 1}, float("nan"), 10**40])
def test_values_that_nobody_types_are_passed_over(value: JsonValue) -> None:
    graph = changed(CLASSIC, {"3": {"steps": value, "seed": value}, "5": {"width": value}})

    found = targets(inferred(graph))

    assert {"prompt", "negative", "batch-size", "cfg"} <= found.keys()
    assert not {"steps", "seed", "width"} & found.keys()


def test_a_graph_that_goes_in_circles_is_survived() -> None:
    graph = changed(CLASSIC, {"6": {"clip": ["8", 0]}, "4": {"ckpt_name": ["3", 0]}})

    assert targets(inferred(graph))["prompt"] == ["6.text"]


def test_no_option_sets_a_text_that_names_a_file() -> None:
    graph = {
        "1": Node("ReadFile", {"file_path": "/etc/passwd", "images": ["2", 0]}, "/prompt"),
        "2": Node("EmptyImage", {"width": 8}),
    }

    assert "1.file_path" not in {place for places in targets(inferred(graph)).values() for place in places}
