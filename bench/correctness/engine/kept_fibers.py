"""The greenlets of one exploration, kept for the next, because making them is slow.

Making new greenlets would take a tenth of the time of a short exploration.  Kept
greenlets are used only if new greenlets would behave in the same way: with the same
depth of calls, and without a debugger or profiler.  No objects of a run are kept.
"""

import atexit
import sys
import threading
from types import FrameType

from bench.correctness.engine.fibers import FiberPool, GreenletPool, make_pool

MOST_KEPT = 8  # greenlets of one pool, because more would take much memory
KEPT: list[tuple[GreenletPool, int]] = []  # at most one pool, and its depth of calls


def borrowed_pool(kind: str) -> FiberPool:
    """A pool of this kind: the pool that was given back, or a new pool."""
    if kind != "greenlet":
        return make_pool(kind)
    if KEPT:
        pool, depth = KEPT[0]
        if (
            pool.main is pool.greenlet.getcurrent()
            and depth == depth_of_calls()
            and not is_traced()
        ):
            KEPT.clear()
            return pool
    try:
        return GreenletPool()
    except ImportError:
        return make_pool(kind)


def give_back(pool: FiberPool) -> None:
    """Keep a pool that is no longer used, or close it.

    The caller must be the function that borrowed the pool.  Only a pool of at most
    MOST_KEPT greenlets is kept, and only without a debugger or profiler.  The pool is
    closed if one of its fibers is not idle, because that fiber holds objects of a run.
    It is also closed outside the main thread, and outside the first greenlet of this
    thread: another thread or greenlet may end before the pool is used again.
    """
    if (
        isinstance(pool, GreenletPool)
        and pool.made == len(pool.idle) <= MOST_KEPT
        and pool.main.parent is None
        and threading.current_thread() is threading.main_thread()
        and not is_traced()
    ):
        for fiber in pool.idle:
            fiber.job = fiber.gr_context = None  # both hold objects of the last run
        close_kept()
        KEPT[:] = [(pool, depth_of_calls())]
    else:
        pool.close()


@atexit.register
def close_kept() -> None:
    """Close the kept pool, unless it belongs to another thread."""
    if KEPT and KEPT[0][0].main is KEPT[0][0].greenlet.getcurrent():
        KEPT.pop()[0].close()


def depth_of_calls() -> int:
    """The depth of nested calls in the function that borrows or gives back a pool.

    In the fibers of the pool, the depth of calls starts with this number.
    """
    depth, frame = 0, sys._getframe(2)
    found: FrameType | None = frame
    while found is not None:
        depth, found = depth + 1, found.f_back
    return depth


def is_traced() -> bool:
    """Whether a debugger or profiler is active: it would not see older greenlets."""
    return sys.gettrace() is not None or sys.getprofile() is not None
