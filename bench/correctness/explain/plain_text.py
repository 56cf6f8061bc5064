"""Make a program's text safe for a terminal: no control characters, not too long.

The text of an exception, a `repr`, a file name and a source line come from the program.
An escape sequence in such a text could change the terminal.  A character that overrides
the writing direction could change what a reader sees.
"""

import json

LONGEST = 2_000  # characters of a shown line


def plain(text: str, longest: int = LONGEST) -> str:
    """Escape characters that are not printable, as `repr` does, and cut long text."""
    if len(text) > longest:
        text = f"{text[:longest]}... ({len(text):,} characters)"
    if text.isprintable():
        return text
    return "".join(map(escaped, text))


def plain_lines(text: str) -> str:
    """The same as `plain` for a text of several lines."""
    return "\n".join(map(plain, text.splitlines()))


def escaped(character: str) -> str:
    """A character as it is shown: as an escape if it is not printable."""
    if character.isprintable():
        return character
    return repr(character)[1:-1]


def plain_json(text: str) -> str:
    """JSON of the same value, in which every character is printable."""
    if text.isprintable():
        return text
    return "".join(
        one if one.isprintable() else json.dumps(one)[1:-1].replace("\x7f", "\\u007f")
        for one in text
    )
