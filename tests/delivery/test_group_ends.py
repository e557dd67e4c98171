"""What is told of a group that has ended."""

from msgspec.structs import replace

from bot.delivery.group_ends import GroupEnd, group_end
from bot.jobs.group import GroupKind, Membership
from bot.jobs.job import Cancelled, Done, Failed, Job, Outcome, Output, member_id_of
from bot.texts import render, text
from tests.delivery.sample import job

OUT_OF_MEMORY = text("failed-out-of-memory", node="KSampler")


def output(name: str) -> Output:
    return Output("9", name, "", "output")


def ended(
    *outcomes: Outcome, kind: GroupKind = GroupKind.REPEAT, labels: tuple[tuple[str, ...], ...] = ()
) -> list[Job]:
    group_id = job().id
    return [
        replace(
            job(),
            id=member_id_of(group_id, number),
            outcome=outcome,
            values={"prompt": "fox", "seed": str(number)},
            group=Membership(group_id, kind, number, len(outcomes), labels[number - 1] if labels else ()),
        )
        for number, outcome in enumerate(outcomes, start=1)
    ]


def notes(end: GroupEnd) -> list[str]:
    assert end.made is not None
    return [render(note, "en") for note in end.made.notes]


def test_all_that_was_made_is_shown_in_order_with_its_maker() -> None:
    members = ended(Done((output("a.png"), output("b.png"))), Done((output("c.png"),), ("words",)))
    end = group_end(members)
    assert end.made is not None
    assert [each.filename for each in end.made.outputs] == ["a.png", "b.png", "c.png"]
    assert [end.made.owner(number, members[0]) for number in (1, 2, 3)] == [
        members[0],
        members[0],
        members[1],
    ]
    assert (end.made.texts, end.made.sheet, end.made.notes, end.failure) == (("words",), None, (), None)


def test_each_reason_is_told_once_with_those_it_is_of() -> None:
    members = ended(
        Done((output("a.png"),)), *[Failed(OUT_OF_MEMORY)] * 6, Failed(text("failed-no-output")), Cancelled(3)
    )
    assert notes(group_end(members)) == [
        (
            "6 failed (seed 2, seed 3, seed 4, seed 5 +2): The GPU ran out of memory in “KSampler”. "
            "Try a smaller size, or fewer pictures at once."
        ),
        "One failed (seed 8): ComfyUI finished, but made no file. The workflow may lack a node that saves its result.",
        "1 of 9 were cancelled before they were done.",
    ]


def test_where_none_is_done_the_first_reason_is_the_groups() -> None:
    assert group_end(ended(Cancelled(3), Failed(OUT_OF_MEMORY))) == GroupEnd(None, OUT_OF_MEMORY)
    partial = group_end(ended(Failed(OUT_OF_MEMORY, (output("a.png"),)), Failed(text("failed-no-output"))))
    assert partial.failure == OUT_OF_MEMORY
    assert len(notes(partial)) == 1


def test_where_all_were_cancelled_it_says_by_whom() -> None:
    assert group_end(ended(Cancelled(3), Cancelled(3))) == GroupEnd(None, None, 3)


def test_a_comparison_is_a_table_and_combinations_are_captioned() -> None:
    labels = (("cfg 4", "euler"), ("cfg 6", "euler"), ("cfg 4", "ddim"), ("cfg 6", "ddim"))
    outcomes: list[Outcome] = [Done((output(f"{number}.png"),)) for number in range(3)]
    table = group_end(ended(*outcomes, Failed(OUT_OF_MEMORY), kind=GroupKind.COMPARE, labels=labels)).made
    assert table is not None
    assert table.sheet is not None
    assert (table.sheet.columns, table.sheet.rows) == (("cfg 4", "cfg 6"), ("euler", "ddim"))
    assert [cell.picture and cell.picture.filename for cell in table.sheet.cells] == [
        "0.png",
        "1.png",
        "2.png",
        None,
    ]
    assert table.sheet.cells[3].missing == OUT_OF_MEMORY
    captioned = group_end(ended(*outcomes, kind=GroupKind.ALL, labels=(("red",), ("blue",), ("green",)))).made
    assert captioned is not None
    assert captioned.sheet is not None
    assert (captioned.sheet.columns, captioned.sheet.rows) == ((), ())
    assert [cell.label for cell in captioned.sheet.cells] == ["red", "blue", "green"]
    assert (captioned.shown, len(captioned.outputs)) == (1, 3)


def test_of_each_the_first_picture_is_on_the_sheet_and_one_without_says_so() -> None:
    outcomes = (Done((output("a.txt"), output("b.png"), output("c.png"))), Done((output("d.mp4"),)))
    made = group_end(ended(*outcomes, kind=GroupKind.ALL, labels=(("a",), ("b",)))).made
    assert made is not None
    assert made.sheet is not None
    first, second = made.sheet.cells
    assert first.picture == output("b.png")
    assert (second.picture, second.missing) == (None, text("sheet-no-picture"))


def test_videos_alone_make_no_sheet() -> None:
    outcomes = (Done((output("a.mp4"),)), Done((output("b.mp4"),)))
    end = group_end(ended(*outcomes, kind=GroupKind.ALL, labels=(("red",), ("blue",))))
    assert end.made is not None
    assert (end.made.sheet, end.made.shown) == (None, 2)
    assert notes(end) == ["In this order: red; blue"]
