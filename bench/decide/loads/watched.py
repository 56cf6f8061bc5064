"""A window, and what this process and all others of the machine computed during it.

The second figure shows whether other processes disturbed the window.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.throughput.this_process import gil_enabled, peak_memory_bytes

Values = dict[str, Any]


def measured(run: Callable[[], Values]) -> Values:
    """The values of a window, with what this and other processes computed during it."""
    cpu, busy, start = time.process_time(), _busy(), time.perf_counter()
    waited = _queued_seconds()
    found = run()
    elapsed = time.perf_counter() - start
    cpu = found.get("cpu_seconds", 0.0) + time.process_time() - cpu
    others = (_busy() - busy - cpu) / elapsed if busy else 0.0
    return {
        "peak_memory_bytes": peak_memory_bytes(),
        "gil": gil_enabled(),
        **found,
        "cpu_seconds": cpu,
        "elapsed_seconds": elapsed,
        "other_cores": max(0.0, others),
        "queued_share": (_queued_seconds() - waited) / elapsed,
    }


def _busy() -> float:
    """Seconds that all cores have computed since the system started; 0 if unknown."""
    try:
        line = Path("/proc/stat").read_text(encoding="ascii").partition("\n")[0]
    except OSError:
        return 0.0
    user, nice, system, _, _, irq, soft, *_ = map(int, line.split()[1:])
    return (user + nice + system + irq + soft) / os.sysconf("SC_CLK_TCK")


def _queued_seconds() -> float:
    """Seconds for which this thread was ready to compute but had no core."""
    try:
        told = Path("/proc/thread-self/schedstat").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return int(told.split()[1]) * 1e-9
