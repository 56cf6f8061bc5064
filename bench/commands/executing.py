"""Executes a run, or a resumed part of one, within its budget."""

import time
from contextlib import closing
from dataclasses import replace

import rich_click as click
from rich.console import Console

from bench.errors import CannotRunError, lacking
from bench.ledger import store
from bench.pairs.catalogue import select
from bench.records.runs import Entry, Resumed, Run
from bench.runs import resumed_parts, versions
from bench.runs.lenses import run
from bench.runs.progress import Display, remark
from bench.throughput import sources
from bench.throughput.missing import empty_shard
from bench.throughput.planning import JOBS, plan


def execute(first: Run, ledger: store.Ledger, before: list[Entry]) -> None:
    """Execute the run and show its progress; after Ctrl-C it can be resumed.

    The start of the run and the report at its end are part of the budget.
    """
    assert first.settings is not None
    if empty := empty_shard(first):
        remark(f"note: {empty}")
    begun = before[-1].started if isinstance(before[-1], Run | Resumed) else time.time()
    used = time.time() - begun
    seconds = resumed_parts.budget_seconds(before) - used
    seconds -= resumed_parts.spent_seconds(before[:-1])
    seconds -= resumed_parts.report_seconds(seconds)
    hashes, former, moved = sources.of_pairs(first.pairs), None, ("", "")
    if first.settings.against:
        other = (ledger.path.parent / versions.FOLDER).resolve()
        moved = (first.settings.against_top, str(other))
        former = sources.of_pairs(first.pairs, moved)
    chosen = plan(first.pairs, first.settings, hashes, former)
    chosen = replace(chosen, moved=moved)
    pairs = select(name for name in first.pairs if name != JOBS)
    with (
        ledger,
        Display(Console(stderr=True)) as display,
        closing(
            run(pairs, chosen, first.lenses, ledger, before, max(0.0, seconds), used)
        ) as events,
    ):
        try:
            for event in events:
                display.show(event)
        except KeyboardInterrupt:
            hint = f"continue with --resume {ledger.path.parent}"
            raise click.Abort(hint) from None
        except (OSError, RuntimeError, MemoryError) as problem:
            if (what := lacking(problem)) is None:
                raise
            folder = ledger.path.parent
            raise CannotRunError(
                f"{what}; the run is kept: continue with --resume {folder}"
            ) from None
