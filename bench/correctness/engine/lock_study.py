"""Which locks a program makes and how it uses them; a lock may be put out of effect.

A lock that is out of effect excludes no worker: `acquire` never waits, and `release`
wakes no worker.  The lock still records which workers hold it, because the program may
read this.
"""

import sys
import sysconfig
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from bench.correctness.engine.frames import is_programs, locals_of

LIBRARY = tuple({sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")})
HOOKS = (
    "bench.correctness.engine",
    "bench.correctness.tracking",
    "bench.correctness.models.threading_.locks",
)
UnitKey = tuple[str, int, str]
Identity = tuple[object, int]  # the run, and the number of the current worker


@dataclass
class LockUnit:
    """A lock that `main` makes, or all locks that the other workers make at one line.

    key: the file and line that make it; also its name if `main` makes it.
    kind: its class, such as "Lock" or "Semaphore".
    taken_out: whether it is out of effect.
    thing: the lock itself, or the last lock made at the line.
    holders: the workers, by number, that have acquired it in any run.
    handed_over: whether a worker has released what another worker had acquired.
    """

    key: UnitKey
    kind: str
    taken_out: bool
    thing: Any = field(repr=False, default=None)
    holders: set[int] = field(default_factory=set)
    handed_over: bool = False


class LockNotes:
    """Which workers hold one lock, in the run in progress."""

    __slots__ = ("held", "identify", "run", "taken_out", "unit")

    def __init__(self, unit: LockUnit, identify: Callable[[], Identity]) -> None:
        self.unit = unit
        self.identify = identify
        self.taken_out = unit.taken_out
        self.run: object = None
        self.held: dict[int, int] = {}  # how often each worker holds it, by number

    def own(self) -> int:
        """Return the number of the current worker.

        At the first call in a run, forget which workers held the lock in earlier runs.
        """
        run, worker = self.identify()
        if run is not self.run:
            self.run, self.held = run, {}
        return worker

    def enter(self, times: int = 1) -> None:
        """Note that the current worker has acquired the lock."""
        worker = self.own()
        self.held[worker] = self.held.get(worker, 0) + times
        self.unit.holders.add(worker)

    def leave(self, times: int = 1) -> None:
        """Note that the current worker has released the lock."""
        worker = self.own()
        left = self.held.get(worker, 0) - times
        self.unit.handed_over |= left < 0
        self.held[worker] = max(left, 0)

    def leave_all(self) -> int:
        """Note that the current worker gave up all its holds; return their number."""
        return self.held.pop(self.own(), 0)

    def is_held(self) -> bool:
        """Whether the current worker holds the lock."""
        return self.held.get(self.own(), 0) > 0


class LockStudy:
    """The locks that programs make in this process after the study begins."""

    def __init__(self, taken_out: Container[UnitKey] = ()) -> None:
        self.taken_out = taken_out
        self.units: dict[UnitKey, LockUnit] = {}

    def begin(self) -> None:
        """Prepare for a program: forget how the program before it used its locks."""
        for unit in self.units.values():
            unit.holders = set()
            unit.handed_over = False

    def used(self) -> list[LockUnit]:
        """The locks that a worker has acquired, sorted by file and line."""
        found = [unit for unit in self.units.values() if unit.holders]
        return sorted(found, key=lambda unit: unit.key)

    def register(
        self,
        thing: Any,
        kind: str,
        name: str,
        identify: Callable[[], Identity],
    ) -> LockNotes | None:
        """Register a new lock; return None if a library makes it.

        `name`: distinguishes the lock from other locks that are made at the same line.
        The name is empty unless the main worker makes the lock.
        """
        place = made_at(sys._getframe(1))
        if place is None:
            return None
        key = (*place, name)
        unit = self.units.get(key)
        if unit is None:
            unit = self.units[key] = LockUnit(key, kind, key in self.taken_out)
        unit.thing = thing
        return LockNotes(unit, identify)


def made_at(frame: FrameType | None) -> tuple[str, int] | None:
    """The line of the program that makes a lock; None if a library makes it."""
    while frame is not None and is_passed_over(frame):
        frame = frame.f_back
    if frame is None or not is_programs(frame):
        return None
    file = frame.f_code.co_filename
    if file.startswith(LIBRARY):
        return None
    return file, frame.f_lineno


def is_passed_over(frame: FrameType) -> bool:
    """Whether a frame is part of making a lock: a hook, or the lock's own `__init__`.

    A condition makes its lock in the `__init__` of the condition.  So the line of this
    lock is the line that makes the condition.  The generated code of a dataclass may
    also make a lock.  Its frame is passed over too.
    """
    code = frame.f_code
    if code.co_name in ("__init__", "init"):
        own = locals_of(frame).get("self")
        if getattr(type(own), "_x_is_lock", False):
            return True
    if code.co_filename.startswith("<"):
        return True
    return str(frame.f_globals.get("__name__")).startswith(HOOKS)
