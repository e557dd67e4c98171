"""Pictures of each kind come out upright, in sRGB, with their own pixels and nothing else of the file."""

from pathlib import Path

import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from bot.inputs.limits import InputLimits
from bot.jobs.inputs import InputKind
from bot.texts import text
from tests.inputs.rig import Looker, corners, corners_of, opened, pixels, saved

SECRET = "51.5007 N, 0.1246 W"


@pytest.fixture
def looker(tmp_path: Path) -> Looker:
    return Looker(tmp_path)


def rgba() -> Image.Image:
    picture = corners().convert("RGBA")
    picture.putpixel((0, 0), (10, 20, 30, 0))
    picture.putpixel((1, 0), (40, 50, 60, 128))
    return picture


LOSSLESS = {
    "PNG": saved(corners()),
    "PNG with alpha": saved(rgba()),
    "interlaced palette": saved(corners().convert("P")),
    "palette with transparency": saved(corners().convert("P"), transparency=0),
    "bilevel": saved(corners().convert("1")),
    "grey": saved(corners().convert("L")),
    "grey with alpha": saved(corners().convert("LA")),
    "WebP": saved(rgba(), "WEBP", lossless=True, exact=True),
    "GIF": saved(corners(), "GIF"),
    "AVIF": saved(corners(), "AVIF", quality=100, subsampling="4:4:4"),
    "BMP": saved(corners(), "BMP"),
    "BMP upside down": saved(corners(), "BMP"),
    "TIFF": saved(corners(), "TIFF"),
    "TIFF packed": saved(corners(), "TIFF", compression="tiff_lzw"),
    "TIFF with alpha": saved(rgba(), "TIFF"),
}


@pytest.mark.parametrize("content", LOSSLESS.values(), ids=LOSSLESS)
def test_each_kind_keeps_its_pixels_as_png(looker: Looker, content: bytes, tmp_path: Path) -> None:
    before = tmp_path / "before"
    before.write_bytes(content)
    original = opened(before)
    mode = "RGBA" if original.has_transparency_data else "RGB"
    looked = looker.look(content)
    made = opened(looked.file)
    assert (made.format, looked.suffix, made.mode) == ("PNG", ".png", mode)
    assert pixels(made) == pixels(original.convert(mode))


def test_a_jpeg_stays_one_of_the_best_quality(looker: Looker) -> None:
    looked = looker.look(saved(corners(), "JPEG", quality=95, subsampling=0))
    made = opened(looked.file)
    assert (made.format, looked.suffix, made.size, corners_of(made)) == ("JPEG", ".jpg", (12, 8), "RGBW")


def test_a_grey_or_a_printers_jpeg_becomes_rgb(looker: Looker) -> None:
    for mode in ("L", "CMYK"):
        made = looker.picture(saved(Image.new(mode, (8, 8)), "JPEG"))
        assert (made.mode, made.size) == ("RGB", (8, 8))


def test_of_16_bits_the_upper_8_are_kept(looker: Looker) -> None:
    picture = Image.new("I;16", (2, 1))
    picture.putpixel((0, 0), 0x8000)
    picture.putpixel((1, 0), 0xFFFF)
    assert pixels(looker.picture(saved(picture))) == [(127, 127, 127), (255, 255, 255)]


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_frame_is_taken(looker: Looker, form: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "lime", "blue")]
    content = saved(frames[0], form, save_all=True, append_images=frames[1:], **_exactly(form))
    made = looker.picture(content)
    assert (made.size, made.convert("RGB").getpixel((4, 4))) == ((8, 8), (255, 0, 0))


def _exactly(form: str) -> dict[str, object]:
    return {"lossless": True} if form == "WEBP" else {}


# How each orientation lays the quarters RGBW into the file: https://exiftool.org/TagNames/EXIF.html (0x0112).
UPRIGHT = {1: "RGBW", 2: "GRWB", 3: "WBGR", 4: "BWRG", 5: "RBGW", 6: "BRWG", 7: "WGBR", 8: "GWRB"}


@pytest.mark.parametrize(("orientation", "quarters"), UPRIGHT.items())
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
def test_a_picture_is_turned_as_the_camera_was_held(
    looker: Looker, form: str, orientation: int, quarters: str
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    made = looker.picture(saved(corners(), form, exif=exif))
    assert (corners_of(made), made.size) == (quarters, (12, 8) if orientation < 5 else (8, 12))
    assert made.getexif() == {}


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")  # all that Pillow does about it
def test_exif_that_makes_no_sense_turns_nothing(looker: Looker) -> None:
    loop = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x08\0\0\0\x08\0\0\0"
    for exif in (b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0" + bytes(40), loop):
        assert corners_of(looker.picture(saved(corners(), "JPEG", exif=exif))) == "RGBW"


def _with_metadata(form: str) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = exif[0x010F] = exif[0x9C9C] = SECRET
    exif.get_ifd(0x8825)[1] = SECRET
    if form == "PNG":
        info = PngInfo()
        info.add_text("workflow", SECRET)
        info.add_itxt("Comment", SECRET)
        info.add_text("prompt", SECRET, zip=True)
        return saved(corners(), form, exif=exif, pnginfo=info)
    options: dict[str, object] = {} if form == "GIF" else {"exif": exif}
    if form in {"JPEG", "WEBP"}:
        options["xmp"] = SECRET.encode()
    if form in {"JPEG", "GIF"}:
        options["comment"] = SECRET.encode()
    return saved(corners(), form, **options)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "AVIF", "TIFF"])
def test_nothing_that_is_not_a_pixel_is_kept(looker: Looker, form: str) -> None:
    content = _with_metadata(form)
    assert SECRET.encode() in content
    looked = looker.look(content)
    made = opened(looked.file)
    assert SECRET.encode() not in looked.file.read_bytes()
    assert set(made.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert made.getexif() == {}


def test_what_is_appended_to_a_picture_is_not_kept(looker: Looker) -> None:
    for content in (saved(corners()), saved(corners(), "JPEG"), saved(corners(), "GIF")):
        looked = looker.look(content + b"PK\x03\x04" + SECRET.encode())
        assert SECRET.encode() not in looked.file.read_bytes()


def _swapped_profile() -> bytes:
    """sRGB, but what it calls red is green and the other way round."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]  # not typed
    at = {bytes(profile[at : at + 4]): at for at in range(128, 128 + 4 + 12 * profile[131], 4)}
    red, green = at[b"rXYZ"], at[b"gXYZ"]
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(profile)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "TIFF"])
def test_colours_are_those_of_the_pictures_profile(looker: Looker, form: str) -> None:
    made = looker.picture(saved(corners(), form, icc_profile=_swapped_profile()))
    assert corners_of(made) == "GRBW"
    assert "icc_profile" not in made.info


def test_a_profile_keeps_what_is_transparent(looker: Looker) -> None:
    made = looker.picture(saved(rgba(), icc_profile=_swapped_profile()))
    assert made.getchannel("A").getextrema() == (0, 255)


def test_the_usual_profile_changes_nothing(looker: Looker) -> None:
    usual = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]  # not typed
    noise = Image.effect_noise((32, 32), 90).convert("RGB")
    assert pixels(looker.picture(saved(noise, icc_profile=usual))) == pixels(noise)


def test_a_profile_that_is_none_is_left_out(looker: Looker) -> None:
    assert corners_of(looker.picture(saved(corners(), icc_profile=b"no profile"))) == "RGBW"
    grey = saved(Image.new("L", (2, 1), 100), icc_profile=_swapped_profile())
    assert pixels(looker.picture(grey)) == [(100, 100, 100)] * 2


def test_the_limit_of_pixels_is_the_operators(tmp_path: Path) -> None:
    looker = Looker(tmp_path, InputLimits(max_pixels=95))
    assert looker.refusal(saved(corners())) == text(
        "input-too-many-pixels", width="12", height="8", megapixels=0.0
    )
    assert Looker(tmp_path, InputLimits(max_pixels=96)).picture(saved(corners())).size == (12, 8)


def test_heic_is_told_how_to_send_it(looker: Looker) -> None:
    for brands in (b"heic\0\0\0\0mif1heic", b"mif1\0\0\0\0mif1heic", b"hevc\0\0\0\0"):
        content = (len(brands) + 8).to_bytes(4) + b"ftyp" + brands + bytes(100)
        assert looker.refusal(content).id == "input-picture-heic"


def test_avif_under_a_general_brand_is_avif(looker: Looker) -> None:
    content = saved(corners(), "AVIF").replace(b"ftypavif", b"ftypmif1", 1)
    assert looker.picture(content).size == (12, 8)


def test_floating_points_are_not_guessed_at(looker: Looker) -> None:
    assert looker.refusal(saved(Image.new("F", (2, 2)), "TIFF")).id == "input-picture-float"


def test_a_mask_by_itself_is_the_same_in_every_channel(looker: Looker) -> None:
    drawing = Image.new("L", (4, 1), 0)
    drawing.putpixel((1, 0), 255)
    drawing.putpixel((2, 0), 100)
    looked = looker.look(saved(drawing), InputKind.MASK)
    assert pixels(opened(looked.file)) == [
        (0, 0, 0, 255),
        (255, 255, 255, 0),
        (100, 100, 100, 155),
        (0, 0, 0, 255),
    ]
    assert (looked.suffix, looked.mask, looked.overlay) == (".png", None, None)
