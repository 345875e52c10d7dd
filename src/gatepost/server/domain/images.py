"""What a stored profile image is, and the limits an upload must keep."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """How large an upload may be, and how large a stored image becomes.

    `max_bytes` bounds the upload, `max_pixels` the picture it holds (width times height),
    and `side` is the longest side in pixels of what is stored.
    """

    max_bytes: int = 5 * 1024 * 1024
    max_pixels: int = 40_000_000
    side: int = 512


@dataclass(frozen=True, slots=True)
class ProfileImage:
    """An image as it is stored and served: re-encoded by us, free of metadata.

    `content_type` is `image/jpeg` or `image/png`; `width` and `height` are in pixels.
    """

    content_type: str
    data: bytes
    width: int
    height: int
