"""What becomes of a template when servers say what they have."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.comfy import InputSpec, JsonValue, ObjectInfo
from bot.texts import text
from bot.workflows import (
    InputRef,
    Option,
    OptionKind,
    Unavailable,
    Workflow,
    WorkflowError,
    choices,
    load_template,
    resolve,
)
from bot.workflows.availability import lacks
from bot.workflows.kinds import names_a_file
from tests.workflows.samples import (
    COMMAND,
    GRAPH,
    only_option,
    option_file,
    resolved,
    server,
    template_in,
    write,
)


def offered(folder: Path, lines: str, *, nobody_answered: bool = False) -> Option:
    knowledge = () if nobody_answered else (server(),)
    return only_option(resolved(write(folder, option_file(lines)), *knowledge))


def changed(info: ObjectInfo, input_name: str, spec: InputSpec | None) -> ObjectInfo:
    """The server with another version of the class ``Sample``."""
    others = {name: each for name, each in info.classes["Sample"].inputs.items() if name != input_name}
    version = replace(info.classes["Sample"], inputs={**others, **({input_name: spec} if spec else {})})
    return ObjectInfo({**info.classes, "Sample": version})


def complaint(folder: Path, lines: str) -> str:
    made = write(folder, option_file(lines))
    with pytest.raises(WorkflowError) as caught:
        resolve(load_template(made), [server()])
    return str(caught.value).removeprefix(f"{made / 'command.toml'}: option 'x' ")


def test_a_number_takes_range_step_and_default_from_server_and_graph(tmp_path: Path) -> None:
    assert offered(tmp_path, 'node = "Sampler"\ninput = "width"') == Option(
        name="x",
        description="An x",
        kind=OptionKind.INTEGER,
        targets=(InputRef("3", "width"),),
        default=512,
        minimum=16,
        maximum=16384,
        step=8,
    )


def test_the_file_narrows_range_step_and_default(tmp_path: Path) -> None:
    option = offered(
        tmp_path, 'node = "Sampler"\ninput = "width"\nmin = 64\nmax = 2048\nstep = 64\ndefault = 1024'
    )
    assert (option.minimum, option.maximum, option.step, option.default) == (64, 2048, 64, 1024)


def test_steps_of_fractions_are_the_editors_arrows_and_bind_nobody(tmp_path: Path) -> None:
    option = offered(tmp_path, 'node = "Sampler"\ninput = "cfg"')
    assert (option.kind, option.minimum, option.maximum, option.step, option.default) == (
        OptionKind.NUMBER,
        0,
        100,
        None,
        7.5,
    )


def test_a_seed_is_known_by_its_name_reaches_as_far_as_the_node_and_has_no_default(tmp_path: Path) -> None:
    option = offered(tmp_path, 'node = "Sampler"\ninput = "noise_seed"')
    assert (option.kind, option.minimum, option.maximum, option.default) == (
        OptionKind.SEED,
        0,
        2**64 - 1,
        None,
    )


def test_a_list_becomes_a_choice_with_the_servers_names(tmp_path: Path) -> None:
    option = offered(tmp_path, 'node = "Model"\ninput = "model"')
    assert option == Option(
        name="x",
        description="An x",
        kind=OptionKind.CHOICE,
        targets=(InputRef("1", "model"),),
        default="first.safetensors",
        choices=("first.safetensors", "second.safetensors"),
        listed=True,
    )


@pytest.mark.parametrize(
    ("input_name", "kind", "default"),
    [
        ("tiled", OptionKind.BOOLEAN, False),
        ("steps", OptionKind.INTEGER, 20),
        ("bits", OptionKind.CHOICE, "16"),
    ],
)
def test_other_inputs_are_typed_by_the_server(
    tmp_path: Path, input_name: str, kind: OptionKind, default: object
) -> None:
    option = offered(tmp_path, f'node = "Sampler"\ninput = "{input_name}"')
    assert (option.kind, option.default) == (kind, default)


@pytest.mark.parametrize(
    ("node", "input_name", "kind"),
    [
        ("Prompt", "text", OptionKind.TEXT),
        ("Model", "model", OptionKind.TEXT),
        ("Sampler", "noise_seed", OptionKind.SEED),
        ("Sampler", "steps", OptionKind.INTEGER),
        ("Sampler", "cfg", OptionKind.NUMBER),
        ("Sampler", "tiled", OptionKind.BOOLEAN),
    ],
)
def test_while_no_server_has_answered_options_are_typed_by_the_graph(
    tmp_path: Path, node: str, input_name: str, kind: OptionKind
) -> None:
    option = offered(tmp_path, f'node = "{node}"\ninput = "{input_name}"', nobody_answered=True)
    assert option.kind is kind


def test_a_required_option_has_no_default(tmp_path: Path) -> None:
    option = offered(tmp_path, 'node = "Prompt"\ninput = "text"\nrequired = true')
    assert (option.required, option.default) == (True, None)


def test_texts_with_choices_in_the_file_become_a_choice_that_no_backend_must_have(tmp_path: Path) -> None:
    option = offered(tmp_path, 'node = "Prompt"\ninput = "text"\nchoices = ["a cat", "a dog"]')
    assert (option.kind, option.choices, option.default, option.listed) == (
        OptionKind.CHOICE,
        ("a cat", "a dog"),
        "a cat",
        False,
    )


def test_choices_in_the_file_narrow_the_servers_list(tmp_path: Path) -> None:
    lines = 'node = "Model"\ninput = "model"\nchoices = ["second.safetensors", "third.safetensors"]'
    option = offered(tmp_path, lines)
    assert (option.choices, option.default) == (("second.safetensors",), "second.safetensors")


def test_an_option_that_sets_several_inputs_takes_what_all_of_them_take(tmp_path: Path) -> None:
    lines = 'targets = [{ node = "Sampler", input = "steps" }, { node = "Sampler", input = "width" }]\ndefault = 64'
    option = offered(tmp_path, lines)
    assert (option.kind, option.minimum, option.maximum, option.step) == (OptionKind.INTEGER, 16, 10000, 8)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (
            'node = "Sampler"\ninput = "width"\nmax = 99999',
            "has the max 99999, and 'width' of node 'Sampler' (3, Sample) takes no more than 16384",
        ),
        (
            'node = "Sampler"\ninput = "width"\nmin = 8',
            "has the min 8, and 'width' of node 'Sampler' (3, Sample) takes no less than 16",
        ),
        (
            'node = "Sampler"\ninput = "width"\nstep = 4',
            "has the step 4, and 'width' of node 'Sampler' (3, Sample) goes in steps of 8",
        ),
        (
            'node = "Sampler"\ninput = "width"\nmin = 20',
            "has the min 20, and 'width' of node 'Sampler' (3, Sample) goes in steps of 8 from 16",
        ),
        (
            'node = "Sampler"\ninput = "steps"\nmax = 10',
            "has the default 20, which is not from 1 to 10: give another 'default' for 'steps' of node 'Sampler' (3, Sample)",
        ),
        (
            'node = "Sampler"\ninput = "steps"\ndefault = "many"',
            "has the default 'many', and 'steps' of node 'Sampler' (3, Sample) takes 'integer'",
        ),
        (
            'node = "Sampler"\ninput = "steps"\ntype = "text"',
            "has the type 'text', and 'steps' of node 'Sampler' (3, Sample) takes 'integer'",
        ),
        (
            'node = "Sampler"\ninput = "steps"\nchoices = ["1"]',
            "has choices, and 'steps' of node 'Sampler' (3, Sample) takes no text: leave them out, or use min and max",
        ),
        (
            'node = "Prompt"\ninput = "text"\nmax = 5',
            "has a min, max or step, and 'text' of node 'Prompt' (2, Encode) takes no number",
        ),
        (
            'node = "Model"\ninput = "model"\nchoices = ["first.safetensors"]\ndefault = "frist.safetensors"',
            "has the default 'frist.safetensors'; did you mean 'first.safetensors'?",
        ),
        (
            'targets = [{ node = "Sampler", input = "steps" }, { node = "Sampler", input = "width" }]',
            (
                "sets 'steps' of node 'Sampler' (3, Sample) and 'width' of node 'Sampler' (3, Sample), "
                "which differ in the graph: give a 'default'"
            ),
        ),
        (
            'targets = [{ node = "Sampler", input = "steps" }, { node = "Prompt", input = "text" }]',
            (
                "sets inputs that take different things: 'steps' of node 'Sampler' (3, Sample) and "
                "'text' of node 'Prompt' (2, Encode)"
            ),
        ),
        (
            'node = 5\ninput = "image"',
            "sets 'image' of node 5 (Load), which loads a file: give it the type of that file, such as 'image'",
        ),
        (
            'node = 5\ninput = "folder_path"',
            "sets 'folder_path' of node 5 (Load), which names a file: no words of a person may do that",
        ),
        (
            'node = 5\ninput = "list"',
            "sets 'list' of node 5 (Load), whose list the server keeps to itself: give 'choices'",
        ),
    ],
)
def test_a_file_that_asks_for_what_the_input_cannot_take_is_refused(
    tmp_path: Path, lines: str, sentence: str
) -> None:
    assert complaint(tmp_path, lines) == sentence


@pytest.mark.parametrize("input_name", ["image", "folder_path"])
def test_inputs_that_name_files_are_refused_before_any_server_has_answered(
    tmp_path: Path, input_name: str
) -> None:
    folder = write(tmp_path, option_file(f'node = 5\ninput = "{input_name}"'))
    with pytest.raises(WorkflowError, match="names a file: no words of a person may do that"):
        resolve(load_template(folder), [])


@pytest.mark.parametrize(
    ("input_name", "is_file"),
    [
        *[
            (name, True)
            for name in ("image", "file", "imagePath", "lora_path", "filepath", "audioURL", "save_dir")
        ],
        *[(name, False) for name in ("text", "profile", "curly", "image_prompt", "direction", "ckpt_name")],
    ],
)
def test_a_file_is_known_by_the_inputs_name(input_name: str, is_file: bool) -> None:  # noqa: FBT001  # by name
    assert names_a_file(input_name) is is_file


def test_a_text_that_another_node_takes_as_a_path_is_refused(tmp_path: Path) -> None:
    graph = {
        "1": {"class_type": "String", "inputs": {"value": "x"}},
        "2": {"class_type": "Open", "inputs": {"file_path": ["1", 0]}},
    }
    folder = write(tmp_path, option_file('node = 1\ninput = "value"'), graph)
    with pytest.raises(WorkflowError, match="names a file"):
        resolve(load_template(folder), [])


def test_an_input_that_the_class_lacks_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    graph = {**GRAPH, "2": {"class_type": "Encode", "inputs": {"txt": "a cat"}}}
    folder = write(tmp_path, option_file('node = 2\ninput = "txt"'), graph)
    with pytest.raises(WorkflowError) as caught:
        resolve(load_template(folder), [server()])
    assert str(caught.value).endswith(
        "option 'x' sets 'txt', which node 2 (Encode) does not have; did you mean 'text'?"
    )


def test_lists_of_several_servers_are_united_and_ranges_intersected(tmp_path: Path) -> None:
    command = """
description = "Draws"
[options.model]
description = "Model"
node = "Model"
input = "model"
[options.width]
description = "Width"
node = "Sampler"
input = "width"
"""
    small = server(models=["b.ckpt", "sub\\c.ckpt"], widths={"min": 64, "max": 2048, "step": 16})
    model, width = resolved(write(tmp_path, command), server(models=["a.ckpt", "b.ckpt"]), small).options
    assert (model.choices, model.default) == (("a.ckpt", "b.ckpt", "sub\\c.ckpt"), "a.ckpt")
    assert (width.minimum, width.maximum, width.step) == (64, 2048, 16)


def test_servers_that_cannot_run_the_graph_have_no_say(tmp_path: Path) -> None:
    folder = write(tmp_path, option_file('node = "Model"\ninput = "model"'))
    unable = server(models=["useless.ckpt"], without=["Save"])
    assert only_option(resolved(folder, unable, server(models=["useful.ckpt"]))).choices == ("useful.ckpt",)


def test_a_server_whose_version_of_a_node_lacks_or_retypes_an_input_has_no_say(tmp_path: Path) -> None:
    template = template_in(write(tmp_path, option_file('node = "Sampler"\ninput = "tiled"')))
    lacking = changed(server(), "tiled", None)
    retyped = changed(server(), "tiled", InputSpec("tiled", "COMBO", required=True, options=("yes", "no")))
    for other, reason in ((lacking, "workflow-lacks-input"), (retyped, "workflow-lacks-type")):
        workflow = resolve(template, [other, server()])
        assert isinstance(workflow, Workflow)
        assert only_option(workflow).kind is OptionKind.BOOLEAN
        assert [missing.id for missing in lacks(template, other)] == [reason]


def test_titles_are_the_authors_or_else_the_servers(tmp_path: Path) -> None:
    folder = write(tmp_path)
    assert resolved(folder, server()).titles == {
        "1": "Model",
        "2": "Prompt",
        "3": "Sampler",
        "4": "Save node",
        "5": "Load node",
    }
    assert resolved(folder).titles["4"] == "Save"


def test_a_workflow_needs_its_classes_and_the_names_that_it_fixes(tmp_path: Path) -> None:
    workflow = resolved(write(tmp_path, option_file('node = "Sampler"\ninput = "method"')), server())
    assert workflow.needs == {
        "Loader",
        "Encode",
        "Sample",
        "Save",
        "Load",
        "Loader.model=first.safetensors",
        "Loader.precision=fp16",
        "Sample.bits=16",
    }


def test_a_workflow_is_unavailable_with_the_reasons_of_the_server_that_comes_closest(tmp_path: Path) -> None:
    template = template_in(write(tmp_path))
    far = server(models=["else.ckpt"], without=["Save", "Sample"])
    near = server(models=["frist.safetensors"])
    assert resolve(template, [far, near]) == Unavailable(
        template.name,
        (
            text(
                "workflow-lacks-name-nearest",
                node="Model (Loader)",
                input="model",
                name="first.safetensors",
                nearest="frist.safetensors",
            ),
        ),
    )


def test_missing_node_classes_are_named_with_the_nearest_installed(tmp_path: Path) -> None:
    graph: Mapping[str, JsonValue] = {
        "1": {"class_type": "Samplee", "inputs": {"steps": 1}},
        "2": {"class_type": "IPAdapterUnified", "inputs": {}},
    }
    template = template_in(write(tmp_path, 'description = "x"', graph))
    assert resolve(template, [server()]) == Unavailable(
        template.name,
        (
            text("workflow-lacks-node-nearest", node="Samplee", nearest="Sample"),
            text("workflow-lacks-node", node="IPAdapterUnified"),
        ),
    )


def test_a_server_without_any_model_to_choose_cannot_run_the_workflow(tmp_path: Path) -> None:
    template = template_in(write(tmp_path, option_file('node = "Model"\ninput = "model"')))
    assert resolve(template, [server(models=[])]) == Unavailable(
        template.name, (text("workflow-lacks-any", option="x", node="Model (Loader)"),)
    )


def test_a_server_with_none_of_the_names_that_the_file_allows_is_told_which_would_do(tmp_path: Path) -> None:
    lines = 'node = "Model"\ninput = "model"\nchoices = ["a.ckpt", "b.ckpt"]'
    template = template_in(write(tmp_path, option_file(lines)))
    assert resolve(template, [server()]) == Unavailable(
        template.name, (text("workflow-lacks-choices", node="Model (Loader)", names="a.ckpt, b.ckpt"),)
    )


def test_a_pack_that_the_file_names_is_said_where_its_node_is_missing(tmp_path: Path) -> None:
    template = template_in(write(tmp_path, f'{COMMAND}\n[packs]\nencoders = ["Encode"]'))
    assert resolve(template, [server(without=["Encode"])]) == Unavailable(
        template.name, (text("workflow-lacks-node-pack", node="Encode", pack="encoders"),)
    )


def test_a_default_that_no_server_has_gives_way_to_the_first_that_one_has(tmp_path: Path) -> None:
    folder = write(tmp_path, option_file('node = "Model"\ninput = "model"\ndefault = "gone.ckpt"'))
    assert only_option(resolved(folder, server(models=["z.ckpt", "a.ckpt"]))).default == "z.ckpt"


@pytest.mark.parametrize(
    ("models", "autocomplete"),
    [
        ([f"{number}.ckpt" for number in range(25)], False),
        ([f"{number}.ckpt" for number in range(26)], True),
        (["first.ckpt", "x" * 101], True),
        (["first.ckpt", "x" * 100], False),
    ],
)
def test_lists_that_discord_cannot_show_are_suggested_while_typing(
    tmp_path: Path,
    models: list[str],
    autocomplete: bool,  # noqa: FBT001  # pytest passes it by name
) -> None:
    option = only_option(
        resolved(write(tmp_path, option_file('node = "Model"\ninput = "model"')), server(models=models))
    )
    assert (option.choices, option.autocomplete) == (tuple(models), autocomplete)


def test_the_longest_lists_give_way_when_the_command_grows_beyond_8000_characters(tmp_path: Path) -> None:
    command = """
description = "Draws"
options.model = { description = "Model", node = "Model", input = "model" }
options.method = { description = "Method", node = "Sampler", input = "method" }
"""
    long, longer = [f"{n:085}" for n in range(25)], [f"{n:095}" for n in range(25)]
    model, method = resolved(write(tmp_path, command), server(models=longer, methods=long)).options
    assert (model.autocomplete, method.autocomplete) == (True, False)


def test_suggestions_are_the_names_of_now_that_discord_can_carry(tmp_path: Path) -> None:
    workflow = resolved(write(tmp_path, option_file('node = "Model"\ninput = "model"')), server())
    now = [
        server(models=["new.ckpt", "x" * 101]),
        server(models=["FLUX\\other.ckpt"]),
        server(without=["Save"]),
    ]
    assert choices(workflow, only_option(workflow), now) == ("new.ckpt", "FLUX\\other.ckpt")


def test_while_no_server_answers_suggestions_are_the_names_known_last(tmp_path: Path) -> None:
    workflow = resolved(write(tmp_path, option_file('node = "Model"\ninput = "model"')), server())
    assert choices(workflow, only_option(workflow), []) == ("first.safetensors", "second.safetensors")


def test_an_option_without_a_list_has_no_suggestions(tmp_path: Path) -> None:
    workflow = resolved(write(tmp_path, COMMAND), server())
    assert choices(workflow, only_option(workflow), [server()]) == ()
