"""What is measured: which code of which pair, and what runs it."""

from typing import Literal

from bench.records.base import Record
from bench.records.models import Model


class Runtime(Record, frozen=True, kw_only=True):
    """What runs the code: interpreter, loop, placement."""

    python: str  # "3.13.0", "3.14.0t"
    executable: str = ""
    loop: str | None = None  # "asyncio", "uvloop", "trio"; None for threads
    anyio: bool = False  # the pair's anyio form, on that loop
    eager: bool = False  # tasks start at once (asyncio's eager task factory)
    carrier: str | None = None  # "bare threads", "to_thread", "processes"
    placement: Literal["pinned", "free"] = "free"
    gil: bool = True  # before the pair's imports; a sample tells of after

    @property
    def label(self) -> str:
        """A few words which tell it from the others of a run."""
        words = [
            self.python,
            "anyio" if self.anyio else None,
            self.loop,
            "eager" if self.eager else None,
            self.carrier,
            self.placement,
        ]
        return " ".join(word for word in words if word)


class Subject(Record, frozen=True, kw_only=True):
    """One side of a comparison: which code of which pair, under what."""

    pair: str
    model: Model
    runtime: Runtime
    source_sha256: str = ""

    @property
    def column(self) -> str:
        """What heads its column: the model, or what carries the workers instead."""
        return self.runtime.carrier or self.model
