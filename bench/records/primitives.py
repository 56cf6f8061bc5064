"""Records of the primitives: their matches between the models, rules and internals."""

from typing import Literal

from bench.records.base import Record
from bench.records.models import Model


class Match(Record, frozen=True, kw_only=True):
    """A primitive by its name in each model; empty if the model has none."""

    threads: str
    asyncio: str = ""
    anyio: str = ""
    trio: str = ""

    @property
    def primitive(self) -> str:
        """The name without its module, as `Rule.primitive` has it."""
        return self.threads.rpartition(".")[2]


class Rule(Record, frozen=True, kw_only=True):
    """The behaviour of each model in a situation, and how to port it."""

    key: str
    primitive: str
    situation: str
    threads: str
    asyncio: str
    anyio: str
    trio: str
    port: str = ""  # how to port it from threads to asyncio

    @property
    def verdict(self) -> Literal["same", "differs", "missing"]:
        """How asyncio differs from threads; "same" even if anyio or trio differ."""
        if self.asyncio == "has none":
            return "missing"
        return "same" if self.threads == self.asyncio else "differs"


class Made(Record, frozen=True, kw_only=True):
    """One fact about a primitive's internals, and the line of source that shows it."""

    model: Model
    question: str  # "holds", "a waiter waits on", "is woken by"
    words: str = ""  # the fact; empty: the source of this interpreter has no such line
    file: str = ""  # "asyncio/locks.py"
    line: int = 0
    source: str = ""


class Internals(Record, tag_field="kind", tag="internals", frozen=True, kw_only=True):
    """The internals of a primitive, in the interpreter of the run."""

    primitive: str
    python: str
    made: tuple[Made, ...] = ()
