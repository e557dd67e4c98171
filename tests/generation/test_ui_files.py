"""What the editor shows of a picture that was made from another one."""

from bot.comfy import JsonValue, graph_of
from bot.generation.ui_files import with_files

GRAPH = graph_of(
    {
        "1": {"class_type": "LoadImage", "inputs": {"image": "example.png"}},
        "2": {"class_type": "VHS_LoadVideo", "inputs": {"video": "example.mp4", "force_rate": 0}},
        "3": {"class_type": "Note", "inputs": {"text": "example.png"}},
    }
)
NAMES = {("1", "image"): "comfycord/fox.png", ("2", "video"): "comfycord/fox.mp4"}


def document(*values: JsonValue) -> JsonValue:
    nodes: list[JsonValue] = [
        {"id": number, "widgets_values": value} for number, value in enumerate(values, 1)
    ]
    return {"nodes": nodes, "links": []}


def test_the_files_of_the_job_take_the_place_of_the_workflows_own() -> None:
    before = document(["example.png", "image"], {"video": "example.mp4", "force_rate": 0}, ["example.png"])
    assert with_files(before, GRAPH, NAMES) == document(
        ["comfycord/fox.png", "image"], {"video": "comfycord/fox.mp4", "force_rate": 0}, ["example.png"]
    )


def test_what_the_editor_has_otherwise_stays() -> None:
    for values in (["other.png"], [], None, {"image": "other.png"}, "example.png"):
        before = document(values, None, None)
        assert with_files(before, GRAPH, NAMES) == before


def test_what_is_no_graph_stays() -> None:
    strange: list[JsonValue] = [
        None,
        [],
        {"extra": {}},
        {"nodes": None},
        {"nodes": []},
        {"nodes": [1, None, {"id": 1}]},
    ]
    assert [with_files(each, GRAPH, {}) for each in strange] == strange
