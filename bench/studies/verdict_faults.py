"""Faults in what the explorer reports: report, end state, replay, and priorities."""

from bench.studies.fault import Fault

SEARCH = "bench/correctness/search"

VERDICT_FAULTS = (
    Fault(
        "the count on the page includes schedules of workloads that were cut",
        "bench/report/words/standings.py",
        "for one in whole or own)",
        "for one in own)",
        ("tests/report/test_standings.py",),
    ),
    Fault(
        "a dict is plain if one of its items is",
        "bench/correctness/programs/end_state.py",
        "return all(\n            is_plain(key, 1)",
        "return any(\n            is_plain(key, 1)",
        ("tests/correctness/test_end_state.py",),
    ),
    Fault(
        "only the first item of a dict is in the end state",
        "bench/correctness/programs/end_state.py",
        "show(values[one])}",
        "show(dict(list(values[one].items())[:1]) if type(values[one]) is dict"
        " else values[one])}",
        ("tests/correctness/test_end_state.py",),
    ),
    Fault(
        "a step that cannot be taken is not counted as missed",
        "bench/correctness/explain/saved_schedule.py",
        "self.missed += 1",
        "self.missed += 0",
        ("tests/correctness/test_saved_schedules.py",),
    ),
    Fault(
        "steps that are left at the end are not counted as missed",
        "bench/correctness/explain/saved_schedule.py",
        "return self.missed + sum(",
        "return self.missed + 0 * sum(",
        ("tests/correctness/test_saved_schedules.py",),
    ),
    Fault(
        "all workers have one priority",
        f"{SEARCH}/pct.py",
        "1 + self.random.random()",
        "1.0",
        ("tests/correctness/test_priorities.py",),
    ),
    Fault(
        "no priority is lowered",
        f"{SEARCH}/pct.py",
        "priorities[kernel.running.number] = -depth",
        "pass",
        ("tests/correctness/test_priorities.py",),
    ),
    Fault(
        "the worker of the lowest priority runs",
        f"{SEARCH}/pct.py",
        "return max(enabled",
        "return min(enabled",
        ("tests/correctness/test_priorities.py",),
    ),
    Fault(
        "each run has the priorities of the first",
        f"{SEARCH}/pct.py",
        "        self.begin_run()\n        return True",
        "        return True",
        ("tests/correctness/test_priorities.py",),
    ),
    Fault(
        "the caller of a function that waits need not become async",
        "bench/shape/colour/graph.py",
        "                if caller not in forced:\n                    forced[caller]",
        "                if caller in forced:\n                    forced[caller]",
        ("tests/shape/test_colour.py",),
    ),
)
