"""Whatever the graph: options that Discord takes, that resolve, and that can be filled."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.comfy import Graph, JsonValue, Node, ObjectInfo
from bot.jobs.inputs import Attachment
from bot.workflows import Filled, Option, OptionKind, Workflow, fill, resolve
from bot.workflows.attachment_settling import is_attached
from bot.workflows.discord_rules import MAX_ASKED, wrong_description, wrong_name
from bot.workflows.inference import Inferred, infer
from tests.workflows.inference.samples import server

SERVER = server()
KNOWLEDGE: Sequence[Sequence[ObjectInfo]] = [(), (SERVER,), (SERVER, server(without=["KSampler"]))]
IDS = [str(number) for number in range(8)]
WORDS = st.text(max_size=12) | st.sampled_from(
    ["/prompt", "/steps?", "@seed: 🦊", "{{prompt}}", "%x%", "${提示词}", "euler", "sd15.safetensors", "a, b"]
)
VALUES: st.SearchStrategy[JsonValue] = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | WORDS
    | st.tuples(st.sampled_from([*IDS, "9"]), st.integers(-1, 3)).map(list)
)


@st.composite
def _nodes(draw: st.DrawFn) -> Node:
    class_type = draw(st.sampled_from([*SERVER, "Unknown"]))
    known = list(SERVER[class_type].inputs) if class_type in SERVER else ["text", "seed"]
    names = draw(st.lists(st.sampled_from([*known, "extra", "seed", "prompt"]), max_size=8, unique=True))
    return Node(class_type, {name: draw(VALUES) for name in names}, draw(st.none() | WORDS))


FOX = Attachment("https://cdn.discordapp.com/attachments/1/2/fox.png", "fox.png", 100)
GRAPHS = st.dictionaries(st.sampled_from(IDS), _nodes(), min_size=1)


def answer(option: Option) -> str | float:
    """Something that the option takes."""
    match option.kind:
        case OptionKind.CHOICE:
            return (option.choices or ("",))[0]
        case OptionKind.BOOLEAN:
            return True
        case OptionKind.TEXT:
            return "a red fox"
        case _:
            return next((each for each in (option.minimum, option.maximum) if each is not None), 0)


def fill_all(workflow: Workflow, *, only_required: bool = False) -> Filled:
    options = [option for option in workflow.options if option.required or not only_required]
    return fill(
        workflow,
        {option.name: answer(option) for option in options if not is_attached(option.kind)},
        attachments={option.name: FOX for option in options if is_attached(option.kind)},
        job_id=UUID(int=1),
        pick_seed=lambda: 4,
    )


def check(found: Inferred) -> None:
    names = [option.name for option in found.options]
    assert len(names) <= MAX_ASKED
    assert len({*names}) == len(names)
    first = [option.required or is_attached(option.kind) for option in found.options]
    assert first == sorted(first, reverse=True)
    for option in (*found.options, *found.advanced):
        for name in (option.name, *option.name_localisations.values()):
            assert wrong_name(name) is None
        for about in (option.description, *option.description_localisations.values()):
            assert wrong_description(about) is None


@settings(max_examples=150, deadline=None)
@given(GRAPHS, st.sampled_from(KNOWLEDGE))
def test_inference_never_fails_and_what_it_offers_can_be_filled(
    graph: Graph, knowledge: Sequence[ObjectInfo]
) -> None:
    found = infer(graph, knowledge)
    check(found)
    workflow = resolve(found.template("fox", "A fox", Path("fox")), knowledge)
    if isinstance(workflow, Workflow):
        filled = fill_all(workflow)
        assert filled.graph.keys() == graph.keys()


@settings(max_examples=50, deadline=None)
@given(GRAPHS)
def test_inference_is_the_same_twice(graph: Graph) -> None:
    assert infer(graph, [SERVER]) == infer(graph, [SERVER])
