"""Pages as tests read them: text, fields, links; and what every page owes to those who cannot see or click."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from typing_extensions import override

INLINE = {"a", "span", "strong", "time"}
VOID = {"input", "meta", "link", "img", "br", "hr"}
LINKING = ("for", "aria-describedby", "aria-labelledby")
Attributes = dict[str, str]

OWN = ("/", "#", "http://accounts.test/", "https://accounts.test/")
"""How the address of what belongs to the site may begin."""


@dataclass
class Element:
    """One element: its tag, its attributes and the text inside it."""

    tag: str
    attributes: Attributes
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


class Page(HTMLParser):
    """A page, parsed strictly: tags that do not match fail the test."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()
        assert not self._open, [element.tag for element in self._open]

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), (tag, attrs)
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        self._separate(tag)
        if tag not in VOID:
            self._open.append(element)

    @override
    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag
        self._separate(tag)

    @override
    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.words.append(data)

    def _separate(self, tag: str) -> None:
        if tag not in INLINE:
            self.handle_data(" ")

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """List the elements with this tag and these attributes."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [one for one in self.elements if one.tag == tag and wanted.items() <= one.attributes.items()]

    def one(self, tag: str, **attributes: str) -> Element:
        """Give the only element with this tag and these attributes."""
        [found] = self.all(tag, **attributes)
        return found

    @property
    def title(self) -> str:
        return self.one("title").text

    @property
    def headline(self) -> str:
        return self.one("h1").text

    @property
    def text(self) -> str:
        return self.one("main").text

    @property
    def links(self) -> list[str]:
        return [link.attributes["href"] for link in self.all("a")]

    @property
    def problems(self) -> list[str]:
        """What the summary of a refused form says."""
        summary = self.all("div", role="alert")
        return [link.text for link in self.elements if link.tag == "a" and link.attributes["href"].startswith("#")] or [
            one.text for one in summary
        ]

    def value(self, name: str) -> str:
        """Give what a field holds."""
        return self.one("input", name=name).attributes["value"]

    def problem_of(self, name: str) -> str:
        """Give what is said to be wrong with a field."""
        return self.one("p", id=f"{name}-problem").text

    def check(self) -> None:
        """Fail unless the page can be used without eyes, without a mouse, and under its policy."""
        self._check_frame()
        self._check_references()
        self._check_inputs()
        self._check_policy()

    def _check_frame(self) -> None:
        assert self.one("html").attributes["lang"] == "en"
        assert self.title
        assert self.headline
        assert self.one("meta", name="viewport").attributes["content"] == "width=device-width, initial-scale=1"

    def _check_references(self) -> None:
        ids = [one.attributes["id"] for one in self.elements if "id" in one.attributes]
        assert len(ids) == len(set(ids)), ids
        named = {name for one in self.elements for key in LINKING for name in one.attributes.get(key, "").split()}
        jumps = {link[1:] for link in self.links if link.startswith("#")}
        assert named | jumps <= set(ids)

    def _check_inputs(self) -> None:
        labelled = {label.attributes["for"] for label in self.all("label") if label.text}
        for one in self.all("input"):
            if one.attributes.get("type") != "hidden":
                assert one.attributes["id"] in labelled
                assert one.attributes["autocomplete"]
        for act in self.all("button") + self.all("summary") + self.all("a"):
            assert act.text

    def _check_policy(self) -> None:
        assert not self.all("script") + self.all("style") + self.all("iframe")
        for one in self.elements:
            assert "style" not in one.attributes
            assert not any(name.startswith("on") for name in one.attributes)
            assert one.attributes.get("href", "/").startswith(OWN)
            assert one.attributes.get("action", "/").startswith("/")
