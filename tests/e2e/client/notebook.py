"""Code samples run one after the other, as somebody pastes them."""

import io
from contextlib import redirect_stdout
from typing import Any


class Notebook:
    """Runs samples, each after the replacements that a reader makes; names of one are there for the next."""

    def __init__(self, replacements: dict[str, str], **names: Any) -> None:
        self.names: dict[str, Any] = {"__name__": "notebook", **names}
        self._replacements = replacements

    def run(self, sample: str) -> str:
        """Run a sample and give what it printed."""
        for old, new in self._replacements.items():
            sample = sample.replace(old, new)
        printed = io.StringIO()
        with redirect_stdout(printed):
            exec(compile(sample, "sample", "exec"), self.names)  # noqa: S102  the tests' own text
        return printed.getvalue()
