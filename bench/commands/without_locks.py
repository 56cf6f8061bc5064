"""python -m bench explore --without-locks: finds the locks that a program needs."""

import sys

import rich_click as click

from bench.correctness.explain.lock_report import report_line, report_text
from bench.correctness.records.locks import LockReport
from bench.correctness.records.options import Options
from bench.correctness.watch.exploring_process import Programs
from bench.correctness.watch.without_locks import explore_without_locks

ANSWERED, BROKEN, UNANSWERED = 0, 1, 2


def tell_needed_locks(
    programs: Programs, options: Options, as_json: bool, width: int
) -> int:
    """Print which locks each program needs; return the exit status.

    Programs without locks do not change the status if other programs have locks.
    """
    statuses = []
    for report in explore_without_locks(programs, options):
        if sys.stderr.isatty():
            click.echo("\r" + " " * 40 + "\r", nl=False, err=True)
        if as_json:
            click.echo(report_line(report))
        else:
            click.echo(report_text(report, width) + "\n")
        if report.outcome != "no locks":
            statuses.append(status_of(report))
    if BROKEN in statuses:
        return BROKEN
    return max(statuses, default=UNANSWERED)


def status_of(report: LockReport) -> int:
    if report.outcome == "broken":
        return BROKEN
    undecided = any(one.answer == "undecided" for one in report.answers)
    return UNANSWERED if undecided or report.outcome != "answered" else ANSWERED
