"""A file's words with the model taken out, so that twins can be compared.

Three things go: the colour words (`async`, `await`, `__aenter__` ...), the names of
primitives (`asyncio.Lock` and `from threading import Lock; Lock` both become
`threading.Lock`), and those of the life cycle (`create_task` becomes `submit`).
What each word was is remembered, for that is what tells why two lines differ.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bench.shape.functions import nodes
from bench.shape.names import Names, resolve
from bench.shape.source import CODE, COMMENT, Source, Word
from bench.shape.statements import is_docstring
from bench.shape.vocabulary import (
    COLOUR,
    LIFE_CYCLE,
    LIFE_CYCLE_METHODS,
    MODEL_MODULES,
    PRIMITIVES,
    SYNCHRONIZES,
    WORKERS,
    kind_of,
)

TEXT_ERRORS = ("raise", "exception", "error", "cancel")


@dataclass(frozen=True, slots=True)
class Plain:
    """A word after un-asyncing: equal words face each other."""

    text: str
    line: int
    kind: str | None = None  # of the difference that it makes: "primitive", ...
    original: str = ""  # before renaming, absolute
    is_text: bool = False  # a string, or a comment
    is_remark: bool = False  # a comment or docstring
    is_import: bool = False


@lru_cache(maxsize=64)
def unasync(source: Source) -> tuple[Plain, ...]:
    """Every word of a file, in order, with the model's names made one."""
    imports: set[int] = set()
    docstrings: set[int] = set()
    for node in nodes(source.tree):
        if isinstance(node, ast.stmt):
            lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            if isinstance(node, ast.Import | ast.ImportFrom):
                imports.update(lines)
            elif is_docstring(node):
                docstrings.update(lines)
    return tuple(_plain(source.words, resolve(source), imports, docstrings))


def _plain(
    words: tuple[Word, ...], names: Names, imports: set[int], docstrings: set[int]
) -> Iterator[Plain]:
    position = 0
    while position < len(words):
        word = words[position]
        if word.kind != CODE:
            kind = "errors" if speaks_of_errors(word.text) else None
            remark = word.kind == COMMENT or word.line in docstrings
            yield Plain(word.text, word.line, kind, word.text, True, remark)
            position += 1
        elif word.text in ("async", "await"):
            position += 1  # keywords since Python 3.7: never names
        elif word.line in imports:
            yield _imported(word)
            position += 1
        elif word.text.isidentifier() and not _after_dot(words, position):
            end = _end_of_name(words, position)
            yield from _name(words[position:end], names)
            position = end
        else:
            yield _attribute(word, _after_dot(words, position))
            position += 1


def _after_dot(words: tuple[Word, ...], position: int) -> bool:
    return position > 0 and words[position - 1].text == "."


def _end_of_name(words: tuple[Word, ...], position: int) -> int:
    end = position + 1
    while (
        end + 1 < len(words)
        and words[end].text == "."
        and words[end + 1].text.isidentifier()
    ):
        end += 2
    return end


def _imported(word: Word) -> Plain:
    renamed = COLOUR.get(word.text, word.text)
    kind = MODEL_MODULES.get(word.text) or ("colour" if renamed != word.text else None)
    if kind is None:
        known = (kind_of(f"{module}.{word.text}") for module in MODEL_MODULES)
        pool = kind_of(f"concurrent.futures.{word.text}")
        kind = next(filter(None, known), None) or pool
    return Plain(renamed, word.line, kind, word.text, is_import=True)


def _name(words: tuple[Word, ...], names: Names) -> Iterator[Plain]:
    """One word for as much of a dotted name as a table knows, then its attributes."""
    parts = [word.text for word in words[::2]]
    if known := names.imported.get(parts[0]):
        for end in range(len(parts), 0, -1):
            absolute = ".".join([known, *parts[1:end]])
            renamed = PRIMITIVES.get(absolute) or LIFE_CYCLE.get(absolute)
            if renamed or kind_of(absolute):
                yield Plain(
                    renamed or absolute, words[0].line, kind_of(absolute), absolute
                )
                break
        else:
            end, text = 1, COLOUR.get(parts[0], parts[0])
            kind = "colour" if text != parts[0] else MODEL_MODULES.get(known)
            yield Plain(text, words[0].line, kind, parts[0])
    else:
        end = 1
        yield _local(words[0], names)
    for position in range(end, len(parts)):
        dot, word = words[2 * position - 1], words[2 * position]
        yield Plain(".", dot.line, None, ".")
        yield _attribute(word, True, names)


def _local(word: Word, names: Names) -> Plain:
    text = COLOUR.get(word.text, word.text)
    kind = "colour" if text != word.text else _variable_kind(word.text, names)
    return Plain(text, word.line, kind or kind_of(word.text), word.text)


def _attribute(word: Word, after_dot: bool, names: Names | None = None) -> Plain:
    method = f".{word.text}"
    if after_dot and method in LIFE_CYCLE:
        return Plain(LIFE_CYCLE[method][1:], word.line, "life cycle", word.text)
    text = COLOUR.get(word.text, word.text)
    kind = "colour" if text != word.text else kind_of(word.text)
    if after_dot and word.text in LIFE_CYCLE_METHODS:
        kind = "life cycle"
    if names is not None:
        kind = kind or _variable_kind(word.text, names)
    return Plain(text, word.line, kind, word.text)


def _variable_kind(name: str, names: Names) -> str | None:
    held = names.variables.get(name)
    if held in SYNCHRONIZES:
        return "primitive"
    return "life cycle" if held in WORKERS else None


def speaks_of_errors(text: str) -> bool:
    """Whether a comment or docstring says what is raised."""
    text = text.lower()
    return any(word in text for word in TEXT_ERRORS)
