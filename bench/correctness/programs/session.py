"""Change the process for an exploration, and restore it afterwards."""

import gc
import linecache
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from bench.correctness.engine.fibers import FiberPool
from bench.correctness.engine.kept_fibers import borrowed_pool, give_back
from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.scheduling import MAX_TRANSITIONS
from bench.correctness.engine.transitions import Abandoned, Stopped, What
from bench.correctness.models.asyncio_.unregistered import Unregistered
from bench.correctness.models.stdlib.files import FilesReported
from bench.correctness.programs.interrupts import InterruptsHeld
from bench.correctness.programs.loader import collect_unused_modules
from bench.correctness.programs.single_run import Program
from bench.correctness.tracking.module_state import EnvironmentWatched
from bench.correctness.tracking.recursion import HOOKED_DEPTH

PYTHON_ITSELF = str(Path(linecache.__file__).parent)


def forget_changed_lines() -> None:
    """Make `linecache` read changed files again.

    For this, each file is looked up on the disk.  Files of the standard library are
    left out: to look them up, too, would take a third of the time of a short run.
    """
    for file in [*linecache.cache]:
        if not file.startswith(PYTHON_ITSELF) or "site-packages" in file:
            linecache.checkcache(file)


class Conditions(NamedTuple):
    """Settings that are the same in all runs of a program.

    order: the order of ready tasks, "any" or "fifo".
    timers: when a timer fires, "any" or "idle".
    seed: the seed of the numbers that the program draws.
    carrier: what runs the program's workers, "greenlet" or "threads".
    most_transitions: a run with more transitions is stopped.  It counts as endless if
        workers spin and none has computed lately.  If not, it counts as too long.
    """

    order: str
    timers: str
    seed: int
    carrier: str
    most_transitions: int = MAX_TRANSITIONS


@contextmanager
def session(
    program: Program,
    conditions: Conditions,
    *,
    describe: Callable[[What], str],
    tell: Callable[[What], str] | None = None,
) -> Iterator[FiberPool]:
    """Prepare the process for runs of a program, and restore the process afterwards.

    Yields the fibers that carry the workers.  `describe` and `tell` put an action of a
    worker into words.  The words of `describe` are for a saved schedule, so these words
    are the same in each run.  The words of `tell` are for a trace, and have the names
    that the running code uses.  If `tell` is None, the trace has the words of
    `describe`.  During the session, the process differs in these points:

    - `sys.modules` has the program's own modules, rewritten, under their names;
    - what the program writes to `sys.stdout` and `sys.stderr` is discarded;
    - Ctrl-C is held until a run is over, and then raises KeyboardInterrupt;
    - warnings of coroutines that are never awaited, of forks, and of files that are
      not closed are ignored;
    - `random` draws the same numbers in each run;
    - when a run begins, loggers and handlers of `logging` are in the state that they
      had after the program's import;
    - the garbage collector runs only between runs, so that it frees only objects of
      earlier runs; it ignores the objects that existed before the session;
    - an exception of the explorer that a finalizer raises is not shown;
    - asyncio does not register the explored tasks among all tasks;
    - changes of `os.environ` are noticed;
    - `open` and the functions of `os` on files report the paths that they use;
    - Python allows more nested calls, because each call of the program calls a hook;
    - `linecache` has forgotten the files that have changed, except files of Python
      itself.  This is the only change that is not undone.
    """
    pool = borrowed_pool(conditions.carrier)
    streams = sys.stdout, sys.stderr
    collected = gc.isenabled()
    shown = sys.unraisablehook

    def show_unraisable(unraisable: Any) -> None:
        if not isinstance(unraisable.exc_value, Abandoned | Stopped):
            shown(unraisable)

    depth = sys.getrecursionlimit()
    forget_changed_lines()
    kernel.start_program(
        conditions.order,
        seed=conditions.seed,
        idle_timers=conditions.timers == "idle",
        most_transitions=conditions.most_transitions,
    )
    kernel.describe_with(describe, tell)
    gc.freeze()
    gc.disable()
    sys.unraisablehook = show_unraisable
    sys.setrecursionlimit(HOOKED_DEPTH * depth)
    try:
        with (
            warnings.catch_warnings(),
            Unregistered(),
            EnvironmentWatched(),
            FilesReported(),
            InterruptsHeld(),
        ):
            # After an abandoned run, some coroutines were never awaited.
            warnings.simplefilter("ignore", RuntimeWarning)
            warnings.simplefilter("ignore", DeprecationWarning)  # a fork beside threads
            warnings.simplefilter("ignore", ResourceWarning)  # the program's open files
            try:
                yield pool
            except BaseException:
                kernel.unwind()  # end this run before another program begins
                raise
            finally:
                # `close` restores the environment variables.  It is called within
                # EnvironmentWatched, which notices changes of the variables.  If there
                # was no change, `close` need not compare all variables.
                program.close()
    finally:
        kernel.use_points(set())
        give_back(pool)
        sys.setrecursionlimit(depth)
        sys.unraisablehook = shown
        if collected:
            gc.enable()
        gc.unfreeze()
        collect_unused_modules()
        sys.stdout, sys.stderr = streams
