"""One Python file as the shape lens reads it: text, lines, syntax tree, words."""

import ast
import io
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bench.errors import CannotRunError

# Kinds of a word.  Strings and comments are text.  If a text has names of a model, they
# explain the code, but do not belong to it.
CODE, STRING, COMMENT = "code", "string", "comment"
LAYOUT = {
    tokenize.NEWLINE,
    tokenize.NL,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}
# From 3.12 on, Python splits an f-string into several tokens; from 3.14 on, a t-string.
# Here each of these strings is one word in every version.
OPENS = {getattr(tokenize, n, None) for n in ("FSTRING_START", "TSTRING_START")} - {
    None
}
CLOSES = {getattr(tokenize, n, None) for n in ("FSTRING_END", "TSTRING_END")} - {None}


@dataclass(frozen=True, slots=True)
class Word:
    """A token, or one line of a string that has several lines."""

    kind: str
    text: str
    line: int  # from 1
    column: int


@dataclass(frozen=True, eq=False)
class Source:
    """A file that Python can read; raises CannotRunError when it cannot.

    Two sources with equal texts do not compare as equal.  The reason is that results
    are stored by the nodes of a tree, and each source has its own tree.
    """

    name: str  # the name in messages: a path or a module
    text: str
    path: Path | None = None  # its path, if it was read from a file

    @cached_property
    def lines(self) -> list[str]:
        """Physical lines as Python counts them; the last is empty after a newline."""
        return self.text.split("\n")

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree; raises CannotRunError when the file has none."""
        try:
            return ast.parse(self.text)
        except SyntaxError as error:
            where = f" line {error.lineno}:" if error.lineno else ""
            raise self.unreadable(f"{where} {error.msg}") from None
        except ValueError as error:  # null bytes, lone surrogates
            raise self.unreadable(f" {error}") from None
        except (RecursionError, MemoryError):
            raise self.unreadable(" it is nested too deeply") from None

    def compile(self) -> None:
        """Compile the file, because the compiler rejects more than the parser does.

        Raises CannotRunError with the line that the compiler rejects.
        """
        _ = self.tree
        with warnings.catch_warnings():
            # a warning is only about code that the compiler accepts
            warnings.simplefilter("ignore")
            try:
                compile(self.text, self.name, "exec", dont_inherit=True)
            except SyntaxError as error:
                raise self.unreadable(f" line {error.lineno}: {error.msg}") from None

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """Every token except layout, in order; each line of a string is one word."""
        _ = self.tree  # the parser's error messages are better than those of tokenize
        try:
            return tuple(self._read_words())
        except (tokenize.TokenError, SyntaxError) as error:
            raise self.unreadable(f" {error.args[0]}") from None

    def unreadable(self, reason: str) -> CannotRunError:
        reason = " ".join(reason.split())
        return CannotRunError(
            f"{self.name} is not Python that this interpreter reads: {reason};"
            " mend it, or use the Python it was written for"
        )

    def _read_words(self) -> Iterator[Word]:
        depth, start = 0, (0, 0)
        for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
            if token.type in OPENS:
                start = start if depth else token.start
                depth += 1
            elif token.type in CLOSES:
                depth -= 1
                if not depth:
                    yield from self._text(STRING, start, token.end)
            elif depth or token.type in LAYOUT:
                continue
            elif token.type == tokenize.STRING:
                yield from self._text(STRING, token.start, token.end)
            elif token.type == tokenize.COMMENT:
                yield from self._text(COMMENT, token.start, token.end)
            elif token.string.strip():
                yield Word(CODE, token.string, *token.start)

    def _text(
        self, kind: str, start: tuple[int, int], end: tuple[int, int]
    ) -> Iterator[Word]:
        for line in range(start[0], end[0] + 1):
            first = start[1] if line == start[0] else 0
            last = end[1] if line == end[0] else None
            if piece := self.lines[line - 1][first:last].strip():
                yield Word(kind, piece, line, first)


def from_text(name: str, text: str, path: Path | None = None) -> Source:
    """Make a source of text as it was typed, with any line ends or byte order mark."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return Source(name, text, path)


def from_bytes(name: str, content: bytes, path: Path | None = None) -> Source:
    """Decode like Python: by the coding line, or as UTF-8 without one."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        return from_text(name, content.decode(encoding), path)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        raise CannotRunError(
            f"{name} cannot be decoded: {error}; say its encoding in a line"
            " such as # -*- coding: latin-1 -*-"
        ) from None


def from_path(path: Path, name: str | None = None) -> Source:
    """Read a file; raises CannotRunError with the reason if it cannot be read."""
    if path.exists() and not path.is_file():
        kind = "a directory" if path.is_dir() else "not a regular file"
        raise CannotRunError(f"cannot read {name or path}: it is {kind}; give a file")
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CannotRunError(
            f"cannot read {name or path}: {reason}; give a Python file or a module"
        ) from None
    return from_bytes(name or str(path), content, path)
