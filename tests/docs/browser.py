"""A person with a browser: opens pages, fills in forms, presses the buttons that are there."""

import re
from html import unescape
from urllib.parse import urlsplit

import httpx

_FORM = re.compile(r"<form([^>]*)>(.*?)</form>", re.DOTALL)
_ACTION = re.compile(r'action="([^"]*)"')
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
_BUTTON = re.compile(r"<button[^>]*>([^<]*)</button>")


class Browser:
    """One window with cookies of its own."""

    def __init__(self, origin: str) -> None:
        self._http = httpx.Client(base_url=origin, follow_redirects=True, headers={"sec-fetch-site": "same-origin"})

    def press(self, address: str, button: str, **fields: str) -> str:
        """Open a page, fill in the form that has the button, press it, and give the page that comes."""
        path = urlsplit(address).path
        opened = self._http.get(path)
        action, hidden = _form_with(button, opened.text)
        answer = self._http.post(action or path, data={**hidden, **fields})
        assert answer.status_code == 200, answer.text
        return unescape(answer.text)

    def close(self) -> None:
        """Close the window."""
        self._http.close()


def _form_with(button: str, html: str) -> tuple[str, dict[str, str]]:
    for attributes, inside in _FORM.findall(html):
        if button in map(unescape, _BUTTON.findall(inside)):
            action = _ACTION.search(attributes)
            return (action[1] if action else ""), dict(_HIDDEN.findall(inside))
    raise AssertionError(f"there is no button {button!r}:\n{html}")
