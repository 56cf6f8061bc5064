"""The measurements of `decide` for each kind of question, and its answer's record."""

import math
import shlex
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import rich_click as click
from rich.console import Console

from bench.commands import deciding_pairs, user_pairs
from bench.decide import calibrating, functions, paired
from bench.decide.deciding import Inquiry
from bench.decide.described.work import Wishes, Work, check, check_memory
from bench.decide.findings import Question
from bench.decide.recording import asked, record
from bench.decide.window_plans import least_seconds
from bench.errors import CannotRunError
from bench.pairs.function_pairs import (
    checked,
    checked_arguments,
    folders_of,
    not_a_target,
)
from bench.records.decisions import Decision, Measured
from bench.records.user_pairs import TARGET, UserPair
from bench.runs.progress import Display, remark
from bench.throughput import inference, runtimes
from bench.throughput.launching import Launcher
from bench.throughput.machine import available_memory, doubts_now, machine

LONG_CALL_SECONDS = 1.0  # if a call takes longer, its measurement is announced
LEAST_LEFT_SECONDS = 5.0  # the least time for runs, even if a calibration took long


def of_description(
    work: Work,
    wishes: Wishes,
    options: dict[str, Any],
    function: Measured | None = None,
) -> Decision:
    """Make the measurements for a question about described work."""
    check(work, wishes)
    limit = options["memory_limit"] * user_pairs.GIB if function is not None else None
    check_memory(work, available_memory(), limit)
    least = least_seconds(work, wishes)
    if least > options["budget"]:
        raise CannotRunError(
            f"one round of both models takes at least {least:.0f} s: give --budget "
            f"{math.ceil(1.1 * least)}, or describe a shorter part of the job"
        )
    started, begin = time.time(), time.monotonic()
    interpreter = _interpreter(options)
    costs, age = calibrating.costs_of(interpreter, remark, anew=options["calibrate"])
    if age:
        costs = calibrating.at_this_speed(costs, interpreter)
    free = [one for one in runtimes.discover() if not one.gil]
    spent = time.monotonic() - begin
    question = Question(
        work,
        wishes,
        max(LEAST_LEFT_SECONDS, options["budget"] - spent, least),
        free_threaded=tuple(free),
        has_uvloop="uvloop" in interpreter.packages,
    )
    remark(f"answering within {question.budget_seconds:.0f} s")
    with Launcher() as launcher:
        inquiry = Inquiry(question, costs, interpreter.executable, launcher, remark)
        try:
            found = inquiry.find()
        except KeyboardInterrupt:
            raise click.Abort("nothing is left running") from None
    return record(
        found,
        question,
        costs,
        started=started,
        command=_command(),
        version=version("threads-vs-asyncio"),
        machine=machine([interpreter]),
        elapsed_seconds=time.monotonic() - begin,
        calibration_age_seconds=age,
        function=function,
    )


def of_function(options: dict[str, Any], wishes: Wishes) -> Decision:
    """Measure a function alone, then decide for work of that kind."""
    if options["concurrency"] is None:
        raise CannotRunError(
            "--concurrency is missing: how many calls of the function at once?"
        )
    target, args = options["function"], options["args"] or "{}"
    if not TARGET.fullmatch(target):
        raise CannotRunError(
            f"--function is {not_a_target(target, folders_of(Path.cwd()))}"
        )
    if not TARGET.fullmatch(args):
        checked_arguments("--args", args)
    mine = checked(
        UserPair(
            name="function",
            threads=target,
            asyncio=target,
            args=args,
            folders=folders_of(Path.cwd()),
            limit_seconds=options["limit"],
            memory_bytes=round(options["memory_limit"] * user_pairs.GIB),
        )
    )
    remark(f"measuring {target} alone, about 5 s")
    with Launcher() as launcher:
        try:
            found = functions.measure(launcher, target, mine, tried=_told(options))
        except KeyboardInterrupt:
            raise click.Abort("nothing is left running") from None
    work = functions.work_of(found, options["concurrency"])
    work = replace(
        work,
        payload_bytes=options["payload"] or round(found.peak_bytes),
        blocking_library=options["blocking_library"] or work.blocking_library,
    )
    return of_description(work, wishes, options, found)


def of_pair(options: dict[str, Any], wishes: Wishes) -> Decision | user_pairs.Failed:
    """Measure a pair in blocks, or report how it failed."""
    pair = deciding_pairs.asked(options)
    started, begin = time.time(), time.monotonic()
    interpreter = _interpreter(options)
    sides = runtimes.runtimes([interpreter], ["asyncio"])
    doubts = doubts_now()  # before the pair adds its own load
    samples = paired.Samples()
    remark(f"measuring {' and '.join(pair.pairs)} within {options['budget']:g} s")
    measuring = paired.measure(
        pair.pairs, sides, options["budget"], samples, pair.workers
    )
    with Display(Console(stderr=True)) as display, closing(measuring) as events:
        try:
            for event in events:
                display.show(event)
        except KeyboardInterrupt:
            raise click.Abort("nothing is left running") from None
    if failed := user_pairs.failures_of(set(pair.pairs), samples.kept):
        return failed[0]
    comparison = paired.compared(samples, pair.name)
    if comparison is None:
        raise CannotRunError(
            f"there was no time to measure {pair.name}; give more than "
            f"--budget {options['budget']:g}"
        )
    decision, ratio = paired.decided(comparison, wishes)
    names = (pair.threads, pair.asyncio)
    work = Work(concurrency=pair.at_once, wait_seconds=0, cpu_seconds=0)
    parts = paired.ratio_parts(inference.compare(samples.kept))
    has_interval = ratio is not None and comparison.low is not None
    return Decision(
        started=started,
        command=_command(),
        version=version("threads-vs-asyncio"),
        machine=machine([interpreter]),
        python=interpreter.name,
        cores=len(runtimes.usable_cores()),
        asked={**pair.told, **asked(work, wishes)},
        verdict=decision.verdict,
        sure=decision.sure,
        because=decision.because,
        names=names,
        ratio=ratio.value if ratio else None,
        interval=(ratio.low, ratio.high) if ratio and has_interval else None,
        blocks=comparison.blocks,
        ratio_parts=parts,
        evidence=paired.options(comparison, samples, names, wishes),
        notes=(
            *doubts,
            *user_pairs.noticed(pair.pairs, samples.kept),
            *paired.notes(comparison, pair.pairs, parts),
        ),
        budget_seconds=options["budget"],
        elapsed_seconds=time.monotonic() - begin,
    )


def _interpreter(options: dict[str, Any]) -> runtimes.Interpreter:
    path = options["python"]
    return runtimes.named(path) if path else runtimes.current()


def _command() -> str:
    return shlex.join(["python", "-m", "bench", *sys.argv[1:]])


def _told(options: dict[str, Any]) -> Callable[[float], None]:
    """Announce a long measurement of a function; refuse one that is too long."""

    def tell(seconds: float) -> None:
        if seconds < LONG_CALL_SECONDS:
            return
        job = Work(
            concurrency=options["concurrency"], wait_seconds=seconds, cpu_seconds=0.0
        )
        least = least_seconds(job, Wishes())
        if least > options["budget"]:
            raise CannotRunError(
                f"a call takes {seconds:.1f} s, and one round of both models at "
                f"least {least:.0f} s: give --budget {math.ceil(1.2 * least)}, or "
                "arguments for a shorter call"
            )
        more = functions.MORE_CALLS * seconds
        remark(f"a call takes {seconds:.1f} s: measuring takes {more:.0f} s more")

    return tell
