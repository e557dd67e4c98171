"""``<lora:name:0.8>``: read out of a text, matched to a name of a list, and written again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.workflows.prompts.lora_names import MeantLora, meant_lora
from bot.workflows.prompts.lora_words import LoraWish, lora_word, read_loras, with_words
from tests.workflows.prompts.loaders import LORAS


@pytest.mark.parametrize(
    ("word", "wish"),
    [
        ("<lora:ink>", LoraWish("ink")),
        ("<lora:ink:0.8>", LoraWish("ink", 0.8)),
        ("<LoRA: style/ink : -1 : .5 >", LoraWish("style/ink", -1.0, 0.5)),
        ("<lora:ink:much>", LoraWish("ink", unread="much")),
        ("<lora:ink:1:lbw=OUTALL>", LoraWish("ink", 1.0, unread="lbw=OUTALL")),
        ("<lora:ink:1:0.5:x=y>", LoraWish("ink", 1.0, 0.5, unread="x=y")),
        ("<lora:ink:>", LoraWish("ink")),
        ("<lora:ink:1e9>", LoraWish("ink", unread="1e9")),
        ("<lora:ink:nan:inf>", LoraWish("ink", unread="nan:inf")),
    ],
)
def test_a_wish_has_a_name_and_strengths(word: str, wish: LoraWish) -> None:
    assert read_loras(f"a {word} fox").wishes == (wish,)


@pytest.mark.parametrize(
    "words",
    ["<lora:>", "<lora ink>", "<lora:a\nb>", "lora:ink", "<lora:" + "x" * 400 + ">", "<hypernet:x:1>"],
)
def test_other_words_are_no_wish(words: str) -> None:
    assert read_loras(words).wishes == ()
    assert with_words(read_loras(words), ()) == words


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("a fox <lora:x:1>", "a fox"),
        ("a fox, <lora:x:1>", "a fox"),
        ("<lora:x:1>, a fox", "a fox"),
        ("<lora:x:1> a fox", "a fox"),
        ("a fox, <lora:x:1>, blue", "a fox, blue"),
        ("a <lora:x:1> <lora:y:1> fox", "a fox"),
        ("a fox<lora:x:1>, blue", "a fox, blue"),
        ("fox<lora:x:1>blue", "fox blue"),
        ("a fox\n<lora:x:1>\nblue", "a fox\n\nblue"),
        ("<lora:x:1>", ""),
        ("<lora:x:1><lora:y:1>", ""),
    ],
)
def test_words_that_are_taken_out_leave_no_gap(words: str, left: str) -> None:
    read = read_loras(words)
    assert with_words(read, [""] * len(read.wishes)) == left


def test_what_stands_in_place_of_a_wish_stands_just_there() -> None:
    read = read_loras("a <lora:x>,<lora:y> fox")
    assert with_words(read, ["<1>", "<2>"]) == "a <1>,<2> fox"


@given(
    st.floats(-100, 100).map(lambda each: round(each, 4)),
    st.floats(-100, 100).map(lambda each: round(each, 4)),
)
def test_a_wish_that_is_written_is_read_again(model: float, clip: float) -> None:
    (wish,) = read_loras(lora_word("style/ink.safetensors", model, clip)).wishes
    assert (wish.name, wish.model, wish.model if wish.clip is None else wish.clip) == (
        "style/ink.safetensors",
        model,
        clip,
    )


@given(
    st.lists(st.sampled_from(["<lora:", "<", ">", ":", "ink", "0.8", " ", ",", "\n", "<lora:ink:0.8>"])).map(
        "".join
    )
)
def test_any_text_is_read_and_loses_its_wishes(words: str) -> None:
    read = read_loras(words)
    assert len(with_words(read, [""] * len(read.wishes))) <= len(words)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("ink.safetensors", MeantLora("ink.safetensors", is_certain=True)),
        ("ink", MeantLora("ink.safetensors", is_certain=True)),
        ("INK", MeantLora("ink.safetensors", is_certain=True)),
        ("pastel", MeantLora("style/pastel.safetensors", is_certain=True)),
        ("style\\pastel", MeantLora("style/pastel.safetensors", is_certain=True)),
        ("style/oil_paint-v2.safetensors", MeantLora("style\\oil_paint-v2.safetensors", is_certain=True)),
        ("elsewhere/pastel.ckpt", MeantLora("style/pastel.safetensors", is_certain=True)),
        ("oil_paint", MeantLora("style\\oil_paint-v2.safetensors", is_certain=False)),
        ("paint", MeantLora("style\\oil_paint-v2.safetensors", is_certain=False)),
        ("pastell", MeantLora("style/pastel.safetensors", is_certain=False)),
        ("zebra", None),
        ("", None),
    ],
)
def test_a_name_means_the_nearest_of_a_list(name: str, meant: MeantLora | None) -> None:
    assert meant_lora(name, LORAS) == meant


def test_of_two_with_one_name_the_first_is_meant_and_that_is_told() -> None:
    assert meant_lora("ink", ("a/ink.pt", "b/ink.pt")) == MeantLora("a/ink.pt", is_certain=False)
    assert meant_lora("b/ink", ("a/ink.pt", "b/ink.pt")) == MeantLora("b/ink.pt", is_certain=True)
