"""`docs/reference/http.md`: every route, read from the built application."""

from collections.abc import Iterator

from gatepost.cli.listening import HEADER_TIMEOUT_MS
from gatepost.server.app import UPLOAD_OVERHEAD
from gatepost.server.config import Settings
from gatepost.server.web.front import LONGEST_PATH
from gatepost.server.web.incoming import FREE_BYTES, LONGEST_BODY_SECONDS, LONGEST_PAUSE_SECONDS, ROOM_BYTES
from tools.reference.markdown import code, page, table
from tools.reference.sentences import SENTENCES, Sentence
from tools.reference.site import Route, site

HEADINGS = {
    "operations": "Operations",
    "kipu": "Kipu API",
    "homebox": "Homebox API",
    "ubiops": "UbiOps API",
    "vectara": "Vectara API",
    "console": "Pages",
}

ABOUT = {
    "operations": """\
For load balancers and monitoring. Plain text; no credential is asked for, so keep `/metrics` inside your network:
[Put it behind nginx](../how-to/put-it-behind-nginx.md) shows how.""",
    "kipu": """\
[Kipu API](kipu.md) has the bodies and the differences. The prefix is `dialects.kipu.prefix`; with
`dialects.kipu.host` it answers at that host name only. “Token” is a personal access token in `X-Auth-Token`, or the
JSON web token of a configured [OIDC provider](../how-to/accept-oidc-tokens.md) in `Authorization: Bearer`.""",
    "homebox": """\
[Homebox API](homebox.md) has the words, the credentials and the differences. The prefix is `dialects.homebox.prefix`;
with `dialects.homebox.host` it answers at that host name only. “Token” is a session or a personal access token, with
or without `Bearer ` before it in `Authorization`; a session may also stand in its cookies or in `?access_token=`. The
header `X-Tenant` names another group than the caller's default one.""",
    "ubiops": """\
[UbiOps API](ubiops.md) has the bodies and the differences. The prefix is `dialects.ubiops.prefix`; with
`dialects.ubiops.host` it answers at that host name only. “Token” is a personal access token in `Authorization`, after
`Token` or `Bearer`. Every answer has `x-ratelimit-limit`, `-remaining` and `-reset`, too.""",
    "vectara": """\
[Vectara API](vectara.md) has the bodies and the differences. The prefix is `dialects.vectara.prefix`; with
`dialects.vectara.host` it answers at that host name only. “Token” is the access token of an OAuth2 client in
`Authorization: Bearer`, or a personal access token in `x-api-key`; its roles must allow what is asked for.""",
    "console": """\
For people. No script is needed and none is served; forms are `application/x-www-form-urlencoded`. “Session” is the
cookie that signing in sets. A form that another site's page sends is refused with 403.""",
}

INTRODUCTION = f"""\
Everything Gatepost serves comes through one port, as HTTP/1.1 without TLS. A request belongs to the first of these
surfaces whose prefix its path begins with; all its answers, errors included, are given in that surface's form.

- A path segment is percent-decoded once. A path with an empty segment (`//`, or a slash at the end), with a `.` or
  `..` segment, encoded or not, or of more than {LONGEST_PATH} bytes is answered 404.
- A body has at most `server.max_body_bytes` ({Settings().server.max_body_bytes} bytes); an image upload
  `images.max_bytes` and {UPLOAD_OVERHEAD} bytes for its wrapping.
- A client is cut off that takes more than {HEADER_TIMEOUT_MS // 1_000} seconds for the head of a request, pauses for
  more than {LONGEST_PAUSE_SECONDS:.0f} seconds in its body, or takes more than {LONGEST_BODY_SECONDS:.0f} seconds for
  the whole of it.
- Bodies of more than {FREE_BYTES // 2**10} KiB share {ROOM_BYTES // 2**20} MiB of memory in each process; one that
  finds no room is answered 503 with `Retry-After`.
- `OPTIONS` answers with `Allow`. There are no CORS headers: pages of other origins cannot read answers.
- Gatepost redirects to no other host than those of configured OIDC providers."""


def pages() -> Iterator[tuple[str, str]]:
    """Give the page; raises KeyError when a route has no sentence."""
    blocks = [_chapter(name) for name in HEADINGS]
    yield "docs/reference/http.md", page("HTTP", "the routes of the built application", INTRODUCTION, *blocks)


def operations(surface: str) -> Iterator[tuple[str, Route, Sentence]]:
    """Give methods, route and sentence of each operation; raises KeyError when one has no sentence."""
    served, order = {str(route) for route in site().routes}, {key: place for place, key in enumerate(SENTENCES)}
    # The framework keeps the several paths of one handler in a set, whose order changes from run to run.
    for route in sorted(site().routes, key=lambda route: order.get(str(route), -1)):
        head = str(route._replace(method="HEAD"))
        joined = head in served and head not in SENTENCES
        if route.surface == surface and not (joined and route.method == "HEAD"):
            yield "GET, HEAD" if joined and route.method == "GET" else route.method, route, SENTENCES[str(route)]


def _chapter(name: str) -> str:
    rows = (
        [methods, code(route.path), sentence.needs or "–", sentence.text]
        for methods, route, sentence in operations(name)
    )
    surface = next(surface for surface in site().surfaces if surface.name == name)
    headers = "\n".join(f"{key.decode()}: {value.decode()}" for key, value in surface.headers)
    return "\n\n".join(
        [
            f"## {HEADINGS[name]}",
            ABOUT[name],
            table(["Method", "Path", "Needs", "What it does"], rows),
            f"Every answer carries:\n\n```http\n{headers}\n```",
        ]
    )
