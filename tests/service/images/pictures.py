"""Pictures to upload: drawn by Pillow, or put together byte by byte where Pillow would not."""

import hashlib
import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageCms

from gatepost.server.domain.images import ImageLimits, ProfileImage

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)
LIMITS = ImageLimits()
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def plain(mode: str = "RGB", size: tuple[int, int] = (40, 20), colour: Any = 0) -> Image.Image:
    return Image.new(mode, size, colour)


def quartered() -> Image.Image:
    """Four colours that tell every turn and mirror image from every other."""
    picture = plain(size=(80, 40), colour=RED)
    picture.paste(GREEN, (40, 0, 80, 20))
    picture.paste(BLUE, (0, 20, 40, 40))
    return picture


def encoded(picture: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def shown(image: ProfileImage) -> Image.Image:
    """Decode what is stored, the way whoever is served would."""
    picture = Image.open(io.BytesIO(image.data))
    picture.load()
    assert (image.content_type, image.width, image.height) == (picture.get_format_mimetype(), *picture.size)
    return picture


def centre(image: ProfileImage) -> Any:
    picture = shown(image)
    return picture.getpixel((picture.width // 2, picture.height // 2))


def close(first: Any, second: Any) -> bool:
    """Whether two colours differ by no more than JPEG makes of one."""
    return all(abs(one - other) <= 6 for one, other in zip(first, second, strict=True))


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int, *, depth: int = 8, colour: int = 0, rows: bytes, extra: bytes = b"") -> bytes:
    """A PNG of any header; `rows` are not compressed yet, `extra` are chunks before the pixels."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return PNG_SIGNATURE + header + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def black_png(width: int, height: int, extra: bytes = b"") -> bytes:
    return png(width, height, rows=bytes((width + 1) * height), extra=extra)


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def jpeg_with(*segments: bytes, picture: Image.Image | None = None, **options: Any) -> bytes:
    """A JPEG with more segments than its encoder wrote, in front of them."""
    raw = encoded(picture or plain(), "JPEG", **options)
    return raw[:2] + b"".join(segments) + raw[2:]


def srgb_profile(*, red_is_blue: bool = False) -> bytes:
    """The sRGB colour profile, or one by which the red channel holds the blue light."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    if not red_is_blue:
        return profile
    return profile.replace(b"rXYZ", b"?XYZ", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"?XYZ", b"bXYZ", 1)


def photo(kind: str, **options: Any) -> bytes:
    """A picture with enough detail that every part of the file counts."""
    noise = hashlib.shake_128(b"noise").digest(96 * 64 * 3)
    return encoded(Image.frombytes("RGB", (96, 64), noise), kind, **options)


def animated(kind: str) -> bytes:
    first, *others = (plain(colour=colour) for colour in (RED, GREEN, BLUE))
    return encoded(first, kind, save_all=True, append_images=others, duration=100)
