"""From an operation's call to the answer it is for: credentials, retries, redirects, refusals."""

from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode

import httpx
import msgspec

from gatepost._core import retry
from gatepost._core.calls import Call, Operation, Reply
from gatepost._core.flow import Flow, alone, send, wait
from gatepost._core.options import RequestOptions, chosen
from gatepost._core.redaction import RedactedURL, without_query
from gatepost._core.secrets import SecretHeaders
from gatepost._core.service import Service, changed

T = TypeVar("T")

UNAUTHORIZED = 401
MAX_REDIRECTS = 5
OF_ONE_REQUEST = frozenset({"host", "content-length", "content-type", "transfer-encoding"})
"""Headers that do not follow a redirect: they tell of the request that was redirected, and of its body."""

KEPT_ABROAD = ("accept", "accept-encoding", "user-agent")
"""Headers that follow a redirect to another origin; whatever the caller added may be a credential."""


def perform(operation: Operation[T], service: Service, options: RequestOptions) -> Flow[tuple[T, Reply]]:
    """Make the calls of an operation, at least one; give its result and the last reply.

    Raises:
        ApiError: an answer was not a success, or what the service raises instead.
        httpx.TransportError: no answer came, also after the retries.
    """
    first = next(operation)
    made = _made(operation, first, service, options)
    return (yield from (alone(made) if first.alone else made))


def _made(operation: Operation[T], call: Call, service: Service, options: RequestOptions) -> Flow[tuple[T, Reply]]:
    """Make this call and those that follow it."""
    replies: list[Reply] = []
    try:
        while True:
            try:
                reply = yield from exchange(call, service, options)
                replies.append(reply)
            except Exception as error:  # noqa: BLE001  whatever failed is raised inside the operation
                call = operation.throw(error)
            else:
                call = operation.send(reply)
    except StopIteration as done:
        result: T = done.value
        return result, replies[-1]


def exchange(call: Call, service: Service, options: RequestOptions) -> Flow[Reply]:
    """Make one call, with new credentials once more when the server refuses the ones at hand."""
    credentials: SecretHeaders = {} if call.anonymous else (yield from service.credential.headers())
    response = yield from _attempts(call, service, options, credentials)
    refused = response.status_code == UNAUTHORIZED and not (call.anonymous or call.alone)
    if refused and (yield from service.credential.renew(credentials)):
        credentials = yield from service.credential.headers()
        response = yield from _attempts(call, service, options, credentials)
    service.log.answered(response)
    if not (response.is_success or (call.redirect and response.is_redirect)):
        raise service.refusal(response)
    return Reply(response)


def _attempts(
    call: Call, service: Service, options: RequestOptions, credentials: SecretHeaders
) -> Flow[httpx.Response]:
    """Send a call's request until the answer is worth keeping or patience ends."""
    retries = chosen(options.get("max_retries"), service.max_retries)
    repeatable = chosen(options.get("idempotent"), call.repeatable())
    attempt = 0
    while True:
        request = build(call, service, options, credentials)
        service.log.asking(request)
        try:
            response = yield from _followed(request, service.follow_redirects and not call.redirect)
        except httpx.TransportError as error:
            if attempt >= retries or not retry.safe_after(error, repeatable):
                raise
            seconds = retry.backoff(attempt)
        else:
            if attempt >= retries or not retry.worth_repeating(response, repeatable):
                return response
            seconds = retry.delay(response, attempt)
        service.log.repeating(request, seconds)
        yield from wait(seconds)
        attempt += 1


def _followed(request: httpx.Request, follow: bool) -> Flow[httpx.Response]:
    """Send a request, and follow where the server sends it to."""
    abroad = False
    for _ in range(MAX_REDIRECTS):
        response = yield from send(request, abroad)
        following = redirected(request, response) if follow else None
        if following is None:
            return response
        abroad = abroad or origin(following.url) != origin(request.url)
        request = following
    return (yield from send(request, abroad))


def redirected(request: httpx.Request, response: httpx.Response) -> httpx.Request | None:
    """Give the request a redirect asks for, None when it is none or must not be followed.

    Only requests that read are followed, for 301 to 303 turn the others into reads, and 307 and 308 would carry
    their body, perhaps a password, to wherever the answer says. Another origin gets no credential.
    """
    if not response.has_redirect_location or request.method not in {"GET", "HEAD"}:
        return None
    url = _joined(request.url, response.headers["location"])
    if url is None or url.scheme not in {"http", "https"} or not url.host or url.userinfo:
        return None
    headers = httpx.Headers([pair for pair in request.headers.multi_items() if pair[0] not in OF_ONE_REQUEST])
    if origin(url) != origin(request.url):
        headers = httpx.Headers({name: headers[name] for name in KEPT_ABROAD if name in headers})
    following = httpx.Request(request.method, url, headers=headers, extensions=request.extensions)
    following.url = without_query(url)
    return following


def _joined(url: httpx.URL, location: str) -> httpx.URL | None:
    try:
        target = httpx.URL(url).join(location)  # the whole address, also of one that shows itself in part
        target.host.encode("idna")  # as sockets do, where it would fail with an error that is none of HTTP
    except (httpx.InvalidURL, UnicodeError):
        return None
    return target


def origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """Give scheme, host and port; the default port as None."""
    return url.scheme, url.host, url.port


def build(call: Call, service: Service, options: RequestOptions, credentials: SecretHeaders) -> httpx.Request:
    """Write the request of a call; later headers replace earlier: the client's, the call's, credentials, options.

    Credentials are written into the finished request, so that no traceback from here can show them.
    """
    request = _with_body(call, service, options)
    if call.shown_path is None:
        request.url = without_query(request.url)
    else:
        request.url = RedactedURL(request.url, service.base_url + call.shown_path)
    request.headers.update(call.headers)
    for name, secret in credentials.items():
        request.headers[name] = secret.reveal()
    if additional := options.get("additional_headers"):
        request.headers = changed(request.headers, additional)
    return request


def _with_body(call: Call, service: Service, options: RequestOptions) -> httpx.Request:
    content, form = _body(call, options.get("additional_body_parameters") or {})
    request = httpx.Request(
        call.method,
        _url(call, service, options.get("additional_query_parameters") or {}),
        headers=service.headers,
        content=content,
        data=form,
        files=call.files,
        extensions=_time_limits(service, options),
    )
    if content is not None:
        request.headers["content-type"] = "application/json"
    return request


def _url(call: Call, service: Service, additional: Mapping[str, Any]) -> str:
    url = (service.base_url if call.origin is None else call.origin) + call.path
    query = {name: value for name, value in {**call.query, **additional}.items() if value is not None}
    return f"{url}?{urlencode(httpx.QueryParams(query).multi_items())}" if query else url


def _body(call: Call, additional: Mapping[str, Any]) -> tuple[bytes | None, Mapping[str, Any] | None]:
    """Give the JSON and the form fields of a call, whichever it has, with the additional ones."""
    if call.form is not None or call.files is not None:
        return None, {**(call.form or {}), **additional}
    if additional:
        return msgspec.json.encode({**(call.json or {}), **additional}), None
    return None if call.json is msgspec.UNSET else msgspec.json.encode(call.json), None


def _time_limits(service: Service, options: RequestOptions) -> dict[str, Any]:
    seconds = chosen(options.get("timeout"), chosen(options.get("timeout_in_seconds"), service.timeout))
    return {"timeout": httpx.Timeout(seconds).as_dict()}
