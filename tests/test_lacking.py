"""What a ComfyUI lacks, gathered by what there is to install."""

from bot.lacking import Lack, gathered
from bot.texts import render, text


def _of(workflow: str, node: str, pack: str) -> Lack:
    return workflow, text("workflow-lacks-node-pack", node=node, pack=pack)


def _told(*lacks: Lack) -> list[str]:
    return [render(each, "en") for each in gathered("gpu:8188", lacks)]


def test_each_pack_is_one_line_with_its_nodes_and_the_workflows_that_want_it() -> None:
    assert _told(
        _of("a", "Combine", "video"),
        _of("b", "Scribble", "outlines"),
        _of("b", "Combine", "video"),
        _of("b", "Load", "video"),
    ) == [
        "ComfyUI gpu:8188 lacks the pack video for /a, /b: install it for Combine, Load",
        "ComfyUI gpu:8188 lacks the pack outlines for /b: install it for Scribble",
    ]


def test_what_an_update_brings_and_what_nobody_knows_a_pack_of_are_one_line_each_and_the_rest_stays() -> None:
    assert _told(
        ("a", text("workflow-lacks-own-node", node="New")),
        ("a", text("workflow-lacks-node", node="Fancy")),
        ("b", text("workflow-lacks-own-node", node="Newer")),
        ("b", text("workflow-lacks-node", node="Odd")),
        ("b", text("workflow-lacks-node-nearest", node="KSampelr", nearest="KSampler")),
        ("c", text("workflow-lacks-output")),
    ) == [
        "ComfyUI gpu:8188 is too old for /a, /b: update it, it lacks New, Newer",
        "ComfyUI gpu:8188 lacks nodes for /a, /b, and no file names their pack: Fancy, Odd",
        "ComfyUI gpu:8188 cannot run /b: The node KSampelr is not installed. The nearest that is: KSampler.",
        f"ComfyUI gpu:8188 cannot run /c: {render(text('workflow-lacks-output'), 'en')}",
    ]


def test_where_nothing_lacks_nothing_is_said() -> None:
    assert _told() == []
