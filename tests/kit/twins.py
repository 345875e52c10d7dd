"""Calls of a blocking or an awaiting client, made the same way."""

from collections.abc import AsyncIterator, Awaitable, Iterable, Iterator
from contextlib import asynccontextmanager
from inspect import isawaitable
from typing import Any, TypeVar

T = TypeVar("T")


async def finished(result: Awaitable[T] | T) -> T:
    """Give the result of a call, awaited if it must be."""
    return await result if isawaitable(result) else result


@asynccontextmanager
async def open_client(client: Any) -> AsyncIterator[Any]:
    """Use a client and close it, whichever kind it is."""
    try:
        yield client
    finally:
        await finished(client.close())


async def everything(items: Any) -> list[Any]:
    """Collect what a blocking or an awaiting iterator gives."""
    if isinstance(items, Iterator | Iterable):
        return list(items)
    return [item async for item in items]
