"""Which workflow makes what of a picture, and what ``[after]`` may say of that."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from bot.workflows import Workflow, WorkflowError, load_template, load_workflows, resolve
from bot.workflows.after import After, Button
from bot.workflows.following import carried_over, fitting, following, moves, needs_words
from bot.workflows.one_picture import one_picture
from tests.workflows.samples import COMMAND, TXT2IMG, write
from tests.workflows.shipped_server import SERVER

SHIPPED: Mapping[str, Workflow] = {
    each.name: each
    for template in load_workflows(TXT2IMG.parent).templates
    if isinstance(each := resolve(template, [SERVER]), Workflow)
}
VALUES = {"prompt": "a red fox", "negative": "text", "steps": "12", "seed": "42", "width": "512"}


def test_what_the_shipped_workflows_do_with_a_picture_is_told_from_them() -> None:
    assert {name: fitting(workflow) for name, workflow in SHIPPED.items()} == {
        "flux": None,
        "img2img": Button.VARY,
        "inpaint": Button.INPAINT,
        "outpaint": None,
        "sdxl": None,
        "sdxl-reference": None,
        "svd": Button.ANIMATE,
        "txt2img": None,
        "upscale": Button.UPSCALE,
    }
    assert [name for name, workflow in SHIPPED.items() if moves(workflow)] == ["svd"]
    assert [name for name, workflow in SHIPPED.items() if needs_words(workflow)] == [
        "img2img",
        "inpaint",
        "outpaint",
    ]


def test_the_first_that_fits_follows_and_what_nobody_does_is_not_there() -> None:
    offered = {"zoom": replace(SHIPPED["upscale"], name="zoom"), **SHIPPED}
    assert following(SHIPPED["txt2img"], offered) == {
        Button.VARY: "img2img",
        Button.UPSCALE: "zoom",
        Button.INPAINT: "inpaint",
        Button.ANIMATE: "svd",
    }
    assert following(None, {"txt2img": SHIPPED["txt2img"]}) == {}


@pytest.mark.parametrize(
    ("named", "found"),
    [
        ({Button.UPSCALE: "img2img"}, "img2img"),
        ({Button.UPSCALE: "gone"}, None),  # not another one instead
        ({Button.UPSCALE: "txt2img"}, None),  # takes no picture
    ],
)
def test_who_is_named_follows_instead(named: Mapping[Button, str], found: str | None) -> None:
    source = replace(SHIPPED["txt2img"], after=After(named))
    assert following(source, SHIPPED).get(Button.UPSCALE) == found


def test_without_a_strength_nothing_varies() -> None:
    source = replace(SHIPPED["txt2img"], after=After({Button.VARY: "outpaint"}))
    assert Button.VARY not in following(source, SHIPPED)


def carried(source: str, target: str, **values: str) -> Mapping[str, object]:
    options = one_picture(SHIPPED[target])
    assert options is not None
    return carried_over(SHIPPED[source], {**VALUES, **values}, SHIPPED[target], options)


def test_on_the_same_models_everything_that_both_have_is_taken_over() -> None:
    checkpoint = next(each for each in SHIPPED["img2img"].options if each.name == "checkpoint").default
    assert carried("txt2img", "img2img", checkpoint=str(checkpoint)) == {
        "prompt": "a red fox",
        "negative": "text",
        "steps": 12,
        "checkpoint": checkpoint,
    }


def test_on_other_models_only_the_words_are() -> None:
    assert carried("flux", "img2img") == {"prompt": "a red fox", "negative": "text"}
    assert carried("txt2img", "svd", checkpoint="nobody has this.safetensors") == {}


def test_what_a_picture_was_varied_with_once_varies_it_again() -> None:
    again = carried("img2img", "img2img", strength="0.35", steps="9")
    assert again == {"prompt": "a red fox", "negative": "text", "steps": 9}


AFTER = """
description = "Draws"

[after]
upscale = "draw"
buttons = ["again", "upscale"]
"""


def test_after_is_read(tmp_path: Path) -> None:
    template = load_template(write(tmp_path, AFTER))
    assert not hasattr(template, "found")
    workflow = resolve(template, [])
    assert isinstance(workflow, Workflow)
    assert workflow.after == After({Button.UPSCALE: "draw"}, (Button.AGAIN, Button.UPSCALE))


def test_no_buttons_at_all_are_a_choice_too(tmp_path: Path) -> None:
    workflow = resolve(load_template(write(tmp_path, "description = 'x'\n[after]\nbuttons = []\n")), [])
    assert isinstance(workflow, Workflow)
    assert workflow.after == After(buttons=())


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("upscal = 'draw'", "does not know the key 'upscal'; did you mean 'upscale'?"),
        ("vary = 1", "has a 'vary' that must be a text in quotes, not 1"),
        ("buttons = ['agian']", "names the button 'agian', which there is not; did you mean 'again'"),
        (
            "buttons = 'again'",
            """has a 'buttons' that must be a list of texts: ["one", "two"], not 'again'""",
        ),
    ],
)
def test_what_is_wrong_in_after_is_told(tmp_path: Path, lines: str, sentence: str) -> None:
    with pytest.raises(WorkflowError) as caught:
        load_template(write(tmp_path, f"description = 'x'\n[after]\n{lines}\n"))
    assert sentence in str(caught.value)


def test_a_workflow_that_is_named_and_not_there_is_told_and_keeps_nobody_else_away(tmp_path: Path) -> None:
    write(tmp_path / "a", COMMAND).rename(tmp_path / "sketch")
    write(tmp_path / "b", "description = 'x'\n[after]\nupscale = 'sketsh'\n").rename(tmp_path / "wrong")
    write(tmp_path / "c", "description = 'x'\n[after]\nupscale = 'broken'\n").rename(tmp_path / "sound")
    write(tmp_path / "d", "description = 1").rename(tmp_path / "broken")
    for folder in "abcd":
        (tmp_path / folder).rmdir()
    loaded = load_workflows(tmp_path)
    assert [each.name for each in loaded.templates] == ["sketch", "sound"]
    place = f"{tmp_path / 'wrong' / 'command.toml'}, 'after',"
    assert [str(each) for each in loaded.problems][1:] == [
        f"{place} names the workflow 'sketsh' for 'upscale', which there is not; did you mean 'sketch'?"
    ]
