"""Records of the porting assistant: what a port changes, and mistakes in one."""

from typing import Literal

from bench.records.base import Record
from bench.records.primitives import Rule
from bench.records.shapes import BlockingCall, NotFollowed


class Edit(Record, frozen=True, kw_only=True):
    """One line of a file as it is, and what a port makes of it."""

    line: int
    now: str  # the source line, without its indentation
    becomes: str = ""  # the line after the port, where that can be said
    do: str = ""  # what to do, in words


class PortedFunction(Record, frozen=True, kw_only=True):
    """What becomes of one function, in the order of the file."""

    function: str
    line: int
    becomes: Literal["async", "plain", "changed", "already"]
    """"changed": it cannot be awaited as it is, and the wait must move elsewhere;
    "already": it is `async def`."""
    why: str  # the chain to the call that waits, or why it stays
    edits: tuple[Edit, ...] = ()


class Deviation(Record, frozen=True, kw_only=True):
    """A rule that asyncio does not keep, and where this file relies on it."""

    rule: Rule
    lines: tuple[int, ...] = ()


class PortedPrimitive(Record, frozen=True, kw_only=True):
    """A primitive of threads that a file uses, and what it becomes."""

    threads: str
    asyncio: str  # "" where there is none; the same name where it stays
    lines: tuple[int, ...] = ()  # where it is made
    deviations: tuple[Deviation, ...] = ()


class WrittenUnder(Record, frozen=True, kw_only=True):
    """Writes that stand under the same locks."""

    lock: str  # "self._lock", or several; "" under none
    lines: tuple[int, ...]


class PortedState(Record, frozen=True, kw_only=True):
    """A shared attribute or global, and whether it still needs its lock."""

    name: str  # "Cache._data"
    lock: str  # held at every write: "self._lock"; "" where no lock is
    lines: tuple[int, ...]
    do: str
    apart: tuple[WrittenUnder, ...] = ()  # where the writes differ in their locks


class Plan(Record, tag_field="kind", tag="port", frozen=True, kw_only=True):
    """The port of one file or package, function by function."""

    file: str
    functions: tuple[PortedFunction, ...] = ()
    primitives: tuple[PortedPrimitive, ...] = ()
    state: tuple[PortedState, ...] = ()
    elsewhere: tuple[Edit, ...] = ()  # imports, and code that runs on import
    remaining: tuple[BlockingCall, ...] = ()  # local files: they stay, in threads
    not_followed: tuple[NotFollowed, ...] = ()
    entry: str = ""  # the call that starts it in a loop; "" where running it does
    needs: tuple[str, ...] = ()  # packages that the draft uses: "aiohttp"
    is_ported: bool = False  # a port already: it stays as it is

    @property
    def coloured(self) -> int:
        """How many functions become `async def`."""
        return sum(one.becomes == "async" for one in self.functions)


class Mistake(Record, frozen=True, kw_only=True):
    """What is wrong in a file that runs in a loop."""

    file: str
    line: int
    function: str
    rule: str  # "never-awaited"
    what: str
    instead: str
    is_note: bool = False  # may be meant so: --check counts "undecided" alone
    waived: bool = False  # by a comment on its line


class Progress(Record, tag_field="kind", tag="progress", frozen=True, kw_only=True):
    """How far a port has come: the functions of the first file in the second."""

    file: str
    ported: str
    done: tuple[str, ...] = ()
    remaining: tuple[str, ...] = ()  # still plain
    missing: tuple[str, ...] = ()  # not in the second file under that name
    needless: tuple[str, ...] = ()  # `async def` though nothing in them waits
    mistakes: tuple[Mistake, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing remains: no function, no mistake, nothing to decide."""
        wrong = any(
            not one.waived and (not one.is_note or one.rule == "undecided")
            for one in self.mistakes
        )
        return not (self.remaining or self.missing or wrong)
