"""The primitives of each model: what matches what, what differs, what is inside."""

from typing import Literal

from bench.records.base import Record
from bench.records.models import Model


class Match(Record, frozen=True, kw_only=True):
    """A primitive by its name in each model; an empty one says that there is none."""

    threads: str
    asyncio: str = ""
    anyio: str = ""
    trio: str = ""

    @property
    def primitive(self) -> str:
        """The bare name that `Rule.primitive` refers to."""
        return self.threads.rpartition(".")[2]


class Rule(Record, frozen=True, kw_only=True):
    """What happens in one situation, model by model, and how to port it."""

    key: str
    primitive: str
    situation: str
    threads: str
    asyncio: str
    anyio: str
    trio: str
    port: str = ""  # from threads to asyncio

    @property
    def verdict(self) -> Literal["same", "differs", "missing"]:
        """Asyncio against threads; "same" also when only anyio or trio differ."""
        if self.asyncio == "has none":
            return "missing"
        return "same" if self.threads == self.asyncio else "differs"


class Made(Record, frozen=True, kw_only=True):
    """One thing said of a primitive's inside, and the line of source that shows it."""

    model: Model
    question: str  # "holds", "a waiter waits on", "is woken by"
    words: str = ""  # none: this interpreter's source has no such line
    file: str = ""  # "asyncio/locks.py"
    line: int = 0
    source: str = ""


class Internals(Record, tag_field="kind", tag="internals", frozen=True, kw_only=True):
    """What a primitive is made of, as the interpreter of the run has it."""

    primitive: str
    python: str
    made: tuple[Made, ...] = ()
