"""What models write around a prompt is taken away; the prompt stays as it is."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wording.cleaning import cleaned
from bot.wording.errors import HelperRefused, HelperUnreadable, WordingError

FOX = "a red fox, (snow:1.2), <lora:fur:0.8>, __time__, {dawn|dusk}"


@pytest.mark.parametrize(
    "answer",
    [
        FOX,
        f"  {FOX}\n",
        f'"{FOX}"',
        f"“{FOX}”",
        f"「{FOX}」",
        f"`{FOX}`",
        f"**{FOX}**",
        f"```\n{FOX}\n```",
        f"```text\n{FOX}\n```",
        f"```{FOX}```",
        f"Sure! Here is the improved prompt:\n\n{FOX}",
        f'Certainly! Here\'s your rewritten prompt: "{FOX}"',
        f"Here is the translation:\n```\n{FOX}\n```\nLet me know if you'd like changes!",
        f"**Improved prompt:** {FOX}",
        f"Prompt: {FOX}",
        f"### Prompt:\n{FOX}",
        f"以下是改写后的提示词：\n{FOX}",
        f"好的！翻译：“{FOX}”",
        f"{FOX}\n\nNegative prompt: blurry, ugly",
        f"{FOX}\n\n**Note:** I kept the fox.",
        f"{FOX}\n\nI hope this helps!",
        f"<think>\nThe user wants a fox. <b>Hm.</b>\n</think>\n\n{FOX}",
        f"The user wants a fox.\n</think>\n{FOX}",
        f"<think>one</think><think>two</think>{FOX}",
        f"- {FOX}",
        f"\ufeff{FOX}\x00",
    ],
)
def test_manners_thoughts_and_markdown_are_left_behind(answer: str) -> None:
    assert cleaned(answer, 2000) == FOX


@pytest.mark.parametrize(
    "words",
    [
        "New York at night: neon and rain",
        'a sign that reads "open" and "closed"',
        '"open" and "closed", two signs',
        "here lies a knight: an old tomb",
        "I'm sorry, I love you, a song of regret",
        "__animal__ in the snow",
        "a fox\nin the snow",
        "great, wide landscape",
        "final boss: a dragon",
    ],
)
def test_a_prompt_that_only_looks_like_manners_stays(words: str) -> None:
    assert cleaned(words, 2000) == words


@pytest.mark.parametrize(
    "answer",
    [
        "I'm sorry, but I can't assist with that request.",
        "I’m sorry, I can’t help with that.",
        "I cannot create content of that kind.",
        "As an AI language model, I am unable to generate such content.",
        "Unfortunately, I won't be able to provide this.",
        "<think>Not allowed.</think>I'm unable to help with that.",
        "抱歉，我无法提供这样的内容。",
        "对不起，我不能帮你翻译这段文字。",
    ],
)
def test_a_model_that_declines_is_heard(answer: str) -> None:
    with pytest.raises(HelperRefused):
        cleaned(answer, 2000)


@pytest.mark.parametrize("answer", ["", " \n", "<think>Hm", "```\n```", '""', "…", "Sure!"])
def test_an_answer_without_a_prompt_is_none(answer: str) -> None:
    with pytest.raises(HelperUnreadable):
        cleaned(answer, 2000)


def test_an_absurdly_long_answer_is_none() -> None:
    assert cleaned("x" * 2000, 2000) == "x" * 2000
    with pytest.raises(HelperUnreadable):
        cleaned("x" * 2001, 2000)


@pytest.mark.parametrize(
    "piece", ["<think>", "</think>", "```", "\n", " \n", '"', "**", "- ", "sorry ", "\n- >"]
)
def test_a_hostile_answer_is_looked_through_at_once(piece: str) -> None:
    """The time-out of every test is what fails here, where a pattern goes through the same text again and again."""
    for size in (19_000, 250_000):
        answer = piece * (size // len(piece))
        with suppress(WordingError):
            assert len(cleaned(answer, 2000)) <= 2000


@given(st.text(alphabet=st.sampled_from("ab <>/`\"'*_\n-:：“”think好的Prompt."), max_size=200))
def test_what_comes_out_is_a_prompt_and_nothing_is_taken_from_it_again(answer: str) -> None:
    try:
        words = cleaned(answer, 150)
    except WordingError:
        return
    assert 1 <= len(words) <= 150
    assert words == words.strip()
