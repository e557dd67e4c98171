import io
import struct
import zlib
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.delivery.contents import Content, size_of, whole
from bot.delivery.fitted import CannotFit
from bot.delivery.fitting import fit
from bot.texts import render
from tests.delivery.generation import noise


def opened(content: Content) -> Image.Image:
    return Image.open(io.BytesIO(whole(content)))


def test_a_picture_a_little_too_large_loses_nothing() -> None:
    flat = Image.effect_mandelbrot((700, 700), (-2, -1.5, 1, 1.5), 60).convert("RGB")
    out = io.BytesIO()
    flat.save(out, "PNG", compress_level=1)
    content = out.getvalue()
    fitted = fit(content, {}, len(content) - 1000)
    assert fitted.suffix == ".webp"
    assert opened(fitted.content).convert("RGB").tobytes() == flat.tobytes()


def test_a_picture_much_too_large_becomes_a_jpeg_of_the_same_size() -> None:
    content = noise(600, 600)
    fitted = fit(content, {}, len(content) // 2)
    assert (fitted.suffix, fitted.size) == (".jpg", (600, 600))
    assert size_of(fitted.content) <= len(content) // 2
    assert opened(fitted.content).format == "JPEG"


def test_where_that_is_not_enough_it_becomes_smaller_and_says_so() -> None:
    content = noise(1200, 900)
    limit = 150_000
    fitted = fit(content, {}, limit)
    assert size_of(fitted.content) <= limit
    assert fitted.size is not None
    assert fitted.size[0] < 1200
    assert opened(fitted.content).size == fitted.size
    assert fitted.change is not None
    said = render(fitted.change, "en")
    assert said.startswith("Made smaller to fit Discord’s 0.1 MB: PNG 1200×900, 3.1 MB → JPEG 85 %")
    assert f"{fitted.size[0]}×{fitted.size[1]}" in said


def test_transparency_is_kept() -> None:
    content = noise(600, 600, mode="RGBA")
    fitted = fit(content, {}, len(content) // 2)
    assert fitted.suffix == ".webp"
    assert opened(fitted.content).mode == "RGBA"


def test_an_animation_is_not_flattened() -> None:
    frames = [Image.effect_noise((300, 300), 90) for _ in range(3)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(CannotFit):
        fit(out.getvalue(), {}, 1000)


def bomb(width: int, height: int) -> bytes:
    """A PNG whose header promises far more pixels than it is worth decoding."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(1024 * 1024))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [7000, 12_000, 30_000])
def test_a_decompression_bomb_is_refused_by_its_header(side: int) -> None:
    with pytest.raises(CannotFit):
        fit(bomb(side, side), {}, 100)


@pytest.mark.parametrize("cut", [10, 40, 5000])
def test_a_broken_picture_is_refused_and_raises_nothing_else(cut: int) -> None:
    with pytest.raises(CannotFit):
        fit(noise(300, 300)[:cut] + b"x" * 2000, {}, 1500)


def test_a_tiny_limit_ends_in_words_and_not_in_a_loop() -> None:
    with pytest.raises(CannotFit):
        fit(noise(700, 500), {}, 50)


def cut_gif(rest: bytes) -> bytes:
    """One whole frame, then ``rest`` in place of what would follow."""
    out = io.BytesIO()
    Image.effect_noise((60, 60), 80).convert("P").save(out, "GIF")
    return out.getvalue()[:-1] + rest


@pytest.mark.parametrize(
    "rest",
    [b",\x00", b"!\xf9\x04", b"!\xf9\x01\x00", b"," + bytes(7), b"," + bytes(8), b"!\xff", b"!\xff\x0b"],
)
def test_an_animation_cut_off_in_a_later_frame_is_refused_in_words(rest: bytes) -> None:
    with pytest.raises(CannotFit):
        fit(cut_gif(rest), {}, 100)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["PNG", "JPEG", "WEBP", "GIF"]), st.integers(0, 4000), st.binary(max_size=40))
@example("PNG", 37, b"acTL" + bytes(8))  # an animation of no frames, of which Pillow warns
def test_whatever_stands_in_a_picture_it_fits_or_is_refused_in_words(
    kind: str, at: int, other: bytes
) -> None:
    content = _small(kind)
    damaged = content[:at] + other + content[at + len(other) :]
    for broken in (damaged, content[:at] + other):
        try:
            assert size_of(fit(broken, {}, 900).content) <= 900
        except CannotFit:
            continue


@cache
def _small(kind: str) -> bytes:
    frames = [Image.effect_noise((40, 40), 90) for _ in range(3)]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=kind in {"GIF", "WEBP", "PNG"}, append_images=frames[1:])
    return out.getvalue()


def test_a_depth_map_of_sixteen_bits_keeps_its_shades() -> None:
    depth = Image.frombytes("I;16", (256, 256), b"".join(struct.pack("<H", n) for n in range(65536)))
    out = io.BytesIO()
    depth.save(out, "PNG", compress_level=0)
    content = out.getvalue()
    shades = opened(fit(content, {}, len(content) // 3).content).convert("L").tobytes()
    assert (min(shades), max(shades)) == (pytest.approx(0, abs=3), pytest.approx(255, abs=3))
    assert sum(shades) / len(shades) == pytest.approx(127.5, abs=2)


@pytest.mark.parametrize(("width", "height"), [(70_000, 12), (12, 70_000), (9000, 60)])
def test_a_thin_strip_is_made_smaller_like_any_other_picture(width: int, height: int) -> None:
    content = noise(width, height)
    fitted = fit(content, {}, len(content) // 6)
    assert size_of(fitted.content) <= len(content) // 6
    assert fitted.size is not None
    assert opened(fitted.content).size == fitted.size
