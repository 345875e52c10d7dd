import struct
import subprocess
import sys
import zlib

import pytest
from PIL import Image

from gatepost.server import images
from gatepost.server.domain.errors import Invalid
from gatepost.server.domain.images import ImageLimits
from gatepost.server.images import normalise
from tests.service.images.pictures import (
    LIMITS,
    RED,
    black_png,
    centre,
    chunk,
    close,
    encoded,
    jpeg_with,
    plain,
    png,
    segment,
    srgb_profile,
)

MEGABYTE = 1_000_000
TINY = ImageLimits(max_pixels=1000)


def jpeg_claiming(width: int, height: int) -> bytes:
    raw = encoded(plain(), "JPEG")
    at = raw.index(b"\xff\xc0") + 5
    return raw[:at] + struct.pack(">HH", height, width) + raw[at + 4 :]


def gif_claiming(width: int, height: int) -> bytes:
    raw = encoded(plain(), "GIF")
    return raw[:6] + struct.pack("<HH", width, height) + raw[10:]


def webp_claiming(width: int, height: int) -> bytes:
    raw = encoded(plain("RGBA", colour=(0, 0, 0, 100)), "WEBP", exif=b"Exif\0\0")
    at = raw.index(b"VP8X") + 12
    return raw[:at] + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little") + raw[at + 6 :]


@pytest.mark.parametrize(
    "raw",
    [
        png(50_000, 50_000, rows=b""),
        png(2**31 - 1, 2**31 - 1, rows=b""),
        png(10_000, 10_000, rows=b""),
        jpeg_claiming(65_500, 65_500),
        jpeg_claiming(10_000, 10_000),
        gif_claiming(65_535, 65_535),
        gif_claiming(10_000, 10_000),
        webp_claiming(65_000, 65_000),
    ],
)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")  # the limit in force is ours, not Pillow's
def test_a_header_that_claims_too_much_is_refused_unseen(raw: bytes) -> None:
    with pytest.raises(Invalid, match=r"at most 40 megapixels \(20 for WebP\)"):
        normalise(raw, LIMITS)


def test_the_warning_of_the_decoder_means_the_same_when_it_is_an_error() -> None:
    with pytest.raises(Invalid, match="too many pixels"):
        normalise(png(10_000, 10_000, rows=b""), LIMITS)


def test_nothing_but_blanks_inflates_up_to_the_limit() -> None:
    assert normalise(black_png(8000, 5000), LIMITS).width == 512
    with pytest.raises(Invalid, match="too many pixels"):
        normalise(black_png(8000, 5001), LIMITS)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
def test_the_limit_itself_is_allowed(kind: str) -> None:
    assert normalise(encoded(plain(size=(50, 20)), kind), TINY).width == 50
    with pytest.raises(Invalid, match="too many pixels"):
        normalise(encoded(plain(size=(51, 20)), kind), TINY)


def test_webp_counts_twice_since_it_takes_twice_the_memory() -> None:
    assert normalise(encoded(plain(size=(25, 20)), "WEBP"), TINY).width == 25
    with pytest.raises(Invalid, match="too many pixels"):
        normalise(encoded(plain(size=(26, 20)), "WEBP"), TINY)


def test_a_picture_of_one_endless_column_is_refused() -> None:
    assert normalise(black_png(1, 65_535), LIMITS).height == 512
    with pytest.raises(Invalid, match="65535 pixels a side"):
        normalise(black_png(1, 65_536), LIMITS)


def test_a_frame_larger_than_its_animation_is_measured_too() -> None:
    raw = encoded(plain(), "GIF")
    at = raw.index(b",\0\0\0\0") + 5
    with pytest.raises(Invalid, match="too many pixels"):
        normalise(raw[:at] + struct.pack("<HH", 60_000, 2000) + raw[at + 4 :], LIMITS)


# ---- metadata --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(50 * MEGABYTE))),
        chunk(b"iTXt", b"Comment\0\1\0\0\0" + zlib.compress(bytes(50 * MEGABYTE))),
        chunk(b"tEXt", b"Comment\0" + b"x" * 4 * MEGABYTE),
        chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(MEGABYTE))) * 1000,
        chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(MEGABYTE))) * 1000,
        chunk(b"eXIf", b"II*\0" + b"x" * 1000) * 1000,
        chunk(b"fcTL", bytes(26)) * 1000,
    ],
    ids=["zTXt", "iTXt", "tEXt", "many zTXt", "many iCCP", "many eXIf", "many fcTL"],
)
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # Pillow says that the metadata is damaged, which it is
def test_text_in_a_png_is_never_inflated(text: bytes) -> None:
    raw = black_png(40, 20, extra=text)
    assert len(images._lean(raw)) < len(black_png(40, 20)) + 3000
    assert normalise(raw, LIMITS).width == 40


@pytest.mark.parametrize(
    "flood",
    [
        segment(0xFE, b"x" * 60_000) * 60,
        segment(0xFE, b"") * 300_000,
        segment(0xE1, b"Exif\0\0" + b"x" * 10) * 50_000,
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + b"x" * 1000) * 1000,
        segment(0xE2, b"MPF\0" + b"x" * 1000) * 1000,
        segment(0xED, b"Photoshop 3.0\0" + b"x" * 1000) * 1000,
        segment(0xE0, b"JFIF\0" + b"x" * 1000) * 1000,
        b"\xff" * 300_000,
    ],
    ids=["comments", "empty comments", "EXIF", "XMP", "MPF", "Photoshop", "JFIF", "padding"],
)
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # Pillow says that the metadata is damaged, which it is
def test_metadata_in_a_jpeg_is_left_out_before_it_is_decoded(flood: bytes) -> None:
    raw = jpeg_with(flood)
    assert len(images._lean(raw)) < len(jpeg_with()) + 2000
    assert normalise(raw, LIMITS).width == 40


def test_a_colour_profile_in_many_pieces_is_put_together() -> None:
    profile = srgb_profile(red_is_blue=True)
    pieces = [profile[at : at + 100] for at in range(0, len(profile), 100)]
    numbered = [b"ICC_PROFILE\0" + bytes([number, len(pieces)]) + piece for number, piece in enumerate(pieces, 1)]
    raw = jpeg_with(*(segment(0xE2, piece) for piece in numbered), picture=plain(colour=RED))
    assert close(centre(normalise(raw, LIMITS)), (0, 0, 255))


def with_scans(raw: bytes, count: int) -> bytes:
    """Repeat the last scan until there are so many; the picture stays the same."""
    last = raw[raw.rindex(b"\xff\xda") : -2]
    return raw[:-2] + last * (count - raw.count(b"\xff\xda")) + raw[-2:]


def test_a_jpeg_that_is_drawn_over_and_over_is_refused() -> None:
    raw = encoded(plain("L"), "JPEG", progressive=True)
    assert normalise(with_scans(raw, 32), LIMITS).width == 40
    with pytest.raises(Invalid, match="32 scans"):
        normalise(with_scans(raw, 33), LIMITS)


def test_scans_behind_a_false_end_are_not_drawn() -> None:
    raw = encoded(plain("L"), "JPEG", progressive=True)
    false_end = raw[:-2] + segment(0xFE, b"\xff\xd9") + raw[-2:]
    assert len(images._lean(with_scans(false_end, 1000))) <= len(raw) + 10


def test_a_film_behind_a_photograph_does_not_count_as_scans() -> None:
    assert normalise(encoded(plain(), "JPEG") + b"\xff\xda" * 1000, LIMITS).width == 40


# ---- memory ----------------------------------------------------------------------------------------------------

MEASURE = """
import re, sys
from pathlib import Path
from gatepost.server.domain.images import ImageLimits
from gatepost.server.images import normalise
from tests.service.images.pictures import encoded, plain

def peak() -> int:
    return 1024 * int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])

for kind in ("PNG", "JPEG", "GIF", "WEBP"):
    normalise(encoded(plain(), kind), ImageLimits())
raw = sys.stdin.buffer.read()
before = peak()
normalise(raw, ImageLimits(max_pixels=int(sys.argv[1])))
print(peak() - before)
"""


@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [
        ("PNG", "RGBA", {}),
        ("PNG", "P", {"transparency": 0}),
        ("PNG", "I;16", {}),
        ("JPEG", "RGB", {"progressive": True, "subsampling": 0}),
        ("JPEG", "CMYK", {}),
        ("GIF", "P", {"transparency": 0}),
        ("WEBP", "RGBA", {"lossless": True, "method": 0}),
    ],
)
def test_memory_is_bounded_by_the_pixels_allowed(kind: str, mode: str, options: dict[str, object]) -> None:
    pixels = 8_000_000
    height = 1000 if kind == "WEBP" else 2000
    raw = encoded(Image.new(mode, (4000, height)), kind, **options)
    measured = subprocess.run(
        [sys.executable, "-c", MEASURE, str(pixels)],
        input=raw,
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert int(measured.stdout) < 12 * pixels
