"""What a caller may set for one call."""

from collections.abc import Mapping
from typing import Any, TypedDict, TypeVar

import httpx

T = TypeVar("T")


class RequestOptions(TypedDict, total=False):
    """Settings of one call, each overriding the client's; None leaves that one.

    Keys:
        timeout: seconds, see the client's parameter, or those of each phase; wins over its older name
            `timeout_in_seconds`.
        max_retries: how often to try again, at least 0.
        idempotent: True lets the call be repeated although its method is not idempotent, False forbids it.
        additional_headers: headers that override all others, credentials included; one set to None is left out.
        additional_query_parameters: parameters added to the query.
        additional_body_parameters: fields added to a JSON body or a form.
        chunk_size: without effect, for no call reads in chunks.
    """

    timeout: float | httpx.Timeout | None
    timeout_in_seconds: float | None
    max_retries: int | None
    idempotent: bool | None
    additional_headers: Mapping[str, str | None] | None
    additional_query_parameters: Mapping[str, Any] | None
    additional_body_parameters: Mapping[str, Any] | None
    chunk_size: int | None


def chosen(option: T | None, otherwise: T) -> T:
    """Give an option, or what holds without it."""
    return otherwise if option is None else option
