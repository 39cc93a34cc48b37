"""Files stay under 400 lines, functions under 40: what is longer is two ideas."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path
    for folder in ("coord", "tests", "bench", "geodata")
    for pattern in ("*.py", "*.html", "*.js", "*.css")
    for path in (ROOT / folder).rglob(pattern)
)
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 40


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_one_idea(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_FILE_LINES


@pytest.mark.parametrize(
    "path",
    [path for path in SOURCES if path.suffix == ".py"],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_a_function_fits_a_screen(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    long = {
        node.name: node.end_lineno - node.lineno + 1
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > MAX_FUNCTION_LINES
    }
    assert long == {}
