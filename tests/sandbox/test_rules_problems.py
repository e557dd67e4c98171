"""How problems become the answer that Discord would give."""

from bot.sandbox.discord.rules.problems import EMPTY_MESSAGE, TOO_LARGE, Problems, Spot


def test_a_request_with_nothing_wrong_is_falsy() -> None:
    assert not Problems()


def test_each_problem_lies_where_its_field_lies_in_the_request() -> None:
    problems = Problems()
    embeds = Spot(problems) / "embeds"
    (embeds / 0 / "title").report("BASE_TYPE_MAX_LENGTH", "Must be 256 or fewer in length.")
    (embeds / 2 / "color").report("NUMBER_TYPE_MAX", "int value should be less than or equal to 16777215.")
    (Spot(problems) / "content").missing()
    assert problems.status == 400
    assert problems.body() == {
        "message": "Invalid Form Body",
        "code": 50035,
        "errors": {
            "embeds": {
                "0": {
                    "title": {
                        "_errors": [
                            {"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 256 or fewer in length."}
                        ]
                    }
                },
                "2": {
                    "color": {
                        "_errors": [
                            {
                                "code": "NUMBER_TYPE_MAX",
                                "message": "int value should be less than or equal to 16777215.",
                            }
                        ]
                    }
                },
            },
            "content": {"_errors": [{"code": "BASE_TYPE_REQUIRED", "message": "This field is required"}]},
        },
    }


def test_two_problems_of_one_field_stand_side_by_side() -> None:
    problems = Problems()
    (Spot(problems) / "name").report("A", "a")
    (Spot(problems) / "name").report("B", "b")
    assert problems.body()["errors"] == {
        "name": {"_errors": [{"code": "A", "message": "a"}, {"code": "B", "message": "b"}]}
    }


def test_a_problem_of_the_whole_request_lies_at_its_root() -> None:
    problems = Problems()
    Spot(problems).report("APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)")
    assert problems.body()["errors"] == {
        "_errors": [
            {"code": "APPLICATION_COMMAND_TOO_LARGE", "message": "Command exceeds maximum size (8000)"}
        ]
    }


def test_what_is_wrong_with_a_part_is_told_before_what_is_wrong_with_the_whole() -> None:
    problems = Problems()
    (Spot(problems) / "embeds").report("MAX_EMBED_SIZE_EXCEEDED", "too much")
    (Spot(problems) / "embeds" / 0).report("MODEL_TYPE_CONVERT", "no object")
    assert problems.body()["errors"] == {
        "embeds": {"0": {"_errors": [{"code": "MODEL_TYPE_CONVERT", "message": "no object"}]}}
    }


def test_a_refusal_has_its_own_code_and_status() -> None:
    problems = Problems()
    problems.refuse(TOO_LARGE)
    problems.refuse(EMPTY_MESSAGE)
    assert problems.status == 413
    assert problems.body() == {"message": "Request entity too large", "code": 40005}


def test_wrong_fields_are_told_before_a_refusal() -> None:
    problems = Problems()
    problems.refuse(EMPTY_MESSAGE)
    (Spot(problems) / "content").report("STRING_TYPE_CONVERT", "no text")
    assert problems.status == 400
    assert problems.body()["code"] == 50035
