"""explore(): go through the schedules of a scenario and say what they show."""

import gc
import linecache
import time
import warnings
from pathlib import Path
from typing import Any

from bench.correctness.engine.fibers import make_pool
from bench.correctness.engine.kernel import kernel
from bench.correctness.explain.labels import label
from bench.correctness.models.asyncio_.task import unregistered
from bench.correctness.programs.discovery import find_scenarios, scenario_of
from bench.correctness.programs.single_run import Program
from bench.correctness.records.options import Options
from bench.correctness.records.verdict import Verdict
from bench.correctness.search.exploration import Exploration
from bench.correctness.search.interrupts import interrupts_held
from bench.correctness.search.parallel import ParallelExploration, jobs_for
from bench.errors import CannotRunError


def explore(target: Any, **options: Any) -> Verdict:
    """Explore a class or a function, "file.py:Name", or a file with only one scenario.

    Raises CannotRunError when it cannot be explored, and says why.
    """
    if isinstance(target, str | Path):
        found = find_scenarios(str(target))
        if len(found) > 1:
            names = ", ".join(program.name.rpartition(":")[2] for program in found)
            raise CannotRunError(
                f"{target} has {len(found)} scenarios, name one: {names}"
            )
        return explore_program(found[0], Options(**options))
    return explore_program(scenario_of(target), Options(**options))


def explore_all(target: str, **options: Any) -> list[Verdict]:
    """Explore every scenario that a file, or one name in it, stands for."""
    return [
        explore_program(found, Options(**options)) for found in find_scenarios(target)
    ]


def explore_program(program: Program, options: Options) -> Verdict:
    """Run schedules until all are done, or a limit is reached."""
    started = time.perf_counter()
    pool = make_pool(options.carrier)
    kernel.start_program(options.order)
    kernel.describe_with(label)
    linecache.checkcache()
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    try:
        with warnings.catch_warnings(), unregistered(), interrupts_held():
            # A run that is given up leaves coroutines that nobody awaits.
            warnings.simplefilter("ignore", RuntimeWarning)
            warnings.simplefilter("ignore", DeprecationWarning)  # fork beside threads
            kind = ParallelExploration if jobs_for(options) > 1 else Exploration
            return kind(program, options, pool, started).verdict()
    except Exception:
        kernel.unwind()  # or the next program would begin in the middle of this one
        raise
    finally:
        program.close()
        kernel.use_points(set())
        pool.close()
        gc.set_threshold(*thresholds)
        gc.unfreeze()
