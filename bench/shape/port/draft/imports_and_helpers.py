"""The text of a draft, assembled from its lines, its imports and its support."""

from collections.abc import Collection, Mapping, Sequence

from bench.shape.port.rewriting import without_unused
from bench.shape.port.support import catalogue


def assembled(
    lines: list[str],
    docstring: int,
    imported: int,
    names: Mapping[str, str],
    wanted: Collection[str],
    before: Sequence[str],
) -> str:
    """The text of a draft: its lines with imports and support added.

    docstring: how many lines are before the new imports.
    imported: how many lines are before the support.
    names: the names of the support in this file.
    wanted: import lines that the edits need.
    before: the lines of the threaded file; an import that is among them is not
    repeated.
    """
    body = "\n".join(lines)
    used = catalogue.used(body, names)
    rest = lines[imported:]
    blank = next((n for n, text in enumerate(rest) if text.strip()), 0)
    if used:
        apart = [""] * max(2 - blank, 0)
        lines[imported:imported] = [*catalogue.definitions(used, names), *apart]
    needed = ["import asyncio"] if used or "asyncio." in body else []
    needed += [*catalogue.imports(used, body, names), *sorted(wanted)]
    known = {*before}
    lines[docstring:docstring] = [line for line in needed if line not in known]
    return without_unused("\n".join(lines))
