"""Records of what is measured: a pair in a model, on a runtime."""

from typing import Literal

from bench.records.base import Record
from bench.records.models import Model


class Runtime(Record, frozen=True, kw_only=True):
    """An interpreter, an event loop and a placement on cores."""

    python: str  # "3.13.0", "3.14.0t"
    executable: str = ""
    loop: str | None = None  # "asyncio", "uvloop", "trio"; None for threads
    anyio: bool = False  # whether it runs the pair's anyio form, on that loop
    eager: bool = False  # whether tasks start at once (asyncio's eager task factory)
    carrier: str | None = None  # "bare threads", "to_thread", "processes"
    placement: Literal["pinned", "free"] = "free"
    # whether the GIL is on before the pair is imported; samples measure it later
    gil: bool = True

    @property
    def label(self) -> str:
        """A few words that distinguish this runtime from the others of a run."""
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
    """One side of a comparison: a pair in a model, on a runtime."""

    pair: str
    model: Model
    runtime: Runtime
    source_sha256: str = ""
    version: str = ""  # the version of the code, if it differs from that of the run

    @property
    def column(self) -> str:
        """The title of the side's column: the carrier if one is set, else the model."""
        at = f" at {self.version}" if self.version else ""
        return f"{self.runtime.carrier or self.model}{at}"
