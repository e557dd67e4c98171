"""``POST /prompt``: what is queued, what is refused, and in which words."""

import json
import uuid
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from bot.sandbox.comfyui import INSTANT, RELEASE_0_3_64, ComfyStandIn, Story
from tests.sandbox.comfyui.client import TRIVIAL, TXT2IMG, Client, Json, changed, connected

TROUBLE = "500 Internal Server Error\n\nServer got itself in trouble"


async def refused(client: Client, graph: object) -> Json:
    answer = await client.post("/prompt", {"prompt": graph})
    assert answer.status == 400, answer.text
    return answer.json


async def node_error(client: Client, graph: object) -> tuple[str, Json]:
    """The one node error of a refused graph, and whose it is."""
    ((node_id, entry),) = (await refused(client, graph))["node_errors"].items()
    (error,) = entry["errors"]
    return node_id, error


async def test_an_accepted_prompt_is_answered_with_its_id_and_number(client: Client) -> None:
    prompt_id = str(uuid.uuid4())
    for number in range(2):
        answer = await client.post("/prompt", {"prompt": TRIVIAL, "prompt_id": prompt_id})
        assert (answer.status, answer.json) == (
            200,
            {"prompt_id": prompt_id, "number": number, "node_errors": {}},
        )


async def test_a_short_list_is_told_and_a_long_one_counted(client: Client) -> None:
    assert await node_error(client, changed(TXT2IMG, n3_scheduler="nope")) == (
        "3",
        {
            "type": "value_not_in_list",
            "message": "Value not in list",
            "details": "scheduler: 'nope' not in ['simple', 'sgm_uniform', 'karras', 'exponential', 'ddim_uniform', "
            "'beta', 'normal', 'linear_quadratic', 'kl_optimal']",
            "extra_info": {
                "input_name": "scheduler",
                "input_config": (await client.get("/object_info/KSampler")).json["KSampler"]["input"][
                    "required"
                ]["scheduler"],
                "received_value": "nope",
            },
        },
    )
    assert await node_error(client, changed(TXT2IMG, n3_sampler_name="nope")) == (
        "3",
        {
            "type": "value_not_in_list",
            "message": "Value not in list",
            "details": "sampler_name: 'nope' not in (list of length 44)",
            "extra_info": {"input_name": "sampler_name", "input_config": None, "received_value": "nope"},
        },
    )


@pytest.mark.parametrize(
    ("change", "kind", "message", "details"),
    [
        ({"n3_steps": 0}, "value_smaller_than_min", "Value 0 smaller than min of 1", "steps"),
        ({"n3_seed": -1}, "value_smaller_than_min", "Value -1 smaller than min of 0", "seed"),
        (
            {"n3_seed": 18446744073709552000},
            "value_bigger_than_max",
            "Value 18446744073709552000 bigger than max of 18446744073709551615",
            "seed",
        ),
        (
            {"n3_steps": "abc"},
            "invalid_input_type",
            "Failed to convert an input value to a INT value",
            "steps, abc, invalid literal for int() with base 10: 'abc'",
        ),
        (
            {"n3_latent_image": ["4", 0]},
            "return_type_mismatch",
            "Return type mismatch between linked nodes",
            "latent_image, received_type(MODEL) mismatch input_type(LATENT)",
        ),
        (
            {"n3_latent_image": ["5"]},
            "bad_linked_input",
            "Bad linked input, must be a length-2 list of [node_id, slot_index]",
            "latent_image",
        ),
        (
            {"n3_latent_image": ["99", 0]},
            "exception_during_inner_validation",
            "Exception when validating inner node",
            "'99'",
        ),
        (
            {"n3_latent_image": ["5", 7]},
            "exception_during_inner_validation",
            "Exception when validating inner node",
            "tuple index out of range",
        ),
    ],
)
async def test_a_wrong_input_is_refused_in_its_own_words(
    client: Client, change: dict[str, Any], kind: str, message: str, details: str
) -> None:
    node_id, error = await node_error(client, changed(TXT2IMG, **change))
    assert (node_id, error["type"], error["message"], error["details"]) == ("3", kind, message, details)


async def test_every_missing_input_and_every_bad_node_is_named(client: Client) -> None:
    graph = changed(TXT2IMG, n5_width=99999, n4_ckpt_name="gone.safetensors")
    for name in ("model", "seed"):
        del graph["3"]["inputs"][name]
    answer = await refused(client, graph)
    assert answer["error"] == {
        "type": "prompt_outputs_failed_validation",
        "message": "Prompt outputs failed validation",
        "details": "",
        "extra_info": {},
    }
    assert {
        node_id: (
            entry["class_type"],
            entry["dependent_outputs"],
            [error["type"] for error in entry["errors"]],
        )
        for node_id, entry in answer["node_errors"].items()
    } == {
        "4": ("CheckpointLoaderSimple", ["9"], ["value_not_in_list"]),
        "5": ("EmptyLatentImage", ["9"], ["value_bigger_than_max"]),
        "3": ("KSampler", ["9"], ["required_input_missing"] * 2),
    }


async def test_an_output_that_is_right_runs_beside_one_that_is_wrong(
    comfy: ComfyStandIn, client: Client
) -> None:
    graph = TRIVIAL | {"3": {"class_type": "SaveImage", "inputs": {"filename_prefix": "x"}}}
    answer = await client.post("/prompt", {"prompt": graph})
    prompt_id = answer.json["prompt_id"]
    assert (answer.status, list(answer.json["node_errors"])) == (200, ["3"])
    await comfy.until(lambda: prompt_id in comfy.history)
    entry = await client.entry(prompt_id)
    assert (entry["prompt"][4], list(entry["outputs"])) == (["2"], ["2"])


async def test_a_wrong_output_may_hang_on_anything(comfy: ComfyStandIn, client: Client) -> None:
    wrong = {"class_type": "SaveImage", "inputs": {"filename_prefix": "x", "images": ["99", 0]}}
    lame = {"class_type": "SaveImage", "inputs": {"filename_prefix": "x", "images": ["1"]}}
    prompt_id = await client.submit(TRIVIAL | {"3": wrong, "4": lame})
    await comfy.until(lambda: prompt_id in comfy.history)
    assert list((await client.entry(prompt_id))["outputs"]) == ["2"]


async def test_more_pixels_than_the_card_holds_run_out_of_memory(comfy: ComfyStandIn, client: Client) -> None:
    prompt_id = await client.submit(changed(TXT2IMG, n5_width=16384, n5_height=16384, n5_batch_size=4096))
    await comfy.until(lambda: prompt_id in comfy.history)
    error = (await client.entry(prompt_id))["status"]["messages"][-1][1]
    assert (error["node_type"], error["exception_type"]) == ("KSampler", "torch.OutOfMemoryError")


async def test_only_the_named_targets_run(client: Client) -> None:
    graph = TRIVIAL | {"3": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}}}
    async with client.listen() as listener:
        await client.submit(graph, "me", partial_execution_targets=["3"])
        assert [line for line in await listener.shorts_until_end() if line.startswith("executed")] == [
            "executed 3"
        ]
    answer = await client.post("/prompt", {"prompt": graph, "partial_execution_targets": ["1"]})
    assert (answer.status, answer.json["error"]["type"]) == (400, "prompt_no_outputs")


CIRCLE: Json = {
    "1": {"class_type": "ImageInvert", "inputs": {"image": ["3", 0]}},
    "2": TRIVIAL["2"],
    "3": {"class_type": "ImageInvert", "inputs": {"image": ["1", 0]}},
}


async def test_a_circle_is_refused_with_the_way_round_on_each_of_its_nodes(client: Client) -> None:
    answer = await refused(client, CIRCLE)
    assert answer["error"] == {
        "type": "prompt_outputs_failed_validation",
        "message": "Prompt outputs failed validation",
        "details": "",
        "extra_info": {},
    }
    assert answer["node_errors"] == {
        node_id: {
            "errors": [
                {
                    "type": "dependency_cycle",
                    "message": "Dependency cycle detected",
                    "details": "1 (ImageInvert) -> 3 (ImageInvert) -> 1 (ImageInvert)",
                    "extra_info": {"node_id": node_id, "cycle_nodes": ["1", "3"]},
                }
            ],
            "dependent_outputs": ["2"],
            "class_type": "ImageInvert",
        }
        for node_id in ("1", "3")
    }


async def test_the_recorded_server_refuses_a_circle_without_a_word() -> None:
    async with recorded_release() as client:
        assert (await refused(client, CIRCLE))["node_errors"] == {}


async def test_a_circle_spoils_only_what_hangs_on_it(comfy: ComfyStandIn, client: Client) -> None:
    good = {"class_type": "PreviewImage", "inputs": {"images": ["4", 0]}}
    graph = changed(CIRCLE) | {"4": TRIVIAL["1"], "5": good}
    answer = await client.post("/prompt", {"prompt": graph})
    assert (answer.status, sorted(answer.json["node_errors"])) == (200, ["1", "3"])
    await comfy.until(lambda: answer.json["prompt_id"] in comfy.history)
    assert list((await client.entry(answer.json["prompt_id"]))["outputs"]) == ["5"]


async def test_what_was_saved_goes_on_to_the_next_node_in_newer_servers(
    comfy: ComfyStandIn, client: Client
) -> None:
    graph = TRIVIAL | {"3": {"class_type": "PreviewImage", "inputs": {"images": ["2", 0]}}}
    prompt_id = await client.submit(graph)
    await comfy.until(lambda: prompt_id in comfy.history)
    outputs = (await client.entry(prompt_id))["outputs"]
    assert {node_id: shown["images"][0]["type"] for node_id, shown in outputs.items()} == {
        "2": "output",
        "3": "temp",
    }
    async with recorded_release() as old:
        answer = await old.post("/prompt", {"prompt": graph})
        (error,) = answer.json["node_errors"]["3"]["errors"]
        assert error["details"] == "tuple index out of range"


async def test_a_value_where_a_link_belongs_is_accepted_and_fails_as_it_runs(
    comfy: ComfyStandIn, client: Client
) -> None:
    prompt_id = await client.submit({"2": {"class_type": "PreviewImage", "inputs": {"images": "x"}}})
    await comfy.until(lambda: prompt_id in comfy.history)
    error = (await client.entry(prompt_id))["status"]["messages"][-1][1]
    assert (error["node_id"], error["exception_type"]) == ("2", "AttributeError")
    following = await client.submit(TRIVIAL)
    await comfy.until(lambda: following in comfy.history)


async def test_bounds_of_mixed_types_hold(client: Client) -> None:
    graph = changed(TXT2IMG, n3_positive=["10", 0])
    graph["10"] = {
        "class_type": "ConditioningSetAreaPercentage",
        "inputs": {"conditioning": ["6", 0], "width": 1.5, "height": -1, "x": 0, "y": 1, "strength": 1},
    }
    entry = (await refused(client, graph))["node_errors"]["10"]
    assert [(error["message"], error["details"]) for error in entry["errors"]] == [
        ("Value 1.5 bigger than max of 1.0", "width"),
        ("Value -1.0 smaller than min of 0", "height"),
    ]
    info = (await client.get("/object_info/SDTurboScheduler")).text
    assert '"min": 0, "max": 1.0' in info


@asynccontextmanager
async def recorded_release() -> AsyncGenerator[Client]:
    async with (
        ComfyStandIn.running(speed=INSTANT, release=RELEASE_0_3_64) as comfy,
        connected(comfy.url) as client,
    ):
        yield client


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("[]", "no_prompt"),
        ('{"client_id": "x"}', "no_prompt"),
        ('{"prompt": {}}', "prompt_no_outputs"),
        ('{"prompt": {"nodes": {}}}', "missing_node_type"),
        ('{"prompt": {"1": {"class_type": "NoSuchNode", "inputs": {}}}}', "missing_node_type"),
        ('{"prompt": {"1": {"class_type": "PreviewImage"}}}', "prompt_outputs_failed_validation"),
    ],
)
async def test_what_is_no_graph_is_refused(client: Client, body: str, kind: str) -> None:
    answer = await client.ask("POST", "/prompt", data=body)
    assert (answer.status, answer.json["error"]["type"]) == (400, kind)


@pytest.mark.parametrize(
    "body",
    [
        '{"prompt": []}',
        '{"prompt": {"1": "hello"}}',
        '{"prompt": {"nodes": [], "links": []}}',
        '{"prompt": {"last_node_id": 0, "last_link_id": 0, "nodes": [], "links": [], "version": 0.4}}',
        '{"prompt": {"1": {"class_type": [], "inputs": {}}}}',
        '{"prompt": {"1": {"class_type": "PreviewImage", "inputs": null}}}',
        "{bad",
        "",
        "null",
        '{"prompt": null}',
        '{"prompt": "hello"}',
        '{"prompt": {"1": null}}',
        '{"prompt": {"last_node_id": 9, "nodes": []}}',
        json.dumps({"prompt": TRIVIAL, "number": "abc"}),
        json.dumps({"prompt": TRIVIAL, "extra_data": None, "client_id": "x"}),
    ],
)
async def test_what_trips_a_real_server_is_answered_with_500_in_plain_text(client: Client, body: str) -> None:
    answer = await client.ask("POST", "/prompt", data=body)
    assert (answer.status, answer.content_type, answer.text) == (500, "text/plain; charset=utf-8", TROUBLE)


async def test_newer_servers_take_only_canonical_ids(client: Client) -> None:
    for wrong in ("hello", 12345, str(uuid.uuid4()).upper(), ""):
        answer = await client.post("/prompt", {"prompt": TRIVIAL, "prompt_id": wrong})
        assert (answer.status, answer.json["error"]["type"]) == (400, "invalid_prompt_id")
    assert uuid.UUID(await client.submit(TRIVIAL, prompt_id=None))


async def test_the_recorded_server_takes_any_text_as_id() -> None:
    async with (
        ComfyStandIn.running(speed=INSTANT, release=RELEASE_0_3_64) as comfy,
        connected(comfy.url) as client,
    ):
        taken = [
            await client.submit(TRIVIAL, prompt_id=given) for given in (12345, "hello world/ä", None, "")
        ]
        assert taken == ["12345", "hello world/ä", "None", ""]
        answer = await client.post("/prompt", {"prompt": {"9": {"class_type": "NoSuchNode", "inputs": {}}}})
        assert answer.json["error"] == {
            "type": "invalid_prompt",
            "message": "Cannot execute because node NoSuchNode does not exist.",
            "details": "Node ID '#9'",
            "extra_info": {},
        }


async def test_a_newer_server_names_the_missing_node_by_its_title(client: Client) -> None:
    node = {"class_type": "NoSuchNode", "inputs": {}, "_meta": {"title": "My node"}}
    assert (await refused(client, {"9": node}))["error"] == {
        "type": "missing_node_type",
        "message": "Node 'My node' not found. The custom node may not be installed.",
        "details": "Node ID '#9'",
        "extra_info": {"node_id": "9", "class_type": "NoSuchNode", "node_title": "My node"},
    }


async def test_modern_lists_are_checked_by_newer_servers_only() -> None:
    graph = TRIVIAL | {
        "5": {"class_type": "UpscaleModelLoader", "inputs": {"model_name": "gone.pth"}},
        "6": {
            "class_type": "ImageUpscaleWithModel",
            "inputs": {"upscale_model": ["5", 0], "image": ["1", 0]},
        },
        "2": {"class_type": "PreviewImage", "inputs": {"images": ["6", 0]}},
    }
    async with ComfyStandIn.running(speed=INSTANT) as comfy, connected(comfy.url) as client:
        assert (await node_error(client, graph))[1]["type"] == "value_not_in_list"
    async with (
        ComfyStandIn.running(speed=INSTANT, release=RELEASE_0_3_64) as comfy,
        connected(comfy.url) as client,
    ):
        assert await client.submit(graph)


async def test_values_become_what_their_input_wants_and_strangers_are_ignored(
    comfy: ComfyStandIn, client: Client
) -> None:
    graph = changed(TXT2IMG, n3_steps="3", n3_cfg=7, n9_unknown=5)
    prompt_id = await client.submit(
        changed(graph, n5_width=64.9), "me", extra_data={"tag": "j", "api_key_comfy_org": "s"}
    )
    await comfy.until(lambda: prompt_id in comfy.history)
    _, _, kept, extra_data, _ = (await client.entry(prompt_id))["prompt"]
    assert (kept["3"]["inputs"]["steps"], kept["3"]["inputs"]["cfg"], kept["5"]["inputs"]["width"]) == (
        3,
        7.0,
        64,
    )
    assert {key: value for key, value in extra_data.items() if key != "create_time"} == {
        "tag": "j",
        "client_id": "me",
    }


async def test_a_lost_answer_leaves_the_job_queued(comfy: ComfyStandIn, client: Client) -> None:
    story = Story(lose_answer=True, hold=True)
    comfy.next_job(story)
    prompt_id = str(uuid.uuid4())
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await client.submit(TRIVIAL, prompt_id=prompt_id)
    assert [item[1] for item in (await client.get("/queue")).json["queue_running"]] == [prompt_id]


async def test_a_prompt_that_is_queued_already_with_the_same_number_trips_and_is_queued(
    comfy: ComfyStandIn, client: Client
) -> None:
    comfy.every_job(Story(hold=True))
    await client.submit(TRIVIAL)
    once = {"prompt": TRIVIAL, "prompt_id": str(uuid.uuid4()), "number": 5}
    again = {**once, "prompt": changed(TRIVIAL, n1_color=9)}
    assert [(await client.post("/prompt", body)).status for body in (once, again)] == [200, 500]
    assert len((await client.get("/queue")).json["queue_pending"]) == 2
