"""Resumes a run: `run --resume`."""

import time
from pathlib import Path

from bench.errors import CannotRunError
from bench.ledger import store
from bench.pairs import function_pairs
from bench.records.runs import Entry, Run
from bench.runs import resumed_parts
from bench.throughput import session
from bench.throughput.machine import doubts_now


def take_up(
    folder: Path, budget: float | None, begun: float | None = None
) -> tuple[store.Ledger, list[Entry], Run]:
    """Open a run to resume; return its ledger, its records, and the first record.

    A finished run is measured further only if a budget is given.  The budget counts
    from `begun`, by default from now.  Raises CannotRunError if the folder holds no run
    or a merged one, if the budget is spent, or if the machine or the sources have
    changed.
    """
    ledger, before = store.Ledger.resume(folder)
    first = before[0] if before and isinstance(before[0], Run) else None
    if first is not None and first.settings is None:
        raise CannotRunError(
            f"{folder} was merged from runs; resume these, and merge them again"
        )
    if first is None or first.settings is None:
        raise CannotRunError(f"{folder} holds no run to resume; start a new one")
    function_pairs.register(first.own)
    session.check_unchanged(first)
    if budget is not None or not resumed_parts.is_finished(before):
        begun = begun or time.time()
        warnings = doubts_now() if "throughput" in first.lenses else ()
        part = resumed_parts.resumed(before, budget, begun, warnings)
        ledger.append(part)
        before.append(part)
    return ledger, before, first
