"""Finds the processes that a process has started, directly or not, on Linux.

Standard library only, because a worker process imports this module.  A process that has
called `adopt_orphans` becomes the parent of each of its descendants whose own parent
ends.  So a descendant is found even if it has changed its session, its group and its
environment.  On other systems nothing is found.
"""

import os
from contextlib import suppress
from pathlib import Path

PROCESSES = Path("/proc")
PR_SET_CHILD_SUBREAPER = 36  # from <linux/prctl.h>
ENDED = ("Z", "X")  # states of a process that has ended


def adopt_orphans() -> bool:
    """Make this process the parent of descendants whose parent ends.

    Returns False if the system cannot do this.  Forked processes do not inherit this
    setting.
    """
    if not (PROCESSES / "self" / "stat").exists():
        return False
    try:
        import ctypes  # missing in some builds of Python

        return not ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    except (ImportError, OSError, AttributeError):
        return False


def children(process: int) -> list[int]:
    """Return the child processes of a process, including children that have ended."""
    found: list[int] = []
    with suppress(OSError):
        for thread in (PROCESSES / str(process) / "task").iterdir():
            with suppress(OSError):  # the process has ended by now
                found += map(int, (thread / "children").read_bytes().split())
    return sorted(found)


def descendants(process: int) -> list[int]:
    """Return the running processes that a process has started, directly or not."""
    found: list[int] = []
    ahead = children(process)
    while ahead:
        one = ahead.pop()
        if one not in found and not has_ended(one):
            found.append(one)
            ahead += children(one)
    return sorted(found)


def has_ended(process: int) -> bool:
    """Whether a process has ended, even if its parent has not read its status yet."""
    try:
        stat = (PROCESSES / str(process) / "stat").read_bytes()
    except OSError:
        return True
    return stat.rpartition(b")")[2].split()[0].decode() in ENDED


def reap(process: int) -> None:
    """Read the exit status of a child, if it has ended."""
    with suppress(OSError):
        os.waitpid(process, getattr(os, "WNOHANG", 0))
