"""A file's words with the model taken out, so that twins can be compared.

Three kinds of words become the same in both twins:
- the colour words (`async`, `await`, `__aenter__` ...) are removed;
- the names of primitives become one: `asyncio.Lock` and `from threading import Lock;
  Lock` both become `threading.Lock`;
- the names of the life cycle become one: `create_task` becomes `submit`.

Each word's original is stored, because it shows why two lines differ.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bench.shape.alignment.plain_names import PlainNames, plain_names
from bench.shape.counting.counted import is_docstring
from bench.shape.reading.functions import nodes
from bench.shape.reading.source import CODE, COMMENT, Source, Word
from bench.shape.resolution.kinds import kinds_of
from bench.shape.tables.vocabulary import (
    COLOUR,
    LIFE_CYCLE,
    LIFE_CYCLE_METHODS,
    MODEL_MODULES,
    PRIMITIVES,
    SYNCHRONIZES,
    WORKERS,
    kind_of,
)

KEYWORDS = frozenset({"try", "except", "finally", "raise"})
TEXT_ERRORS = ("raise", "exception", "error", "cancel")


@dataclass(frozen=True, slots=True)
class Plain:
    """A word after un-asyncing: equal words can face each other."""

    text: str
    line: int
    # the kind of difference that the word makes: "primitive", ...
    kind: str | None = None
    original: str = ""  # the absolute name before renaming
    is_text: bool = False  # whether it is a string or a comment
    is_remark: bool = False  # whether it is a comment or docstring
    is_import: bool = False
    is_name: bool = False  # whether `AsyncClient` became `Client`


@lru_cache(maxsize=64)
def unasync(source: Source, twin: Source | None = None) -> tuple[Plain, ...]:
    """Every word of a file, in order, with the names of both models made the same.

    `AsyncClient` becomes `Client` if the twin has the name `Client`.
    """
    return tuple(Unasync(source, plain_names(source, twin)).plain())


class Unasync:
    """Reads one file's words."""

    def __init__(self, source: Source, names: PlainNames) -> None:
        self.words = source.words
        self.kinds, self.names = kinds_of(source), names
        # line -> the module; "" if the module belongs to no model
        self.imports: dict[int, str] = {}
        self.docstrings: set[int] = set()
        for node in nodes(source.tree):
            if not isinstance(node, ast.stmt):
                continue
            lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            if isinstance(node, ast.Import | ast.ImportFrom):
                self.imports |= dict.fromkeys(lines, of_model(node))
            elif is_docstring(node):
                self.docstrings.update(lines)

    def plain(self) -> Iterator[Plain]:
        position = 0
        while position < len(self.words):
            word = self.words[position]
            if word.kind != CODE:
                yield self._text(word)
                position += 1
            elif word.text in ("async", "await"):
                position += 1  # keywords since Python 3.7, so never parts of a name
            elif word.line in self.imports:
                yield self._imported(word)
                position += 1
            elif word.text.isidentifier() and not self._after_dot(position):
                end = self._end_of_name(position)
                yield from self._name(position, end)
                position = end
            else:
                yield self._attribute(position)
                position += 1

    def _text(self, word: Word) -> Plain:
        kind = "errors" if speaks_of_errors(word.text) else None
        remark = word.kind == COMMENT or word.line in self.docstrings
        text = word.text if remark else self.names.plain_text(word.text)
        changed = text != word.text
        return Plain(
            text, word.line, "name" if changed else kind, word.text, True, remark,
            is_name=changed,
        )  # fmt: skip

    def _after_dot(self, position: int) -> bool:
        return position > 0 and self.words[position - 1].text == "."

    def _is_called(self, position: int) -> bool:
        behind = position + 1
        return behind < len(self.words) and self.words[behind].text == "("

    def _end_of_name(self, position: int) -> int:
        end = position + 1
        while (
            end + 1 < len(self.words)
            and self.words[end].text == "."
            and self.words[end + 1].text.isidentifier()
        ):
            end += 2
        return end

    def _imported(self, word: Word) -> Plain:
        renamed = self._renamed(word.text)
        module = self.imports[word.line]
        kind = "colour" if word.text in COLOUR else None
        if module and word.text.isidentifier():
            own = kind_of(f"{module}.{word.text}")
            kind = kind or own or MODEL_MODULES.get(word.text)
        named = kind is None and renamed != word.text
        return Plain(
            renamed, word.line, "name" if named else kind, word.text,
            is_import=True, is_name=named,
        )  # fmt: skip

    def _renamed(self, name: str) -> str:
        return COLOUR.get(name) or self.names.plain(name)

    def _name(self, position: int, end: int) -> Iterator[Plain]:
        """The words of a dotted name.

        The longest beginning of the name that is in a table becomes one word.
        """
        words = self.words[position:end]
        parts = [word.text for word in words[::2]]
        known = self.kinds.imported.get(parts[0])
        taken = 1
        if known:
            for count in range(len(parts), 0, -1):
                absolute = ".".join([known, *parts[1:count]])
                renamed = PRIMITIVES.get(absolute) or LIFE_CYCLE.get(absolute)
                if renamed or kind_of(absolute):
                    taken, line = count, words[0].line
                    kind = kind_of(absolute)
                    yield Plain(renamed or absolute, line, kind, absolute)
                    break
            else:
                kind = MODEL_MODULES.get(known) if known != "time" else None
                yield self._local(words[0], kind)
        else:
            yield self._local(words[0], None)
        for number in range(taken, len(parts)):
            yield Plain(".", words[2 * number - 1].line, None, ".")
            yield self._attribute(position + 2 * number)

    def _local(self, word: Word, kind: str | None) -> Plain:
        text = self._renamed(word.text)
        if word.text in COLOUR:
            kind = "colour"
        elif text != word.text:
            return Plain(text, word.line, "name", word.text, is_name=True)
        kind = kind or self._variable_kind(word)
        if kind is None and (word.text in KEYWORDS or word.text[:1].isupper()):
            kind = kind_of(word.text)
        return Plain(text, word.line, kind, word.text)

    def _attribute(self, position: int) -> Plain:
        word = self.words[position]
        after_dot, called = self._after_dot(position), self._is_called(position)
        method = f".{word.text}"
        if after_dot and called and method in LIFE_CYCLE:
            text = LIFE_CYCLE[method][1:]
            return Plain(text, word.line, "life cycle", word.text)
        text = self._renamed(word.text)
        if word.text in COLOUR:
            return Plain(text, word.line, "colour", word.text)
        if text != word.text:
            return Plain(text, word.line, "name", word.text, is_name=True)
        kind = None
        if after_dot and called and word.text in LIFE_CYCLE_METHODS:
            kind = "life cycle"
        elif word.text[:1].isupper() or not after_dot:
            kind = kind_of(word.text)
        if after_dot:
            kind = kind or self._variable_kind(word)
        return Plain(text, word.line, kind, word.text)

    def _variable_kind(self, word: Word) -> str | None:
        held = self.kinds.at(word.line, word.column)
        if held in SYNCHRONIZES:
            return "primitive"
        return "life cycle" if held in WORKERS else None


def of_model(node: ast.Import | ast.ImportFrom) -> str:
    """The module that an import takes names from, if it belongs to a model; else ""."""
    if isinstance(node, ast.ImportFrom):
        module = node.module or ""
        known = not node.level and module.partition(".")[0] in MODEL_MODULES
        return module if known else ""
    named = [alias.name for alias in node.names]
    return next((n for n in named if n.partition(".")[0] in MODEL_MODULES), "")


def speaks_of_errors(text: str) -> bool:
    """Whether a comment or docstring says which errors are raised."""
    text = text.lower()
    return any(word in text for word in TEXT_ERRORS)
