"""Films and sounds are told by their content, held to a length, and left as they are."""

from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from bot.inputs.errors import InputRefused
from bot.inputs.limits import InputLimits
from bot.jobs.inputs import InputKind
from bot.texts import text
from tests.inputs import media
from tests.inputs.rig import Looker, saved
from tests.workflows.sources.files import box, element

SECONDS = 3
FILMS = {
    "MP4": (media.mp4(), ".mp4"),
    "MP4, told at its end": (media.mp4(front=False), ".mp4"),
    "MP4, long numbers": (media.mp4(wide=True), ".mp4"),
    "MP4 in fragments": (media.mp4(0, fragments_seconds=SECONDS), ".mp4"),
    "MP4 without sound": (media.mp4(tracks=(b"vide",)), ".mp4"),
    "MOV": (media.mp4(brand=b"qt  "), ".mov"),
    "WebM": (media.webm(), ".webm"),
    "MKV": (media.webm(kind=b"matroska"), ".mkv"),
}
SOUNDS = {
    "M4A": (media.mp4(tracks=(b"soun",), brand=b"M4A "), ".m4a"),
    "WebM": (media.webm(tracks=(2,)), ".webm"),
    "WAV": (media.wav(), ".wav"),
    "WAV from a pipe": (media.wav(endless=True), ".wav"),
    "FLAC": (media.flac(), ".flac"),
    "Opus": (media.ogg(codec="opus"), ".opus"),
    "Vorbis": (media.ogg(codec="vorbis"), ".ogg"),
    "FLAC in Ogg": (media.ogg(codec="flac"), ".ogg"),
    "MP3": (media.mp3(), ".mp3"),
    "MP3 with tags": (media.mp3(tagged=True), ".mp3"),
    "MP3, frames counted": (media.mp3(counted=True), ".mp3"),
}
UNTOLD = {
    "a browser's recording": (media.webm(None, live=True), ".webm"),
    "fragments without a length": (media.mp4(0), ".mp4"),
    "GIF": (saved(Image.new("RGB", (8, 8)), "GIF"), ".gif"),
}


@pytest.fixture
def looker(tmp_path: Path) -> Looker:
    return Looker(tmp_path, InputLimits(max_seconds=SECONDS + 0.2))


@pytest.mark.parametrize(("content", "suffix"), FILMS.values(), ids=FILMS)
def test_a_film_of_the_longest_length_is_taken_as_it_is(looker: Looker, content: bytes, suffix: str) -> None:
    looked = looker.look(content, InputKind.VIDEO, filename="fox.txt")
    assert (looked.suffix, looked.file.read_bytes()) == (suffix, content)


@pytest.mark.parametrize(("content", "suffix"), SOUNDS.values(), ids=SOUNDS)
def test_a_sound_of_the_longest_length_is_taken_as_it_is(looker: Looker, content: bytes, suffix: str) -> None:
    looked = looker.look(content, InputKind.AUDIO, filename="fox.png")
    assert (looked.suffix, looked.file.read_bytes()) == (suffix, content)


@pytest.mark.parametrize(("content", "suffix"), UNTOLD.values(), ids=UNTOLD)
def test_what_does_not_say_how_long_it_is_passes(looker: Looker, content: bytes, suffix: str) -> None:
    assert looker.look(content, InputKind.VIDEO).suffix == suffix


@pytest.mark.parametrize("name", FILMS)
def test_a_film_that_is_too_long_is_told_how_long(tmp_path: Path, name: str) -> None:
    short = Looker(tmp_path, InputLimits(max_seconds=SECONDS - 0.2))
    assert short.refusal(FILMS[name][0], InputKind.VIDEO) == text("input-too-long", seconds=3, limit=3)


@pytest.mark.parametrize("name", SOUNDS)
def test_a_sound_that_is_too_long_is_told_how_long(tmp_path: Path, name: str) -> None:
    short = Looker(tmp_path, InputLimits(max_seconds=SECONDS - 0.2))
    assert short.refusal(SOUNDS[name][0], InputKind.AUDIO) == text("input-too-long", seconds=3, limit=3)


def test_a_film_serves_as_a_sound_if_it_has_one(looker: Looker) -> None:
    assert looker.look(media.mp4(), InputKind.AUDIO).suffix == ".mp4"
    for silent in (media.mp4(tracks=(b"vide",)), media.webm(tracks=(1,)), UNTOLD["GIF"][0]):
        assert looker.refusal(silent, InputKind.AUDIO) == text("input-no-audio")


def test_a_sound_is_no_film(looker: Looker) -> None:
    for content, _suffix in SOUNDS.values():
        assert looker.refusal(content, InputKind.VIDEO) == text("input-no-video")


@pytest.mark.parametrize("kind", [InputKind.VIDEO, InputKind.AUDIO])
@pytest.mark.parametrize(
    "content", [b"MZ", b"<svg/>", b"#!/bin/sh", bytes(64), saved(Image.new("L", (1, 1)))]
)
def test_what_is_something_else_is_told(looker: Looker, kind: InputKind, content: bytes) -> None:
    wanted = text("input-no-video") if kind is InputKind.VIDEO else text("input-no-audio")
    assert looker.refusal(content, kind, filename="fox.mp4") == wanted


DAMAGED = {
    "MP4 without a head": box(b"ftyp", b"isom", bytes(4)) + box(b"mdat", bytes(99)),
    "MP4 with a box beyond its end": box(b"ftyp", b"isom", bytes(4)) + b"\x7f\xff\xff\xffmoov" + bytes(99),
    "MP4 with a box that is too short": box(b"ftyp", b"isom", bytes(4)) + b"\0\0\0\2moov" + bytes(99),
    "WebM without tracks": element(0x1A45DFA3) + element(0x18538067, element(0x1549A966)),
    "WebM that ends": media.webm()[:40],
    "WAV without a form": b"RIFF\x10\0\0\0WAVEdata\4\0\0\0abcd",
    "WAV of no bytes a second": media.wav().replace((8000).to_bytes(4, "little"), bytes(4)),
    "FLAC that ends": media.flac()[:20],
    "FLAC of no rate": b"fLaC" + bytes(100),
    "Ogg of something": media.ogg().replace(b"OpusHead", b"SomeHead"),
    "Ogg that ends": media.ogg()[:20],
    "MP3 without a frame": b"ID3\4\0\0\0\0\0\0" + bytes(5000),
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_what_is_damaged_is_told(looker: Looker, content: bytes) -> None:
    for kind in (InputKind.VIDEO, InputKind.AUDIO):
        assert looker.refusal(content, kind) == text("input-recording-damaged")


WHOLE = {**FILMS, **SOUNDS, **UNTOLD}


@pytest.mark.parametrize("name", WHOLE)
def test_however_it_is_cut_or_bent_there_is_an_answer(looker: Looker, name: str) -> None:
    content = WHOLE[name][0][:500]
    cut = [content[:end] for end in range(1, len(content), 11)]
    bent = [content[:at] + b"\xff\xff" + content[at + 2 :] for at in range(0, len(content), 11)]
    for each in (*cut, *bent):
        for kind in (InputKind.VIDEO, InputKind.AUDIO):
            with suppress(InputRefused):
                looker.look(each, kind)
