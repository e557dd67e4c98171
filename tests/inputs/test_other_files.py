"""Any file is taken that nothing would run, under a suffix of the bot's own choice."""

from pathlib import Path

import pytest
from PIL import Image

from bot.jobs.inputs import InputKind
from bot.texts import text
from tests.inputs.rig import Looker, saved
from tests.workflows.sources.files import glb, safetensors


@pytest.fixture
def looker(tmp_path: Path) -> Looker:
    return Looker(tmp_path)


TAKEN = {
    "fox.glb": (glb({}), ".glb"),
    "fox.txt": (glb({}), ".glb"),
    "picture.txt": (saved(Image.new("L", (1, 1))), ".png"),
    "weights.bin": (safetensors({}), ".safetensors"),
    "pack": (b"PK\x03\x04" + bytes(22) + b"\4\0\0\0name", ".zip"),
    "words.TXT": (b"a red fox < a blue one", ".txt"),
    "mesh.obj": (b"v 0 0 0\n", ".obj"),
    "colours.cube": (b"LUT_3D_SIZE 2\n", ".cube"),
    "graph.json": (b'{"a": 1}', ".json"),
    "no suffix": (b"anything", ".bin"),
    "fox.evil": (b"anything", ".bin"),
    "../../etc/passwd": (b"root", ".bin"),
    "fox.txt/../../x": (b"anything", ".bin"),
    ".txt": (b"anything", ".bin"),
    "fox.txt\0.png": (b"anything", ".bin"),
    "polyglot.js.gif": (saved(Image.new("L", (1, 1)), "GIF") + b"*/=1;alert(1)", ".gif"),
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_nothing_runs_is_taken(looker: Looker, name: str) -> None:
    content, suffix = TAKEN[name]
    looked = looker.look(content, InputKind.FILE, filename=name)
    assert (looked.suffix, looked.file.read_bytes()) == (suffix, content)


RUN = {
    "a.txt": b"MZ\x90\0",
    "b.txt": b"\x7fELF\2",
    "c.txt": b"\xcf\xfa\xed\xfe",
    "d.txt": b"\xca\xfe\xba\xbe",
    "e.txt": b"#!/bin/sh\n",
    "f.txt": b"<!DOCTYPE html>",
    "g.txt": b"\xef\xbb\xbf \n<HTML>",
    "h.txt": b"hello <script>alert(1)</script>",
    "i.txt": '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'.encode("utf-16"),
    "j.txt": b"<svg onload=alert(1)>",
    "k.txt": b"<?php system('ls');",
    "l.js": b"alert(1)",
    "m.BAT": b"del *",
    "n.ps1. ": b"Remove-Item",
    "o.svg": b"words",
    "p.pt": b"\x80\2}q\0.",
    "q.exe": saved(Image.new("L", (1, 1))),
}


@pytest.mark.parametrize("name", RUN)
def test_what_something_would_run_is_not(looker: Looker, name: str) -> None:
    assert looker.refusal(RUN[name], InputKind.FILE, filename=name) == text("input-runs")
