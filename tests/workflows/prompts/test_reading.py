"""Typed words in a graph: what is sent, what is shown, what is told, and what the job needs for it."""

import random
import re
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.comfy import JsonValue, graph_to_json
from bot.texts import LOCALES, Text, render, text
from bot.workflows import Filled, Workflow, fill
from bot.workflows.discord_rules import MAX_TEXT
from bot.workflows.matching import MadeBy, made_by
from bot.workflows.prompts import PromptRules
from bot.workflows.template import Scalar
from tests.workflows.prompts.loaders import BY_OPTION, COMMAND, GRAPH, LORAS, ROWS, changed, drawing, server

JOB = UUID(int=7)
LISTS: Mapping[str, tuple[str, ...]] = {"animal": ("fox", "{owl|wolf}"), "style": ("<lora:pastel:0.5>",)}


def read(workflow: Workflow, prompt: str, /, **values: Scalar) -> Filled:
    return fill(
        workflow,
        {"prompt": prompt, **values},
        job_id=JOB,
        pick_seed=lambda: 1,
        prompts=PromptRules(LISTS, lambda count: count - 1),
    )


def loaders(filled: Filled) -> list[tuple[object, ...]]:
    first, second = filled.graph["9"].inputs, filled.graph["3"].inputs
    return [
        (first["lora_name"], first["strength_model"], first["strength_clip"]),
        (second["lora_name"], second["strength_model"]),
    ]


UNTOUCHED = [("ink.safetensors", 1.0, 1.0), ("ink.safetensors", 0.0)]


def test_choices_and_wildcards_are_sent_and_shown_as_what_was_picked(tmp_path: Path) -> None:
    workflow = drawing(tmp_path)
    filled = read(workflow, "a {red|blue} __animal__", negative="{x|y}")
    assert filled.values == {"prompt": "a blue wolf", "negative": "y"}
    assert filled.typed == {"prompt": "a {red|blue} __animal__", "negative": "{x|y}"}
    assert [filled.graph[node].inputs["text"] for node in ("4", "6")] == ["a blue wolf", "y"]
    assert filled.notices == ()


def test_what_a_backslash_keeps_is_shown_with_it_and_sent_without(tmp_path: Path) -> None:
    filled = read(drawing(tmp_path), r"\{a|b} {x|\{y}")
    assert filled.graph["4"].inputs["text"] == "{a|b} {y"
    assert filled.values["prompt"] == r"\{a|b} \{y"


def test_what_nobody_typed_is_left_alone(tmp_path: Path) -> None:
    filled = fill(drawing(tmp_path), {}, job_id=JOB, pick_seed=int, prompts=PromptRules(LISTS))
    assert (filled.values["prompt"], filled.graph["4"].inputs["text"], filled.typed) == (
        "{a|b} cat",
        "{a|b} cat",
        {},
    )


def test_a_lora_goes_into_the_first_loader_and_out_of_the_words(tmp_path: Path) -> None:
    workflow = drawing(tmp_path)
    filled = read(workflow, "a fox, <lora:pastel:0.8>, blue")
    assert filled.graph["4"].inputs["text"] == "a fox, blue"
    assert loaders(filled) == [("style/pastel.safetensors", 0.8, 0.8), UNTOUCHED[1]]
    assert filled.values["prompt"] == "a fox, <lora:style/pastel.safetensors:0.8>, blue"
    assert filled.typed == {"prompt": "a fox, <lora:pastel:0.8>, blue"}
    assert filled.needs - workflow.needs == {"LoraLoader.lora_name=style/pastel.safetensors"}
    assert filled.notices == ()


def test_the_next_goes_into_the_next_and_strengths_are_those_that_were_typed(tmp_path: Path) -> None:
    filled = read(drawing(tmp_path), "<lora:pastel:0.8:0.3> __style__", negative="<lora:ink:2>")
    assert loaders(filled) == [("style/pastel.safetensors", 0.8, 0.3), ("style/pastel.safetensors", 0.5)]
    assert filled.values == {
        "prompt": "<lora:style/pastel.safetensors:0.8:0.3> <lora:style/pastel.safetensors:0.5>",
        "negative": "",
    }
    assert filled.notices == (text("prompt-lora-full", name="ink", count=2),)


def test_what_is_shown_becomes_the_same_when_it_is_typed_again(tmp_path: Path) -> None:
    workflow = drawing(tmp_path)
    first = read(workflow, r"{a|\{b|c\}} __animal__ <lora:pastell:0.81> <lora:ink> <lora:zzz>")
    again = read(workflow, first.values["prompt"])
    assert (again.graph, again.values, again.typed) == (first.graph, first.values, {})
    assert first.graph["4"].inputs["text"] == "c} wolf"


@pytest.mark.parametrize(
    ("prompt", "shown", "notice"),
    [
        ("a __anmal__", "a __anmal__", text("prompt-wildcard-meant", name="__anmal__", names="__animal__")),
        ("a fox <lora:zebra:1>", "a fox", text("prompt-lora-unknown", name="zebra")),
        (
            "a fox <lora:pastell>",
            "a fox <lora:style/pastel.safetensors:1>",
            text("prompt-lora-similar", name="pastell", used="style/pastel.safetensors"),
        ),
        (
            "<lora:pastel:much>",
            "<lora:style/pastel.safetensors:1>",
            text("prompt-lora-unread", name="pastel", unread="much"),
        ),
        (
            "<lora:pastel:1000>",
            "<lora:style/pastel.safetensors:100>",
            text("prompt-lora-clamped", name="pastel", strength="1000", used="100"),
        ),
    ],
)
def test_what_was_not_as_typed_is_told(tmp_path: Path, prompt: str, shown: str, notice: Text) -> None:
    filled = read(drawing(tmp_path), prompt)
    assert (filled.values["prompt"], filled.notices) == (shown, (notice,))
    assert all(render(notice, locale) for locale in LOCALES)


def test_a_wish_that_nothing_resembles_takes_no_place(tmp_path: Path) -> None:
    assert loaders(read(drawing(tmp_path), "<lora:zebra> <lora:pastel>"))[0][0] == "style/pastel.safetensors"


def test_a_workflow_without_a_loader_says_so(tmp_path: Path) -> None:
    graph = {
        key: node
        for key, node in changed(
            "5", changed("4", changed("6", clip=["1", 1]), clip=["1", 1]), model=["1", 0]
        ).items()
        if key not in {"9", "3"}
    }
    filled = read(drawing(tmp_path, graph=graph), "a fox <lora:ink:1>")
    assert (filled.values["prompt"], filled.notices) == ("a fox", (text("prompt-lora-none", name="ink"),))


def test_no_more_is_told_than_anybody_reads(tmp_path: Path) -> None:
    assert len(read(drawing(tmp_path), " ".join(f"<lora:zebra{n}>" for n in range(300))).notices) == 5


class TestBesideOptions:
    """An option sets the same loader."""

    @pytest.fixture
    def workflow(self, tmp_path: Path) -> Workflow:
        return drawing(tmp_path, COMMAND + BY_OPTION)

    def test_the_words_win_and_that_is_told(self, workflow: Workflow) -> None:
        filled = read(workflow, "<lora:pastel:0.5>", lora="old/ink2.pt", strength=1.5)
        assert loaders(filled)[0] == ("style/pastel.safetensors", 0.5, 0.5)
        assert (filled.values["lora"], filled.values["strength"]) == ("style/pastel.safetensors", "0.5")
        assert filled.needs - workflow.needs == {"LoraLoader.lora_name=style/pastel.safetensors"}
        assert filled.notices == (
            text(
                "prompt-lora-over-option", option="lora", value="old/ink2.pt", used="style/pastel.safetensors"
            ),
            text("prompt-lora-over-option", option="strength", value="1.5", used="0.5"),
        )

    def test_a_strength_that_only_the_option_says_is_the_words(self, workflow: Workflow) -> None:
        filled = read(workflow, "<lora:pastel>", strength=1.5)
        assert (loaders(filled)[0], filled.notices) == (("style/pastel.safetensors", 1.5, 1.5), ())

    def test_defaults_that_nobody_chose_give_way_without_a_word(self, workflow: Workflow) -> None:
        filled = read(workflow, "<lora:pastel:0.5>")
        assert (filled.values["lora"], filled.values["strength"], filled.notices) == (
            "style/pastel.safetensors",
            "0.5",
            (),
        )

    def test_words_go_no_further_than_the_option(self, workflow: Workflow, tmp_path: Path) -> None:
        assert loaders(read(workflow, "<lora:pastel:9>"))[0][1] == 2.0
        narrow = BY_OPTION.replace(
            'input = "lora_name"', 'input = "lora_name"\nchoices = ["ink.safetensors"]'
        )
        few = drawing(tmp_path / "few", COMMAND + narrow)
        assert read(few, "<lora:pastel>").notices == (text("prompt-lora-unknown", name="pastel"),)


def test_a_loader_whose_lora_makes_few_steps_possible_is_no_place_unless_an_option_sets_it(
    tmp_path: Path,
) -> None:
    fast = "sdxl_lightning_4step_lora.safetensors"
    graph, info = changed("9", lora_name=fast), server((*LORAS, fast))
    filled = read(drawing(tmp_path / "1", COMMAND, info, graph=graph), "<lora:pastel:0.5>")
    assert loaders(filled) == [(fast, 1.0, 1.0), ("style/pastel.safetensors", 0.5)]
    filled = read(drawing(tmp_path / "2", COMMAND + BY_OPTION, info, graph=graph), "<lora:pastel:0.5>")
    assert loaders(filled)[0][0] == "style/pastel.safetensors"


def test_a_loader_that_nothing_depends_on_is_no_place(tmp_path: Path) -> None:
    aside = changed("9", model=["1", 0])
    first = GRAPH["9"]
    workflow = drawing(tmp_path, graph={**aside, "0": first})
    assert [slot.node_id for slot in workflow.lora_slots] == ["9", "3"]


def test_a_loader_of_rows_gets_more_of_them(tmp_path: Path) -> None:
    rows: dict[str, JsonValue] = {
        "model": ["1", 0],
        "clip": ["1", 1],
        "lora_1": {"on": True, "lora": "ink.safetensors", "strength": 1},
        "lora_2": {"on": False, "lora": "ink.safetensors", "strength": 1},
    }
    graph: dict[str, JsonValue] = {**GRAPH, "9": {"class_type": ROWS, "inputs": rows}}
    del graph["3"]
    graph = changed("5", graph, model=["9", 0])
    workflow = drawing(tmp_path, graph=graph)
    filled = read(workflow, "a fox <lora:pastel:0.5:0.25> <lora:ink2:0.7>")
    assert {name: row for name, row in filled.graph["9"].inputs.items() if name.startswith("lora_")} == {
        "lora_1": {"on": True, "lora": "ink.safetensors", "strength": 1},
        "lora_2": {"on": True, "lora": "style/pastel.safetensors", "strength": 0.5, "strengthTwo": 0.25},
        "lora_3": {"on": True, "lora": "old/ink2.pt", "strength": 0.7},
    }
    assert filled.needs - workflow.needs == {
        "LoraLoader.lora_name=style/pastel.safetensors",
        "LoraLoader.lora_name=old/ink2.pt",
    }
    made = made_by(filled.graph, [workflow])
    assert made is not None
    assert made.values["prompt"] == "a fox <lora:style/pastel.safetensors:0.5:0.25> <lora:old/ink2.pt:0.7>"


@pytest.mark.parametrize(
    ("lines", "sent", "shown"),
    [
        ("prompt_syntax = []", "{a|b} __animal__ <lora:pastel:1>", "{a|b} __animal__ <lora:pastel:1>"),
        ('prompt_syntax = ["choices"]', "b __animal__ <lora:pastel:1>", "b __animal__ <lora:pastel:1>"),
        (
            'prompt_syntax = ["wildcards"]',
            "{a|b} {owl|wolf} <lora:pastel:1>",
            "{a|b} {owl|wolf} <lora:pastel:1>",
        ),
        (
            'prompt_syntax = ["loras"]',
            "{a|b} __animal__",
            "{a|b} __animal__ <lora:style/pastel.safetensors:1>",
        ),
    ],
)
def test_a_workflow_has_only_the_syntax_that_its_file_names(
    tmp_path: Path, lines: str, sent: str, shown: str
) -> None:
    filled = read(drawing(tmp_path, lines + COMMAND), "{a|b} __animal__ <lora:pastel:1>")
    assert (filled.graph["4"].inputs["text"], filled.values["prompt"]) == (sent, shown)


def test_words_are_nothing_but_words_where_nobody_says_how_to_read_them(tmp_path: Path) -> None:
    filled = fill(drawing(tmp_path), {"prompt": r"\{a|b} <lora:x>"}, job_id=JOB, pick_seed=int)
    assert (filled.values["prompt"], filled.graph["4"].inputs["text"]) == (r"\{a|b} <lora:x>",) * 2


@pytest.mark.parametrize("command", [COMMAND, COMMAND + BY_OPTION])
@pytest.mark.parametrize(
    "prompt", ["a fox", r"\{a|b}", "a <lora:ink:0.3> b <lora:pastel:0.5>", "<lora:pastel:1:0.5>"]
)
def test_a_graph_tells_the_words_that_make_it_again(tmp_path: Path, command: str, prompt: str) -> None:
    workflow = drawing(tmp_path, command)
    first = read(workflow, prompt)
    made = made_by(first.graph, [workflow])
    assert isinstance(made, MadeBy)
    values: dict[str, Scalar] = {**made.values}
    if "strength" in values:
        values["strength"] = float(made.values["strength"])
    again = fill(workflow, values, job_id=JOB, pick_seed=int, prompts=PromptRules(LISTS))
    assert again.graph == first.graph


def test_a_graph_with_something_else_in_a_loaders_place_is_not_ours(tmp_path: Path) -> None:
    workflow = drawing(tmp_path)
    graph = read(workflow, "a fox").graph
    for odd in (["1", 0], 7, "a>b.pt"):
        inputs = {**graph["9"].inputs, "lora_name": odd}
        assert made_by({**graph, "9": type(graph["9"])("LoraLoader", inputs, "First")}, [workflow]) is None


PIECES = [
    "{",
    "}",
    "|",
    "\\",
    "__animal__",
    "__style__",
    "__x__",
    "<lora:",
    "<lora:ink:0.5>",
    "<lora:pastel:9:x>",
    ":",
    ">",
    ",",
    " ",
    "a",
    "é",
    "\ud83e",
]


WISH = re.compile(r"<lora:[^<>]*>")


@pytest.fixture(scope="module")
def any_workflow(tmp_path_factory: pytest.TempPathFactory) -> Workflow:
    return drawing(tmp_path_factory.mktemp("workflows"), COMMAND + BY_OPTION)


@settings(deadline=None)
@given(st.lists(st.sampled_from([*PIECES, "\\{"]), max_size=60).map("".join), st.integers())
@example("__style____style__<lora:{__style__>", 0)
@example("<lora:ink:0.5><lora:ink:0.5><lora:__style__>", 0)
def test_whatever_is_typed_makes_a_job_that_shows_what_it_sends(
    any_workflow: Workflow, prompt: str, seed: int
) -> None:
    def filled(words: str) -> Filled:
        rules = PromptRules(LISTS, random.Random(seed).randrange)
        return fill(any_workflow, {"prompt": words}, job_id=JOB, pick_seed=int, prompts=rules)

    first = filled(prompt)
    graph_to_json(first.graph)
    assert filled(prompt) == first
    assert len(first.values["prompt"]) <= 2 * MAX_TEXT
    assert first.typed.get("prompt", first.values["prompt"]).replace("\ud83e", "?") == prompt.replace(
        "\ud83e", "?"
    )
    left = WISH.sub("", prompt.replace("__style__", LISTS["style"][0]))
    if WISH.search(left) is None:  # what is taken out there leaves another wish
        again = filled(first.values["prompt"])
        assert (again.graph, again.values) == (first.graph, first.values)
    for notice in first.notices:
        assert all(render(notice, locale) for locale in LOCALES)
