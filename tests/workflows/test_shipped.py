"""What comes with the bot, in every form that a folder may hold: options, values, graph, and the UI graph again."""

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from bot.comfy import JsonValue, ObjectInfo, graph_to_json
from bot.comfy.convert import convert
from bot.comfy.graph import graph_document
from bot.comfy.objects import parse_object_info
from bot.jobs.inputs import Attachment, InputKind, Masking, NewInput
from bot.texts import text
from bot.workflows import (
    Draft,
    Filled,
    Option,
    OptionKind,
    Template,
    Unavailable,
    Workflow,
    fill,
    load_template,
    resolve,
)
from bot.workflows.attachment_settling import is_attached
from bot.workflows.command_size import words_of
from bot.workflows.discord_rules import MAX_COMMAND
from bot.workflows.template import ATTACHED, Scalar
from tests.workflows.samples import NO_CAPS, TXT2IMG, load_templates
from tests.workflows.shipped_server import SERVER, real_servers, server
from tests.workflows.sources.files import comfy_exif, mp4, plain, png, webp

SHIPPED = TXT2IMG.parent
FOLDERS = sorted(path for path in SHIPPED.iterdir() if path.is_dir())
SERVERS = dict([("own", SERVER), *real_servers()])
JOB = UUID(int=10)
FOX = Attachment("https://cdn.discordapp.com/attachments/1/2/fox.png", "fox.png", 100)
MARK = "-00000000000a"


def _picture(texts: Mapping[str, str]) -> bytes:
    return png(*(plain(key, words) for key, words in texts.items()))


FORMS: Mapping[str, Callable[[str], bytes]] = {
    "graph": str.encode,
    "posted": lambda graph: f'{{"prompt": {graph}}}'.encode(),
    "png": lambda graph: _picture({"prompt": graph}),
    "webp": lambda graph: webp(comfy_exif({"prompt": graph})),
    "mp4": lambda graph: mp4({"prompt": graph}),
}
"""A graph in API format, as files carry it."""

every_folder = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
every_form = pytest.mark.parametrize("form", FORMS)
every_server = pytest.mark.parametrize("info", SERVERS.values(), ids=SERVERS.keys())


def _resolved(folder: Path, info: ObjectInfo) -> Workflow:
    workflow = resolve(load_template(folder), [info], caps=NO_CAPS)
    assert isinstance(workflow, Workflow), workflow
    return workflow


def _other(option: Option) -> Scalar:
    """A value that is allowed and, where there is a choice, not the default."""
    match option.kind:
        case OptionKind.TEXT:
            return "a red fox, 雪地里的红狐狸 🦊"
        case OptionKind.BOOLEAN:
            return not option.default
        case OptionKind.CHOICE:
            return (option.choices or ("",))[-1]
        case OptionKind.SEED:
            return 2**53 - 1
        case OptionKind.INTEGER | OptionKind.NUMBER:
            low, high, step = option.minimum or 0, option.maximum or 0, option.step or 1
            return low + (high - low) // step * step
        case _:
            raise AssertionError(f"{option.name} takes a file")


def _filled(workflow: Workflow, *, required_only: bool = False, seed: int = 0) -> Filled:
    """With a value or a file for every option: of mask and area, which exclude each other, the mask."""
    options = [option for option in workflow.options if option.required or not required_only]
    typed = [option for option in options if option.targets and not is_attached(option.kind)]
    values = {option.name: "a red fox" if required_only else _other(option) for option in typed}
    attachments = {option.name: FOX for option in options if option.kind in ATTACHED}
    return fill(workflow, values, attachments=attachments, job_id=JOB, pick_seed=lambda: seed)


def _with_others(workflow: Workflow) -> JsonValue:
    """The graph with the values put in by hand."""
    document = json.loads(graph_to_json(workflow.graph))
    for option in workflow.options:
        for target in option.targets if not is_attached(option.kind) else ():
            document[target.node_id]["inputs"][target.input_name] = _other(option)
    for node in document.values():
        if prefix := node["inputs"].get("filename_prefix"):
            node["inputs"]["filename_prefix"] = f"{prefix.removesuffix(MARK)}{MARK}"
    return document


def _round(folder: Path, info: ObjectInfo) -> tuple[Workflow, JsonValue, JsonValue]:
    """What a job with a value for every option would submit: its graph, and its UI graph."""
    workflow = _resolved(folder, info)
    filled = _filled(workflow)
    document = graph_document(filled.graph)
    assert document == _with_others(workflow)
    assert {each.option for each in filled.inputs} == {
        option.name for option in workflow.options if option.kind in ATTACHED and option.of is None
    }
    return workflow, document, filled.ui


def _ran(folder: Path) -> Filled:
    """A job of it that left almost everything to the defaults, with the seed 7."""
    return _filled(_resolved(folder, SERVER), required_only=True, seed=7)


def test_one_of_them_is_as_the_editor_saves_it() -> None:
    kinds = {template.name: type(template) for template in load_templates(SHIPPED)}
    assert kinds == {
        "flux": Draft,
        "img2img": Template,
        "inpaint": Template,
        "outpaint": Template,
        "sdxl": Template,
        "sdxl-reference": Template,
        "svd": Template,
        "txt2img": Template,
        "upscale": Template,
    }


@every_server
@every_folder
def test_options_make_values_make_the_graph(folder: Path, info: ObjectInfo) -> None:
    workflow, document, ui = _round(folder, info)
    assert workflow.name == folder.name
    if ui is not None:  # what the editor opens is what ran
        assert graph_document(convert(ui, info.node_plans()).graph) == document


@every_form
@every_folder
def test_in_another_form_it_is_the_same_command_and_the_same_graph(
    tmp_path: Path, folder: Path, form: str
) -> None:
    workflow, document, _ = _round(folder, SERVER)
    shutil.copy(folder / "command.toml", tmp_path)
    (tmp_path / "anything.bin").write_bytes(FORMS[form](graph_to_json(workflow.graph)))
    again, same, _ = _round(tmp_path, SERVER)
    assert (replace(again, fingerprint=workflow.fingerprint), same) == (workflow, document)


@every_form
@every_folder
def test_without_a_command_file_its_options_are_found(tmp_path: Path, folder: Path, form: str) -> None:
    shipped = _resolved(folder, SERVER)
    made = tmp_path / "Somebody's 狐狸"
    made.mkdir()
    (made / "one.file").write_bytes(FORMS[form](graph_to_json(_ran(folder).graph)))
    workflow, _, _ = _round(made, SERVER)
    assert workflow.name == "somebodys_狐狸"
    found = {target for option in workflow.options for target in option.targets}
    prompts = [option for option in shipped.options if option.kind in {OptionKind.TEXT, OptionKind.SEED}]
    assert found >= {target for option in prompts for target in option.targets}


@pytest.mark.parametrize("steps", [20, 9])
def test_a_picture_with_both_graphs_gives_the_editors_back_as_it_ran(tmp_path: Path, steps: int) -> None:
    """Even where they differ, as in files of programs that send one workflow along with any values."""
    ran = _ran(SHIPPED / "flux")
    graph = json.loads(graph_to_json(ran.graph))
    graph["3"]["inputs"]["steps"] = steps
    texts = {"prompt": json.dumps(graph), "workflow": json.dumps(ran.ui)}
    (tmp_path / "fox.png").write_bytes(_picture(texts))
    workflow, document, ui = _round(tmp_path, SERVER)
    assert graph_document(convert(ui, SERVER.node_plans()).graph) == document

    again = fill(workflow, {"prompt": "a blue whale"}, job_id=JOB, pick_seed=lambda: 8)
    assert again.graph["3"].inputs["steps"] == steps
    assert convert(again.ui, SERVER.node_plans()).graph == again.graph


@every_folder
def test_all_of_it_is_in_chinese_too_and_fits_into_a_command(folder: Path) -> None:
    workflow = _resolved(folder, SERVER)
    for each in (workflow, *workflow.options):
        assert "zh-CN" in each.name_localisations
        assert "zh-CN" in each.description_localisations
    assert words_of(workflow) < MAX_COMMAND


@every_server
@every_folder
def test_every_node_has_a_title_of_its_own_and_all_inputs_that_the_server_asks_for(
    folder: Path, info: ObjectInfo
) -> None:
    graph = _resolved(folder, info).graph
    titles = [node.title for node in graph.values()]
    assert None not in titles
    assert len(set(titles)) == len(titles)
    lacking = [
        (node.class_type, name)
        for node in graph.values()
        for name, spec in info.classes[node.class_type].inputs.items()
        if spec.required and name not in node.inputs
    ]
    assert lacking == []


@pytest.mark.parametrize(
    ("name", "targets"),
    [
        ("img2img", {"image": ("1", "image")}),
        ("inpaint", {"image": ("1", "image")}),
        ("outpaint", {"image": ("1", "image")}),
        ("sdxl-reference", {"image": ("34", "image"), "image-2": ("38", "image")}),
        ("svd", {"image": ("23", "image")}),
        ("upscale", {"image": ("1", "image")}),
    ],
)
def test_what_starts_from_pictures_wants_them_first_and_tells_where_they_go(
    name: str, targets: Mapping[str, tuple[str, str]]
) -> None:
    workflow = _resolved(SHIPPED / name, server(pictures=[]))
    assert [option.name for option in workflow.options[: len(targets)]] == list(targets)
    assert all(option.required for option in workflow.options[: len(targets)])
    masking = Masking(painted=FOX) if name == "inpaint" else None
    assert _filled(workflow).inputs == tuple(
        NewInput(option, InputKind.IMAGE, FOX, (target,), masking) for option, target in targets.items()
    )


def test_no_upscale_without_a_model_that_does_it() -> None:
    empty = parse_object_info({"UpscaleModelLoader": {"input": {"required": {"model_name": [[]]}}}})
    info = ObjectInfo({**SERVER.classes, **empty.classes})
    assert resolve(load_template(SHIPPED / "upscale"), [info]) == Unavailable(
        "upscale",
        (text("workflow-lacks-any", option="model", node="Model (UpscaleModelLoader)"),),
    )


@pytest.mark.parametrize(
    ("name", "node", "pack"),
    [
        ("sdxl-reference", "HEDPreprocessor", "comfyui_controlnet_aux"),
        ("sdxl-reference", "ScribblePreprocessor", "comfyui_controlnet_aux"),
        ("svd", "VHS_VideoCombine", "ComfyUI-VideoHelperSuite"),
    ],
)
def test_what_needs_a_pack_says_which(name: str, node: str, pack: str) -> None:
    lacking = server(without=[node])
    assert resolve(load_template(SHIPPED / name), [lacking]) == Unavailable(
        name, (text("workflow-lacks-node-pack", node=node, pack=pack),)
    )
