"""The fonts that labels are drawn in: those that are really there, and for each label one that has its characters.

Known files are looked for in the folders of Linux, macOS and Windows. Pillow's own font, which has Latin letters only, is
the last resort. Slow at first; loads Pillow: call in a thread.
"""

import io
import os
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from PIL import ImageFont

from bot.delivery.font_characters import FaceCharacters, UnreadableFont, characters_of, faces_in

FILES = (
    # Latin, Greek, Cyrillic
    "NotoSans-Regular.ttf", "DejaVuSans.ttf", "LiberationSans-Regular.ttf", "segoeui.ttf", "arial.ttf", "Arial.ttf", "Helvetica.ttc",
    # Chinese, Japanese, Korean
    "NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "NotoSansSC-Regular.otf", "NotoSansSC-Regular.ttf", "NotoSansSC-VF.ttf",
    "NotoSansCJK-VF.ttc", "NotoSansCJK-VF.otf.ttc", "SourceHanSans.ttc", "SourceHanSansSC-Regular.otf", "SourceHanSansCN-Regular.otf",
    "wqy-microhei.ttc", "wqy-zenhei.ttc", "DroidSansFallbackFull.ttf", "DroidSansFallback.ttf", "msyh.ttc", "msyh.ttf", "simhei.ttf",
    "Deng.ttf", "simsun.ttc", "Hiragino Sans GB.ttc", "PingFang.ttc", "STHeiti Light.ttc", "Songti.ttc", "NotoSerifCJK-Regular.ttc",
    "uming.ttc", "ukai.ttc", "msgothic.ttc", "malgun.ttf", "AppleSDGothicNeo.ttc",
    # others
    "NotoSansArabic-Regular.ttf", "NotoSansHebrew-Regular.ttf", "NotoSansThai-Regular.ttf", "NotoSansDevanagari-Regular.ttf",
    "LeelawUI.ttf", "Nirmala.ttf", "Nirmala.ttc", "tahoma.ttf", "FreeSans.ttf", "FreeSans.otf", "Arial Unicode.ttf", "unifont.otf",
    "NotoSansSymbols2-Regular.ttf", "seguisym.ttf",
)  # fmt: skip
"""In the order of liking; where several have a label's characters, the first one is taken."""
CHINESE = "图片红蓝狐狸"
"""What a font must have to be one for Chinese labels."""
MOST_LOOKED_AT = 50_000
"""Names in folders: some people have every font there is."""
REPLACEMENT = "?"
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_VARIATION = range(0xFE00, 0xFE10)


def folders() -> tuple[Path, ...]:
    """Where this system keeps its fonts."""
    home = Path.home()
    match sys.platform:
        case "win32":
            windows = Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts"
            return (windows, home / "AppData/Local/Microsoft/Windows/Fonts")
        case "darwin":
            return (home / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts"))
        case _:
            own = (home / ".local/share/fonts", home / ".fonts")
            return (*own, Path("/usr/local/share/fonts"), Path("/usr/share/fonts"))


class Face(Struct, frozen=True):
    """A font that can be drawn in."""

    path: Path | None
    """None: Pillow's own."""
    has: FaceCharacters

    def lacking(self, words: str) -> frozenset[str]:
        return frozenset(each for each in words if ord(each) not in self.has.characters)

    def at(self, size_pixels: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
        if self.path is None:
            return ImageFont.load_default(size_pixels)
        return ImageFont.truetype(str(self.path), size_pixels, index=self.has.index)


class Drawable(Struct, frozen=True):
    """A label as it can be drawn."""

    words: str
    """With :data:`REPLACEMENT` for what the font lacks."""
    face: Face
    lacking: frozenset[str] = frozenset()
    """What was replaced."""


class Fonts:
    """Of one machine. Its files are found at once, and each is read when a label first needs it."""

    def __init__(self, places: Sequence[Path]) -> None:
        self._paths = tuple(_found(places))
        self._read: dict[Path, Face | None] = {}

    def for_label(self, label: str) -> Drawable:
        """One line, in the first font that has all its characters; else in the one that lacks the fewest."""
        words = _one_line(label)
        best = None
        for face in self._faces():
            lacking = face.lacking(words)
            if not lacking:
                return Drawable(words, face)
            if best is None or len(lacking) < len(best.lacking):
                best = Drawable(words, face, lacking)
        assert best is not None  # noqa: S101  # Pillow's own is always among them
        return replace(best, words="".join(_nearest(each, best.face) for each in words))

    def chinese(self) -> Path | None:
        """The file that Chinese labels are drawn in; None: no font here has such characters."""
        found = self.for_label(CHINESE)
        return None if found.lacking else found.face.path

    def _faces(self) -> Iterator[Face]:
        for path in self._paths:
            if path not in self._read:
                self._read[path] = _face(path)
            if (face := self._read[path]) is not None:
                yield face
        yield _pillows_own()


@cache
def installed() -> Fonts:
    """Those of this machine, looked for once."""
    return Fonts(folders())


def _found(places: Sequence[Path]) -> list[Path]:
    """The known files that lie there, in the order of liking."""
    rank = {name.casefold(): number for number, name in enumerate(FILES)}
    found: dict[int, Path] = {}
    left = MOST_LOOKED_AT
    for place in places:
        for folder, _, names in os.walk(place):
            for name in names:
                if (number := rank.get(name.casefold())) is not None:
                    found.setdefault(number, Path(folder, name))
            left -= 1 + len(names)
            if left < 0:
                return [found[number] for number in sorted(found)]
    return [found[number] for number in sorted(found)]


def _face(path: Path) -> Face | None:
    """None: it cannot be used."""
    try:
        with path.open("rb") as file:
            return Face(path, characters_of(file, _face_number(path, faces_in(file))))
    except (OSError, UnreadableFont):
        return None


def _face_number(path: Path, count: int) -> int:
    """Of a collection, the face that draws Han characters as mainland China does: the first one is often Japanese."""
    if count == 1:
        return 0
    # Beyond its last face Pillow would look for a file of the same name elsewhere.
    names = (ImageFont.truetype(str(path), 16, index=number).getname()[0] or "" for number in range(count))
    return next((number for number, name in enumerate(names) if {"SC", "CN", "GB"} & set(name.split())), 0)


@cache
def _pillows_own() -> Face:
    source = getattr(ImageFont.load_default(16), "path", None)
    if isinstance(source, io.BytesIO):
        return Face(None, characters_of(io.BytesIO(source.getvalue())))
    return Face(None, FaceCharacters(0, frozenset(range(32, 127))))  # of a Pillow without FreeType


def _nearest(character: str, face: Face) -> str:
    """Itself, or what it is a form of (é: e), where the font has that."""
    plain = unicodedata.normalize("NFKD", character)[0]
    return next((each for each in (character, plain) if not face.lacking(each)), REPLACEMENT)


def _one_line(label: str) -> str:
    composed = unicodedata.normalize("NFC", " ".join(label.split()))
    return "".join(
        each
        for each in composed
        if unicodedata.category(each) not in _INVISIBLE and ord(each) not in _VARIATION
    )
