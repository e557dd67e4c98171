"""What packs say of their inputs in other languages, as a real ComfyUI puts their ``locales/`` together."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from bot.comfy import ObjectInfo
from bot.comfy.objects import parse_object_info, unpack_object_info
from tests.comfy.serving import client_and_server, get

CLASSES: Mapping[str, Any] = {
    "pack.Grain": {
        "input": {
            "required": {
                "amount": ["FLOAT", {"tooltip": "How coarse it is."}],
                "size.x": ["INT", {}],
                "mode": [["a"]],
            }
        },
        "output": ["IMAGE"],
        "python_module": "custom_nodes.pack",
    },
    "KSampler": {"input": {"required": {"steps": ["INT", {}]}}, "output": [], "python_module": "nodes"},
}
ANSWER: Mapping[str, Any] = {
    "zh": {
        "nodeCategories": {"pack": "包"},
        "nodeDefs": {
            "pack_Grain": {
                "display_name": "颗粒",
                "inputs": {
                    "amount": {"name": "强度", "tooltip": "颗粒有多粗。"},
                    "size_x": {"name": "大小"},
                    "gone": {"name": "没有了"},
                    "mode": {"name": " ", "tooltip": 7.5},
                },
            },
            "Unknown": {"inputs": {"x": {"name": "x"}}},
        },
    },
    "en": {
        "nodeDefs": {"pack_Grain": {"inputs": {"size_x": {"name": "size_x"}, "amount": {"tooltip": "Grain"}}}}
    },
    "ja": {"settings": {}},
    "fr": "rubbish",
    "ko": {"nodeDefs": {"pack_Grain": {"inputs": ["rubbish"]}}},
}
WORDS = {"amount": {"zh": "颗粒有多粗。", "en": "Grain"}, "size.x": {"zh": "大小"}, "mode": {"zh": "7.5"}}


def _words(info: ObjectInfo) -> Mapping[str, Mapping[str, str]]:
    return {name: spec.words for name, spec in info["pack.Grain"].inputs.items() if spec.words}


async def test_packs_are_told_with_what_they_say_in_other_languages() -> None:
    routes = get("/object_info", CLASSES), get("/i18n", ANSWER)
    async with client_and_server(*routes) as (client, _):
        info = await client.object_info_or_of(())

    assert _words(info) == WORDS
    assert info["KSampler"].inputs["steps"].words is None


async def test_one_by_one_they_are_told_with_it_too() -> None:
    one = get("/object_info/pack.Grain", {"pack.Grain": CLASSES["pack.Grain"]})
    async with client_and_server(get("/object_info", status=500), one, get("/i18n", ANSWER)) as (client, _):
        info = await client.object_info_or_of(["pack.Grain"])

    assert _words(info) == WORDS


def test_it_is_packed_with_the_classes_and_found_again_in_another_process() -> None:
    info = parse_object_info(CLASSES).in_other_languages(ANSWER)

    again = unpack_object_info(info.packed, {})

    assert (again, _words(again)) == (info, WORDS)
    sampler = parse_object_info({"KSampler": CLASSES["KSampler"]})
    said = {"zh": {"nodeDefs": {"KSampler": {"inputs": {"steps": {"name": "步数"}}}}}}
    both = unpack_object_info((again | sampler.in_other_languages(said)).packed, {})
    assert (_words(both), both["KSampler"].inputs["steps"].words) == (WORDS, {"zh": "步数"})
    assert again.node_plans().get("pack.Grain") is not None


@pytest.mark.parametrize("answer", [{"status": 404}, {"status": 500}, {"body": ["rubbish"]}], ids=str)
async def test_what_nobody_says_in_other_languages_is_known_all_the_same(answer: Mapping[str, Any]) -> None:
    async with client_and_server(get("/object_info", CLASSES), get("/i18n", **answer)) as (client, _):
        info = await client.object_info_or_of(())

    assert info == parse_object_info(CLASSES)


async def test_a_server_without_packs_is_not_asked() -> None:
    plain = {"KSampler": CLASSES["KSampler"]}
    async with client_and_server(get("/object_info", plain), get("/i18n", ANSWER)) as (client, served):
        await client.object_info_or_of(())

    assert served.lines == ["GET /object_info"]


def test_words_of_nothing_that_the_server_has_change_nothing() -> None:
    info = parse_object_info(CLASSES)

    assert (
        info.in_other_languages({"zh": {"nodeDefs": {"Unknown": {"inputs": {"x": {"name": "x"}}}}}}) is info
    )
    assert json.dumps(info.in_other_languages({}).node_plans().get("Unknown")) == "null"
