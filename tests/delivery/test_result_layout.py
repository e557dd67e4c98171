from typing import Any

from discord.ui import LayoutView
from msgspec.structs import replace

from bot.delivery.marks import Part
from bot.delivery.result_layout import ResultMessage, about, failure_layout, result_layout
from bot.delivery.status_layout import Broken, Finished, notices_of, stand_ins_of, status_layout, subject_of
from bot.texts import text
from tests.delivery.sample import job

ABOUT = about(job())


def components(view: LayoutView) -> list[dict[str, Any]]:
    return [dict(each) for each in view.to_components()]


async def test_a_result_is_requester_prompt_gallery_and_one_line_of_details() -> None:
    message = ResultMessage(files=("1a2b3c4d-1.png", "1a2b3c4d-2.webp"), size=(1024, 768))
    head, gallery, foot = components(result_layout(ABOUT, message))
    assert head["content"] == "<@3>\n> a red fox"
    assert [(item["media"]["url"], item["description"]) for item in gallery["items"]] == [
        ("attachment://1a2b3c4d-1.png", "a red fox"),
        ("attachment://1a2b3c4d-2.webp", "a red fox"),
    ]
    assert foot["content"] == "-# txt2img · 1024×768 · seed 42 · 14 s · 1a2b3c4d"


async def test_what_is_no_picture_is_a_file_below_the_gallery() -> None:
    view = result_layout(ABOUT, ResultMessage(files=("a-1.flac", "a-2.png", "a-3.mp4")))
    assert [each["type"] for each in components(view)] == [10, 12, 13, 10]


async def test_texts_and_notes_stand_between_pictures_and_details() -> None:
    message = ResultMessage(texts=("a caption",), notes=(text("files-gone", gone=1, all=4),), part=Part(2, 4))
    assert [each["content"] for each in components(result_layout(ABOUT, message))] == [
        "<@3>\n> a red fox",
        "```\na caption\n```",
        "-# ComfyUI no longer has 1 of the 4 files.",
        "-# txt2img · seed 42 · 14 s · 1a2b3c4d/2-4",
    ]


async def test_alt_text_is_the_prompt_and_never_too_long_for_discord() -> None:
    view = result_layout(replace(ABOUT, prompt="fox " * 500), ResultMessage(files=("a-1.png",)))
    description = components(view)[1]["items"][0]["description"]
    assert len(description) <= 1024
    assert description.startswith("fox fox fox")


async def test_what_stands_in_for_a_missing_model_is_said_in_status_and_result() -> None:
    replaced = replace(
        job(),
        values={"motif": "a red fox", "model": "b_1.ckpt"},
        prompt_option="motif",
        stand_ins={"model": "a.ckpt"},
    )
    words = "-# model: b\\_1.ckpt stands in for a.ckpt, which no ComfyUI here has"
    result = [each["content"] for each in components(result_layout(about(replaced), ResultMessage()))]
    assert result[:2] == ["<@3>\n> a red fox", words]
    (card,) = components(status_layout(subject_of(replaced), Finished(3.0, None)))
    assert card["components"][0]["content"].splitlines() == [
        "**txt2img**",
        "> a red fox",
        "Done in 3 s",
        words,
    ]


async def test_what_became_of_the_words_is_said_in_status_and_result_and_is_no_markup() -> None:
    notices = (
        text("prompt-wildcard-unknown", name="__anmal__"),
        text("prompt-lora-full", name="ink`@everyone", count=2),
        *(text("prompt-lora-none", name=str(number)) for number in range(9)),
    )
    told = replace(job(), notices=notices)
    lines = [
        "-# \\_\\_anmal\\_\\_ stayed as it is: there is no such wildcard.",
        "-# LoRA “ink\\`@\u200beveryone” was left out: this workflow takes 2.",
        *(f"-# LoRA “{number}” was left out: this workflow takes none." for number in range(3)),
    ]
    result = [each["content"] for each in components(result_layout(about(told), ResultMessage()))]
    assert result[1:-1] == lines
    (card,) = components(status_layout(subject_of(told), Finished(3.0, None)))
    assert card["components"][0]["content"].splitlines()[-5:] == lines


async def test_the_longest_result_stays_below_discords_4000_characters() -> None:
    stand_ins = stand_ins_of(replace(job(), stand_ins={f"{number}" * 900: "w" * 900 for number in range(9)}))
    notices = notices_of(replace(job(), notices=(text("prompt-lora-none", name="w" * 900),) * 9))
    worst = replace(ABOUT, prompt="[" * 3000, stand_ins=stand_ins, notices=notices)
    message = ResultMessage(
        files=tuple(f"a-{number}.flac" for number in range(10)),
        texts=("`" * 5000,) * 9,
        notes=(text("fitted", limit="10 MB", before="x" * 900, after="y" * 900),) * 9,
    )
    view = result_layout(worst, message)
    assert view.content_length() <= 4000
    assert (
        failure_layout(ABOUT, Broken(text("failed-node", node="n" * 900, message="m" * 900))).content_length()
        <= 4000
    )
