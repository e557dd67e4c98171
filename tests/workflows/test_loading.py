"""What ``load_workflows`` makes of a folder, and the one sentence about whatever is wrong in it."""

from pathlib import Path

import pytest

from bot.texts import text
from bot.workflows import (
    Draft,
    InputRef,
    OptionSpec,
    Template,
    Unavailable,
    WorkflowError,
    load_template,
    load_workflows,
    resolve,
)
from tests.workflows.samples import COMMAND, GRAPH, load_templates, option_file, template_in, write


def complaint(folder: Path, command: str) -> str:
    """The sentence about a wrong ``command.toml``, without the path that begins it."""
    made = write(folder, command)
    with pytest.raises(WorkflowError) as caught:
        load_template(made)
    start = f"{made / 'command.toml'}"
    assert str(caught.value).startswith(start)
    return str(caught.value).removeprefix(start).lstrip(": ")


def test_a_folder_becomes_a_template_named_like_the_folder(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (template,) = load_templates(tmp_path)
    assert isinstance(template, Template)
    assert template == Template(
        name="draw",
        description="Draws",
        graph=template.graph,
        options=(OptionSpec("prompt", "What to draw", (InputRef("2", "text"),)),),
        folder=folder,
        name_localisations={},
        description_localisations={},
        fingerprint=template.fingerprint,
    )
    assert list(template.graph) == list(GRAPH)


def test_a_change_of_either_file_is_another_fingerprint(tmp_path: Path) -> None:
    folder, found = write(tmp_path), list[str]()
    for name, more in (("command.toml", ""), ("command.toml", "\n# more"), ("workflow.json", "\n")):
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(more)
        found.append(load_template(folder).fingerprint)
    assert len({*found}) == 3
    assert found[-1] == load_template(folder).fingerprint


def test_every_line_of_an_option_is_read(tmp_path: Path) -> None:
    command = """
name = "sketch"
description = "Draws"
zh-CN = { name = "素描", description = "画画" }
fr = { description = "Dessine" }

[options.batch-size]
description = "How many"
targets = [{ node = "Sampler", input = "steps" }, { node = 3, input = "width" }]
type = "integer"
default = 8
min = 1
max = 10.5
step = 2
zh-CN = { name = "数量" }
"""
    template = template_in(write(tmp_path, command))
    assert template.name == "sketch"
    assert template.name_localisations == {"zh-CN": "素描"}
    assert template.description_localisations == {"zh-CN": "画画", "fr": "Dessine"}
    assert template.options == (
        OptionSpec(
            name="batch-size",
            description="How many",
            targets=(InputRef("3", "steps"), InputRef("3", "width")),
            name_localisations={"zh-CN": "数量"},
            description_localisations={},
            kind=template.options[0].kind,
            default=8,
            minimum=1,
            maximum=10.5,
            step=2,
        ),
    )
    assert template.options[0].kind == "integer"


def test_required_options_come_first_as_discord_wants_them(tmp_path: Path) -> None:
    command = """
description = "Draws"
[options.steps]
description = "Steps"
node = "Sampler"
input = "steps"
[options.prompt]
description = "What to draw"
node = "Prompt"
input = "text"
required = true
"""
    assert [option.name for option in template_in(write(tmp_path, command)).options] == ["prompt", "steps"]


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (
            'node = "Promt"\ninput = "text"',
            "option 'x' names the node 'Promt', which the graph does not have; did you mean 'Prompt'?",
        ),
        (
            'node = "Sampler"\ninput = "step"',
            "option 'x' names the input 'step', which node 'Sampler' (3, Sample) does not have; did you mean 'steps'?",
        ),
        (
            'node = "Sampler"\ninput = "words"',
            "option 'x' sets 'words' of node 'Sampler' (3, Sample), which is linked to another node: set that node's input",
        ),
        (
            'node = "4"\ninput = "filename_prefix"',
            "option 'x' sets 'filename_prefix' of node 4 (Save), which the bot sets itself: no words of a person name files",
        ),
        ("", "option 'x' needs 'node' and 'input': what it sets in the graph"),
        (
            'node = "Prompt"\ninput = "text"\ntargets = [{ node = "Prompt", input = "text" }]',
            "option 'x' has 'targets' beside 'node' and 'input': use one of the two ways",
        ),
        (
            'node = "Prompt"\ninput = "text"\nrequird = true',
            "option 'x' does not know the key 'requird'; did you mean 'required'?",
        ),
        (
            'node = "Prompt"\ninput = "text"\nzh = { name = "x" }',
            "option 'x' does not know the key 'zh'; did you mean 'zh-TW', 'zh-CN'?",
        ),
        (
            'node = "Prompt"\ninput = "text"\nrequired = "yes"',
            "option 'x' has a 'required' that must be true or false, not 'yes'",
        ),
        (
            'node = "Prompt"\ninput = "text"\nrequired = true\ndefault = "a"',
            "option 'x' is required and has a default: leave out one of the two",
        ),
        (
            'node = "Prompt"\ninput = "text"\ntype = "int"',
            "option 'x' has the type 'int', which there is not; did you mean 'integer'?",
        ),
        (
            'node = "Sampler"\ninput = "steps"\nmin = 5\nmax = 2',
            "option 'x' has a min of 5 above its max of 2",
        ),
        (
            'node = "Sampler"\ninput = "steps"\nmin = nan',
            "option 'x' has a 'min' that must be a number, not nan",
        ),
        (
            'node = "Sampler"\ninput = "steps"\ndefault = inf',
            "option 'x' has a 'default' that must be a number, not inf",
        ),
        (
            'node = "Sampler"\ninput = "steps"\nstep = 0',
            "option 'x' has a step of 0, and a step must be above 0",
        ),
        (
            'node = "Prompt"\ninput = "text"\nchoices = []',
            "option 'x' has a 'choices' that must be a list of texts: [\"one\", \"two\"], not []",
        ),
        (
            'node = "Prompt"\ninput = "text"\nzh-CN = { name = "两 个" }',
            (
                "option 'x', 'zh-CN', has the name '两 个', which Discord refuses: "
                "it must be 1 to 32 letters, digits, '-' or '_', without spaces"
            ),
        ),
        (
            'targets = [{ node = "Prompt", input = "text" }, { node = "2", input = "text" }]',
            "sets 'text' of node 'Prompt' (2, Encode) twice: by the options 'x', 'x'",
        ),
    ],
)
def test_a_wrong_option_is_named_with_its_node_and_input(tmp_path: Path, lines: str, sentence: str) -> None:
    assert complaint(tmp_path, option_file(lines)) == sentence


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("description = ", "is not TOML: Invalid value (at end of document)"),
        ("description = " + "[" * 10_000, "is nested deeper than any command needs"),
        ("", "needs a description: one line that Discord shows beside the name"),
        ('descripton = "x"', "does not know the key 'descripton'; did you mean 'description'?"),
        (
            f'description = "{"x" * 101}"',
            "has a description that Discord refuses: it must have 1 to 100 characters, and has 101",
        ),
        (
            'name = "Draw"\ndescription = "x"',
            "has the name 'Draw', which Discord refuses: it must be lower case: 'draw'",
        ),
        ('description = "x"\noptions = 5', "has a 'options' that must be a table, not 5"),
        ('description = "x"\noptions.y = 5', "'options', has a 'y' that must be a table, not 5"),
        (
            'description = "x"\npacks.p = "Encode"',
            "'packs', has a 'p' that must be a list of texts: [\"one\", \"two\"], not 'Encode'",
        ),
        (
            'description = "x"\npacks.p = ["Encod"]',
            "'packs', names the node 'Encod', which the graph does not have; did you mean 'Encode'?",
        ),
    ],
)
def test_a_wrong_command_is_refused_in_one_sentence(tmp_path: Path, command: str, sentence: str) -> None:
    assert complaint(tmp_path, command).endswith(sentence)


def _many(folder: Path, count: int, more: str = "") -> Path:
    inputs = {f"n{number}": number for number in range(count)}
    options = "".join(
        f'[options.n{n}]\ndescription = "n"\nnode = 1\ninput = "n{n}"\n{more}' for n in range(count)
    )
    return write(folder, f'description = "x"\n{options}', {"1": {"class_type": "Many", "inputs": inputs}})


def test_a_workflow_may_have_more_options_than_its_command_and_not_endlessly_many(tmp_path: Path) -> None:
    template = load_template(_many(tmp_path / "many", 60))
    assert isinstance(template, Template)
    assert len(template.options) == 60
    with pytest.raises(WorkflowError, match="has 61 options, and at most 60 can be asked for"):
        load_template(_many(tmp_path / "more", 61))


def test_what_a_command_has_to_ask_must_fit_into_it(tmp_path: Path) -> None:
    with pytest.raises(WorkflowError, match="requires 26 options, and a command of Discord's has 25 at most"):
        load_template(_many(tmp_path / "required", 26, "required = true\n"))


def test_two_options_with_one_name_in_a_language_are_refused(tmp_path: Path) -> None:
    command = """
description = "x"
options.a = { description = "a", node = "Prompt", input = "text", zh-CN = { name = "步数" } }
options.b = { description = "b", node = "Sampler", input = "steps", zh-CN = { name = "步数" } }
"""
    assert complaint(tmp_path, command) == "calls two options '步数' in zh-CN"


def test_a_title_that_two_nodes_have_is_refused_naming_both(tmp_path: Path) -> None:
    node = {"class_type": "Encode", "inputs": {"text": "x"}, "_meta": {"title": "Prompt"}}
    folder = write(tmp_path, COMMAND, {"6": node, "7": node})
    with pytest.raises(WorkflowError) as caught:
        load_template(folder)
    assert str(caught.value).endswith(
        "option 'prompt' names the node 'Prompt', which may be node 'Prompt' (6, Encode) and node 'Prompt' (7, Encode):"
        " give them different titles"
    )


def test_a_title_that_is_another_nodes_id_is_refused_too(tmp_path: Path) -> None:
    graph = {
        "6": {"class_type": "Encode", "inputs": {"text": "x"}, "_meta": {"title": "7"}},
        "7": {"class_type": "Encode", "inputs": {"text": "x"}},
    }
    folder = write(tmp_path, COMMAND.replace("Prompt", "7"), graph)
    with pytest.raises(WorkflowError, match=r"node '7' \(6, Encode\) and node 7 \(Encode\)"):
        load_template(folder)


@pytest.mark.parametrize("prefix", ["../up", "a/../../up", "/etc/x", "C:\\x", "\\\\share\\x"])
def test_a_file_name_that_leaves_the_output_folder_is_refused(tmp_path: Path, prefix: str) -> None:
    graph = {**GRAPH, "4": {"class_type": "Save", "inputs": {"filename_prefix": prefix}}}
    folder = write(tmp_path, COMMAND, graph)
    with pytest.raises(WorkflowError, match=r"workflow\.json: node 4 \(Save\) has the 'filename_prefix'"):
        load_template(folder)


def test_the_editors_format_waits_for_a_server(tmp_path: Path) -> None:
    folder = write(tmp_path, COMMAND, {"nodes": [{"id": 1, "type": "SaveImage"}], "links": []})
    draft = load_template(folder)
    assert isinstance(draft, Draft)
    assert resolve(draft, []) == Unavailable(draft.name, (text("workflow-waits-for-server"),))


def test_a_folder_without_its_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(
        WorkflowError, match=r"workflow\.json is missing: a workflow is a folder with workflow\.json"
    ):
        load_templates(tmp_path)


def test_two_folders_for_one_command_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "a", f'name = "same"\n{COMMAND}').rename(tmp_path / "one")
    write(tmp_path / "b", f'name = "same"\n{COMMAND}').rename(tmp_path / "two")
    (tmp_path / "a").rmdir()
    (tmp_path / "b").rmdir()
    with pytest.raises(WorkflowError, match=r"one and .*two both make the command 'same': rename one"):
        load_templates(tmp_path)


def test_a_wrong_folder_keeps_no_other_from_being_read(tmp_path: Path) -> None:
    write(tmp_path)
    for name in ("a-broken", "z-broken"):
        (tmp_path / name).mkdir()
    loaded = load_workflows(tmp_path)
    assert [template.name for template in loaded.templates] == ["draw"]
    assert [str(problem).partition(" is missing")[0] for problem in loaded.problems] == [
        str(tmp_path / name / "workflow.json") for name in ("a-broken", "z-broken")
    ]


def test_files_and_hidden_folders_beside_the_workflows_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "README.md").touch()
    (tmp_path / ".git").mkdir()
    (tmp_path / "_drafts").mkdir()
    assert [template.name for template in load_templates(tmp_path)] == ["draw"]


def test_a_byte_order_mark_as_windows_editors_write_it_does_no_harm(tmp_path: Path) -> None:
    folder = write(tmp_path)
    for name in ("command.toml", "workflow.json"):
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8"), encoding="utf-8-sig")
    assert load_template(folder).name == "draw"


def test_a_missing_folder_of_workflows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkflowError, match="is not a folder: make it, or set WORKFLOWS_DIR"):
        load_templates(tmp_path / "nowhere")


def test_a_number_that_json_has_no_word_for_is_taken_for_none(tmp_path: Path) -> None:
    folder = write(
        tmp_path, 'description = "Draws"', {"2": {"class_type": "X", "inputs": {"text": float("nan")}}}
    )
    template = load_template(folder)
    assert isinstance(template, Template)
    assert template.graph["2"].inputs == {"text": None}


def test_a_workflow_cannot_take_the_name_of_one_of_the_bots_own_commands(tmp_path: Path) -> None:
    write(tmp_path, 'name = "queue"\ndescription = "Draws"')
    with pytest.raises(
        WorkflowError, match=r"draw: /queue is one of the bot's own commands: give it another name"
    ):
        load_templates(tmp_path)
