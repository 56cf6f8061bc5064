"""What a process has started, and what those have started: told by Linux.

Standard library only: a worker process imports it.  A process whose parent ends becomes
a child of the nearest ancestor that adopts orphans, whatever its session, its group and
its environment are; so none escapes one that does.  Elsewhere nothing is found.
"""

import os
from contextlib import suppress
from pathlib import Path

PROCESSES = Path("/proc")
PR_SET_CHILD_SUBREAPER = 36  # of <linux/prctl.h>
ENDED = ("Z", "X")  # states of a process that its parent has not yet asked about


def adopt_orphans() -> bool:
    """Make this process the parent of descendants whose parent ends.

    False where the system cannot.  It is not inherited by a process that is forked.
    """
    if not (PROCESSES / "self" / "stat").exists():
        return False
    try:
        import ctypes  # absent from some builds of Python

        return not ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    except (ImportError, OSError, AttributeError):
        return False


def children(process: int) -> list[int]:
    """The processes of which a process is the parent; those that have ended too."""
    found: list[int] = []
    with suppress(OSError):
        for thread in (PROCESSES / str(process) / "task").iterdir():
            with suppress(OSError):  # it has ended meanwhile
                found += map(int, (thread / "children").read_bytes().split())
    return sorted(found)


def descendants(process: int) -> list[int]:
    """All that a process has started, directly or not, and that still runs."""
    found: list[int] = []
    ahead = children(process)
    while ahead:
        one = ahead.pop()
        if one not in found and not has_ended(one):
            found.append(one)
            ahead += children(one)
    return sorted(found)


def has_ended(process: int) -> bool:
    """Whether a process is gone, or only waits for its parent to ask how it ended."""
    try:
        stat = (PROCESSES / str(process) / "stat").read_bytes()
    except OSError:
        return True
    return stat.rpartition(b")")[2].split()[0].decode() in ENDED


def reap(process: int) -> None:
    """Ask how a child ended, if it has."""
    with suppress(OSError):
        os.waitpid(process, getattr(os, "WNOHANG", 0))
