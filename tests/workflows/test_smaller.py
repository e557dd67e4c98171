"""What is asked for next where a job was too much for the GPU."""

import pytest

from bot.workflows import InputRef, Option, OptionKind, Workflow
from bot.workflows.smaller import Less, Smaller, smaller


def number(name: str, input_name: str, least: int, most: int, step: int | None = None) -> Option:
    target = (InputRef("1", input_name),)
    return Option(name, "-", OptionKind.INTEGER, target, minimum=least, maximum=most, step=step)


WIDTH, HEIGHT = number("breite", "width", 256, 2048, 8), number("höhe", "height", 256, 2048, 8)
FRAMES, BATCH = number("länge", "length", 1, 201, 4), number("anzahl", "batch_size", 1, 8)
SIDE = number("size", "largest_size", 256, 2048, 8)


def after(*options: Option, **values: int) -> Smaller | None:
    workflow = Workflow("any", "-", {}, options, {}, frozenset())
    return smaller(workflow, {name: str(value) for name, value in values.items()})


@pytest.mark.parametrize(
    ("before", "then"),
    [
        ((1024, 1024), ("768", "768")),
        ((768, 768), ("576", "576")),
        ((832, 1216), ("624", "912")),
        ((512, 768), ("384", "576")),
        ((1920, 1080), ("1408", "792")),
        ((1000, 1016), ("744", "760")),  # whose ratio no smaller size has
        ((264, 264), None),
        ((256, 1024), None),
    ],
)
def test_a_size_becomes_the_next_smaller_one_of_its_ratio_that_the_options_take(
    before: tuple[int, int], then: tuple[str, str] | None
) -> None:
    found = after(WIDTH, HEIGHT, breite=before[0], höhe=before[1])
    assert found == (then and Smaller(Less.SIZE, {"breite": then[0], "höhe": then[1]}))


def test_where_the_size_cannot_be_less_there_are_fewer_frames_and_then_one_picture_at_once() -> None:
    least = {"breite": 256, "höhe": 256}
    options = (WIDTH, HEIGHT, FRAMES, BATCH)
    assert after(*options, **least, länge=81, anzahl=4) == Smaller(Less.FRAMES, {"länge": "57"})
    assert after(*options, **least, länge=1, anzahl=4) == Smaller(Less.PICTURES, {"anzahl": "1"})
    assert after(*options, **least, länge=1, anzahl=1) is None


def test_a_workflow_of_one_side_has_that_made_smaller() -> None:
    assert after(SIDE, size=768) == Smaller(Less.SIZE, {"size": "576"})
    assert after(BATCH, anzahl=3) == Smaller(Less.PICTURES, {"anzahl": "1"})


def test_what_is_not_known_is_left_alone() -> None:
    assert after(WIDTH, HEIGHT, breite=1024) is None
    assert after() is None
