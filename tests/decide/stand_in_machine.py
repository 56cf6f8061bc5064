"""Stands in for the processes of a machine: what they tell, and which get no core."""

from bench.throughput.launching import Reading

PROBED = {
    "steps_per_second": 5e7, "hashes_per_second": 5e6, "memory_bytes_per_worker": 1e4,
    "start_seconds": 1e-4, "switch_seconds": 1e-6,
}  # fmt: skip


def window(rate, workers=4, **changed):
    rush = [0.01] * workers if rate else [None] * workers
    return {
        "by_progress": rate, "by_cycles": rate, "rush": rush, "jobs": int(rate),
        "latencies": [0.011] * 300 if rate else [], "starved": 0, "late_due": 0,
        "cut_off": [], "ready_seconds": 0.01, "peak_memory_bytes": 2e7,
        "cpu_seconds": 0.1, "elapsed_seconds": 0.3, "other_cores": 0.0, "gil": True,
    } | changed  # fmt: skip


class Machine:
    """Stands in for a launcher; `is_starved` says which loads get no core."""

    def __init__(self, is_starved):
        self.is_starved = is_starved
        self.asked = 0

    def readings(self, specs, ahead=()):
        for spec in specs:
            self.asked += 1
            load = spec["options"]
            rate = 0.0 if self.is_starved(spec) else 100.0
            values = window(rate, load.get("workers", 1)) | PROBED
            yield Reading("ok", turns=({"values": values},) * spec["windows"])
