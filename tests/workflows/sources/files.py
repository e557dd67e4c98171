"""The smallest files of each form that carry texts, written by hand from the formats' rules."""

import json
import struct
import zlib
from collections.abc import Mapping, Sequence

PROMPT = {
    "3": {
        "class_type": "KSampler",
        "inputs": {"seed": 7, "positive": ["6", 0]},
        "_meta": {"title": "采样 🦊"},
    },
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a red fox"}},
}
WORKFLOW = {
    "nodes": [{"id": 3, "type": "KSampler"}, {"id": 6, "type": "CLIPTextEncode"}],
    "links": [[1, 6, 0, 3, 1, "CONDITIONING"]],
    "version": 0.4,
}
TEXTS = {"prompt": json.dumps(PROMPT), "workflow": json.dumps(WORKFLOW)}
BOTH = json.dumps({"prompt": PROMPT, "workflow": WORKFLOW})


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(*chunks: bytes) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + pixels + chunk(b"IEND", b"")


def plain(key: str, words: str, kind: bytes = b"tEXt", encoding: str = "utf-8") -> bytes:
    return chunk(kind, key.encode() + b"\0" + words.encode(encoding))


def packed(key: str, words: str) -> bytes:
    return chunk(b"zTXt", key.encode() + b"\0\0" + zlib.compress(words.encode()))


def international(key: str, words: str, *, compressed: bool) -> bytes:
    content = zlib.compress(words.encode()) if compressed else words.encode()
    return chunk(b"iTXt", key.encode() + b"\0" + bytes([compressed]) + b"\0en\0key\0" + content)


def animated_png(texts: Mapping[str, str]) -> bytes:
    after = b"".join(plain(key, words, b"comf") for key, words in texts.items())
    return png(chunk(b"IDAT", b""), after)


def tiff(entries: Sequence[tuple[int, int, bytes]], order: str = "<", user_comment: bytes = b"") -> bytes:
    """An EXIF block: tag, type and content of each entry of the first directory."""
    directory = list(entries)
    exif_at = 8 + 2 + 12 * (len(directory) + bool(user_comment)) + 4
    data_at = exif_at + (2 + 12 + 4 if user_comment else 0)
    data, written = b"", b""
    for tag, kind, content in directory:
        written += struct.pack(f"{order}HHII", tag, kind, len(content), data_at + len(data))
        data += content
    nested = b""
    if user_comment:
        written += struct.pack(f"{order}HHII", 0x8769, 4, 1, exif_at)
        nested = struct.pack(f"{order}HHHIII", 1, 0x9286, 7, len(user_comment), data_at + len(data), 0)
        data += user_comment
    count = struct.pack(f"{order}H", len(directory) + bool(user_comment))
    head = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(f"{order}I", 8)
    return head + count + written + bytes(4) + nested + data


def comfy_exif(texts: Mapping[str, str], order: str = "<") -> bytes:
    """As ComfyUI writes it: ``key:value`` in the camera's model and make."""
    tags = (0x0110, 0x010F)
    entries = zip(tags, texts.items(), strict=False)
    return tiff([(tag, 2, f"{key}:{words}".encode() + b"\0") for tag, (key, words) in entries], order)


def webp(exif: bytes) -> bytes:
    content = b"WEBP"
    for kind, body in ((b"VP8X", bytes(10)), (b"ANMF", b"odd"), (b"EXIF", exif)):
        content += kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)
    return b"RIFF" + struct.pack("<I", len(content)) + content


def jpeg(exif: bytes = b"", comment: bytes = b"") -> bytes:
    segments = b"\xff\xe0" + struct.pack(">H", 4) + b"JF"
    if exif:
        segments += b"\xff\xe1" + struct.pack(">H", len(exif) + 8) + b"Exif\0\0" + exif
    if comment:
        segments += b"\xff\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment
    return b"\xff\xd8" + segments + b"\xff\xda\0\2pixels\xff\xd9"


def box(kind: bytes, *contents: bytes) -> bytes:
    content = b"".join(contents)
    return struct.pack(">I", len(content) + 8) + kind + content


def _data(words: str) -> bytes:
    return box(b"data", struct.pack(">II", 1, 0), words.encode())


def mp4(texts: Mapping[str, str], *, quicktime: bool = False) -> bytes:
    """``mdta`` keys, as ComfyUI's SaveVideo has them; pixels before the tags, in a box with a 64-bit length."""
    names = b"".join(box(b"mdta", name.encode()) for name in texts)
    keys = box(b"keys", struct.pack(">II", 0, len(texts)), names)
    values = [box(struct.pack(">I", index), _data(words)) for index, words in enumerate(texts.values(), 1)]
    inner = box(b"hdlr", bytes(24)) + keys + box(b"ilst", *values)
    meta = box(b"meta", inner if quicktime else bytes(4) + inner)
    pixels = struct.pack(">I4sQ", 1, b"mdat", 16 + 5) + b"pixel"
    tail = meta if quicktime else box(b"udta", meta)
    return box(b"ftyp", b"isom", bytes(4)) + pixels + box(b"moov", box(b"mvhd", bytes(8)), tail)


def mp4_comment(words: str, kind: bytes = b"\xa9cmt") -> bytes:
    """VideoHelperSuite's: both graphs in the comment, iTunes' way."""
    if kind == b"----":
        entry = box(b"----", box(b"mean", bytes(4)), box(b"name", bytes(4), b"comment"), _data(words))
    else:
        entry = box(kind, _data(words))
    meta = box(b"meta", bytes(4), box(b"hdlr", bytes(24)), box(b"ilst", entry))
    return box(b"ftyp", b"isom", bytes(4)) + box(b"moov", box(b"udta", meta))


def mov_comment(words: str) -> bytes:
    old = box(b"\xa9cmt", struct.pack(">HH", len(words), 0), words.encode())
    return box(b"ftyp", b"qt  ", bytes(4)) + box(b"moov", box(b"udta", old))


def avif(exif: bytes) -> bytes:
    """One EXIF item: ``iinf`` names it, ``iloc`` says where in the file it lies."""
    info = box(b"infe", struct.pack(">IHH4s", 2 << 24, 1, 0, b"Exif"))
    listed = box(b"iinf", struct.pack(">IH", 0, 1), info)

    def meta(offset: int) -> bytes:
        location = struct.pack(">IBBHHHHII", 0, 0x44, 0, 1, 1, 0, 1, offset, len(exif) + 4)
        return box(b"meta", bytes(4), box(b"hdlr", bytes(24)), listed, box(b"iloc", location))

    brand = box(b"ftyp", b"avif", bytes(4))
    at = len(brand) + len(meta(0)) + 8
    return brand + meta(at) + box(b"mdat", struct.pack(">I", 0), exif)


def element(element_id: int, *contents: bytes, unknown_size: bool = False) -> bytes:
    name = element_id.to_bytes((element_id.bit_length() + 7) // 8)
    content = b"".join(contents)
    size = b"\x01" + b"\xff" * 7 if unknown_size else (len(content) | 1 << 56).to_bytes(8)
    return name + size + content


def matroska(texts: Mapping[str, str], *, live: bool = False) -> bytes:
    """``live``: segment and cluster of unknown size, as streams have it."""
    tags = [
        element(0x67C8, element(0x45A3, key.upper().encode()), element(0x4487, words.encode()))
        for key, words in texts.items()
    ]
    cluster = element(0x1F43B675, element(0xE7, b"\0"), element(0xA3, b"frame"), unknown_size=live)
    tagged = element(0x1254C367, element(0x7373, element(0x63C0), *tags))
    return element(0x1A45DFA3, b"") + element(0x18538067, cluster, tagged, unknown_size=live)


def comments(texts: Mapping[str, str]) -> bytes:
    entries = [f"{key}={words}".encode() for key, words in {"encoder": "none", **texts}.items()]
    vendor = struct.pack("<I", 4) + b"test"
    return vendor + struct.pack("<I", len(entries)) + b"".join(struct.pack("<I", len(e)) + e for e in entries)


def flac(texts: Mapping[str, str]) -> bytes:
    tagged = comments(texts)
    return (
        b"fLaC" + b"\0" + (34).to_bytes(3) + bytes(34) + b"\x84" + len(tagged).to_bytes(3) + tagged + b"sound"
    )


def ogg(head: bytes, tagged: bytes) -> bytes:
    """Two packets of one stream, the second over as many pages as it takes."""

    def page(lacing: bytes, body: bytes) -> bytes:
        return b"OggS\0\0" + bytes(8) + b"\1\0\0\0" + bytes(8) + bytes([len(lacing)]) + lacing + body

    pages = page(bytes([len(head)]), head)
    lacing = b"\xff" * (len(tagged) // 255) + bytes([len(tagged) % 255])
    for start in range(0, len(lacing), 3):
        part = lacing[start : start + 3]
        pages += page(part, tagged[start * 255 : start * 255 + sum(part)])
    return pages


def opus(texts: Mapping[str, str]) -> bytes:
    return ogg(b"OpusHead" + bytes(11), b"OpusTags" + comments(texts))


def _safe(length: int) -> bytes:
    return bytes(length >> shift & 0x7F for shift in (21, 14, 7, 0))


def mp3(
    texts: Mapping[str, str], version: int = 4, encoding: int = 3, *, unsynchronised: bool = False
) -> bytes:
    codec, end = (("latin-1", b"\0"), ("utf-16", b"\0\0"), ("utf-16-be", b"\0\0"), ("utf-8", b"\0"))[encoding]
    frames = b""
    for key, words in texts.items():
        body = bytes([encoding]) + key.encode(codec) + end + words.encode(codec)
        if unsynchronised and version == 4:
            body = body.replace(b"\xff", b"\xff\0")
        if version == 2:
            frames += b"TXX" + len(body).to_bytes(3) + body
        else:
            size = _safe(len(body)) if version == 4 else len(body).to_bytes(4)
            frames += b"TXXX" + size + (b"\0\2" if unsynchronised and version == 4 else b"\0\0") + body
    if unsynchronised and version < 4:
        frames = frames.replace(b"\xff", b"\xff\0")
    flags = 0x80 if unsynchronised else 0
    return (
        b"ID3" + bytes([version, 0, flags]) + _safe(len(frames) + 20) + frames + bytes(20) + b"\xff\xfbsound"
    )


def glb(texts: Mapping[str, object]) -> bytes:
    scene = json.dumps({"asset": {"version": "2.0", "extras": texts}}).encode()
    return b"glTF" + struct.pack("<III4s", 2, 20 + len(scene), len(scene), b"JSON") + scene


def safetensors(texts: Mapping[str, str]) -> bytes:
    header = json.dumps({"__metadata__": texts, "latent": {"dtype": "F32", "shape": [1]}}).encode()
    return struct.pack("<Q", len(header)) + header + bytes(4)


def exr(texts: Mapping[str, str]) -> bytes:
    attributes = b"compression\0compression\0" + struct.pack("<I", 1) + b"\0"
    for key, words in texts.items():
        attributes += key.encode() + b"\0string\0" + struct.pack("<I", len(words.encode())) + words.encode()
    return b"\x76\x2f\x31\x01" + struct.pack("<I", 2) + attributes + b"\0pixels"


def svg(words: str) -> bytes:
    return f'<?xml version="1.0"?>\n<svg xmlns="x"><metadata><![CDATA[{words}]]></metadata></svg>'.encode()
