import re

import pytest

from gatepost.server.console.assets import FOLDER

SHEET = (FOLDER / "console.css").read_text()
ROOTS = re.findall(r":root \{(.+?)\}", SHEET, re.DOTALL)
TEXT, SHAPE = 4.5, 3.0  # WCAG 2.2, 1.4.3 and 1.4.11

PAIRS = [
    *((ink, paper, TEXT) for ink in ("strong", "text", "quiet", "accent") for paper in ("page", "card")),
    *((ink, paper, TEXT) for ink in ("danger", "text", "strong") for paper in ("danger-tint",)),
    *((ink, paper, TEXT) for ink in ("good", "text", "strong") for paper in ("good-tint",)),
    ("danger", "card", TEXT),
    ("strong", "line", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-hover", TEXT),
    ("on-danger", "danger", TEXT),
    *(("edge", paper, SHAPE) for paper in ("page", "card", "good-tint", "danger-tint")),
    ("accent", "page", SHAPE),
]


def colours(root: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): #([0-9a-f]{6});", root))


def luminance(colour: str) -> float:
    """Give the relative luminance of an sRGB colour (WCAG 2.2)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_the_standard_says() -> None:
    assert contrast("000000", "ffffff") == pytest.approx(21)
    assert contrast("777777", "ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("ink", "paper", "least"), PAIRS)
@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_everything_can_be_read(theme: int, ink: str, paper: str, least: float) -> None:
    chosen = colours(ROOTS[theme])
    assert contrast(chosen[ink], chosen[paper]) >= least


def test_both_themes_name_the_same_colours() -> None:
    light, dark = map(colours, ROOTS)
    assert light.keys() == dark.keys()
