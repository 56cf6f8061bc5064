"""Text of unknown origin made safe to show: visible characters, limited length."""

import re
import unicodedata

from markupsafe import Markup, escape

# characters of one value; the text of an exception can be megabytes long
LONGEST = 4_000
LONGEST_OPTION = 24  # characters of an option that is kept whole
HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters except tab and line feed
    "\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"  # direction, zero width
    "\ud800-\udfff]"  # surrogates, which no encoding can write
)


def seen(text: str, longest: int = LONGEST) -> str:
    """Replace invisible and direction characters by their names; cut a long text."""
    if len(text) > longest:
        text = f"{text[:longest]}… ({len(text) - longest:,} more characters)"
    return HIDDEN.sub(_named, text)


def short(text: str, longest: int = 60) -> str:
    """Cut a name to this length; an ellipsis marks the cut."""
    shown = seen(text)
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def sentence(text: str) -> str:
    """Capitalize the first letter and leave the rest unchanged."""
    return f"{text[:1].upper()}{text[1:]}"


def _named(found: re.Match[str]) -> str:
    return f"⟨{unicodedata.name(found[0], f'U+{ord(found[0]):04X}').lower()}⟩"


def marked(text: str) -> Markup:
    """Escape a sentence, and set its parts between backticks as code."""
    parts = seen(text).split("`")
    return Markup().join(
        Markup("<code>{}</code>").format(command(part)) if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )


def command(text: str) -> Markup:
    """Escape a command, and keep its options whole at the end of a line.

    A browser may break a line behind each hyphen of `--budget`.
    """
    return Markup(" ").join(
        Markup('<span class="whole">{}</span>').format(word)
        if word.startswith("-") and len(word) <= LONGEST_OPTION
        else escape(word)
        for word in seen(text).split(" ")
    )


def slug(text: str) -> str:
    """Part of an anchor's name: letters, digits and dashes only."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower())[:60].strip("-") or "x"
