"""What the system tells a process of itself, and lets it ask for.

Standard library only: it runs in the measured process.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

if sys.platform == "win32":

    def allow_connections() -> None:
        """Open as many files as this process may: there is nothing to ask for."""

    def switches() -> tuple[int, int]:
        """Voluntary and involuntary context switches so far: not told here."""
        return 0, 0

    def peak_memory_bytes() -> int:
        """The most memory held so far: not told here."""
        return 0

else:
    from resource import RLIMIT_NOFILE, RUSAGE_SELF, getrlimit, getrusage, setrlimit

    def allow_connections() -> None:
        """Open as many files as this process may: one for each connection."""
        _, most = getrlimit(RLIMIT_NOFILE)
        setrlimit(RLIMIT_NOFILE, (most, most))

    def switches() -> tuple[int, int]:
        """Voluntary and involuntary context switches so far, of all threads."""
        usage = getrusage(RUSAGE_SELF)
        return usage.ru_nvcsw, usage.ru_nivcsw

    def peak_memory_bytes() -> int:
        """The most memory held so far by this program.

        Linux keeps `ru_maxrss` over an exec: it would tell of the parent's memory.
        """
        if sys.platform == "linux":
            with open("/proc/self/status", encoding="ascii") as status:
                for line in status:
                    if line.startswith("VmHWM:"):
                        return int(line.split()[1]) * 1024
        unit = 1 if sys.platform == "darwin" else 1024
        return getrusage(RUSAGE_SELF).ru_maxrss * unit


def gil_enabled() -> bool:
    """Whether threads share one interpreter lock now, after the pair's imports."""
    is_enabled = getattr(sys, "_is_gil_enabled", None)
    return is_enabled() if is_enabled else True


def pin(cores: Iterable[int] | None) -> None:
    """Stay on these cores from now on, where the system can do that."""
    if cores is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cores)


@contextmanager
def aside(cores: Iterable[int] | None) -> Iterator[None]:
    """Leave these cores to others while the block runs, started processes too.

    Nothing happens where there are no others, or a process cannot be pinned.
    """
    if cores is None or not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    pin(before.difference(cores) or before)
    try:
        yield
    finally:
        pin(before)
