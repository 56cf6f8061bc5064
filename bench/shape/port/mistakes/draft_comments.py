"""Comments of a draft that still wait for a decision."""

from collections.abc import Iterator

from bench.shape.port.rewriting import MARK
from bench.shape.reading.source import Source

Found = Iterator[tuple[int, str, str, str]]


def undecided(source: Source) -> Found:
    """The comments of a draft that still wait for a decision."""
    for line, text in enumerate(source.lines, 1):
        if text.lstrip().startswith(MARK):
            said = text.lstrip().removeprefix(MARK)
            yield (
                line, "undecided", f"the draft left this to decide: {said}",
                "do this in the code below the comment, or check that the code is"
                " right already; then delete the comment",
            )  # fmt: skip
