"""The facades that are generated from `_async*.py`: the blocking ones, and those that give raw responses.

The awaiting facade is written by hand and has no logic: each method hands an operation to its session. So a few rules
on words make the others of it; ruff then drops imports that are left over and formats the text.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "gatepost"
RAW_PROPERTY = "with_raw_response"

Rule = tuple[str, str]

FIRST_PAGE: Rule = (r"^    @awaited_or_iterated\n", "")  # what only a plain awaiting list needs

SYNC: Sequence[Rule] = (
    FIRST_PAGE,
    (r"\basync (def|with|for)\b", r"\1"),
    (r"\bawait ", ""),
    (r"\bAwaitable\[((?:[^][]|\[[^][]*\])*)\]", r"\1"),
    (r"__a(enter|exit|iter|next)__", r"__\1__"),
    (r"\bAsync([A-Z]\w*)", r"\1"),
    (r"\b_async", "_sync"),
)
RAW: Sequence[Rule] = (
    FIRST_PAGE,
    (r"^class Async(\w+)\(", r"class AsyncRaw\1("),
    (r"^(    (?:async def .*|)\)) -> (.+):$", r"\1 -> AsyncHttpResponse[\2]:"),
    (r"\bself\._session\.run\(", "self._session.run_raw("),
    (r"^(from gatepost\._core\._async import .*)$", r"\1, AsyncHttpResponse"),
)


def pages() -> Iterator[tuple[str, str]]:
    """Yield the path and the text of every generated facade."""
    for path in sorted(PACKAGE.glob("*/_async*.py")):
        if not path.stem.endswith("_raw"):
            yield from facades(path.relative_to(ROOT), path.read_text(encoding="utf-8"))


def facades(path: Path, source: str) -> Iterator[tuple[str, str]]:
    """Yield what one handwritten facade gives: the blocking one, and the two with raw responses if it leads to any."""
    made = {_sync(path): rewritten(source, SYNC)}
    if RAW_PROPERTY in source:
        raw_path = path.with_stem(f"{path.stem}_raw")
        raw = rewritten(without_raw(source), RAW)
        made |= {raw_path: raw, _sync(raw_path): rewritten(raw, SYNC)}
    for place, text in made.items():
        yield str(place), finished(f"# Written from {path.name} by make gen: change that file.\n{text}", place)


def rewritten(source: str, rules: Sequence[Rule]) -> str:
    """Apply rules, regular expressions on lines, one after the other."""
    for pattern, replacement in rules:
        source = re.sub(pattern, replacement, source, flags=re.MULTILINE)
    return source


def without_raw(source: str) -> str:
    """Drop the properties that lead to raw responses, and the import they need."""
    lines = source.splitlines(keepends=True)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name == RAW_PROPERTY:
            _blank(lines, node.decorator_list[0].lineno, node)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").endswith("_raw"):
            _blank(lines, node.lineno, node)
    return "".join(lines)


def _blank(lines: list[str], first: int, node: ast.stmt) -> None:
    last = node.end_lineno or first
    lines[first - 1 : last] = [""] * (last - first + 1)


def finished(text: str, path: Path) -> str:
    """Drop imports that are not used any more, sort the others, and format the text."""
    for command in (("check", "--fix-only", "--quiet", "--select", "F401,I"), ("format", "--quiet")):
        program = [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(path), "-"]
        text = subprocess.run(program, cwd=ROOT, input=text, capture_output=True, text=True, check=True).stdout
    return text


def _sync(path: Path) -> Path:
    return path.with_name(path.name.replace("_async", "_sync"))
