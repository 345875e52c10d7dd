"""Profile images: whatever was uploaded goes in, a small clean JPEG or PNG comes out.

Theory of operation. An upload is identified by its first bytes; its name and declared type are never looked
at. JPEG and PNG files are first cut down to the parts that are drawn. That is less about privacy (encoding
anew drops metadata anyway) than about time: Pillow joins EXIF segments with `+=`, inflates every colour
profile it meets, and lets libjpeg pass over the whole picture once per progressive scan, so that a few
hundred kilobytes can keep a core busy for a minute. What is left is opened with four of Pillow's decoders
only, measured by its header before a pixel is decoded, scaled down, turned upright, converted to sRGB and
encoded anew. It takes at most 12 bytes of memory per allowed pixel.
"""

from __future__ import annotations

import io
import warnings
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

from gatepost.server.domain.errors import GatepostError, Invalid, TooLarge
from gatepost.server.domain.images import ImageLimits, ProfileImage

if TYPE_CHECKING:
    from PIL.Image import Image, Transpose
    from PIL.ImageFile import ImageFile

_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
_UNKNOWN = "This is not an image in an accepted format: send a PNG, JPEG, GIF or WebP file."
_DAMAGED = "The image is damaged or incomplete."

# Pillow keeps a pointer per row, which a picture one pixel wide and 40 million high would turn into 320 MB.
_MAX_SIDE = 65_535
# libwebp's animation decoder needs twice the memory of the others.
_PIXEL_WEIGHT = {"WEBP": 2}

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_PARTS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"iCCP", b"eXIf", b"IDAT", b"IEND"})

_JPEG_SIGNATURE = b"\xff\xd8\xff"
_JPEG_SCAN = 0xDA
_JPEG_COMMENT = 0xFE
_JPEG_WITHOUT_LENGTH = frozenset({0x00, 0x01, 0xFF, *range(0xD0, 0xDA)})
_JPEG_APPLICATION = range(0xE0, 0xF0)
_JPEG_APPLICATIONS_KEPT = {0xE0: b"JFIF\0", 0xE1: b"Exif\0\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
# Encoders write at most 10 scans for colour and 24 for CMYK; each costs a pass over the whole picture.
_JPEG_MAX_SCANS = 32

_JPEG_QUALITY = 85


def normalise(raw: bytes, limits: ImageLimits) -> ProfileImage:
    """Turn an upload into the image that is stored.

    PNG, JPEG, GIF and WebP are accepted, of animations the first picture. Opaque pictures become JPEG, others
    PNG, at most `limits.side` pixels long, upright, in sRGB, without metadata. The same bytes give the same
    answer. This is work for the CPU, up to some seconds: call it in a thread, a bounded number at a time.

    Raises TooLarge for more than `limits.max_bytes`, and Invalid for whatever is not such an image, is
    damaged, or holds more than `limits.max_pixels` (half of that for WebP).
    """
    if len(raw) > limits.max_bytes:
        raise TooLarge(f"The image is larger than {limits.max_bytes / 2**20:g} MiB.")
    _quiet_pillow()
    try:
        return _encoded(_small_and_upright(_opened(_lean(raw), limits), limits.side))
    except GatepostError:
        raise
    except Exception as error:  # decoders answer damaged input with any exception there is
        raise Invalid(_DAMAGED) from error


@cache
def _quiet_pillow() -> None:
    # Each distinct warning about damaged metadata would be printed, and remembered until the process ends.
    warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")


def _lean(raw: bytes) -> bytes:
    if raw.startswith(_PNG_SIGNATURE):
        return _lean_png(raw)
    if raw.startswith(_JPEG_SIGNATURE):
        return _lean_jpeg(raw)
    return raw


def _lean_png(raw: bytes) -> bytes:
    kept, seen, at = [_PNG_SIGNATURE], set[bytes](), len(_PNG_SIGNATURE)
    while at < len(raw) and b"IEND" not in seen:
        kind = raw[at + 4 : at + 8]
        end = at + 12 + int.from_bytes(raw[at : at + 4])
        if kind in _PNG_PARTS and (kind == b"IDAT" or kind not in seen):
            kept.append(raw[at:end])
        seen.add(kind)
        at = end
    return b"".join(kept)


def _lean_jpeg(raw: bytes) -> bytes:
    kept, seen, at = [raw[:2]], set[int](), raw.index(b"\xff", 2)
    while (marker := raw[at + 1]) != _JPEG_SCAN:
        end = at + 1
        if marker not in _JPEG_WITHOUT_LENGTH:
            end = at + 2 + int.from_bytes(raw[at + 2 : at + 4])
            if _is_drawn(marker, raw[at + 4 : end], seen):
                kept.append(raw[at:end])
            seen.add(marker)
        at = raw.index(b"\xff", end)
    return b"".join([*kept, _scans(raw[at:])])


def _is_drawn(marker: int, content: bytes, seen: set[int]) -> bool:
    if marker in _JPEG_APPLICATION:
        kind = _JPEG_APPLICATIONS_KEPT.get(marker)
        return kind is not None and content.startswith(kind) and (marker == 0xE2 or marker not in seen)
    return marker != _JPEG_COMMENT


def _scans(raw: bytes) -> bytes:
    # Within coded data 0xFF is always escaped, so these two bytes are markers wherever they appear.
    scans, end, _ = raw.partition(b"\xff\xd9")
    if scans.count(b"\xff\xda") > _JPEG_MAX_SCANS:
        raise Invalid(f"The JPEG has more than {_JPEG_MAX_SCANS} scans; save it anew as a plain JPEG.")
    return scans + end


def _opened(raw: bytes, limits: ImageLimits) -> ImageFile:
    import PIL.WebPImagePlugin  # noqa: F401  or Pillow loads all its formats to find this one
    from PIL import Image, UnidentifiedImageError  # only when somebody uploads

    try:
        image = Image.open(io.BytesIO(raw), formats=_FORMATS)
    except UnidentifiedImageError as error:
        raise Invalid(_UNKNOWN) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(limits) from error
    weight = _PIXEL_WEIGHT.get(image.format or "", 1)
    if image.width * image.height * weight > limits.max_pixels or max(image.size) > _MAX_SIDE:
        raise _too_many_pixels(limits)
    return image


def _too_many_pixels(limits: ImageLimits) -> Invalid:
    most = limits.max_pixels / 1_000_000
    return Invalid(
        f"The image has too many pixels: at most {most:g} megapixels ({most / 2:g} for WebP) "
        f"and {_MAX_SIDE} pixels a side are accepted."
    )


def _small_and_upright(image: ImageFile, side: int) -> Image:
    turn = _turn(image)
    small = _scalable(image)
    small.thumbnail((side, side))
    upright = small if turn is None else small.transpose(turn)
    return _in_srgb(upright, image.info.get("icc_profile"))


def _turn(image: ImageFile) -> Transpose | None:
    """Give what puts the picture upright, by the orientation of its EXIF data (tag 274)."""
    from PIL.ExifTags import Base  # only when somebody uploads
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    try:
        return turns.get(image.getexif().get(Base.Orientation, 1))
    except Exception:  # noqa: BLE001  unreadable EXIF data must not cost a good picture
        return None


def _scalable(image: ImageFile) -> Image:
    """Give a picture whose pixels may be averaged: no palettes, no 16 bits, transparency as a channel."""
    if image.mode.startswith("I;16"):
        return image.point(lambda level: level / 256).convert("L")
    wanted = "RGBA" if image.has_transparency_data else {"1": "L", "P": "RGB"}.get(image.mode, image.mode)
    return image if image.mode == wanted else image.convert(wanted)


def _in_srgb(image: Image, profile: bytes | None) -> Image:
    from PIL import ImageCms  # only when somebody uploads

    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile:
        # A profile that does not fit the picture is common, and browsers ignore it as well.
        with suppress(ImageCms.PyCMSError, OSError):
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            image = ImageCms.profileToProfile(image, source, target, outputMode=mode) or image
    return image.convert("RGB") if image.mode == "CMYK" else image


def _encoded(image: Image) -> ProfileImage:
    # Pillow would write the comment and the colour profile it finds here into the new file.
    image.info = {}
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    file = io.BytesIO()
    if image.mode == "RGBA":
        image.save(file, "PNG", optimize=True)
        return ProfileImage("image/png", file.getvalue(), *image.size)
    image.save(file, "JPEG", quality=_JPEG_QUALITY, optimize=True)
    return ProfileImage("image/jpeg", file.getvalue(), *image.size)
