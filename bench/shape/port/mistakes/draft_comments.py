"""Comments of a draft about which the user has not decided yet."""

from collections.abc import Iterator

from bench.shape.port.rewriting import MARK
from bench.shape.reading.source import Source

Found = Iterator[tuple[int, str, str, str]]


def undecided(source: Source) -> Found:
    """The comments of a draft about which the user has not decided yet."""
    for line, text in enumerate(source.lines, 1):
        if text.lstrip().startswith(MARK):
            said = text.lstrip().removeprefix(MARK)
            yield (
                line, "undecided", f"the draft left this to decide: {said}",
                "do this in the code below the comment, or check that the code is"
                " right already; then delete the comment",
            )  # fmt: skip
