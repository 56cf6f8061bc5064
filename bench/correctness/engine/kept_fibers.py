"""The greenlets of one exploration, kept for the next: to make them takes long.

A short exploration would need a tenth of its time for that.  They are kept only where
new ones would be the same, and nothing of a run is kept with them.
"""

import atexit
import sys
import threading
from types import FrameType

from bench.correctness.engine.fibers import FiberPool, GreenletPool, make_pool

MOST_KEPT = 8  # greenlets of a pool: more of them would take much memory
KEPT: list[tuple[GreenletPool, int]] = []  # at most one, with the depth of its maker


def borrowed_pool(kind: str) -> FiberPool:
    """A pool of the kind named: the one that was given back, or a new one."""
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
    """Keep a pool that nothing uses any more, or close it.

    Called from where it was borrowed.  A fiber that is not idle keeps what its run has
    made, and a thread other than the main one may end before it gives its turn back.
    """
    if (
        isinstance(pool, GreenletPool)
        and pool.made == len(pool.idle) <= MOST_KEPT
        and pool.main.parent is None
        and threading.current_thread() is threading.main_thread()
        and not is_traced()
    ):
        for fiber in pool.idle:
            fiber.job = fiber.gr_context = None  # what the last run has left there
        close_kept()
        KEPT[:] = [(pool, depth_of_calls())]
    else:
        pool.close()


@atexit.register
def close_kept() -> None:
    """Close the pool that is kept, unless it belongs to another thread."""
    if KEPT and KEPT[0][0].main is KEPT[0][0].greenlet.getcurrent():
        KEPT.pop()[0].close()


def depth_of_calls() -> int:
    """The depth of the caller's caller: a program's calls in a fiber add to it."""
    depth, frame = 0, sys._getframe(2)
    found: FrameType | None = frame
    while found is not None:
        depth, found = depth + 1, found.f_back
    return depth


def is_traced() -> bool:
    """Whether a debugger or profiler looks on: it does not see older greenlets."""
    return sys.gettrace() is not None or sys.getprofile() is not None
