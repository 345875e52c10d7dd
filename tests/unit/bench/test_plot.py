import re
from itertools import pairwise
from xml.etree import ElementTree

from bench.plot import logarithmic

LINES = {"flat & low": [(10, 3), (1_000, 3)], "steep": [(10, 3), (1_000, 300)], "beside": [(10, 3), (1_000, 290)]}


def test_a_picture_names_every_line_once_and_is_well_formed() -> None:
    drawn = logarithmic("Growth < all", "accounts", LINES)
    texts = [element.text for element in ElementTree.fromstring(drawn).iter() if element.text]  # noqa: S314  our own
    assert all(texts.count(name) == 1 for name in LINES)
    assert {"Growth < all", "accounts", "10", "1,000"} <= set(texts)


def test_lines_rise_with_their_values() -> None:
    drawn = logarithmic("", "", LINES)
    heights = [float(y) for y in re.findall(r'<circle cx="[\d.]+" cy="([\d.]+)"', drawn)]
    assert heights[0] == heights[1] == heights[2]
    assert heights[3] < heights[5] < heights[2]


def test_names_do_not_lie_upon_each_other() -> None:
    found = re.findall(r'y="([\d.]+)" fill="#[0-9a-f]{6}"', logarithmic("", "", LINES))
    assert all(below - above >= 14 for above, below in pairwise(sorted(map(float, found))))
