"""The parts of a run that `--resume` continues: their time, and the time left."""

import math
import time
from collections.abc import Iterable, Sequence

from bench.errors import CannotRunError
from bench.ledger.merging import each_once
from bench.records.certificates import Certificate
from bench.records.locks import LockNeeds
from bench.records.runs import End, Entry, Resumed, Run
from bench.records.samples import Sample

REPORT_SECONDS = 3.0  # time to read the ledger and to write the page on a quiet machine
MOST_SLOWED = 4.0  # the largest factor for REPORT_SECONDS on a busy machine
TRIAL_SECONDS = 0.050  # seconds of computing that show how busy the machine is
REPORT_SHARE = 0.5  # the largest share of a short budget that is for the report
LATE_SECONDS = 0.5  # a run that exceeds its budget by more than this says so
PARALLEL = 2  # the assumed number of explorations that run at a time


def spent_seconds(entries: Iterable[Entry]) -> float:
    """Return the time that the parts of a run took, without the pauses between them.

    If a part was cut, its end is unknown.  Then the part counts up to its last sample.
    A part may have explored without a sample.  So it counts at least the sum of the
    times of its explorations, divided by PARALLEL, because they run side by side.
    """
    total = last = exploring = 0.0
    started: float | None = None
    for entry in entries:
        match entry:
            case Run() | Resumed():
                total += _part(started, last, exploring)
                started, last, exploring = entry.started, 0.0, 0.0
            case Sample() if entry.started:
                last = max(last, entry.started + entry.elapsed_seconds)
            case Certificate() | LockNeeds():
                exploring += entry.seconds
            case End():
                total, started = entry.elapsed_seconds, None
    return total + _part(started, last, exploring)


def _part(started: float | None, last: float, exploring: float) -> float:
    if started is None:
        return 0.0
    return max(0.0, last - started, exploring / PARALLEL)


def report_seconds(budget: float) -> float:
    """Return the time to reserve for the report: more on a busy machine.

    It is at most REPORT_SHARE of the budget.
    """
    return min(REPORT_SECONDS * slowed(), REPORT_SHARE * budget)


def slowed() -> float:
    """Return by which factor other processes slow a computation now.

    The factor is from 1 to MOST_SLOWED.  The load average is not used, because it
    covers the last minute.  This minute may contain the end of an earlier run, for
    example with 1,000 threads.
    """
    start, computed = time.perf_counter(), time.thread_time()
    while time.thread_time() - computed < TRIAL_SECONDS:
        pass
    took = time.perf_counter() - start
    return min(MOST_SLOWED, max(1.0, took / TRIAL_SECONDS))


def is_finished(entries: Sequence[Entry]) -> bool:
    """Whether a run has finished without interruption, and was not resumed since."""
    return bool(entries) and isinstance(entries[-1], End)


def budget_seconds(entries: Iterable[Entry]) -> float:
    """Return the budget of a run: that of its last part."""
    budget = 0.0
    for entry in entries:
        if isinstance(entry, Run | Resumed):
            budget = entry.budget_seconds or budget
    return budget


def late(entries: Sequence[Entry], seconds: float) -> str | None:
    """Say that a run exceeded its budget by more than LATE_SECONDS; else return None.

    `seconds` is the time from the start of the command to the end of the report.
    """
    budget = budget_seconds(entries)
    took = spent_seconds(entries[:-1]) + seconds
    if took <= budget + LATE_SECONDS:
        return None
    return (
        f"the run took {took:.1f} s, and its budget was {budget:g} s; give more "
        "--budget, or end other programs"
    )


def warnings(entries: Iterable[Entry]) -> tuple[str, ...]:
    """Return the reasons to doubt the machine at the start of each part, each once."""
    return each_once(entry for entry in entries if isinstance(entry, Run | Resumed))


def resumed(
    entries: Sequence[Entry],
    budget: float | None,
    now: float,
    warnings: Sequence[str] = (),
) -> Resumed:
    """Return the record of a resumed part, with the requested or the earlier budget.

    Raises CannotRunError in two cases: the requested budget is already spent, or the
    run is finished and the requested budget is not larger than the earlier one.
    """
    spent, given = spent_seconds(entries), budget_seconds(entries)
    if budget is not None and is_finished(entries) and budget <= given:
        raise CannotRunError(
            f"this run is finished, and its budget was {given:g} s; to measure more, "
            f"give a --budget above {_up(max(given, spent)):g}"
        )
    if budget is not None and budget <= spent:
        raise CannotRunError(
            f"--budget {budget:g} is spent: the run has taken {_up(spent):g} s; give "
            "more"
        )
    return Resumed(
        started=now,
        budget_seconds=budget or given,
        warnings=tuple(warnings),
    )


def _up(seconds: float) -> float:
    """Return the seconds for a message, rounded up to a tenth.

    The message asks for a budget above this figure.  If the figure were rounded down,
    the next call could refuse such a budget again.
    """
    return math.ceil(round(seconds * 10, 6)) / 10
