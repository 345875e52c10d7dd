"""What a caller may set for one call."""

from collections.abc import Mapping
from typing import Any, TypedDict


class RequestOptions(TypedDict, total=False):
    """Settings of one call, each overriding the client's.

    Keys:
        timeout: seconds, see the client's parameter; wins over its older name `timeout_in_seconds`.
        max_retries: how often to try again, at least 0.
        idempotent: True lets the call be repeated although its method is not idempotent, False forbids it.
        additional_headers: headers that override all others, credentials included.
        additional_query_parameters: parameters added to the query.
        additional_body_parameters: fields added to a JSON body.
    """

    timeout: float
    timeout_in_seconds: int | float
    max_retries: int
    idempotent: bool
    additional_headers: Mapping[str, str]
    additional_query_parameters: Mapping[str, Any]
    additional_body_parameters: Mapping[str, Any]
    chunk_size: int
