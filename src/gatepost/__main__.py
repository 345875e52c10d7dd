"""Lets `python -m gatepost` be the command line."""

from gatepost.cli import main

if __name__ == "__main__":
    main()
