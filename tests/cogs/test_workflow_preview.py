"""What a preview shows, in both languages, and what can be done with it then."""

import re

import pytest
from discord import ui

from bot.comfy import Phrase
from bot.texts import text
from bot.workflows import InputRef, Option, OptionKind
from bot.workflows.availability import MissingName
from bot.workflows.preview import Preview
from bot.workflows.shapes import Shape
from cogs._workflow_preview import REPLACE_ID, DraftRef, place_of, preview_panel

REF = DraftRef(17, 3)
AT = InputRef("4", "ckpt_name")
PROMPT = Option("prompt", "What", OptionKind.TEXT, (), required=True, name_localisations={"zh-CN": "提示词"})
OPTIONS = (
    PROMPT,
    Option("steps", "S", OptionKind.INTEGER, (), default=20, minimum=1, maximum=100),
    Option("cfg", "C", OptionKind.NUMBER, (), default=7.5, minimum=0, maximum=30, step=0.5),
    Option("seed", "S", OptionKind.SEED, (), minimum=0, maximum=2**64 - 1),
    Option("hires", "H", OptionKind.BOOLEAN, (), default=True),
    Option("sampler", "S", OptionKind.CHOICE, (), default="euler", choices=("euler", "heun_2")),
    Option("model", "M", OptionKind.CHOICE, (), choices=tuple(f"{n}.ckpt" for n in range(44))),
    Option("size", "S", OptionKind.SIZE, (), choices=tuple(Shape)),
    Option("photo", "P", OptionKind.IMAGE, (), required=True),
    Option("eta", "E", OptionKind.NUMBER, (), default=0.0, advanced=True),
)
RUNS = Preview("fox", "Makes foxes", options=OPTIONS, outputs=("Save", "Save"))
MISSING = MissingName(
    AT,
    "sd16.safetensors",
    ("aa.ckpt", "sd15.safetensors"),
    text("workflow-lacks-name", node="Load", input="ckpt_name", name="sd16.safetensors"),
)


def _words(view: ui.LayoutView) -> list[str]:
    return "\n".join(each.content for each in view.walk_children() if isinstance(each, ui.TextDisplay)).split(
        "\n"
    )


def _buttons(view: ui.LayoutView) -> list[str]:
    """The custom ids; a ``-`` before those that cannot be pressed."""
    buttons = [each for each in view.walk_children() if isinstance(each, ui.Button)]
    return [f"{'-' if each.disabled else ''}{each.custom_id}" for each in buttons]


def test_what_can_run_is_shown_with_its_options_ranges_and_defaults() -> None:
    view = preview_panel(REF, RUNS, "en-US")
    assert _words(view) == [
        "### Preview of /fox",
        "Makes foxes",
        "-# Only you see this. Try it, then publish it: until then nobody else can use it.",
        "**9 options**",
        "`prompt` text · required",
        "`steps` whole number · 1 to 100 · default 20",
        "`cfg` number · 0 to 30, in steps of 0.5 · default 7.5",
        "`seed` a new one each time",
        "`hires` yes or no · default yes",
        r"`sampler` euler, heun\_2 · default “euler”",
        "`model` one of 44",
        "`size` square, portrait, landscape, wide, tall",
        "`photo` picture · required",
        "**Behind 🎛** eta",
        "**Results** come from Save",
    ]
    assert _buttons(view) == [f"preview-{what}:17.3" for what in ("try", "publish", "edit", "discard")]
    assert _words(preview_panel(REF, RUNS, "zh-CN"))[3:6] == [
        "**9 个选项**",
        "`提示词` 文字 · 必填",
        "`steps` 整数 · 1 到 100 · 默认 20",
    ]


def test_a_missing_model_is_replaced_by_a_menu_with_the_likeliest_first() -> None:
    view = preview_panel(REF, Preview("fox", missing=(MISSING,)), "en")
    (menu,) = [each for each in view.walk_children() if isinstance(each, ui.Select)]
    assert [option.value for option in menu.options] == ["sd15.safetensors", "aa.ckpt"]
    match = REPLACE_ID.fullmatch(menu.custom_id)
    assert match is not None
    assert (DraftRef.of(match), match["place"]) == (REF, place_of(AT))
    assert _buttons(view) == [
        *("-preview-try:17.3", "-preview-publish:17.3"),
        *("preview-edit:17.3", "preview-look:17.3", "preview-discard:17.3"),
    ]


def test_where_nobody_knows_the_options_there_is_nothing_to_edit() -> None:
    lacks = (text("workflow-lacks-node-pack", node="Fancy", pack="fancy-pack"),)
    view = preview_panel(REF, Preview("fox", lacks=lacks, has_known_options=False), "en")
    assert "- The node Fancy is not installed. It comes with the pack fancy-pack." in _words(view)
    assert not any("edit" in each for each in _buttons(view))


def test_nobody_reads_what_a_server_has_on_its_disk() -> None:
    broken = text("workflow-broken-node", node="Fancy", problem="FileNotFoundError: /home/ann/x")
    words = "\n".join(_words(preview_panel(REF, Preview("fox", lacks=(broken,)), "en")))
    assert "Fancy" in words
    assert "/home/ann" not in words


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
def test_the_worst_of_all_workflows_fits_into_a_message(locale: str) -> None:
    """Discord takes 4,000 characters and 40 components."""
    name, long = "長" * 32, "x_*" * 200
    options = [Option(name, long, OptionKind.TEXT, (), default=long) for _ in range(60)]
    reason = text("workflow-lacks-name", node=long, input=long, name=long)
    missing = [MissingName(InputRef(str(n), "a"), long, (f"{n}" * 90,) * 30, reason) for n in range(30)]
    worst = Preview(
        name,
        long[:100],
        options=tuple(options),
        lacks=(reason,) * 30,
        missing=tuple(missing),
        refused=(reason,) * 10,
        warnings=(Phrase("graph-empty"),) * 50,
        outputs=tuple(long for _ in range(50)),
    )
    view = preview_panel(REF, worst, locale)
    assert sum(map(len, _words(view))) <= 4000
    assert len([*view.walk_children()]) <= 40
    assert any("25" in each for each in _words(view))
    assert all(len(custom_id) <= 100 for custom_id in re.findall(r"preview-\S+", " ".join(_buttons(view))))
