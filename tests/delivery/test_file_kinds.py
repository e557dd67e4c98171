"""What a file is, told by its bytes."""

import io
import ntpath
from pathlib import Path

import pytest
from PIL import Image

from bot.delivery.file_kinds import is_cut_short, name_on_discord, suffix_by_content
from tests.delivery.generation import noise, picture
from tests.delivery.sample import JOB_ID

SAMPLES = Path(__file__).parents[2] / "bot" / "sandbox" / "comfyui" / "samples"


def converted(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "named", "suffix"),
    [
        (picture(), "fox.png", ".png"),
        (picture(), "fox.PNG", ".png"),
        (picture(), "fox.jpg", ".png"),
        (picture(), "fox", ".png"),
        (picture(kind="JPEG"), "fox.jpeg", ".jpeg"),
        (picture(kind="JPEG"), "fox.exe", ".jpg"),
        (picture(kind="WEBP"), "fox.mp4", ".webp"),
        (picture(kind="GIF"), "fox.webp", ".gif"),
        (converted("BMP"), "fox.png", ".bmp"),
        (converted("TIFF"), "fox.tiff", ".tiff"),
        (converted("AVIF"), "fox.png", ".avif"),
        ((SAMPLES / "film.mp4").read_bytes(), "fox.png", ".mp4"),
        ((SAMPLES / "film.mp4").read_bytes(), "fox.mov", ".mov"),
        ((SAMPLES / "film.webm").read_bytes(), "fox.mp4", ".webm"),
        ((SAMPLES / "sound.flac").read_bytes(), "fox.wav", ".flac"),
        ((SAMPLES / "sound.mp3").read_bytes(), "fox.mp3", ".mp3"),
        ((SAMPLES / "sound.opus").read_bytes(), "fox.opus", ".opus"),
        ((SAMPLES / "cube.glb").read_bytes(), "fox.bin", ".glb"),
        (b"\0\0\0\x14ftypqt  " + bytes(20), "fox", ".mov"),
        (b"\0\0\0\x14ftypM4A " + bytes(20), "fox", ".m4a"),
        (b"<!DOCTYPE html><script>", "fox.png", ".html"),
        (b"\n <html>", "fox.txt", ".html"),
        (b"<svg xmlns='x'/>", "fox.png", ".svg"),
        (b"MZ\x90\0" + bytes(60), "fox.png", ".exe"),
        (b"MZ is how this text begins", "fox.txt", ".txt"),
        (b"#!/bin/sh\n", "fox.txt", ".sh"),
        (b"a, b\n1, 2\n", "table.csv", ".csv"),
        (b"{}", "graph.json", ".json"),
        (b"what a latent is", "fox.latent", ".latent"),
        (b"nothing known", "fox.png", None),
        (bytes(100), "fox.mp4", None),
        (b"{}", "fox.webp", None),
        (b"", "fox.png", None),
        (b"anything", "noending", ""),
    ],
)  # fmt: skip
def test_the_bytes_decide_and_the_name_where_it_fits(content: bytes, named: str, suffix: str | None) -> None:
    assert suffix_by_content(content, named) == suffix


def test_files_on_disk_are_told_like_those_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "1"
    path.write_bytes(noise(40, 40))
    assert (suffix_by_content(path, "fox.webp"), is_cut_short(path, ".png")) == (".png", False)
    path.write_bytes(noise(40, 40)[:-30])
    assert is_cut_short(path, ".png")


def test_a_name_is_made_harmless_and_never_empty() -> None:
    made_up = ["../../a b/ü<@1>.latent", ".latent", "x" * 300 + ".txt", "noending"]
    named = [
        name_on_discord(JOB_ID, 1, each, suffix)
        for each, suffix in zip(made_up, [".latent", ".latent", ".txt", ""], strict=True)
    ]
    assert named == ["1-_1_.latent", "1-latent.latent", f"1-{'x' * 80}.txt", "1-noending.bin"]


@pytest.mark.parametrize(
    "made",
    [
        "..\\..\\fox.txt",
        "C:\\Windows\\fox.txt",
        "C:fox.txt",
        "fox.txt:stream",
        "CON.txt",
        "fox. ",
        "\\\\host\\share\\fox.txt",
    ],
)
def test_a_name_is_one_of_its_folder_on_windows_too(made: str) -> None:
    """Whoever unpacks or saves what was posted there writes nowhere else, and no device is meant."""
    name = name_on_discord(JOB_ID, 1, made, ".txt")
    assert ntpath.split(ntpath.normpath(ntpath.join(r"C:\out", name))) == (r"C:\out", name)
    assert name.startswith("1-")
    assert name == name.rstrip(". ")
