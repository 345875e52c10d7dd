import struct
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.server.domain.errors import Invalid, TooLarge
from gatepost.server.domain.images import ImageLimits
from gatepost.server.images import normalise
from tests.service.images.pictures import animated, encoded, photo, plain, quartered, srgb_profile

LIMITS = ImageLimits(max_bytes=200_000, max_pixels=1_000_000)

TURNED = b"Exif\0\0MM\0*" + struct.pack(">IHHHIHI", 8, 1, 274, 3, 1, 6, 0)
SEEDS = [
    *(photo(kind) for kind in ("PNG", "JPEG", "GIF", "WEBP")),
    photo("JPEG", progressive=True),
    photo("WEBP", lossless=True),
    *(animated(kind) for kind in ("PNG", "GIF", "WEBP")),
    encoded(
        quartered(),
        "JPEG",
        icc_profile=srgb_profile(),
        exif=b"Exif\0\0MM\0*" + struct.pack(">IHHHIHI", 8, 1, 274, 3, 1, 6, 0),
    ),
    encoded(
        quartered(),
        "PNG",
        icc_profile=srgb_profile(),
        exif=b"Exif\0\0MM\0*" + struct.pack(">IHHHIHI", 8, 1, 274, 3, 1, 6, 0),
    ),
    encoded(
        quartered(),
        "WEBP",
        icc_profile=srgb_profile(),
        exif=b"Exif\0\0MM\0*" + struct.pack(">IHHHIHI", 8, 1, 274, 3, 1, 6, 0),
    ),
    *(encoded(quartered(), kind, icc_profile=srgb_profile(), exif=TURNED) for kind in ("PNG", "JPEG", "WEBP")),
    encoded(plain("CMYK", colour=(1, 2, 3, 4)), "JPEG"),
    *(encoded(plain(mode), "PNG") for mode in ("1", "L", "LA", "P", "RGBA", "I;16")),
    encoded(plain("P"), "GIF", transparency=0),
]

Change = Callable[[bytes], bytes]
places = st.integers(0, 2**20)


def overwritten(at: int, by: bytes) -> Change:
    return lambda raw: raw[: at % len(raw)] + by + raw[at % len(raw) + len(by) :]


def inserted(at: int, what: bytes) -> Change:
    return lambda raw: raw[: at % len(raw)] + what + raw[at % len(raw) :]


def removed(at: int, length: int) -> Change:
    return lambda raw: raw[: at % len(raw)] + raw[at % len(raw) + length :] or b"\0"


def repeated(at: int, length: int) -> Change:
    return lambda raw: inserted(at, raw[at % len(raw) : at % len(raw) + length])(raw)


changes = st.one_of(
    st.builds(overwritten, places, st.binary(min_size=1, max_size=8)),
    st.builds(overwritten, st.integers(0, 80), st.binary(min_size=1, max_size=4)),
    st.builds(inserted, places, st.binary(min_size=1, max_size=8)),
    st.builds(removed, places, st.integers(1, 64)),
    st.builds(repeated, places, st.integers(1, 512)),
)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # Pillow says that the metadata is damaged, which it is
@settings(max_examples=600)
@given(raw=st.sampled_from(SEEDS), damage=st.lists(changes, min_size=1, max_size=4))
def test_a_damaged_picture_is_shown_or_refused_and_nothing_else(raw: bytes, damage: list[Change]) -> None:
    for change in damage:
        raw = change(raw)
    try:
        image = normalise(raw, LIMITS)
    except (Invalid, TooLarge):
        return
    assert max(image.width, image.height) <= LIMITS.side


@given(
    start=st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF\xff\xff\0\0WEBPVP8 ", b""]),
    rest=st.binary(max_size=400),
)
def test_garbage_is_refused(start: bytes, rest: bytes) -> None:
    with pytest.raises(Invalid):
        normalise(start + rest, LIMITS)
