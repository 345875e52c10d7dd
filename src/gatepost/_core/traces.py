"""Tracebacks that show where an error came from and none of the values on its way."""


def forget_values(error: BaseException) -> None:
    """Clear the local variables of all frames that an error has left, and of those it was caused by.

    Frames of httpx and below hold the request with its credentials, ours the decoded answers; error reporters and
    consoles write such variables down.
    """
    from traceback import clear_frames

    met: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if id(one) not in met:
            met.add(id(one))
            clear_frames(one.__traceback__)
            waiting += _behind(one)


def _behind(error: BaseException) -> list[BaseException]:
    parts: tuple[BaseException, ...] = getattr(error, "exceptions", ())  # of an exception group
    return [one for one in (error.__cause__, error.__context__, *parts) if one is not None]
