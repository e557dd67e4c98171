from uuid import UUID

from bot.delivery.marks import WHOLE, Part, covered, mark, nonce, part_marked

JOB = UUID("1a2b3c4d-0000-4000-8000-000000000000")


def test_a_nonce_depends_on_job_and_part_and_is_short_enough_for_discord() -> None:
    made = {nonce(JOB, "0"), nonce(JOB, "1"), nonce(UUID(int=1), "0")}
    assert len(made) == 3
    assert all(len(each) == 24 and each == each.lower() and each.isalnum() for each in made)


def test_the_same_job_and_part_have_the_same_nonce_for_ever() -> None:
    assert nonce(JOB, "0") == "5f5c447j66d2jvpbxagnrb7d"


def test_a_mark_at_the_end_of_a_line_is_recognised() -> None:
    parts = [WHOLE, Part(11, 11), Part(1, 10)]
    marks = [mark(JOB, part) for part in parts]
    assert marks == ["1a2b3c4d", "1a2b3c4d/11", "1a2b3c4d/1-10"]
    assert [part_marked(f"-# txt2img · 9 s · {each}", JOB) for each in marks] == parts


def test_a_label_says_which_outputs_a_part_covers() -> None:
    parts = [WHOLE, Part(11, 11), Part(1, 10)]
    assert [Part.labelled(part.label) for part in parts] == parts
    assert [part.begins for part in parts] == [True, False, True]
    assert [covered([Part(1, 3), Part(5, 5)], number) for number in range(7)] == [
        False, True, True, True, False, True, False,
    ]  # fmt: skip
    assert covered([WHOLE], 99)


def test_other_lines_are_not_taken_for_a_mark() -> None:
    assert part_marked("-# txt2img · 9 s · 99999999", JOB) is None
    assert part_marked("1a2b3c4d is a nice number", JOB) is None
    assert part_marked("ff1a2b3c4d", JOB) is None
    assert part_marked("", JOB) is None
