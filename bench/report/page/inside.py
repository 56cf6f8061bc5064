"""The internals of a primitive as a table, with a column for each model."""

from dataclasses import dataclass

from markupsafe import Markup

from bench.records.models import MODELS
from bench.records.primitives import Internals, Made
from bench.report.page.listing import coloured


@dataclass(frozen=True)
class Cell:
    """What one model does, with the line of the interpreter's source that shows it."""

    words: str
    source: Markup
    place: str


@dataclass(frozen=True)
class Primitive:
    """A table: a row for each question, a column for each model."""

    name: str
    python: str
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


def primitive(one: Internals) -> Primitive:
    """Arrange the facts by question and model."""
    by_place = {(made.question, made.model): made for made in one.made}
    questions = dict.fromkeys(made.question for made in one.made)
    return Primitive(
        name=one.primitive,
        python=one.python,
        rows=tuple(
            (question, tuple(_cell(by_place.get((question, m))) for m in MODELS))
            for question in questions
        ),
    )


def _cell(made: Made | None) -> Cell:
    if made is None:
        return Cell("none", Markup(), "")
    if not made.words:
        return Cell("not found in this interpreter's source", Markup(), "")
    place = f"{made.file}:{made.line}" if made.file else ""
    return Cell(made.words, coloured(made.source)[0], place)
