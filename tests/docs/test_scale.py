"""The tables and the picture of the page on scale are those of the last figures."""

from bench.scale import PAGE, PICTURE, measured, page, picture


def test_the_page_shows_the_figures_as_they_were_measured() -> None:
    shown = PAGE.read_text(encoding="utf-8")
    assert page(shown, measured()) == shown, "run python -m bench.scale"


def test_the_picture_shows_the_figures_as_they_were_measured() -> None:
    assert PICTURE.read_text(encoding="utf-8") == picture(measured()), "run python -m bench.scale"
