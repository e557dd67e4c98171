"""What is written as ``command.toml`` is read back as what it was."""

from collections.abc import Mapping
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.comfy import Graph, Node
from bot.workflows import InputRef, OptionKind, OptionSpec, Template
from bot.workflows.after import OF_A_PICTURE, After, Button
from bot.workflows.attachment_settling import is_attached
from bot.workflows.command_file import parse_command
from bot.workflows.command_writing import command_text
from bot.workflows.discord_rules import LOCALES, MAX_DESCRIPTION
from bot.workflows.own_options import OwnOption
from bot.workflows.template import PromptSyntax

GRAPH: Graph = {
    "1": Node("Encode", {"text": "a cat", "clip": ["4", 0]}, "Prompt"),
    "2:7": Node(
        "Sample", {"seed": 7, "steps": 20, "cfg": 7.5, "tiled": False}, 'A "title"\nof \x7f two lines'
    ),
    "3": Node("Size", {"width": 512, "height": 512}, "4"),
    "4": Node("Loader", {"model": "a.ckpt"}, "Model"),
}
TARGETS = [
    InputRef(node_id, name)
    for node_id, node in GRAPH.items()
    for name, value in node.inputs.items()
    if not isinstance(value, list)
]
NAMES = st.text(st.sampled_from("ab1-_é提示ก"), min_size=1, max_size=32)
WORDS = st.text(min_size=1, max_size=MAX_DESCRIPTION)
LOCALISED_NAMES = st.dictionaries(st.sampled_from(sorted(LOCALES)), NAMES, max_size=2)
LOCALISED_WORDS = st.dictionaries(st.sampled_from(sorted(LOCALES)), WORDS, max_size=2)
AFTERS = st.builds(
    After,
    st.dictionaries(st.sampled_from(list(OF_A_PICTURE)), st.text()),
    st.lists(st.sampled_from(Button), unique=True).map(tuple),
)
NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def _options(draw: st.DrawFn) -> tuple[OptionSpec, ...]:
    targets = draw(st.lists(st.sampled_from(TARGETS), unique=True))
    groups = [targets[start : start + 2] for start in range(0, len(targets), 2)]
    names = draw(st.lists(NAMES, unique=True, min_size=len(groups) + 2, max_size=len(groups) + 2))
    made = [draw(_option(name, tuple(group))) for name, group in zip(names, groups, strict=False)]
    pictures = [option.name for option in made if option.kind is OptionKind.IMAGE]
    laid_over = [
        OptionSpec(name, draw(WORDS), (), required=draw(st.booleans()), kind=kind, of=pictures[0])
        for name, kind in zip(names[-2:], (OptionKind.MASK, OptionKind.AREA), strict=True)
        if pictures and draw(st.booleans())
    ]
    return (*made, *laid_over)


@st.composite
def _option(draw: st.DrawFn, name: str, targets: tuple[InputRef, ...]) -> OptionSpec:
    required = draw(st.booleans())
    hidden, advanced = (False if required else draw(st.booleans()) for _ in range(2))
    kind = draw(
        st.none()
        | st.sampled_from([each for each in OptionKind if each not in {OptionKind.AREA, OptionKind.SIZE}])
    )
    if is_attached(kind):
        return OptionSpec(
            name, draw(WORDS), targets, required=required, kind=kind, hidden=hidden, advanced=advanced
        )
    low, high = sorted(draw(st.tuples(NUMBERS, NUMBERS)))
    return OptionSpec(
        name=name,
        description=draw(WORDS),
        targets=targets,
        description_localisations=draw(LOCALISED_WORDS),
        required=required,
        kind=kind,
        default=None if required else draw(st.none() | st.text() | st.booleans() | NUMBERS),
        minimum=draw(st.sampled_from([None, low])),
        maximum=draw(st.sampled_from([None, high])),
        step=draw(st.none() | st.floats(0, exclude_min=True, allow_infinity=False)),
        choices=draw(st.none() | st.lists(st.text(), min_size=1, max_size=3).map(tuple)),
        hidden=hidden,
        advanced=advanced,
    )


@st.composite
def _templates(draw: st.DrawFn) -> Template:
    options = draw(_options())
    return Template(
        name=draw(NAMES),
        description=draw(WORDS),
        graph=GRAPH,
        options=tuple(sorted(options, key=lambda option: not option.required)),
        folder=Path("workflows", draw(NAMES)),
        name_localisations=draw(LOCALISED_NAMES),
        description_localisations=draw(LOCALISED_WORDS),
        packs=draw(st.dictionaries(st.sampled_from(["Encode", "Sample"]), st.text())),
        after=draw(AFTERS),
        nsfw=draw(st.booleans()),
        own_options=draw(st.none() | st.lists(st.sampled_from(OwnOption), unique=True).map(tuple)),
        prompt_syntax=draw(st.frozensets(st.sampled_from(PromptSyntax))),
    )


@settings(max_examples=200, deadline=None)
@example(Template("a", "two\u2028lines\x85\x7f", GRAPH, (), Path("a")), "two\u2028lines")
@given(_templates(), st.text())
def test_every_template_is_read_back_whatever_the_comments_say(template: Template, remark: str) -> None:
    remarks: Mapping[str, str] = {option.name: remark for option in template.options}
    written = command_text(template, heading=[remark], remarks=remarks)
    assert parse_command(written, template.folder, GRAPH) == template
    assert written.splitlines() == written.removesuffix("\n").split("\n")


@settings(max_examples=50, deadline=None)
@given(_templates())
def test_spare_options_are_offered_as_soon_as_their_number_signs_are_gone(template: Template) -> None:
    options = tuple(option for option in template.options[:1] if option.of is None)
    spare = template.options[len(options) :]
    written = command_text(
        Template(template.name, template.description, GRAPH, options, template.folder),
        spare_heading=["More of it"],
        spare=spare,
    )
    kept, _, rest = written.partition("# More of it\n")
    assert parse_command(written, template.folder, GRAPH).options == options
    uncommented = "".join(f"{line.removeprefix('# ')}\n" for line in rest.splitlines() if line != "#")
    both = parse_command(kept + uncommented, template.folder, GRAPH)
    assert both.options == template.options


def test_a_node_is_named_by_its_id_and_its_title_stands_beside_it() -> None:
    option = OptionSpec("prompt", "What it shows", (InputRef("1", "text"),), required=True)
    model = OptionSpec("model", "Which one", (InputRef("4", "model"),), choices=("a.ckpt", "b.ckpt"))
    size = OptionSpec(
        "尺寸",
        "Both",
        (InputRef("3", "width"), InputRef("3", "height")),
        minimum=64,
        name_localisations={"ja": "大きさ"},
    )
    template = Template(
        "draw", "Draws", GRAPH, (option, model, size), Path("draw"), packs={"Encode": "words"}
    )
    assert command_text(template, heading=["By hand."], remarks={"model": "a list"}) == (
        "# By hand.\n"
        'description = "Draws"\n'
        "\n"
        "[packs]\n"
        'words = ["Encode"]\n'
        "\n"
        "[options.prompt]\n"
        'description = "What it shows"\n'
        'node = "1"  # Prompt (Encode)\n'
        'input = "text"\n'
        "required = true\n"
        "\n"
        "[options.model]\n"
        "# a list\n"
        'description = "Which one"\n'
        'node = "Model"  # Model (Loader)\n'
        'input = "model"\n'
        'choices = ["a.ckpt", "b.ckpt"]\n'
        "\n"
        '[options."尺寸"]\n'
        'description = "Both"\n'
        'ja = { name = "大きさ" }\n'
        "targets = [\n"
        '  { node = "3", input = "width" },  # 4 (Size)\n'
        '  { node = "3", input = "height" },  # 4 (Size)\n'
        "]\n"
        "min = 64\n"
    )
