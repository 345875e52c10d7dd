import pytest

from tests.kit.backstage import Member
from tests.kit.engines import on_sqlite
from tests.kit.kipu import target
from tests.kit.pictures import SVG, picture, png_claiming
from tests.kit.site import Site
from tests.kit.wire import Target
from tests.web.kipu.conftest import Refusals

pytestmark = on_sqlite  # forms and pictures are taken apart before anything is read

PATH = "/me/profile-image"
FORM = "multipart/form-data; boundary=B"
PNG = picture()


def part(content: bytes, head: str = 'Content-Disposition: form-data; name="file"; filename="a.png"') -> bytes:
    return b"--B\r\n" + head.encode() + b"\r\n\r\n" + content + b"\r\n"


def form(*parts: bytes, end: bytes = b"--B--\r\n") -> bytes:
    return b"".join(parts) + end


def upload(ada: Member, body: bytes, kind: str = FORM) -> Target:
    return target("POST", PATH, ada.token, body, content_type=kind)


NO_PICTURES = {
    "nothing": b"",
    "text": b"hello",
    "svg": SVG,
    "html": b"<!doctype html><script>alert(1)</script>",
    "signature only": PNG[:8],
    "head only": PNG[:33],
    "cut in half": PNG[: len(PNG) // 2],
    "wrong format": picture("BMP"),
    "tiff": picture("TIFF"),
    "icon": picture("ICO"),
    "claims 4 gigapixels": png_claiming(65_000, 65_000),
    "claims 41 megapixels": png_claiming(41_000, 1_000),
    "claims no pixels": png_claiming(0, 0),
    "claims too many pixels to count": png_claiming(2**31 - 1, 2**31 - 1),
    "one pixel wide": png_claiming(1, 40_000_000),
    "zeros": bytes(5 * 2**20),
    "too large": PNG + bytes(5 * 2**20),
    "JPEG head, then noise": b"\xff\xd8\xff\xe0" + bytes(range(256)) * 100,
    "GIF of no size": b"GIF89a" + bytes(7),
    "WebP of nothing": b"RIFF\x00\x00\x00\x00WEBPVP8 ",
}


@pytest.mark.parametrize("content", NO_PICTURES.values(), ids=NO_PICTURES)
def test_what_is_no_picture_is_refused_and_the_old_one_stays(refused: Refusals, ada: Member, content: bytes) -> None:
    message = refused(upload(ada, form(part(content))), 400)
    assert "image" in message.lower()


DISPOSITION = "Content-Disposition: form-data"
NO_FORMS = {
    "nothing": b"",
    "no part": form(),
    "no multipart": PNG,
    "only other parts": form(part(PNG, f'{DISPOSITION}; name="image"'), part(PNG, f'{DISPOSITION}; name="File"')),
    "part without a name": form(part(PNG, DISPOSITION)),
    "part without a head": form(part(PNG, "")),
    "part without disposition": form(part(PNG, "Content-Type: image/png")),
    "no form-data": form(part(PNG, 'Content-Disposition: attachment; name="file"')),
    "head that is not UTF-8": form(b"--B\r\nContent-Disposition: form-data; name=\xff\r\n\r\nx\r\n"),
    "head without a colon": form(part(PNG, "Content-Disposition form-data")),
    "endless head": form(part(PNG, f'{DISPOSITION}; name="file"; filename="{"x" * 100_000}"')),
    "many heads": form(part(PNG, "\r\n".join([f'{DISPOSITION}; name="file"', *["X: y"] * 1_000]))),
    "many parts": form(*[part(b"", f'{DISPOSITION}; name="x"')] * 1_000, part(PNG)),
    "cut before the end": form(part(PNG), end=b""),
    "cut in the part": form(part(PNG))[:100],
    "other boundary": form(part(PNG)).replace(b"--B", b"--C"),
}


@pytest.mark.parametrize("body", NO_FORMS.values(), ids=NO_FORMS)
def test_what_is_no_form_with_a_file_is_refused(refused: Refusals, ada: Member, body: bytes) -> None:
    assert "multipart body" in refused(upload(ada, body), 400)


KINDS = [
    "",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    'multipart/form-data; boundary=""',
    "multipart/mixed; boundary=B",
]
KINDS += [
    "image/png",
    "application/json",
    "nonsense",
    "multipart/form-data boundary=B",
    ";;;",
    'multipart/form-data; boundary="B',
]
KINDS += [
    "multipart/form-data; boundary=\xff",
    "multipart/form-data; boundary=" + "B" * 10_000,
    "multipart/form-data; boundary=*=x",
]


@pytest.mark.parametrize("kind", KINDS)
def test_a_content_type_that_announces_no_such_form_is_refused(refused: Refusals, ada: Member, kind: str) -> None:
    assert "multipart" in refused(upload(ada, form(part(PNG)), kind), 400)


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("size", [6 * 2**20, 12 * 2**20])
def test_more_than_an_image_may_have_is_not_even_read(
    refused: Refusals, ada: Member, announced: bool, size: int
) -> None:
    request = upload(ada, form(part(bytes(size))))
    if not announced:
        request = request.without("content-length")
    assert refused(request, 400, pieces=50) == "The request body is too large."


GOOD = {
    "plain": (form(part(PNG)), FORM),
    "no file name": (form(part(PNG, f'{DISPOSITION}; name="file"')), FORM),
    "unquoted name": (form(part(PNG, f"{DISPOSITION}; name=file")), FORM),
    "quoted boundary": (form(part(PNG)), 'multipart/form-data; boundary="B"'),
    "loud content type": (form(part(PNG)), "Multipart/Form-Data; Boundary=B"),
    "preamble and epilogue": (b"preamble\r\n" + form(part(PNG)) + b"epilogue", FORM),
    "first of two": (form(part(PNG), part(b"not a picture")), FORM),
    "after other parts": (form(part(b"x", f'{DISPOSITION}; name="caption"'), part(PNG)), FORM),
    "lying about itself": (
        form(part(PNG, f'{DISPOSITION}; name="file"; filename="../../x.html"\r\nContent-Type: text/html')),
        FORM,
    ),
}


@pytest.mark.parametrize("case", GOOD)
def test_every_lawful_form_is_understood(site: Site, case: str) -> None:
    body, kind = GOOD[case]
    eve = site.stage.member()
    assert site.ask(upload(eve, body, kind), pieces=7).status == 204
    assert site.ask(target("GET", f"/users/{eve.id}/profile-image")).status == 200
