"""Files made to hurt: each is refused with a sentence."""

import json
import struct
import zlib
from collections.abc import Callable

import pytest

from bot.workflows.sources import Damaged, SourceError, TooMuch, read_workflow
from tests.workflows.sources.files import (
    TEXTS,
    box,
    chunk,
    exr,
    flac,
    glb,
    jpeg,
    matroska,
    mp3,
    mp4,
    opus,
    packed,
    plain,
    png,
    safetensors,
    tiff,
    webp,
)

MEGABYTE = 2**20


def _png(texts: dict[str, str]) -> bytes:
    return png(*(plain(*each) for each in texts.items()))


def _graph(count: int) -> dict[str, object]:
    return {str(node): {"class_type": "A", "inputs": {}} for node in range(count)}


def test_five_thousand_nodes_are_read_and_one_more_is_not() -> None:
    assert len(read_workflow(json.dumps(_graph(5000)).encode()).prompt or ()) == 5000
    with pytest.raises(TooMuch, match="more than 5,000 nodes"):
        read_workflow(json.dumps(_graph(5001)).encode())


def test_nodes_of_subgraphs_count() -> None:
    inner: dict[str, object] = {"nodes": [{"id": node} for node in range(2500)]}
    definitions: dict[str, object] = {"subgraphs": [inner, {**inner, "definitions": {}}]}
    document: dict[str, object] = {"nodes": [{"id": 1}], "definitions": definitions}

    with pytest.raises(TooMuch, match="more than 5,000 nodes"):
        read_workflow(json.dumps(document).encode())


@pytest.mark.parametrize("source", [b"[" * 100_000, b'{"a":' * 100_000, b"[" * 300 + b"]" * 300])
def test_json_that_is_nested_without_end_is_refused(source: bytes) -> None:
    with pytest.raises(TooMuch, match="nested deeper than 256"):
        read_workflow(source)


def test_json_of_very_many_objects_is_refused_unparsed() -> None:
    with pytest.raises(TooMuch, match="more than 600,000 values"):
        read_workflow(b"[" + b"{}," * 300_000 + b"{}]")


def test_a_hundred_thousand_keys_with_one_twice_are_told_apart_quickly() -> None:
    keys = ",".join(f'"{key}":0' for key in range(100_000))

    with pytest.raises(Damaged, match="says “99999” twice"):
        read_workflow(f'{{{keys},"99999":1}}'.encode())


@pytest.mark.parametrize("number", ["0." + "1" * 4_000_000, "1" * 4_000_000, "1e" + "9" * 4_000_000])
def test_numbers_of_millions_of_digits_are_shrugged_at(number: str) -> None:
    found = read_workflow(f'{{"1": {{"class_type": "A", "inputs": {{"a": {number}}}}}}}'.encode())

    assert found.prompt is not None


def test_json_beyond_four_megabytes_is_refused_unread() -> None:
    with pytest.raises(TooMuch, match="larger than 4 MB"):
        read_workflow(b'{"nodes": "' + b"x" * 5 * MEGABYTE + b'"}')


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt"])
def test_a_text_that_unpacks_to_a_quarter_of_a_gigabyte_is_not_unpacked(kind: bytes) -> None:
    packer = zlib.compressobj(9)
    bomb = b"".join(packer.compress(bytes(MEGABYTE)) for _ in range(256)) + packer.flush()
    head = b"prompt\0\0" if kind == b"zTXt" else b"prompt\0\1\0\0\0"

    with pytest.raises(TooMuch, match="larger than 4 MB"):
        read_workflow(png(chunk(kind, head + bomb)))


def test_a_thousand_small_bombs_are_given_up_on() -> None:
    bomb = packed("prompt", " " * 4 * MEGABYTE)

    with pytest.raises(SourceError):
        read_workflow(png(*[bomb] * 1000))


def test_a_picture_in_endless_chunks_is_given_up_on() -> None:
    with pytest.raises(TooMuch, match="more than 200,000 pieces"):
        read_workflow(png(chunk(b"noOp", b"") * 250_000))


def test_an_exif_whose_entries_all_name_the_same_megabyte_is_given_up_on() -> None:
    block = bytearray(tiff([(0x010F, 2, b"prompt:" + b"x" * MEGABYTE)] * 2))
    entries = [struct.pack("<HHII", 0x010F, 2, MEGABYTE, 100)] * 5000
    block[8:10] = struct.pack("<H", len(entries))
    block[10:10] = b"".join(entries)

    with pytest.raises(SourceError):
        read_workflow(webp(bytes(block)))


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I4s", 2**32 - 1, b"tEXt") + b"prompt\0{}",
        box(b"ftyp", b"isom") + struct.pack(">I4sQ", 1, b"moov", 2**63),
        box(b"ftyp", b"isom") + struct.pack(">I4s", 4, b"moov"),
        b"\x1a\x45\xdf\xa3\x80\x67\xc8\x08" + b"\xff" * 8,
        b"\x1a\x45\xdf\xa3\x00",
        b"fLaC\x84" + (200).to_bytes(3) + struct.pack("<I", 2**32 - 1),
        b"OggS" + bytes(22) + b"\xff" + b"\xff" * 255,
        b"ID3\4\0\0\x7f\x7f\x7f\x7f",
        b"glTF" + struct.pack("<III4s", 2, 0, 2**32 - 1, b"JSON"),
        jpeg(b"not a tiff at all"),
    ],
)
def test_lengths_that_lie_are_called_damage(content: bytes) -> None:
    with pytest.raises(Damaged, match="ends too early"):
        read_workflow(content)


def test_a_circle_of_nodes_is_named() -> None:
    loop = {
        "1": {"class_type": "A", "inputs": {"a": ["2", 0]}},
        "2": {"class_type": "B", "inputs": {"a": ["1", 0]}},
    }
    with pytest.raises(Damaged, match=r"linked in a circle: [12] → [12] → [12]"):
        read_workflow(json.dumps(loop).encode())


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (b'{"1": {"class_type": "A"}, "1": {"class_type": "B"}}', "says “1” twice"),
        (b'{"1": {"class_type": "\xff\xfe"}}', "not UTF-8"),
        (b'{"1": {"class_type": "A"}', "line 1, column 26"),
        (b'{"1": ' + b"9" * 5000 + b"}", "is not a workflow"),
    ],
)
def test_json_that_is_wrong_is_told_where(source: bytes, sentence: str) -> None:
    with pytest.raises(SourceError, match=sentence):
        read_workflow(source)


@pytest.mark.parametrize("wrap", [_png, mp4, matroska, flac, opus, mp3, exr, glb, safetensors])
def test_a_graph_inside_a_medium_has_the_same_limits(wrap: Callable[[dict[str, str]], bytes]) -> None:
    with pytest.raises(TooMuch, match="more than 5,000 nodes"):
        read_workflow(wrap({"prompt": json.dumps(_graph(5001))}))
    with pytest.raises(TooMuch, match="nested deeper"):
        read_workflow(wrap({"prompt": "[" * 5000}))


def test_a_hostile_tag_does_not_hide_the_graph_beside_it() -> None:
    content = png(plain("workflow", "[" * 5000), plain("prompt", TEXTS["prompt"]))

    assert read_workflow(content).workflow is None
