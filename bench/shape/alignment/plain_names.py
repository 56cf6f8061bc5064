"""`AsyncClient`, `AClient`, `AioClient`, `aclose`, `async_get`: the asyncio side's
names for what the other side calls `Client`, `close`, `get`.

`AsyncClient` is matched with `Client` only if the other file uses `Client`, and does
not use `AsyncClient`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bench.shape.reading.source import CODE, Source

PREFIXES = ("Async", "Aio", "A")  # of a class
BEFORE, BEHIND = ("async_", "aio_", "a"), ("_async", "Async", "_aio")  # of a function


@dataclass(frozen=True)
class PlainNames:
    """Names of one file as its twin calls them."""

    own: frozenset[str]
    twin: frozenset[str]

    def plain(self, name: str) -> str:
        """The twin's name for the same thing; the name itself where it has none."""
        if name in self.twin:
            return name
        for candidate in shorter(name):
            if candidate in self.twin and candidate not in self.own:
                return candidate
        return name

    def plain_text(self, text: str) -> str:
        """The same of an annotation in quotes."""
        inside = text.strip("\"'")
        if not inside.isidentifier():
            return text
        return text.replace(inside, self.plain(inside))


def shorter(name: str) -> Iterator[str]:
    """What a name may stand for, the most that can be taken off it first."""
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
    """Every name in a file's code, and of annotations in quotes."""
    return frozenset(
        text
        for word in source.words
        if (text := word.text if word.kind == CODE else word.text.strip("\"'"))
        and text.isidentifier()
    )


def plain_names(own: Source, twin: Source | None) -> PlainNames:
    """The names of a file as another calls them; its own without another."""
    there = identifiers(twin) if twin is not None else frozenset()
    return PlainNames(identifiers(own), there)
