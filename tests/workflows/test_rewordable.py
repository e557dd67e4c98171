"""Which words are bettered, and where they stand in both graphs."""

from collections.abc import Mapping
from uuid import UUID

from bot.comfy import Graph, Node
from bot.jobs.rewording import Rewording
from bot.workflows import Filled, InputRef, Option, OptionKind, Workflow, fill, load_template, resolve
from bot.workflows.rewordable import rewordings
from tests.workflows.samples import TXT2IMG
from tests.workflows.shipped_server import SERVER

GRAPH: Graph = {
    "1": Node("CheckpointLoaderSimple", {"ckpt_name": "sdxl.safetensors"}),
    "2": Node("CLIPTextEncodeSDXL", {"text_g": "a cat", "text_l": "a cat", "clip": ["1", 1]}),
    "3": Node("CLIPTextEncode", {"text": "blurry", "clip": ["1", 1]}),
    "4": Node("SaveImage", {"filename_prefix": "cat"}),
}
PROMPT_TARGETS = (InputRef("2", "text_g"), InputRef("2", "text_l"))


def _option(name: str, *targets: InputRef, default: str = "") -> Option:
    return Option(name, name, OptionKind.TEXT, targets, default=default)


WORKFLOW = Workflow(
    name="draw",
    description="",
    graph=GRAPH,
    options=(
        _option("prompt", *PROMPT_TARGETS, default="a cat"),
        _option("negative", InputRef("3", "text"), default="blurry"),
        _option("lyrics", InputRef("4", "filename_prefix"), default="la"),
    ),
    titles={},
    needs=frozenset(),
    prompt_option="prompt",
)


def _filled(values: Mapping[str, str], workflow: Workflow = WORKFLOW) -> Filled:
    return fill(workflow, values, job_id=UUID(int=1), pick_seed=lambda: 1)


def _asked(
    values: Mapping[str, str], *, translate: bool = False, improve: bool = False
) -> tuple[Rewording, ...]:
    return rewordings(WORKFLOW, _filled(values), values.keys(), translate=translate, improve=improve)


PROMPT = Rewording("prompt", "a fox", (("2", "text_g"), ("2", "text_l")))


def test_the_prompt_is_improved_for_the_models_family_wherever_the_graph_has_it() -> None:
    assert _asked({"prompt": "a fox", "negative": "ugly"}, improve=True) == (
        Rewording(PROMPT.option, PROMPT.words, PROMPT.targets, improve_for="tags", offers_choices=True),
    )


def test_what_is_to_be_kept_out_is_translated_too_and_nothing_else_is() -> None:
    given = {"prompt": "a fox", "negative": "丑", "lyrics": "啦"}
    assert _asked(given, translate=True, improve=True) == (
        Rewording(
            PROMPT.option,
            PROMPT.words,
            PROMPT.targets,
            translate=True,
            improve_for="tags",
            offers_choices=True,
        ),
        Rewording("negative", "丑", (("3", "text"),), translate=True, offers_choices=True),
    )


def test_words_that_nobody_typed_are_the_workflows_own_business() -> None:
    assert [each.option for each in _asked({"prompt": "狐"}, translate=True)] == ["prompt"]
    assert [each.words for each in _asked({}, improve=True)] == ["a cat"]


def test_nothing_is_done_where_nothing_was_asked_for_or_there_are_no_words() -> None:
    assert _asked({"prompt": "a fox"}) == ()
    assert _asked({"prompt": "  "}, translate=True, improve=True) == ()


def test_loras_that_the_graph_has_elsewhere_are_kept_for_those_who_read_the_words() -> None:
    filled = _filled({"prompt": "a fox"})
    values = {**filled.values, "prompt": "a fox <lora:fur:0.8> <lora:snow:1>"}
    resolved = Filled(filled.graph, values, filled.needs)
    (found,) = rewordings(WORKFLOW, resolved, ["prompt"], translate=True, improve=False)
    assert (found.words, found.aside) == ("a fox", "<lora:fur:0.8> <lora:snow:1>")


def test_the_editors_graph_has_the_words_where_they_came_from() -> None:
    workflow = resolve(load_template(TXT2IMG.parent / "flux"), [SERVER])
    assert isinstance(workflow, Workflow)
    filled = _filled({"prompt": "a fox"}, workflow)
    (found,) = rewordings(workflow, filled, ["prompt"], translate=False, improve=True)
    (path,) = found.ui_paths
    held = filled.ui
    for step in path:
        held = held[step]  # type: ignore[index, call-overload]
    assert (held, found.improve_for) == ("a fox", "sentences")
