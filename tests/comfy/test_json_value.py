import pytest

from bot.comfy.json_value import JsonValue, is_small

NODE: JsonValue = {"class_type": "KSampler", "inputs": {"seed": 1, "model": ["4", 0]}}


@pytest.mark.parametrize(
    ("value", "small"),
    [
        (None, True),
        ({str(number): NODE for number in range(100)}, True),
        ({str(number): NODE for number in range(1000)}, False),
        ({"1": {"inputs": {"text": "a fox " * 1000}}}, True),
        ({"1": {"inputs": {"picture": "iVBOR" * 100_000}}}, False),
        ({"1": {"inputs": {"points": [[0.5, 0.5]] * 10_000}}}, False),
        ([[[[["deep"]]]]], True),
    ],
)
def test_what_is_written_in_no_time_is_told_from_what_holds_a_picture(
    value: JsonValue, *, small: bool
) -> None:
    assert is_small(value) is small
