"""English is known by its commonest words; whatever is not surely English is left to the model."""

import pytest

from bot.wording.english import looks_english


@pytest.mark.parametrize(
    "words",
    [
        "a red fox in the snow",
        "masterpiece, best quality, 1girl, fox ears",
        "Portrait of an old sailor – “sea” light, 85mm",
        "cyberpunk city at night, neon, rain 🌧",
        "The girl's cat, (detailed:1.2), <lora:x:0.8>",
    ],
)
def test_english_is_recognised(words: str) -> None:
    assert looks_english(words)


@pytest.mark.parametrize(
    "words",
    [
        "雪地里的红狐狸",
        "a fox in 雪地",
        "ein roter Fuchs im Schnee",
        "un renard roux dans la neige",
        "un zorro rojo en la nieve con una luna",
        "рыжая лиса в снегу",
        "a café in the rain",
        "rubah merah di salju",
        "zorro rojo",
    ],
)
def test_anything_else_is_not(words: str) -> None:
    assert not looks_english(words)
