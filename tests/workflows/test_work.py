"""A job's work, as it is reckoned for a limit."""

import pytest

from bot.comfy import Graph, Node
from bot.workflows.template import InputRef
from bot.workflows.work import megapixel_steps
from bot.workflows.workflow import Amounts

SIZE = (InputRef("1", "width"), InputRef("1", "height"))
STEPS, HIRES = InputRef("2", "steps"), InputRef("3", "steps")


def graph(**inputs: float) -> Graph:
    return {
        "1": Node("EmptyImage", {"width": 1000, "height": 2000, **inputs}),
        "2": Node("KSampler", {"steps": 20}),
        "3": Node("KSampler", {"steps": 10, "unread": ["1", 0]}),
    }


@pytest.mark.parametrize(
    ("amounts", "inputs", "work"),
    [
        pytest.param(Amounts(), {}, 1, id="what a graph does not say is one"),
        pytest.param(Amounts(sizes=(SIZE,), steps=(STEPS,)), {}, 40, id="megapixels times steps"),
        pytest.param(Amounts(sizes=(SIZE,), steps=(STEPS, HIRES)), {}, 60, id="samplers add up"),
        pytest.param(
            Amounts(sizes=(SIZE,), batch=(InputRef("1", "batch_size"),)),
            {"batch_size": 4},
            8,
            id="pictures at once",
        ),
        pytest.param(Amounts(frames=(InputRef("1", "length"),)), {"length": 81}, 81, id="frames"),
        pytest.param(Amounts(seconds=(InputRef("1", "held"),), fps=16), {"held": 5}, 80, id="seconds"),
        pytest.param(
            Amounts(megapixels=(InputRef("1", "megapixels"),), steps=(STEPS,)),
            {"megapixels": 2},
            2 * 1.048576 * 20,
            id="megapixels as nodes mean them",
        ),
        pytest.param(Amounts(steps=(InputRef("3", "unread"), InputRef("9", "gone"))), {}, 1, id="links"),
    ],
)
def test_work(amounts: Amounts, inputs: dict[str, float], work: float) -> None:
    assert megapixel_steps(amounts, graph(**inputs)) == pytest.approx(work)
