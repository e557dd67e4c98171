"""A file without a workflow is answered with why, and with what to send instead."""

import json

import pytest

from bot.texts import LOCALES, render
from bot.workflows import WorkflowError
from bot.workflows.sources import Damaged, NothingFound, SourceError, read_workflow
from tests.workflows.sources.files import (
    avif,
    comfy_exif,
    exr,
    flac,
    glb,
    jpeg,
    matroska,
    mp3,
    mp4,
    opus,
    plain,
    png,
    safetensors,
    svg,
    webp,
)

EMPTY = {
    "This PNG picture has no workflow in it": png(),
    "This WebP picture has no workflow in it": webp(comfy_exif({})),
    "This JPEG has no workflow in it": jpeg(),
    "This AVIF picture": avif(comfy_exif({})),
    "This SVG picture": svg("{}"),
    "This EXR picture": exr({}),
    "This MP4 file has no workflow in it": mp4({}),
    "This WebM/MKV file": matroska({}),
    "This FLAC file": flac({}),
    "This Opus/Ogg file": opus({}),
    "This MP3 file": mp3({}),
    "This GLB file": glb({}),
    "This file of weights": safetensors({}),
    "GIF files cannot carry a workflow. If ComfyUI saved a PNG": b"GIF89a" + bytes(20),
    "WAV files cannot carry a workflow": b"RIFF\0\0\0\0WAVE" + bytes(20),
    "This is not a kind of file that carries a workflow": b"PK\3\4" + bytes(20),
    "The file is empty": b"",
    "the settings of another program": png(plain("parameters", "a fox, Steps: 20, Sampler: Euler")),
}


@pytest.mark.parametrize("sentence", EMPTY)
def test_the_sentence_fits_the_form(sentence: str) -> None:
    with pytest.raises(NothingFound, match=sentence):
        read_workflow(EMPTY[sentence])


def test_a_picture_is_asked_for_as_a_file_or_the_json() -> None:
    with pytest.raises(NothingFound, match=r"from a computer and as a file, not a screenshot.* as JSON"):
        read_workflow(png())


def test_the_sentence_is_there_in_every_language_and_an_operator_reads_english() -> None:
    with pytest.raises(SourceError) as caught:
        read_workflow(png())

    assert isinstance(caught.value, WorkflowError)
    assert str(caught.value) == render(caught.value.message, "en")
    assert len({render(caught.value.message, locale) for locale in LOCALES}) == len(LOCALES)


def test_words_in_a_comment_are_no_broken_workflow() -> None:
    with pytest.raises(NothingFound):
        read_workflow(matroska({"comment": "{my holidays}"}))


def test_a_prompt_that_is_no_graph_is_said_to_be_broken() -> None:
    with pytest.raises(Damaged, match="not JSON: something is wrong at line 1, column 1"):
        read_workflow(png(plain("prompt", "a red fox")))


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"1": {"class_type": "A"}, "2": {}}, "'2' is not a node"),
        ({"1": {"class_type": "A", "inputs": []}}, "inputs must be an object"),
        ({"1": {"class_type": "A", "inputs": {"a": ["9", 0]}}}, "Node 1 is linked to node 9"),
        ({"nodes": [{"id": 1}, {"id": "1"}]}, "Two nodes of the workflow have the id 1"),
        ({"nodes": [{"id": 1}, 7]}, "something among its nodes is not a node"),
        (
            {"nodes": [], "definitions": {"subgraphs": [{"nodes": [{"id": 2}, {"id": 2}]}]}},
            "Two nodes of the workflow have the id 2",
        ),
    ],
)
def test_a_graph_that_is_wrong_is_told_what_is(document: object, sentence: str) -> None:
    with pytest.raises(Damaged, match=sentence):
        read_workflow(json.dumps(document).encode())
