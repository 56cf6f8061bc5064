"""The imports that a draft needs, and the helpers that it brings along."""

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
    """The text of a draft: its lines, with imports and helpers put in.

    docstring, imported: behind so many of its lines imports, and helpers, are put.
    names: what the helpers are called there.
    wanted: imports that its edits need.
    before: the lines of the file that is ported; what they import is there already.
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
