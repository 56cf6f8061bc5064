"""The first import of a program: a separate run with one fixed schedule.

While a module is imported, it may start threads, run an event loop or sleep.  So the
import is a run of the explorer.
"""

import contextvars
import dis
import sys
import traceback
import types
import warnings

from bench.correctness.engine.fibers import make_pool
from bench.correctness.engine.frames import is_programs
from bench.correctness.engine.kernel import Kernel, kernel
from bench.correctness.engine.scheduling import default_choice
from bench.correctness.engine.transitions import Abandoned, Stopped, Worker
from bench.correctness.models.stdlib.screen import hidden_output
from bench.correctness.programs.end_state import symptom_of
from bench.correctness.programs.loader import Loader
from bench.errors import CannotRunError

MOST_ATTEMPTS = 10  # an attempt may discover points that the next attempt needs


class InOrder:
    """A chooser that continues with the running worker, if it is enabled.

    If the running worker is not enabled, the chooser prefers a worker that is no timer.
    """

    any_conflict = False

    def choose(self, kernel: Kernel, enabled: list[Worker]) -> Worker | None:
        return default_choice(enabled, kernel.running)


def first_import(loader: Loader, module: str, where: str) -> types.ModuleType:
    """Import a module of a program, and return it; `where` names its file.

    Raises CannotRunError if the module cannot be imported; the message gives the reason
    in one line.
    """
    pool = make_pool("greenlet")
    points: set[object] = set()
    kernel.start_program("any")
    try:
        for _ in range(MOST_ATTEMPTS):
            kernel.use_points(points)
            kernel.begin(InOrder(), pool)
            try:
                with hidden_output(), warnings.catch_warnings():
                    warnings.simplefilter("ignore", DeprecationWarning)
                    return contextvars.Context().run(loader.load, module)
            except (Stopped, Abandoned):
                if kernel.stop != "pruned":
                    raise CannotRunError(unended(where)) from None
                points |= kernel.discovered
            except CannotRunError:
                raise
            except BaseException as problem:
                if is_from_outside(problem):
                    raise
                raise CannotRunError(failed(where, problem)) from problem
            finally:
                kernel.unwind()
        raise CannotRunError(f"{where} cannot be imported: its behaviour varies")
    finally:
        loader.uninstall()
        kernel.use_points(set())
        pool.close()


def unended(where: str) -> str:
    if kernel.stop == "deadlock":
        return f"{where} cannot be imported: it waits forever (deadlock)"
    return f"{where} cannot be imported: its import does not end"


def failed(where: str, problem: BaseException) -> str:
    """Return why the import failed, in one line, with the place in the program."""
    place = ""
    for frame, line in traceback.walk_tb(problem.__traceback__):
        if is_programs(frame):
            place = f" ({frame.f_code.co_filename}:{line})"
    if isinstance(problem, SystemExit):
        return (
            f"{where} cannot be imported: it ends the process, {problem!r}{place};"
            " put the code of a script under `if __name__ == '__main__'`"
        )
    step = ""
    if isinstance(problem, ModuleNotFoundError) and problem.name:
        step = f"; install it for {sys.executable}, or name its folder in PYTHONPATH"
    return f"{where} cannot be imported: {symptom_of(problem)}{place}{step}"


def is_from_outside(problem: BaseException) -> bool:
    """Whether Ctrl-C caused an exception, and not a `raise` of the program."""
    if not isinstance(problem, KeyboardInterrupt):
        return False
    entry = problem.__traceback__
    while entry is not None and entry.tb_next is not None:
        entry = entry.tb_next
    if entry is None or not is_programs(entry.tb_frame):
        return True
    code = entry.tb_frame.f_code.co_code
    return dis.opname[code[entry.tb_lasti]] != "RAISE_VARARGS"
