"""Records of the porting assistant: what a port changes, and mistakes in ports."""

from typing import Literal

from bench.records.base import Record
from bench.records.primitives import Rule
from bench.records.shapes import BlockingCall, NotFollowed


class Edit(Record, frozen=True, kw_only=True):
    """A line of a file, and what it becomes in the port."""

    line: int
    now: str  # the source line, without its indentation
    becomes: str = ""  # the line after the port, if it is known
    do: str = ""  # what to do, in words


class PortedFunction(Record, frozen=True, kw_only=True):
    """What a function becomes in the port; in the order of the file."""

    function: str
    line: int
    becomes: Literal["async", "plain", "changed", "already"]
    """"changed": it cannot be awaited as it is, and the wait must move elsewhere;
    "already": it is `async def`."""
    why: str  # the chain to the call that waits, or why it stays plain
    edits: tuple[Edit, ...] = ()


class Deviation(Record, frozen=True, kw_only=True):
    """A rule that asyncio does not follow, and the lines that rely on it."""

    rule: Rule
    lines: tuple[int, ...] = ()


class PortedPrimitive(Record, frozen=True, kw_only=True):
    """A primitive of threads that a file uses, and its match in asyncio."""

    threads: str
    asyncio: str  # "": no match; if it is the same name, the primitive stays
    lines: tuple[int, ...] = ()  # lines that make the primitive
    deviations: tuple[Deviation, ...] = ()


class WrittenUnder(Record, frozen=True, kw_only=True):
    """Writes under the same locks."""

    lock: str  # "self._lock", or several; "": no lock
    lines: tuple[int, ...]


class PortedState(Record, frozen=True, kw_only=True):
    """A shared attribute or global, and whether it still needs its lock."""

    name: str  # "Cache._data"
    lock: str  # the lock that is held at every write, "self._lock"; "": none
    lines: tuple[int, ...]
    do: str
    apart: tuple[WrittenUnder, ...] = ()  # filled if the writes have different locks


class Plan(Record, tag_field="kind", tag="port", frozen=True, kw_only=True):
    """The port of one file or package, function by function."""

    file: str
    functions: tuple[PortedFunction, ...] = ()
    primitives: tuple[PortedPrimitive, ...] = ()
    state: tuple[PortedState, ...] = ()
    elsewhere: tuple[Edit, ...] = ()  # imports, and code that runs on import
    # calls on local files, which still block the loop after the port
    remaining: tuple[BlockingCall, ...] = ()
    not_followed: tuple[NotFollowed, ...] = ()
    entry: str = ""  # the call to start it in a loop; "": run the file
    needs: tuple[str, ...] = ()  # packages that the draft uses: "aiohttp"
    is_ported: bool = False  # whether the file is a port already, and stays as it is

    @property
    def coloured(self) -> int:
        """The number of functions that become `async def`."""
        return sum(one.becomes == "async" for one in self.functions)


class Mistake(Record, frozen=True, kw_only=True):
    """A mistake in a file that runs in an event loop."""

    file: str
    line: int
    function: str
    rule: str  # "never-awaited"
    what: str
    instead: str
    # True for a function that returns a coroutine, because this may be intended.
    # `--check` does not count it.  True also for a comment of a draft that asks for a
    # decision (rule "undecided").  `--check` counts it.
    is_note: bool = False
    waived: bool = False  # waived by a comment on its line


class Progress(Record, tag_field="kind", tag="progress", frozen=True, kw_only=True):
    """The progress of a port: which functions of the threaded file the port has."""

    file: str
    ported: str
    done: tuple[str, ...] = ()
    remaining: tuple[str, ...] = ()  # functions that are still plain
    missing: tuple[str, ...] = ()  # functions whose name the second file does not have
    # functions that are `async def`, although nothing in them waits
    needless: tuple[str, ...] = ()
    mistakes: tuple[Mistake, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing remains: no function, no mistake, nothing to decide."""
        wrong = any(
            not one.waived and (not one.is_note or one.rule == "undecided")
            for one in self.mistakes
        )
        return not (self.remaining or self.missing or wrong)
