"""Checks which options of `explore` can be combined, and which exclude each other."""

from pathlib import Path

import rich_click as click

from bench.correctness.records.options import Options
from bench.errors import CannotRunError
from bench.hosts.connecting import LOCAL


def check_together(
    options: Options,
    *,
    port: str | None,
    replay: Path | None,
    without_locks: bool,
    on: str | None,
) -> None:
    """Raise CannotRunError or UsageError if options exclude each other."""
    if without_locks and (replay is not None or options.carrier == "threads"):
        raise click.UsageError(
            "--without-locks explores many times; use it without --replay and --carrier"
        )
    if port is not None and replay is not None:
        raise CannotRunError("--replay goes with one form; give the one that fails")
    if port is not None and without_locks:
        raise CannotRunError("--without-locks tests one program; leave out the port")
    if on is not None:
        check_shareable(options, replay)
        if on != LOCAL and options.jobs is not None:
            raise CannotRunError(
                f"--jobs {options.jobs} is for --on {LOCAL}; on a cluster each thread"
                " of a worker searches: leave out --jobs"
            )
        if port is not None or without_locks:
            raise CannotRunError(
                "--on shares one search; use it without a port and --without-locks"
            )


def check_shareable(options: Options, replay: Path | None) -> None:
    """Raise CannotRunError if a search cannot be shared among workers."""
    if replay is not None:
        raise CannotRunError("--on has no effect on a replay; leave it out")
    if options.carrier == "threads":
        raise CannotRunError(
            "--carrier threads is for a debugger on this machine; leave out --on"
        )
    if options.limit_schedules is not None or (
        options.search in ("random", "pct") and options.preemptions is None
    ):
        raise CannotRunError(
            "--on shares a search of all schedules; leave out --limit-schedules,"
            " --search random and --search pct"
        )
