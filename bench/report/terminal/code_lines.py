"""Lines of code in a terminal: highlighted, without control codes, wrapped, marked."""

import re
from difflib import SequenceMatcher
from functools import lru_cache

from pygments.lexers.python import PythonLexer
from pygments.token import (
    Comment,
    Keyword,
    Literal,
    Name,
    Operator,
    _TokenType,
    is_token_subtype,
)
from rich.cells import cell_len
from rich.text import Text

# sixteen colours that are readable on any background
SYNTAX: tuple[tuple[_TokenType, str], ...] = (
    (Comment, "italic bright_black"),
    (Literal.String, "green"),
    (Literal.Number, "cyan"),
    (Keyword.Constant, "cyan"),
    (Keyword, "blue"),
    (Operator.Word, "blue"),
    (Name.Function, "bold"),
    (Name.Class, "bold"),
)
WORD = re.compile(r"\w+|\s+|[^\w\s]")
# A source of unknown origin may contain control characters.  They are shown as symbols,
# so that the terminal does not obey them.
VISIBLE = {n: 0x2400 + n for n in range(32) if n not in (9, 10)} | {
    0x7F: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD),
}


@lru_cache(maxsize=16)
def highlighted(source: str) -> tuple[Text, ...]:
    """Styled lines, with tabs expanded and control characters visible."""
    shown = "\n".join(line.expandtabs(8) for line in source.split("\n"))
    text = Text()
    lexer = PythonLexer(stripnl=False, ensurenl=False)
    for kind, piece in lexer.get_tokens(shown):
        style = next(
            (style for known, style in SYNTAX if is_token_subtype(kind, known)), ""
        )
        text.append(piece.translate(VISIBLE), style)
    return tuple(text.split("\n", allow_blank=True))


def emphasise(here: Text, there: Text, style: str) -> None:
    """Underline the words that are on one side only."""
    for text, spans in zip(
        (here, there), changed(here.plain, there.plain), strict=True
    ):
        for first, last in spans:
            text.stylize(f"{style} underline", first, last)


def changed(left: str, right: str) -> tuple[list[tuple[int, int]], ...]:
    """For each of two lines: the columns of the words that the other line lacks."""
    here, there = WORD.findall(left), WORD.findall(right)
    matcher = SequenceMatcher(None, here, there, autojunk=False)
    spans: tuple[list[tuple[int, int]], ...] = ([], [])
    for tag, *ranges in matcher.get_opcodes():
        if tag != "equal":
            for words, (first, last), found in zip(
                (here, there), (ranges[:2], ranges[2:]), spans, strict=True
            ):
                text = "".join(words[first:last])
                start = len("".join(words[:first])) + len(text) - len(text.lstrip())
                if text.strip():
                    found.append((start, start + len(text.strip())))
    return spans


def wrapped(line: Text, width: int) -> list[Text]:
    """A line in parts of at most `width` columns, broken between words if possible."""
    width = max(width, 8)
    indent = cell_len(line.plain) - cell_len(line.plain.lstrip())
    hang = min(indent + 4, width // 2)
    pieces: list[Text] = []
    while line.cell_len > width:
        cut = _cut(line.plain, width, skip=indent if not pieces else hang)
        piece = line[:cut]
        piece.rstrip()
        pieces.append(piece)
        rest = line[cut:]
        spaces = len(rest.plain) - len(rest.plain.lstrip())
        line = Text(" " * hang) + rest[spaces:]
    return [*pieces, line]


def _cut(text: str, width: int, skip: int) -> int:
    """The index of the character before which to break, so that the first part fits."""
    end, cells = 0, 0
    for character in text:
        cells += cell_len(character)
        if cells > width:
            break
        end += 1
    words = range(end, min(skip + 1, end), -1)
    # break between words if possible, otherwise within a word
    for breaks in (" ", ",([{="):
        for at in words:
            if text[at - 1] in breaks or text[at : at + 1] == " ":
                return at
    return max(end, 1)
