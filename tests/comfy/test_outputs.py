import pytest

from bot.comfy import FileRef, OutputFile, OutputKind
from bot.comfy.json_value import JsonValue
from bot.comfy.outputs import output_files, output_texts, preferred


@pytest.mark.parametrize(
    ("output", "filename", "kind", "animated"),
    [
        ({"images": [{"filename": "a_00001_.png"}]}, "a_00001_.png", OutputKind.IMAGE, False),
        ({"images": [{"filename": "a.webp"}], "animated": [True]}, "a.webp", OutputKind.IMAGE, True),
        ({"images": [{"filename": "v.mp4"}], "animated": [True]}, "v.mp4", OutputKind.VIDEO, True),
        ({"gifs": [{"filename": "v.webm", "format": "video/webm"}]}, "v.webm", OutputKind.VIDEO, True),
        ({"gifs": [{"filename": "v.GIF"}]}, "v.GIF", OutputKind.IMAGE, True),
        ({"audio": [{"filename": "s.flac"}]}, "s.flac", OutputKind.AUDIO, False),
        ({"latents": [{"filename": "l.latent"}]}, "l.latent", OutputKind.OTHER, False),
        (
            {"images": [{"filename": "no extension"}], "animated": [True]},
            "no extension",
            OutputKind.OTHER,
            False,
        ),
    ],
)
def test_the_kind_is_told_by_the_extension_wherever_it_is_listed(
    output: JsonValue,
    filename: str,
    kind: OutputKind,
    animated: bool,  # noqa: FBT001 - a table's column
) -> None:
    assert output_files("9", output) == (OutputFile("9", FileRef(filename), kind, animated),)


def test_every_key_is_walked_in_order_and_each_file_is_taken_once() -> None:
    file = {"filename": "a.png", "subfolder": "s", "type": "temp", "id": "new servers say more"}
    output: JsonValue = {
        "images": [file, {"filename": "b.png"}],
        "gifs": [file],
        "odd": [None, 3, {"filename": 7}, {"filename": ""}],
        "x": 1,
    }
    assert [found.file for found in output_files("9", output)] == [
        FileRef("a.png", "s", "temp"),
        FileRef("b.png"),
    ]


@pytest.mark.parametrize("output", [None, [], "text", {"images": None}, {"images": {"filename": "a.png"}}])
def test_an_output_without_files_has_none(output: JsonValue) -> None:
    assert output_files("9", output) == ()


@pytest.mark.parametrize(
    ("output", "texts"),
    [
        ({"text": ["a", 1, "b"]}, ("a", "b")),
        ({"text": "a"}, ("a",)),
        (
            {"string": ["a"], "tags": ["1girl", "solo"], "images": [{"filename": "c.png"}]},
            ("a", "1girl", "solo"),
        ),
        ({"text": ["a"], "string": ["a", ""]}, ("a",)),
        ({"animated": [True], "count": 3, "inner": {"text": ["a"]}}, ()),
        (None, ()),
    ],
)
def test_texts_are_found_under_any_key_each_once(output: JsonValue, texts: tuple[str, ...]) -> None:
    assert output_texts(output) == texts


@pytest.mark.parametrize(
    ("reported", "results"),
    [
        ("a.png p.png:temp", "a.png"),
        ("p.png:temp q.png:temp", "p.png q.png"),
        ("v.mp4:temp", "v.mp4"),
        ("a.png v.mp4:temp p.png:temp", "a.png v.mp4"),
        ("v.mp4:temp p.png:temp", "v.mp4"),
        ("a.png g.gif:temp s.flac:temp", "a.png g.gif s.flac"),
        ("final.mp4 draft.mp4:temp draft.gif:temp", "final.mp4"),
        ("song.flac draft.wav:temp", "song.flac"),
        ("l.latent m.glb:temp", "l.latent"),
        ("m.glb:temp", "m.glb"),
        ("", ""),
    ],
)
def test_the_results_are_what_was_saved_and_what_was_made_for_nothing_but_to_be_fetched(
    reported: str, results: str
) -> None:
    named = [
        FileRef(name, "", kind or "output")
        for name, _, kind in (file.partition(":") for file in reported.split())
    ]
    outputs = [
        output
        for ref in named
        for output in output_files("9", {"x": [{"filename": ref.filename, "type": ref.type}]})
    ]
    assert [output.file.filename for output in preferred(outputs)] == results.split()


def test_an_animated_picture_counts_as_a_film() -> None:
    (moving,) = output_files("9", {"images": [{"filename": "a.webp", "type": "temp"}], "animated": [True]})
    (still,) = output_files("8", {"images": [{"filename": "b.png"}]})
    assert preferred([moving, still]) == (moving, still)


@pytest.mark.parametrize(
    ("file", "value"),
    [
        (FileRef("a.png", "", "input"), "a.png"),
        (FileRef("a.png", "sub", "input"), "sub/a.png"),
        (FileRef("a.png", "", "temp"), "a.png [temp]"),
        (FileRef("a.png", "sub"), "sub/a.png [output]"),
    ],
)
def test_a_file_is_named_to_a_loader_with_its_place(file: FileRef, value: str) -> None:
    assert file.input_value == value
