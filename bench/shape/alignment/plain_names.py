"""Names that only the asyncio side has, and their counterparts on the other side.

`AsyncClient`, `AClient`, `AioClient`, `aclose` and `async_get` match the names
`Client`, `close` and `get`.  `AsyncClient` matches `Client` only if the other file uses
`Client` and does not use `AsyncClient`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bench.shape.reading.source import CODE, Source

PREFIXES = ("Async", "Aio", "A")  # beginnings of a class's name
# beginnings and ends of a function's name
BEFORE, BEHIND = ("async_", "aio_", "a"), ("_async", "Async", "_aio")


@dataclass(frozen=True)
class PlainNames:
    """The names of one file, as its twin spells them."""

    own: frozenset[str]
    twin: frozenset[str]

    def plain(self, name: str) -> str:
        """The twin's name for the same thing; the name itself if the twin has none."""
        if name in self.twin:
            return name
        for candidate in shorter(name):
            if candidate in self.twin and candidate not in self.own:
                return candidate
        return name

    def plain_text(self, text: str) -> str:
        """The text of a quoted annotation, with its names as the twin spells them."""
        inside = text.strip("\"'")
        if not inside.isidentifier():
            return text
        return text.replace(inside, self.plain(inside))


def shorter(name: str) -> Iterator[str]:
    """The names that a name may stand for; the first has the longest part removed."""
    bare = name.lstrip("_")
    dashes = name[: len(name) - len(bare)]
    for prefix in PREFIXES:
        rest = bare.removeprefix(prefix)
        if rest != bare and rest[:1].isupper():
            yield dashes + rest
    for prefix in BEFORE:
        rest = bare.removeprefix(prefix)
        if rest != bare and rest and not rest[0].isupper():
            yield dashes + rest
    for suffix in BEHIND:
        rest = bare.removesuffix(suffix)
        if rest != bare and rest:
            yield dashes + rest


@lru_cache(maxsize=64)
def identifiers(source: Source) -> frozenset[str]:
    """Every name in a file's code, and in its annotations in quotes."""
    return frozenset(
        text
        for word in source.words
        if (text := word.text if word.kind == CODE else word.text.strip("\"'"))
        and text.isidentifier()
    )


def plain_names(own: Source, twin: Source | None) -> PlainNames:
    """The names of a file as its twin spells them; unchanged without a twin."""
    there = identifiers(twin) if twin is not None else frozenset()
    return PlainNames(identifiers(own), there)
