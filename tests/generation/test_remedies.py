"""From what went wrong to what can be pressed."""

from collections.abc import Mapping

import pytest

from bot.generation.remedies import Change, Choose, Install, Remedy, Rerun, remedies
from bot.texts import Text, text
from bot.workflows import InputRef, Option, OptionKind, Workflow

NAMES = ("sd15.safetensors", "sdxl.safetensors", "wildly-different.ckpt")
OPTIONS = (
    Option("model", "-", OptionKind.CHOICE, (InputRef("1", "ckpt_name"),), choices=NAMES, listed=True),
    Option("width", "-", OptionKind.INTEGER, (InputRef("2", "width"),), minimum=64, maximum=2048, step=64),
    Option("height", "-", OptionKind.INTEGER, (InputRef("2", "height"),), minimum=64, maximum=2048, step=64),
    Option("cfg", "-", OptionKind.NUMBER, (InputRef("3", "cfg"),), minimum=0.5, maximum=30.0),
)
WORKFLOW = Workflow("any", "-", {}, OPTIONS, {}, frozenset())
VALUES = {"model": "sdxI.safetensors", "width": "1024", "height": "1024", "cfg": "31"}


def found(
    reason: Text, values: Mapping[str, str] = VALUES, workflow: Workflow | None = WORKFLOW
) -> tuple[Remedy, ...]:
    return remedies(reason, values, workflow, lambda option: NAMES if option == "model" else ())


def set_to(option: str, value: str) -> Change:
    return Change({option: value}, text("mend-set", option=option, value=value))


SMALLER = Change({"width": "768", "height": "768"}, text("mend-size", size="768×768"))
MODELS = Choose("model", ("sdxl.safetensors", "sd15.safetensors", "wildly-different.ckpt"))


def refused(problem: Text) -> Text:
    """As ComfyUI's refusals come: one of several, deep inside."""
    other = text("refused-other", place="x", message="y")
    return text("refused-graph", problems=text("refused-several", first=other, second=problem))


@pytest.mark.parametrize(
    ("reason", "ways"),
    [
        (text("failed-out-of-memory", node="KSampler"), (SMALLER,)),
        (text("failed-interrupted"), (Rerun(),)),
        (text("failed-lost"), (SMALLER, Rerun())),
        (text("failed-stalled"), (SMALLER, Rerun())),
        (text("failed-cleared"), (Rerun(),)),
        (text("delivery-given-up"), (Rerun(),)),
        (text("failed-node-advised", node="x", message="y", advice=text("advice-network")), (Rerun(),)),
        (text("failed-node", node="x", message="y"), ()),
        (
            refused(
                text(
                    "refused-not-in-list",
                    place=text("refused-option", option="model"),
                    value="sdxI.safetensors",
                    names="…",
                )
            ),
            (MODELS,),
        ),
        (text("value-not-listed", option="model", value="sdxI.safetensors", names="…"), (MODELS,)),
        (
            text("value-out-of-range", option="cfg", value="31", minimum="0.5", maximum="30"),
            (set_to("cfg", "30"),),
        ),
        (
            refused(
                text(
                    "refused-too-big",
                    place=text("refused-option", option="width"),
                    value="1024",
                    maximum="512",
                )
            ),
            (set_to("width", "512"),),
        ),
        (
            refused(
                text(
                    "refused-too-big",
                    place=text("refused-input", node="x", input="y"),
                    value="9",
                    maximum="8",
                )
            ),
            (),
        ),
        (refused(text("refused-no-class", type="FancyNode")), (Install(),)),
    ],
    ids=lambda value: value.id if isinstance(value, Text) else "",
)
def test_what_went_wrong_has_its_way_out(reason: Text, ways: tuple[Remedy, ...]) -> None:
    assert found(reason) == ways


def test_a_number_between_two_steps_has_both_neighbours() -> None:
    reason = text("value-off-step", option="width", value="1000", step="64", nearest="960 / 1024")
    assert found(reason, {"width": "1000"}) == (set_to("width", "960"), set_to("width", "1024"))


def test_a_workflow_that_nobody_can_run_leaves_what_to_install() -> None:
    assert found(text("failed-interrupted"), workflow=None) == ()
    assert found(refused(text("refused-no-class", type="FancyNode")), workflow=None) == (Install(),)


def test_a_list_of_thousands_is_cut_to_what_a_menu_takes_the_likeliest_first() -> None:
    names = [f"model-{number:04}.safetensors" for number in range(3000)]
    reason = text("value-not-listed", option="model", value="model-1234", names="…")
    (choose,) = remedies(reason, {"model": "model-1234"}, WORKFLOW, lambda _: names)
    assert isinstance(choose, Choose)
    assert (len(choose.names), choose.names[0]) == (25, "model-1234.safetensors")


def test_what_a_button_changes_is_known_again_by_its_digest_and_nothing_else_is() -> None:
    assert SMALLER.digest == Change(dict(SMALLER.values), text("mend-again")).digest
    assert SMALLER.digest != set_to("width", "768").digest
