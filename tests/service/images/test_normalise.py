import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat, PngImagePlugin

from gatepost.server.domain.errors import Invalid, TooLarge
from gatepost.server.domain.images import ImageLimits
from gatepost.server.images import normalise
from tests.service.images.pictures import (
    BLUE,
    LIMITS,
    RED,
    animated,
    centre,
    chunk,
    close,
    encoded,
    photo,
    plain,
    png,
    quartered,
    shown,
    srgb_profile,
)

FORMATS = ["PNG", "JPEG", "GIF", "WEBP"]


@pytest.mark.parametrize("kind", FORMATS)
def test_an_opaque_picture_becomes_a_jpeg(kind: str) -> None:
    image = normalise(encoded(plain(colour=RED), kind), LIMITS)
    assert (image.content_type, image.width, image.height) == ("image/jpeg", 40, 20)
    assert close(centre(image), RED)


@pytest.mark.parametrize(
    ("picture", "kind"),
    [
        (plain("RGBA", colour=(0, 0, 255, 128)), "PNG"),
        (plain("RGBA", colour=(0, 0, 255, 128)), "WEBP"),
        (plain("LA", colour=(29, 128)), "PNG"),
    ],
)
def test_a_translucent_picture_stays_translucent(picture: Image.Image, kind: str) -> None:
    image = normalise(encoded(picture, kind, lossless=True), LIMITS)
    assert image.content_type == "image/png"
    assert centre(image) == picture.convert("RGBA").getpixel((0, 0))


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_a_palette_with_a_transparent_colour_stays_transparent(kind: str) -> None:
    picture = plain("P", colour=1)
    picture.putpalette([*RED, *BLUE])
    picture.paste(0, (0, 0, 20, 20))
    stored = shown(normalise(encoded(picture, kind, transparency=1), LIMITS))
    assert stored.getpixel((30, 10)) == (*BLUE, 0)
    assert stored.getpixel((10, 10)) == (*RED, 255)


def test_a_palette_of_translucent_colours_stays_translucent() -> None:
    picture = plain("P", colour=1)
    picture.putpalette([*RED, *BLUE])
    assert centre(normalise(encoded(picture, "PNG", transparency=b"\xff\x80"), LIMITS)) == (*BLUE, 128)


def test_a_single_transparent_grey_or_colour_stays_transparent() -> None:
    grey = png(1, 1, rows=b"\0\x40", extra=chunk(b"tRNS", b"\0\x40"))
    colour = png(1, 1, colour=2, rows=b"\0\1\2\3", extra=chunk(b"tRNS", b"\0\1\0\2\0\3"))
    assert centre(normalise(grey, LIMITS))[3] == 0
    assert centre(normalise(colour, LIMITS))[3] == 0


def test_transparency_that_no_pixel_uses_does_not_count() -> None:
    assert normalise(encoded(plain("RGBA", colour=(*RED, 255)), "PNG"), LIMITS).content_type == "image/jpeg"


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_an_animation_shows_its_first_picture(kind: str) -> None:
    assert close(centre(normalise(animated(kind), LIMITS)), RED)


@pytest.mark.parametrize(
    ("picture", "grey"),
    [
        (png(1, 1, depth=16, rows=b"\0\x80\x00"), 128),
        (png(1, 1, depth=16, rows=b"\0\x00\x20"), 0),
        (png(1, 1, depth=16, rows=b"\0\x80\x00", extra=chunk(b"tRNS", b"\x80\x00")), 128),
        (png(8, 1, depth=1, rows=b"\0\xff"), 255),
        (encoded(plain("L", colour=90), "JPEG"), 90),
    ],
)
def test_greys_of_every_depth_keep_their_brightness(picture: bytes, grey: int) -> None:
    assert close([centre(normalise(picture, LIMITS))], [grey])


def test_sixteen_bits_a_colour_become_eight() -> None:
    picture = png(1, 1, depth=16, colour=2, rows=b"\0\x80\x80\x00\x00\xff\xff")
    assert close(centre(normalise(picture, LIMITS)), (128, 0, 255))


def test_print_colours_become_screen_colours() -> None:
    assert close(centre(normalise(encoded(plain("CMYK", colour=(0, 255, 255, 0)), "JPEG"), LIMITS)), RED)


# ---- size ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "stored"),
    [
        ((1000, 500), (512, 256)),
        ((300, 900), (171, 512)),
        ((512, 512), (512, 512)),
        ((100, 50), (100, 50)),
        ((1, 1), (1, 1)),
        ((9000, 1), (512, 1)),
        ((1, 9000), (1, 512)),
    ],
)
@pytest.mark.parametrize("kind", FORMATS)
def test_pictures_are_made_smaller_never_larger(kind: str, size: tuple[int, int], stored: tuple[int, int]) -> None:
    assert shown(normalise(encoded(plain(size=size), kind), LIMITS)).size == stored


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_pictures_of_every_mode_can_be_made_smaller(mode: str) -> None:
    assert shown(normalise(encoded(plain(mode, size=(1200, 1200)), "PNG"), LIMITS)).size == (512, 512)


# ---- orientation -----------------------------------------------------------------------------------------------


def oriented(kind: str, orientation: Any) -> bytes:
    exif = Image.Exif()
    exif[274] = orientation
    return encoded(quartered(), kind, exif=exif)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_turned_upright(kind: str, orientation: int) -> None:
    raw = oriented(kind, orientation)
    expected = ImageOps.exif_transpose(Image.open(io.BytesIO(raw))).convert("RGB")
    difference = ImageChops.difference(shown(normalise(raw, LIMITS)), expected)
    assert max(ImageStat.Stat(difference).mean) < 12


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_changes_nothing(orientation: int) -> None:
    assert shown(normalise(oriented("JPEG", orientation), LIMITS)).size == (80, 40)


@pytest.mark.parametrize("exif", [b"Exif\0\0", b"Exif\0\0garbage", b"Exif\0\0II*\0\xff\xff\xff\xff"])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # Pillow says that the metadata is damaged, which it is
def test_damaged_metadata_does_not_cost_the_picture(kind: str, exif: bytes) -> None:
    assert close(centre(normalise(encoded(plain(colour=RED), kind, exif=exif), LIMITS)), RED)


# ---- colour and metadata ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_colours_are_converted_from_the_profile_of_the_picture(kind: str) -> None:
    raw = encoded(plain(colour=RED), kind, icc_profile=srgb_profile(red_is_blue=True))
    assert close(centre(normalise(raw, LIMITS)), BLUE)


def test_colours_are_converted_beside_transparency() -> None:
    raw = encoded(plain("RGBA", colour=(*RED, 100)), "PNG", icc_profile=srgb_profile(red_is_blue=True))
    assert close(centre(normalise(raw, LIMITS)), (*BLUE, 100))


@pytest.mark.parametrize("profile", [b"", b"garbage", srgb_profile()[:200], srgb_profile().replace(b"RGB ", b"CMYK")])
def test_a_profile_that_does_not_fit_is_ignored(profile: bytes) -> None:
    assert close(centre(normalise(encoded(plain(colour=RED), "JPEG", icc_profile=profile), LIMITS)), RED)


def test_grey_with_a_profile_for_colours_stays_grey() -> None:
    assert close([centre(normalise(encoded(plain("L", colour=90), "JPEG", icc_profile=srgb_profile()), LIMITS))], [90])


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_nothing_but_the_picture_is_kept(mode: str, kind: str) -> None:
    exif, text = Image.Exif(), PngImagePlugin.PngInfo()
    exif[0x010E] = "secret"
    exif.get_ifd(0x8825)[1] = "secret"
    text.add_text("Comment", "secret")
    metadata = {"exif": exif, "icc_profile": srgb_profile(), "comment": b"secret", "pnginfo": text, "xmp": b"secret"}
    picture = plain("RGB" if kind in {"JPEG", "GIF"} else mode, colour=(1, 2, 3))
    raw = encoded(picture, kind, **metadata)
    assert b"secret" in raw
    image = normalise(raw, LIMITS)
    assert b"secret" not in image.data
    assert shown(image).info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize("kind", FORMATS)
def test_what_follows_the_picture_is_left_behind(kind: str) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("page.html", "<script>")
    for tail in (b"<script>alert(1)</script>", archive.getvalue()):
        image = normalise(encoded(plain(colour=RED), kind) + tail, LIMITS)
        assert close(centre(image), RED)
        assert b"<script>" not in image.data
        assert not zipfile.is_zipfile(io.BytesIO(image.data))


# ---- refusals --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0",
        b"GIF",
        b"no image at all " * 1000,
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<!doctype html><img src=x>",
        b"%PDF-1.7\n",
        b"P6 1 1 255 abc",
        b"RIFF\x24\0\0\0WAVEfmt ",
        *(encoded(plain(), kind) for kind in ("BMP", "TIFF", "ICO", "PPM", "TGA", "JPEG2000", "PDF", "EPS")),
    ],
)
def test_anything_else_is_refused_and_told_what_is_accepted(raw: bytes) -> None:
    with pytest.raises(Invalid, match="PNG, JPEG, GIF or WebP"):
        normalise(raw, LIMITS)


@pytest.mark.parametrize(
    "raw",
    [photo("PNG"), photo("JPEG"), photo("JPEG", progressive=True), photo("GIF"), photo("WEBP"), animated("WEBP")],
)
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_picture_that_is_not_all_there_is_refused(raw: bytes, share: float) -> None:
    with pytest.raises(Invalid, match=r"damaged|accepted format"):
        normalise(raw[: int(len(raw) * share)], LIMITS)


def test_an_upload_may_have_just_as_many_bytes_as_allowed() -> None:
    raw = encoded(plain(), "PNG")
    assert normalise(raw, ImageLimits(max_bytes=len(raw))).width == 40
    with pytest.raises(TooLarge, match="larger than"):
        normalise(raw, ImageLimits(max_bytes=len(raw) - 1))


def test_the_bound_is_told_in_mebibytes() -> None:
    with pytest.raises(TooLarge, match=r"5 MiB"):
        normalise(bytes(LIMITS.max_bytes + 1), LIMITS)


# ---- repeatability ---------------------------------------------------------------------------------------------


def test_many_threads_give_what_one_gives() -> None:
    uploads = [photo(kind) for kind in FORMATS] + [oriented("JPEG", turn) for turn in range(1, 9)]
    alone = [normalise(raw, LIMITS) for raw in uploads]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda raw: normalise(raw, LIMITS), uploads * 5))
    assert together == alone * 5
