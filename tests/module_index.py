"""docs/modules.md: each module of the project with what its docstring says first.

    python -m tests.module_index

writes the page anew; `tests/test_module_index.py` refuses one that is out of date.
"""

import ast
import functools
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "modules.md"
PACKAGES = ("bench", "fetching", "threaded", "asyncio_impl")
COMMAND = "python -m tests.module_index"
HEAD = f"""\
# Modules

Search this page for what you want to change: it has each module with what its docstring
says first. `{COMMAND}` writes it from the sources, and a test compares.
[architecture.md](architecture.md) has the rooms, what each may import, and where to add
things; [explorer.md](explorer.md#where-do-i-add-) has the same table for the explorer.
"""


def modules() -> Iterator[Path]:
    """The modules by folder, those of a folder before its subfolders."""
    for package in PACKAGES:
        found = (ROOT / package).rglob("*.py")
        yield from sorted(found, key=lambda path: (path.parent.parts, path.name))


@functools.cache
def summary(path: Path) -> str:
    """The first paragraph of a module's docstring, as one line of a table."""
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    paragraph = " ".join(docstring.partition("\n\n")[0].split())
    return paragraph.replace("|", "\\|").replace("<", "&lt;")


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for folder, paths in groupby(modules(), key=lambda path: path.parent):
        rows = [(path, summary(path)) for path in paths]
        if not any(text for _, text in rows):
            continue
        parts.append(f"## `{folder.relative_to(ROOT).as_posix()}/`\n")
        parts.append("| module | what it is |\n|---|---|")
        parts += [f"| `{path.name}` | {text} |" for path, text in rows if text]
        parts.append("")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
