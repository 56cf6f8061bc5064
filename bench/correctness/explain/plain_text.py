"""Text of a program, as a terminal may show it: no control characters, not too long.

The text of an exception, a `repr`, a file name and a source line are the program's: an
escape sequence in one could change the terminal, an override of the writing direction
what a reader sees.
"""

import json

LONGEST = 2_000  # characters of a line that is shown


def plain(text: str, longest: int = LONGEST) -> str:
    """Escape what is not printable, as `repr` does, and cut what is too long."""
    if len(text) > longest:
        text = f"{text[:longest]}... ({len(text):,} characters)"
    if text.isprintable():
        return text
    return "".join(map(escaped, text))


def plain_lines(text: str) -> str:
    """The same for a text of several lines."""
    return "\n".join(map(plain, text.splitlines()))


def escaped(character: str) -> str:
    """A character as it may be shown: one that is not printable as an escape."""
    if character.isprintable():
        return character
    return repr(character)[1:-1]


def plain_json(text: str) -> str:
    """JSON of the same value in which every character is printable."""
    if text.isprintable():
        return text
    return "".join(
        one if one.isprintable() else json.dumps(one)[1:-1].replace("\x7f", "\\u007f")
        for one in text
    )
