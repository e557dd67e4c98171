"""Views of 3D models, which only a browser renders."""

from bot.comfy.convert import BrowserValue, NodePlans, convert
from tests.comfy.convert.classes import CLASSES
from tests.comfy.convert.graphs import Json, node, ui, wire, written

LOADER: Json = {
    "input": {
        "required": {
            "model_file": [["none"], {"file_upload": True}],
            "image": ["LOAD_3D"],
            "width": ["INT", {"default": 1024}],
        }
    },
    "output": ["IMAGE", "MASK", "STRING", "FILE_3D"],
    "output_name": ["image", "mask", "mesh_path", "model_3d"],
    "python_module": "comfy_extras.nodes_load_3d",
}
PREVIEW: Json = {
    "input": {"required": {"model_file": ["STRING,FILE_3D", {"widgetType": "STRING"}]}},
    "output_node": True,
    "python_module": "comfy_extras.nodes_load_3d",
}
VIEWER: Json = {
    "input": {"required": {"model": ["FILE_3D"], "viewport_state": ["LOAD_3D"]}},
    "output_node": True,
    "python_module": "comfy_extras.nodes_load_3d",
}
PLANS = NodePlans(CLASSES | {"Load3D": LOADER, "Preview3D": PREVIEW, "Viewer": VIEWER})
LOAD = node(1, "Load3D", ["3d/fox.glb", "", "", "", "", 512], outputs=["IMAGE", "MASK", "STRING", "FILE_3D"])


def _save(slot: int) -> Json:
    return ui(
        LOAD, node(2, "Save", ["x"], inputs=[wire("images", "IMAGE", 1)]), links=[[1, 1, slot, 2, 0, "IMAGE"]]
    )


def test_a_view_whose_picture_is_used_is_refused_with_what_to_do() -> None:
    result = convert(_save(0), PLANS)
    assert result.missing == (BrowserValue("1", "Load3D", "image"),)
    assert str(result.missing[0]) == (
        "Only the editor in a browser can render 'image' of 'Load3D' (node 1): save the view as a picture there, "
        "and load that with LoadImage in its place."
    )


def test_a_view_that_nothing_uses_is_no_obstacle() -> None:
    for graph in (
        ui(LOAD),
        ui(LOAD, node(2, "Invert", inputs=[wire("image", "IMAGE", 1)]), links=[[1, 1, 0, 2, 0, "IMAGE"]]),
    ):
        assert convert(graph, PLANS).missing == ()


def test_the_name_of_the_model_needs_no_view() -> None:
    shown = node(2, "Preview3D", [""], inputs=[wire("model_file", "STRING", 1, widget=True)])
    result = convert(ui(LOAD, shown, links=[[1, 1, 2, 2, 0, "STRING"]]), PLANS)
    assert result.missing == ()
    assert written(result)["2"][1] == {"model_file": "3d/fox.glb", "image": ""}


def test_the_model_itself_is_loaded_together_with_the_picture() -> None:
    shown = node(2, "Viewer", [], inputs=[wire("model", "FILE_3D", 1)])
    result = convert(ui(LOAD, shown, links=[[1, 1, 3, 2, 0, "FILE_3D"]]), PLANS)
    assert result.missing == (BrowserValue("1", "Load3D", "image"),)


def test_a_viewer_without_a_camera_is_sent_none() -> None:
    result = convert(ui(node(2, "Viewer", [])), PLANS)
    assert result.missing == ()
    assert written(result)["2"][1] == {"viewport_state": {"camera_info": None, "model_3d_info": []}}


def test_what_the_file_holds_is_sent() -> None:
    held = {"image": "a.png [temp]"}
    graph = _save(0)
    graph["nodes"][0] = LOAD | {"widgets_values": ["3d/fox.glb", "", "", "", held, 512]}
    result = convert(graph, PLANS)
    assert (result.missing, written(result)["1"][1]["image"]) == ((), held)
