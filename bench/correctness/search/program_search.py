"""Search a program: each of its draws, in one process or many; return the verdict."""

import time
from dataclasses import replace

from bench.correctness.explain.display_names import action_text
from bench.correctness.explain.labels import label
from bench.correctness.programs.packages import PackageChoice
from bench.correctness.programs.session import Conditions, session
from bench.correctness.programs.single_run import Program
from bench.correctness.records.options import Found, Options
from bench.correctness.records.verdict import Verdict
from bench.correctness.search.distributed_search import (
    DistributedExploration,
    Elsewhere,
)
from bench.correctness.search.draws import all_draws
from bench.correctness.search.exploration import Exploration
from bench.correctness.search.forked_search import ForkedExploration, jobs_for


def choice_of(options: Options) -> PackageChoice:
    """The packages that these options look into."""
    return PackageChoice(options.only, options.skip)


def explore_program(
    program: Program,
    options: Options,
    found: Found | None = None,
    elsewhere: Elsewhere | None = None,
) -> Verdict:
    """Run schedules until none is left or a limit is reached; return the verdict.

    `found` is called at the first failure, before the explanation, which takes time.
    `elsewhere`: processes that share the search, instead of processes of this machine.
    """
    started = time.perf_counter()
    verdicts: list[Verdict] = []
    for seed in range(options.seed, options.seed + options.draws):
        drawing = options if seed == options.seed else replace(options, seed=seed)
        conditions = Conditions(options.order, options.timers, seed, options.carrier)
        if elsewhere is not None:
            begun = time.perf_counter()
            elsewhere.begin(program, drawing)
            started += time.perf_counter() - begun  # not part of the limit
        with session(program, conditions, describe=label, tell=action_text) as pool:
            exploration: Exploration
            if elsewhere is not None:
                exploration = DistributedExploration(
                    program,
                    drawing,
                    pool,
                    started,
                    found,
                    searchers=elsewhere.searchers,
                )
            else:
                kind = ForkedExploration if jobs_for(options) > 1 else Exploration
                exploration = kind(program, drawing, pool, started, found)
            verdicts.append(exploration.verdict())
        if verdicts[-1].outcome != "holds" or not verdicts[-1].draws:
            break
    return all_draws(verdicts)
