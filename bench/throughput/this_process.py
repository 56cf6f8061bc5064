"""The resources of this process: limits, switches, memory, cores.

Standard library only, because it runs in the measured process.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

MACOS_FILES = 10_240  # OPEN_MAX in <sys/syslimits.h> of macOS

if sys.platform == "win32":

    def allow_connections() -> None:
        """Does nothing: Windows has no limit of open files to raise."""

    def switches() -> tuple[int, int]:
        """Voluntary and involuntary context switches so far; unknown on Windows."""
        return 0, 0

    def peak_memory_bytes() -> int:
        """The peak of memory so far; unknown on Windows."""
        return 0

else:
    from resource import RLIMIT_NOFILE, RUSAGE_SELF, getrlimit, getrusage, setrlimit

    def allow_connections() -> None:
        """Raise the limit of open files as far as allowed: each connection is a file.

        macOS reports that there is no limit, but refuses to raise it above MACOS_FILES.
        """
        _, most = getrlimit(RLIMIT_NOFILE)
        for limit in (most, MACOS_FILES):
            try:
                setrlimit(RLIMIT_NOFILE, (limit, most))
            except (ValueError, OSError):
                continue
            return

    def switches() -> tuple[int, int]:
        """Voluntary and involuntary context switches so far, of all threads."""
        usage = getrusage(RUSAGE_SELF)
        return usage.ru_nvcsw, usage.ru_nivcsw

    def peak_memory_bytes() -> int:
        """The peak of resident memory of this program so far.

        On Linux, `ru_maxrss` is kept across an exec.  So it would include the memory of
        the program that started this one.
        """
        if sys.platform == "linux":
            with open("/proc/self/status", encoding="ascii") as status:
                for line in status:
                    if line.startswith("VmHWM:"):
                        return int(line.split()[1]) * 1024
        unit = 1 if sys.platform == "darwin" else 1024
        return getrusage(RUSAGE_SELF).ru_maxrss * unit


def core_idle_seconds(core: int) -> float | None:
    """How long a core has been idle since the start of the system.

    In the rest of the time, the core runs processes, or a hypervisor uses it.  Linux
    measures the idle time, but only estimates the time of programs.  So the idle time
    is used, although Linux reports it rounded to hundredths of a second.  None if the
    system does not report it.
    """
    try:
        with open("/proc/stat", encoding="ascii") as counts:
            for line in counts:
                if line.startswith(f"cpu{core} "):
                    idle, waiting = map(int, line.split()[4:6])
                    return (idle + waiting) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError):
        pass
    return None


def gil_enabled() -> bool:
    """Whether the GIL is enabled now, after the imports of the pair."""
    is_enabled = getattr(sys, "_is_gil_enabled", None)
    return is_enabled() if is_enabled else True


def pin(cores: Iterable[int] | None) -> None:
    """Pin this process to these cores, where the system can."""
    if cores is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cores)


@contextmanager
def kept_off(cores: Iterable[int] | None) -> Iterator[None]:
    """Keep this process and its children off these cores while the block runs.

    It has no effect if there are no other cores, or if a process cannot be pinned.
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
