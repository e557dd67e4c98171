"""Pictures that are made to hurt, or are none, each with the id of the sentence that it should be refused with."""

import struct
import zlib
from collections.abc import Mapping
from functools import cache

from PIL import Image

from tests.inputs import media
from tests.inputs.rig import corners, saved
from tests.workflows.sources.files import box, chunk

SIGNATURE = b"\x89PNG\r\n\x1a\n"
END = chunk(b"IEND", b"")
TOO_MANY, DAMAGED, NONE = "input-too-many-pixels", "input-picture-damaged", "input-no-picture"
OVERLOADED = "input-picture-overloaded"
TAKEN = "taken"


def ihdr(width: int, height: int, bits: int = 8, colour: int = 2) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))


def png_bomb(side: int) -> bytes:
    """A whole picture of zeros, some thousand times smaller than its pixels."""
    packer = zlib.compressobj(9)
    row = bytes(side // 8 + 1)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    return SIGNATURE + ihdr(side, side, 1, 0) + chunk(b"IDAT", packed) + END


def png(*chunks: bytes, after: bytes = b"") -> bytes:
    whole = saved(corners())
    return whole[:33] + b"".join(chunks) + whole[33:-12] + after + END


def text_bomb(kind: bytes = b"iTXt", megabytes: int = 100) -> bytes:
    packed = zlib.compress(bytes(megabytes * 2**20), 9)
    head = b"Comment\0\1\0\0\0" if kind == b"iTXt" else b"Comment\0\0"
    return chunk(kind, head + packed)


def webp(*chunks: bytes) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def riff(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def canvas(width: int, height: int) -> bytes:
    return riff(
        b"VP8X", bytes([2, 0, 0, 0]) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    )


def jpeg(width: int, height: int) -> bytes:
    frame = struct.pack(">BHHB", 8, height, width, 3) + bytes([1, 17, 0, 2, 17, 0, 3, 17, 0])
    return b"\xff\xd8\xff\xc0" + struct.pack(">H", len(frame) + 2) + frame + b"\xff\xda\0\x02" + bytes(50)


def gif(width: int, height: int, frames: int = 1, frame_size: tuple[int, int] = (1, 1)) -> bytes:
    image = b"\x2c" + struct.pack("<HHHHB", 0, 0, *frame_size, 0) + b"\2\2\x4c\1\0"
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\x80\0\0" + bytes(6) + image * frames + b";"


def avif(width: int, height: int) -> bytes:
    size = box(b"ispe", bytes(4), struct.pack(">II", width, height))
    meta = box(b"meta", bytes(4), box(b"iprp", box(b"ipco", size)))
    return box(b"ftyp", b"avif", bytes(4), b"avif") + meta + box(b"mdat", bytes(50))


def bmp(width: int, height: int) -> bytes:
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 100, 0, 0, 54) + header + bytes(50)


def tiff(*tags: tuple[int, int]) -> bytes:
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in sorted(tags))
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + entries + bytes(100)


def scans(count: int) -> bytes:
    whole = saved(Image.new("L", (64, 64)), "JPEG", progressive=True)
    start = whole.rindex(b"\xff\xda")
    return whole[:start] + whole[start:-2] * count + whole[-2:]


PICTURE = saved(corners())
SEGMENT = b"\xff\xe1\xff\xff" + bytes(65_533)
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@cache
def pictures() -> Mapping[str, tuple[bytes, str]]:
    """By name. They take a second and 80 MB to make."""
    made = {
        "nothing": (b"", NONE),
        "zeros": (bytes(1000), NONE),
        "PNG of 12000×12000": (png_bomb(12_000), TOO_MANY),
        "PNG of 60000×60000": (SIGNATURE + ihdr(60_000, 60_000) + chunk(b"IDAT", b"x") + END, TOO_MANY),
        "PNG of 2³¹ × 2³¹": (SIGNATURE + ihdr(2**31 - 1, 2**31 - 1) + chunk(b"IDAT", b"x") + END, TOO_MANY),
        "PNG as wide as can be": (SIGNATURE + ihdr(2**32 - 1, 1) + chunk(b"IDAT", b"x") + END, TOO_MANY),
        "PNG of no width": (SIGNATURE + ihdr(0, 10) + chunk(b"IDAT", b"x") + END, DAMAGED),
        "PNG without pixels": (SIGNATURE + ihdr(9, 9) + END, DAMAGED),
        "PNG that begins in the middle": (SIGNATURE + chunk(b"IDAT", b"x") + ihdr(9, 9) + END, DAMAGED),
        "PNG with a chunk beyond its end": (SIGNATURE + ihdr(9, 9) + b"\xff\xff\xff\xffIDAT", DAMAGED),
        "PNG with wrong pixels": (SIGNATURE + ihdr(9, 9) + chunk(b"IDAT", b"nonsense") + END, DAMAGED),
        "PNG with too few pixels": (
            SIGNATURE + ihdr(5000, 5000) + chunk(b"IDAT", zlib.compress(b"")) + END,
            DAMAGED,
        ),
        "PNG with a second header": (png(ihdr(60_000, 60_000)), DAMAGED),
        "PNG with a packed text": (png(text_bomb()), DAMAGED),
        "PNG with a packed text behind": (png(after=text_bomb()), DAMAGED),
        "PNG with a packed old text": (png(text_bomb(b"zTXt")), DAMAGED),
        "PNG with a packed profile": (png(text_bomb(b"iCCP")), DAMAGED),
        "PNG with many packed texts": (png(*[text_bomb(megabytes=1)] * 64), OVERLOADED),
        "PNG with a long text": (png(chunk(b"tEXt", b"Comment\0" + bytes(17 * 2**20))), OVERLOADED),
        "PNG with many frames": (png(chunk(b"acTL", struct.pack(">II", 2**31, 0))), TAKEN),
        "JPEG of 65500×65500": (jpeg(65_500, 65_500), TOO_MANY),
        "JPEG without a frame": (b"\xff\xd8\xff\xda\0\x02" + bytes(50), DAMAGED),
        "JPEG that is only a beginning": (b"\xff\xd8\xff", DAMAGED),
        "JPEG of no height": (jpeg(100, 0), DAMAGED),
        "JPEG with a segment of no length": (b"\xff\xd8\xff\xe1\0\0" + bytes(50), DAMAGED),
        "JPEG of many scans": (scans(300), OVERLOADED),
        "JPEG of metadata": (b"\xff\xd8" + SEGMENT * 300 + saved(corners(), "JPEG")[2:], OVERLOADED),
        "WebP of 16384×16384": (webp(canvas(16_384, 16_384)), TOO_MANY),
        "WebP of 2²⁴×2²⁴": (webp(canvas(2**24, 2**24)), TOO_MANY),
        "WebP, large in its frame": (webp(canvas(8, 8), riff(b"VP8L", b"/" + b"\xff" * 9)), TOO_MANY),
        "WebP, large and lossy": (webp(riff(b"VP8 ", bytes(3) + b"\x9d\1\x2a" + b"\xff" * 9)), TOO_MANY),
        "WebP of nothing": (webp(), DAMAGED),
        "WebP with many frames": (webp(canvas(8, 8), *[riff(b"ANMF", bytes(30))] * 50_000), DAMAGED),
        "GIF of 65535×65535": (gif(65_535, 65_535), TOO_MANY),
        "GIF with a frame beyond its canvas": (gif(1, 1, frame_size=(9_000, 9_000)), TOO_MANY),
        "GIF with a frame beyond all": (gif(1, 1, frame_size=(65_535, 65_535)), DAMAGED),
        "GIF with 100,000 frames": (gif(1, 1, frames=100_000), TAKEN),
        "GIF of no size": (gif(0, 0), DAMAGED),
        "AVIF of 65536×65536": (avif(65_536, 65_536), TOO_MANY),
        "AVIF of nothing": (box(b"ftyp", b"avif", bytes(4)), DAMAGED),
        "AVIF without pixels": (avif(64, 64), DAMAGED),
        "AVIF in boxes of boxes": (
            box(b"ftyp", b"avif", bytes(4)) + box(b"meta", bytes(4), b"\0\0\0\x08iprp" * 9),
            DAMAGED,
        ),
        "BMP of 50000×50000": (bmp(50_000, 50_000), TOO_MANY),
        "BMP, upside down": (bmp(50_000, -50_000), TOO_MANY),
        "BMP of no pixels": (bmp(50, 50), DAMAGED),
        "TIFF of 60000×60000": (tiff((256, 60_000), (257, 60_000)), TOO_MANY),
        "TIFF with a tile of 2³²": (tiff((256, 64), (257, 64), (322, 2**32 - 1), (323, 2**32 - 1)), TOO_MANY),
        "TIFF that leads nowhere": (b"II*\0\xff\xff\xff\xff" + bytes(99), DAMAGED),
        "TIFF that leads to itself": (b"II*\0\0\0\0\0" + bytes(99), DAMAGED),
        "SVG": (SVG, NONE),
        "HTML": (b"<!DOCTYPE html><img src=x onerror=alert(1)>", NONE),
        "script": (b"#!/bin/sh\nrm -rf /\n", NONE),
        "program": (b"MZ\x90\0" + bytes(500), NONE),
        "PDF": (b"%PDF-1.7\n", NONE),
        "PostScript": (b"%!PS-Adobe-3.0 EPSF-3.0\n", NONE),
        "zip": (b"PK\x03\x04" + bytes(22) + b"\4\0\0\0name", NONE),
        "film": (media.mp4(), NONE),
        "sound": (media.wav(), NONE),
        "ICO": (b"\0\0\1\0\1\0" + bytes(50), NONE),
        "PSD": (b"8BPS\0\1" + bytes(50), NONE),
        "HEIC": (box(b"ftyp", b"heic", bytes(4), b"mif1heic"), "input-picture-heic"),
        "GIF that is a script": (gif(1, 1) + b"=1;alert(1)//", TAKEN),
        "PNG that is a zip": (PICTURE + b"PK\x03\x04" + bytes(22) + b"\4\0\0\0name", TAKEN),
        "JPEG that is a page": (saved(corners(), "JPEG", comment=b"<script>alert(1)</script>"), TAKEN),
    }
    for form in ("PNG", "JPEG", "WEBP", "GIF", "AVIF", "BMP", "TIFF"):
        whole = saved(Image.effect_noise((64, 64), 90), form)
        for part in (0.1, 0.5, 0.9):
            made[f"{form}, {part:.0%} of it"] = (whole[: int(len(whole) * part)], DAMAGED)
    return made
