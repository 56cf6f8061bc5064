"""Other names for the support of a draft, if the program itself uses such a name."""

import ast
import re
from collections.abc import Collection
from itertools import count

from bench.shape.port.rewriting import PLACE, Rewriting
from bench.shape.port.support.catalogue import (
    BESIDE,
    LENT,
    SUPPORT,
    Names,
    whole_name,
    with_names,
)


def bound_names(tree: ast.AST) -> set[str]:
    """The names that a file binds in any scope, except the names of whole modules."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.Import):
            found |= {one.asname for one in node.names if one.asname}
        elif isinstance(node, ast.ImportFrom):
            found |= {one.asname or one.name for one in node.names}
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar):
            found |= {node.name} if node.name else set()
        elif isinstance(node, ast.MatchMapping):
            found |= {node.rest} if node.rest else set()
    return found


def free(name: str, taken: Collection[str]) -> str:
    """This name, or the first of `name_2`, `name_3` ... that is not taken."""
    if name not in taken:
        return name
    return next(new for n in count(2) if (new := f"{name}_{n}") not in taken)


def renamed(tree: ast.AST) -> dict[str, str]:
    """Name in the support -> another name, for names that this file has already."""
    taken = bound_names(tree)
    names = [*SUPPORT, *BESIDE, *LENT]
    return {name: free(name, taken) for name in names if name in taken}


def use_free_names(
    rewriting: Rewriting, by_line: Collection[dict[int, str]], names: Names
) -> None:
    """Rename the support in the edits of a file, where the file has the same names."""
    names = {name: new for name, new in names.items() if name not in LENT}
    if not names:
        return
    source = rewriting.source
    for at, texts in rewriting.inserted.items():
        rewriting.inserted[at] = [with_names(text, names) for text in texts]
    for (begin, until), text in rewriting.replaced.items():
        lines = [line.encode() for line in source.lines[begin[0] - 1 : until[0]]]
        lines[-1] = lines[-1][: until[1]]
        lines[0] = lines[0][begin[1] :]
        was = b"\n".join(lines).decode()
        rewriting.replaced[begin, until] = _in_edit(text, was, rewriting, names)
    for edits in by_line:
        for line, text in edits.items():
            edits[line] = _in_edit(text, source.lines[line - 1], rewriting, names)
    rewriting.changed()


def _in_edit(text: str, was: str, rewriting: Rewriting, names: Names) -> str:
    """The text of an edit, with new names for the support.

    The text has names that the edit adds, and may repeat expressions of the program.
    Only the added names may be renamed.  In the text, a name that the edit adds comes
    before the same name in a repeated expression.  So if the edit adds a name n times,
    the first n mentions of the name are renamed.
    """

    def kept(place: re.Match[str]) -> str:
        line, first, last = map(int, place.groups())
        return rewriting.source.lines[line - 1].encode()[first:last].decode()

    parts = " ".join(kept(place) for place in PLACE.finditer(text))
    for name, new in names.items():
        pattern = whole_name(name)
        own = len(pattern.findall(was)) - len(pattern.findall(parts))
        added = len(pattern.findall(text)) - max(own, 0)
        text = pattern.sub(new, text, count=added) if added > 0 else text
    return text
