"""Passwords from whoever starts a command: never as an argument, which every user of the machine could read."""

import sys
from getpass import getpass

from gatepost.cli.invocation import Failure, WrongUsage


def read_password(*, from_stdin: bool) -> str:
    """Take a password from the first line of standard input, or ask for it twice on a terminal.

    Raises Failure for an empty one or two that differ, WrongUsage when there is nobody to ask.
    """
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = getpass("New password: ")
        if getpass("Once more: ") != password:
            raise Failure("the two passwords differ; nothing was changed")
    else:
        raise WrongUsage("there is no terminal to ask on; use --password-stdin")
    if not password:
        raise Failure("the password is empty; nothing was changed")
    return password
