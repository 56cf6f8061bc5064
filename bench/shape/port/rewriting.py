"""Source lines with edits applied: insertions and replacements by position."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bench.shape.reading.source import Source
from bench.shape.resolution.scopes import Position, end, start

MARK = "# port: "  # the beginning of each comment in a draft
REPLACED = frozenset({"threading", "queue", "concurrent", "requests", "time"})
GONE = "\0"
# a placeholder for an expression: its line, first byte, last byte
PLACE = re.compile("\1(\\d+),(\\d+),(\\d+)\1")
# First byte, last byte, new text, and the line on which the replaced text ends.
Change = tuple[int, int, str, int]
Said = Iterator[tuple[int, str]]  # a line, and what to do there


class Note(str):
    """A comment on an edit that needs no decision; only the plan shows it."""


class Above(str):
    """A line of code that a draft writes above a statement, as the plan reports it."""

    SAID = "write above it: "

    @property
    def code(self) -> str:
        return self.removeprefix(self.SAID)


def above(said: Iterable[str], indent: str) -> list[str]:
    """The lines that a draft has above a line: decisions to make, and code."""
    return [
        f"{indent}{text.code}" if isinstance(text, Above) else f"{indent}{MARK}{text}"
        for text in said
        if not isinstance(text, Note)
    ]


@dataclass
class Rewriting:
    """Edits of one file; positions count bytes, as the syntax tree does."""

    source: Source
    inserted: dict[Position, list[str]] = field(default_factory=dict)
    replaced: dict[tuple[Position, Position], str] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)  # comments that a file gets only once
    # all changes by line; None until they are computed
    _changes: dict[int, list[Change]] | None = None
    # lines inside a replaced expression
    _swallowed: set[int] = field(default_factory=set)

    def insert(self, at: Position, text: str, first: bool = False) -> None:
        self._changes = None
        known = self.inserted.setdefault(at, [])
        known.insert(0 if first else len(known), text)

    def replace(self, node: ast.AST, text: str) -> None:
        """Replace an expression by a text."""
        self._changes = None
        self.replaced[(start(node), end(node))] = text

    def kept(self, node: ast.AST) -> str:
        """A placeholder, in a replacement, for an expression with its own edits."""
        (line, first), (until, last) = start(node), end(node)
        return f"\1{line},{first},{last}\1" if line == until else ast.unparse(node)

    def resolved(self, text: str) -> str:
        """A text with the edited expressions in place of its placeholders."""
        return PLACE.sub(lambda place: self._part(*map(int, place.groups())), text)

    def _part(self, line: int, first: int, last: int) -> str:
        """The bytes of a line between two positions, with the edits inside them."""
        if self._changes is None:
            self._changes = self._by_line()
        text, out, position = self.source.lines[line - 1].encode(), b"", first
        inside = [
            one
            for one in self._changes.get(line, ())
            if one[3] == line and first <= one[0] and one[1] <= last
        ]
        for begin, end_, new, _ in inside:
            if position <= begin and not _is_kept(line, begin, end_, inside):
                out += text[position:begin] + self.resolved(new).encode()
                position = end_
        return (out + text[position:last]).decode()

    def replace_if_new(self, node: ast.AST, text: str) -> None:
        """Replace an expression, unless another edit changes it already."""
        known = (start(node), end(node)) in self.replaced
        # An edit that awaits the expression inserts "await " before it.  A text with a
        # line end is a whole line above the expression, and does not count.
        before = [t for t in self.inserted.get(start(node), ()) if "\n" not in t]
        if not known and "await " not in "".join(before):
            self.replace(node, text)

    def prefix(self, node: ast.expr, word: str, wrapped: bool) -> None:
        """Put `await` before an expression, with brackets if `wrapped`."""
        self.insert(start(node), f"({word} " if wrapped else f"{word} ", first=True)
        if wrapped:
            self.insert(end(node), ")", first=True)

    def changed(self) -> None:
        """Forget the computed lines, because edits were changed."""
        self._changes = None

    @property
    def lines(self) -> set[int]:
        """The lines that edits touch."""
        touched = {line for line, _ in self.inserted}
        return touched | {line for (line, _), _ in self.replaced}

    def line(self, number: int, position: int = 0) -> str:
        """One line after the edits, from a byte on; GONE if the edits remove it.

        If a replaced expression has several lines, the text after the expression moves
        to the first of these lines.
        """
        text = self.source.lines[number - 1].encode()
        if self._changes is None:
            self._changes = self._by_line()
        if position == 0 and number in self._swallowed:
            return GONE
        out = b""
        changes = self._changes.get(number, [])
        for first, last, new, until in changes:
            if first < position or _is_kept(number, first, last, changes):
                continue  # inside a larger replaced expression
            out += text[position:first] + self.resolved(new).encode()
            if until != number:
                return out.decode() + self.line(until, last)
            position = last
        return (out + text[position:]).decode()

    def _by_line(self) -> dict[int, list[Change]]:
        found: dict[int, list[Change]] = {}
        self._swallowed = set()
        for (line, column), texts in self.inserted.items():
            found.setdefault(line, []).append((column, column, "".join(texts), line))
        for ((line, first), (until, last)), new in self.replaced.items():
            found.setdefault(line, []).append((first, last, new, until))
            self._swallowed |= {*range(line + 1, until + 1)}
        for changes in found.values():
            # Insertions come first, then the longest replacement.
            changes.sort(key=lambda c: (c[0], c[:2] != (c[0], c[0]), -c[3], -c[1]))
        return found


def _is_kept(line: int, first: int, last: int, changes: list[Change]) -> bool:
    """Whether an insertion belongs to the placeholder of a replacement.

    For example, `a.b` is replaced by `f(<a>)`, where `<a>` is a placeholder for `a`.
    The expressions `a.b` and `a` begin at the same place.  An insertion at this place
    is then an edit of `a`: it appears at the placeholder, and not before `f`.
    """
    return first == last and any(
        begin == first < end_ and f"\1{line},{first}," in new
        for begin, end_, new, _ in changes
    )


def stands_alone(source: Source, statement: ast.stmt) -> bool:
    """Whether a statement is alone on one line, except for a comment."""
    (line, first), (until, last) = start(statement), end(statement)
    text = source.lines[line - 1].encode()
    behind = text[last:].strip()
    return (
        line == until
        and not text[:first].strip()
        and (not behind or behind.startswith(b"#"))
    )


def followed(statement: ast.stmt) -> set[int]:
    """The expressions that need brackets around an `await`, as in `f(x).y`."""
    found: set[int] = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
            found.add(id(node.value))
        elif isinstance(node, ast.Call):
            found.add(id(node.func))
        elif isinstance(node, ast.BinOp):
            found |= {id(node.left), id(node.right)} if _is_power(node) else set()
    return found


def _is_power(node: ast.BinOp) -> bool:
    return isinstance(node.op, ast.Pow)


def without_unused(text: str) -> str:
    """A draft without imports of names that it no longer uses."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        # not valid Python yet: the user must first act on comments of the draft
        return text
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    lines = text.split("\n")
    for node in tree.body:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        module = node.module if isinstance(node, ast.ImportFrom) else ""
        kept = [
            alias
            for alias in node.names
            if alias.name == "*"  # names in the draft may come from this import
            or (alias.asname or alias.name.partition(".")[0]) in used
            or (module or alias.name).partition(".")[0] not in REPLACED
        ]
        if len(kept) < len(node.names) and node.lineno == node.end_lineno:
            made = ast.copy_location(node, node)
            made.names = kept
            lines[node.lineno - 1] = ast.unparse(made) if kept else GONE
    return "\n".join(line for line in lines if line != GONE)
