"""What a graph that somebody brought may do to the machine that it runs on."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.comfy import Graph, InputSpec, JsonValue, Node, graph_to_json
from bot.comfy.objects import parse_object_info, read_object_info
from bot.texts import DEFAULT_LOCALE, render
from bot.workflows import (
    Draft,
    InputRef,
    OptionKind,
    OptionSpec,
    Template,
    Unavailable,
    Workflow,
    load_template,
    resolve,
)
from bot.workflows.policy import NodePolicy, Patterns
from bot.workflows.policy.denied_nodes import Danger, shipped
from tests.sandbox.comfyui.recordings import PAIRS, RECORDINGS, needs_recordings
from tests.workflows.samples import TXT2IMG, load_templates
from tests.workflows.shipped_server import SERVER as SHIPPED_SERVER

POLICY = NodePolicy()
WORDS: JsonValue = ["STRING", {}]


def _declared(module: str = "nodes", **inputs: JsonValue) -> JsonValue:
    return {"input": {"required": inputs}, "output": ["*"], "output_node": True, "python_module": module}


SERVER = parse_object_info(
    {
        "LoadImage": _declared(image=[["fox.png"], {"image_upload": True}]),
        "LoadImageOutput": _declared(
            image=["COMBO", {"image_upload": True, "remote": {"route": "/internal"}}]
        ),
        "Checkpoint": _declared(ckpt_name=[["sd15.safetensors"], {}]),
        "Encode": _declared(text=["STRING", {"multiline": True}], clip=["CLIP"]),
        "String": _declared(value=WORDS),
        "Any": _declared("custom_nodes.switches", any_01=["*"]),
        "Save": _declared(images=["IMAGE"], filename_prefix=["STRING", {"default": "ComfyUI"}]),
        "Sample": _declared(steps=["INT", {}], sampler_name=[["euler"], {}], language_code=WORDS),
        "Preview3D": _declared(model_file=WORDS),
        "Harmless looking": _declared("custom_nodes.other", source=WORDS),
        "Rows": _declared("custom_nodes.other"),
        "Reader": _declared("custom_nodes.other", imagePath=WORDS, directory=["STRING", {"default": "in"}]),
        "Folder": _declared("custom_nodes.other", directory=[["foxes"], {}]),
        "Opener": _declared("custom_nodes.other", image=WORDS),
        "Fetcher": _declared("custom_nodes.other", base_url=WORDS),
        "Runner": _declared("custom_nodes.other", python_code=WORDS),
        "Choice": _declared(
            model=[
                "COMFY_DYNAMICCOMBO_V3",
                {"options": [{"key": "a", "inputs": {"required": {"file": [["x.bin"], {}]}}}]},
            ]
        ),
    }
)


def graph(*nodes: tuple[str, Mapping[str, JsonValue]]) -> Graph:
    return {str(number): Node(class_type, inputs) for number, (class_type, inputs) in enumerate(nodes, 1)}


def one(class_type: str, **inputs: JsonValue) -> Graph:
    return graph((class_type, inputs))


def refusals(of: Graph, policy: NodePolicy = POLICY, *, trusted: bool = False) -> list[str]:
    return [reason.id for reason in policy.refusals(of, [SERVER], trusted=trusted)]


STOLEN: Mapping[str, tuple[Graph, str]] = {
    "an absolute path": (one("LoadImage", image="/etc/passwd"), "policy-outside"),
    "a way up": (one("LoadImage", image="foxes/../../../etc/passwd"), "policy-outside"),
    "a way up on Windows": (one("LoadImage", image="..\\..\\etc\\passwd"), "policy-outside"),
    "a home": (one("LoadImage", image="~root/.ssh/id_ed25519"), "policy-outside"),
    "a drive": (one("LoadImage", image="C:passwd"), "policy-outside"),
    "a share": (one("LoadImage", image="\\\\there\\etc\\passwd"), "policy-outside"),
    "an address": (one("LoadImage", image="file:///etc/passwd"), "policy-outside"),
    "what another made": (one("LoadImage", image="theirs.png [output]"), "policy-outside"),
    "a file that nobody lists": (one("LoadImage", image="notes/theirs.png"), "policy-unlisted"),
    "what a list from elsewhere may have": (one("LoadImageOutput", image="theirs.png"), "policy-unlisted"),
    "words that another node makes": (
        graph(
            ("String", {"value": "passwd"}), ("Any", {"any_01": ["1", 0]}), ("LoadImage", {"image": ["2", 0]})
        ),
        "policy-linked",
    ),
    "a link that JSON does not call one": (one("LoadImage", image=["1", True]), "policy-linked"),
    "a value in a wrapper": (one("LoadImage", image={"__value__": "/etc/passwd"}), "policy-linked"),
    "a model elsewhere": (one("Checkpoint", ckpt_name="../../etc/passwd"), "policy-outside"),
    "a model that another node names": (one("Checkpoint", ckpt_name=["9", 0]), "policy-linked"),
    "a file of a choice": (one("Choice", model="a", **{"model.file": "y.bin"}), "policy-unlisted"),
    "a path that is typed": (one("Reader", imagePath="models/x"), "policy-place"),
    "a path that is computed": (one("Reader", directory=["1", 0]), "policy-linked"),
    "a path by another name": (one("Harmless looking", source=" /etc/passwd"), "policy-outside"),
    "a path in a row": (one("Rows", lora_1={"on": True, "lora": ["../../etc/passwd"]}), "policy-outside"),
    "a folder elsewhere": (one("Folder", directory="~root"), "policy-outside"),
    "a folder that another node names": (one("Folder", directory=["1", 0]), "policy-linked"),
    "a picture by its path": (one("Opener", image="passwd"), "policy-place"),
    "an input that nobody declared": (one("Rows", file_path="etc/passwd"), "policy-place"),
    "an address that is typed": (one("Fetcher", base_url="169.254.169.254"), "policy-place"),
    "code": (one("Runner", python_code="print(1)"), "policy-place"),
    "results elsewhere": (one("Save", filename_prefix="../custom_nodes/x"), "policy-prefix"),
    "results at the root": (one("Save", filename_prefix="/srv/x"), "policy-prefix"),
    "results where a variable says": (one("Save", filename_prefix="%APPDATA%/x"), "policy-prefix"),
    "a pack that reads": (one("VHS_LoadImagesPath"), "policy-read"),
    "a pack that writes": (one("Save Text File"), "policy-write"),
    "a pack that runs code": (one("EXECUTEPYTHONNODE"), "policy-code"),
    "a pack that fetches": (one("Load Image From Url (mtb)"), "policy-address"),
    "a pack that installs": (one("CivitAI Downloader"), "policy-install"),
}


@pytest.mark.parametrize("way", STOLEN)
def test_no_way_to_the_machines_files_is_open_and_each_is_refused_with_a_sentence(way: str) -> None:
    brought, reason = STOLEN[way]
    assert reason in refusals(brought)
    for said in POLICY.refusals(brought, [SERVER], trusted=False):
        english, chinese = render(said, "en-US"), render(said, "zh-CN")
        assert all(brought[node_id].class_type in english + chinese for node_id in [[*brought][-1]])
        assert english.startswith("Not allowed: ")
        assert chinese.startswith("不允许：")
    assert refusals(brought, trusted=True) == []


HARMLESS: Mapping[str, Graph] = {
    "words that look like commands": graph(
        ("Encode", {"text": "/etc/passwd", "clip": ["2", 1]}), ("String", {"value": "/imagine a fox ../"})
    ),
    "a listed file": graph(
        ("LoadImage", {"image": "fox.png"}), ("Checkpoint", {"ckpt_name": "gone.safetensors"})
    ),
    "a prefix with a date, or of another node": graph(
        ("Save", {"filename_prefix": "狐狸/%date:yyyy/MM%_%width%x%height%"}),
        ("Save", {"filename_prefix": ["1", 0]}),
    ),
    "as the node comes": graph(
        ("Reader", {"imagePath": " ", "directory": "in"}), ("Fetcher", {"base_url": ""})
    ),
    "other codes, and choices by link": one(
        "Sample", steps=["1", 0], sampler_name=["1", 0], language_code="en"
    ),
    "what is only shown": one("Preview3D", model_file=["1", 0]),
    "what nobody can know yet": one("Effort", script=["1", 0]),
    "what the editor sends along": one("LoadImage", image="fox.png", **{"choose file to upload": "image"}),
    "names of all kinds": one("节点 🦊", text="一只 🦊"),
}


@pytest.mark.parametrize("kind", HARMLESS)
def test_what_harms_nobody_is_allowed(kind: str) -> None:
    assert refusals(HARMLESS[kind]) == []


def test_a_file_that_is_attached_need_not_be_listed_and_still_leads_nowhere_else() -> None:
    place = frozenset({InputRef("1", "image")})
    for value, allowed in (("theirs.png", True), ("theirs.png [output]", True), ("/etc/passwd", False)):
        found = POLICY.refusals(one("LoadImage", image=value), [SERVER], trusted=False, handed_in=place)
        assert (found == ()) is allowed


def test_what_the_operator_allows_stands_above_the_list_and_what_is_denied_above_all() -> None:
    brought = graph(("VHS_LoadImagesPath", {"directory": "/mnt/a"}), ("Reader", {"directory": ["1", 0]}))
    assert refusals(brought, NodePolicy(allowed=Patterns(["vhs_*", "Reader "]))) == []
    both = NodePolicy(denied=Patterns(["VHS_LoadImages?ath"]), allowed=Patterns(["*"]))
    assert refusals(brought, both) == ["policy-denied"]
    assert refusals(brought, both, trusted=True) == ["policy-denied"]
    assert "Read JSON file [Crystools]" in Patterns(["read json file [crystools]"])
    assert "Read JSON file C" not in Patterns(["Read JSON file [Crystools]"])


def test_a_class_is_judged_by_what_any_of_the_servers_says_it_is() -> None:
    other = parse_object_info({"Sample": _declared("custom_nodes.evil", steps=WORDS, save_path=WORDS)})
    brought = one("Sample", save_path="x")
    assert [each.id for each in POLICY.refusals(brought, [SERVER, other], trusted=False)] == ["policy-place"]
    paid = parse_object_info({"Draw": _declared("comfy_api_nodes.nodes_x")})
    assert [each.id for each in POLICY.refusals(one("Draw"), [paid], trusted=False)] == ["policy-address"]


def test_a_graph_of_thousands_of_dangers_has_a_few_reasons() -> None:
    many = graph(*[("AnyNode", {"prompt": "x"})] * 5000)
    assert refusals(many) == ["policy-code"] * 10


def test_names_without_end_cost_nothing_and_are_cut_where_they_are_shown() -> None:
    """Each of these took longer than anybody waits, or more calls than Python makes."""
    long = 200_000
    brought = {
        "狐" * long: Node("Load" * long, {}, "🦊" * long),
        "1": Node("LoadImage", {"image": " " * long + "x"}),
        "2": Node("Save", {"filename_prefix": "%date:" * long + "%x%"}),
        "3": Node("Choice", {"." * 5000: "x", "model": "a"}),
        "4": Node("LoadImage", {"image": ["x" * long, 0]}, "🦊" * long),
    }
    found = POLICY.refusals(brought, [SERVER], trusted=False, handed_in={InputRef("1", "image")})
    assert [each.id for each in found] == ["policy-prefix", "policy-linked"]
    assert all(len(render(each, DEFAULT_LOCALE)) < 500 for each in found)


def _template(of: Graph, options: Sequence[OptionSpec] = (), *, trusted: bool = False) -> Template:
    return Template("fox", "Draws", of, tuple(options), Path("fox"), trusted=trusted)


def test_a_workflow_that_somebody_brought_is_not_offered_while_the_operators_own_is() -> None:
    brought = one("Reader", imagePath="/mnt/foxes", directory="in")
    found = resolve(_template(brought), [SERVER])
    assert isinstance(found, Unavailable)
    assert [reason.id for reason in found.reasons] == ["policy-place"]
    own = resolve(_template(brought, trusted=True), [SERVER])
    assert isinstance(own, Workflow)
    assert own.trusted
    denied = resolve(
        _template(brought, trusted=True), [SERVER], policy=NodePolicy(denied=Patterns(["reader"]))
    )
    assert isinstance(denied, Unavailable)
    nobody_answered = resolve(_template(one("Save Text File")), [])
    assert isinstance(nobody_answered, Unavailable)


def test_each_workflow_that_comes_with_the_bot_would_be_offered_had_a_member_brought_it() -> None:
    for own in load_templates(TXT2IMG.parent):
        brought = resolve(dataclasses.replace(own, trusted=False), [SHIPPED_SERVER])
        assert isinstance(brought, Workflow), own.name
        offered = resolve(own, [SHIPPED_SERVER])
        assert offered == dataclasses.replace(brought, trusted=True)


def test_a_file_that_somebody_brought_is_judged_by_what_it_becomes(tmp_path: Path) -> None:
    folder = tmp_path / "fox"
    folder.mkdir()
    brought = one("Reader", imagePath="/mnt/foxes", directory="in")
    (folder / "workflow.json").write_text(graph_to_json(brought), encoding="utf-8")
    draft = load_template(folder)
    assert isinstance(draft, Draft)
    assert isinstance(resolve(draft, [SERVER]), Workflow)
    assert isinstance(resolve(replace(draft, trusted=False), [SERVER]), Unavailable)


def test_nobody_can_type_a_program_into_what_somebody_brought() -> None:
    brought = graph(("Runner", {"python_code": ""}), ("Encode", {"text": "a fox"}))
    specs = [
        OptionSpec("code", "How", (InputRef("1", "python_code"),), kind=OptionKind.TEXT),
        OptionSpec("prompt", "What", (InputRef("2", "text"),), kind=OptionKind.TEXT),
    ]
    offered = {}
    for trusted in (True, False):
        found = resolve(_template(brought, specs, trusted=trusted), [SERVER])
        assert isinstance(found, Workflow)
        offered[trusted] = {option.name for option in found.options}
    assert offered == {True: {"code", "prompt"}, False: {"prompt"}}


def test_the_shipped_list_holds_no_name_twice_and_knows_each_danger() -> None:
    entries = shipped().entries
    patterns = [pattern for entry in entries if entry.pack for pattern in entry.classes.patterns]
    assert len(patterns) == len(set(patterns))
    assert {entry.danger for entry in entries} == set(Danger)


OWN_CLASSES = (RECORDINGS / "object_info.json", PAIRS / "object_info-0.33.0.json")


@needs_recordings
@pytest.mark.parametrize("file", OWN_CLASSES, ids=str)
def test_every_class_of_comfyui_itself_stays_allowed_as_it_comes_but_those_for_paid_services(
    file: Path,
) -> None:
    info = read_object_info(file.read_bytes())
    own = {name: each for name, each in info.items() if not each.python_module.startswith("comfy_api_nodes")}
    brought = {
        name: Node(name, {spec.name: _as_it_comes(spec) for spec in each.inputs.values()})
        for name, each in own.items()
    }
    refused = {render(reason, DEFAULT_LOCALE) for reason in POLICY.refusals(brought, [info], trusted=False)}
    print(f"{len(own)} classes of ComfyUI's own in {file.name}, {len(refused)} refused")  # noqa: T201  # for whoever changes the list
    assert refused == set()


def _as_it_comes(spec: InputSpec) -> JsonValue:
    if spec.options is not None or spec.remote:
        return (spec.options or ("",))[0]
    is_typed = spec.type in {"INT", "FLOAT", "BOOLEAN", "STRING"}
    return spec.default if is_typed else ["1", 0]
