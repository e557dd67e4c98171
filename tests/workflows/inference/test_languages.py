"""Descriptions in the languages that a pack has, where the catalogue's own words do not say it."""

from collections.abc import Mapping

from bot.comfy import JsonValue, Node
from bot.comfy.objects import parse_object_info
from bot.workflows import OptionSpec
from bot.workflows.inference import infer
from tests.workflows.inference.samples import CLASSIC, changed, named, server

_GRAIN: JsonValue = {
    "input": {
        "required": {
            "samples": ["LATENT"],
            "amount": ["FLOAT", {"max": 1.0, "tooltip": "How coarse the grain is."}],
            "softness": ["FLOAT", {"max": 1.0}],
            "steps": ["INT", {"min": 1, "max": 10, "tooltip": "How often"}],
        }
    },
    "output": ["LATENT"],
    "display_name": "Grain",
    "python_module": "custom_nodes.pack",
}


def _words(**inputs: Mapping[str, str]) -> JsonValue:
    languages = {language for words in inputs.values() for language in words}
    return {
        language: {
            "nodeDefs": {
                "Grain": {
                    "inputs": {
                        name: {"tooltip": words[language]}
                        for name, words in inputs.items()
                        if language in words
                    }
                }
            }
        }
        for language in languages
    }


def _option(name: str, words: JsonValue, title: str | None = None) -> OptionSpec:
    info = server() | parse_object_info({"Grain": _GRAIN}).in_other_languages(words)
    inputs: Mapping[str, JsonValue] = {"samples": ["3", 0], "amount": 0.5, "softness": 0.5, "steps": 5}
    graph = changed(CLASSIC, {"8": {"samples": ["11", 0]}, "11": Node("Grain", inputs, title)})
    listed: JsonValue = [["11", each] for each in ("amount", "softness", "steps")]
    app: Mapping[str, JsonValue] = {"nodes": [], "extra": {"linearData": {"inputs": listed}}}
    return named(infer(graph, [info], workflow=app), name)


def test_a_tooltip_is_read_in_each_language_of_the_pack_that_discord_knows() -> None:
    said = {
        "zh": "颗粒有多粗。",
        "ja": "粒の粗さ",
        "es": "Grano",
        "tlh": "ngoQ",
        "en": "The grain's coarseness",
    }

    option = _option("amount", _words(amount=said))

    assert option.description == "The grain's coarseness"
    assert option.description_localisations == {"zh-CN": "颗粒有多粗。", "ja": "粒の粗さ", "es-ES": "Grano"}


def test_what_has_no_tooltip_is_called_as_the_pack_calls_it() -> None:
    option = _option("softness", _words(softness={"zh": "柔和度"}))

    assert (option.description, option.description_localisations) == ("Softness (Grain)", {"zh-CN": "柔和度"})


def test_an_authors_words_are_better_than_a_packs_name() -> None:
    option = _option("softness", _words(softness={"ja": "柔らかさ"}), title="Film look")

    assert option.description_localisations.get("ja") is None


def test_what_the_catalogue_says_is_not_said_by_the_pack() -> None:
    option = _option("steps", _words(steps={"ja": "回数", "zh": "次数"}))

    assert [*option.description_localisations] == ["zh-CN"]
    assert option.description_localisations["zh-CN"] != "次数"
