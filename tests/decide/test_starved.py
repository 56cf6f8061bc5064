"""Windows in which others had all cores: no crash, and no verdict from them."""

import pytest

from bench.decide import calibrating
from bench.decide.calibrating import USUAL_LOCK_LEFT
from bench.decide.deciding import Inquiry
from bench.decide.described.work import Wishes, Work
from bench.decide.findings import Question
from bench.decide.recording import notes
from bench.errors import CannotRunError
from bench.throughput.launching import Reading
from bench.throughput.runtimes import Interpreter
from tests.decide.costs import USUAL

PROBED = {
    "steps_per_second": 5e7, "hashes_per_second": 5e6, "memory_bytes_per_worker": 1e4,
    "start_seconds": 1e-4, "switch_seconds": 1e-6,
}  # fmt: skip
HERE = Interpreter((3, 11, 7), "python3", "", free_threaded=False, gil=True)


def window(rate, workers=4, **changed):
    rush = [0.01] * workers if rate else [None] * workers
    return {
        "by_progress": rate, "by_cycles": rate, "rush": rush, "jobs": int(rate),
        "latencies": [0.011] * 300 if rate else [], "starved": 0, "late_due": 0,
        "ready_seconds": 0.01, "peak_memory_bytes": 2e7, "cpu_seconds": 0.1,
        "elapsed_seconds": 0.3, "other_cores": 0.0, "gil": True,
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


def calibrated(is_starved):
    bench = calibrating._Bench(Machine(is_starved), HERE)
    return calibrating._costs(bench, HERE, "")


def answered(is_starved, wishes, monkeypatch):
    monkeypatch.setattr("bench.throughput.machine.usable_cores", lambda: (0, 1))
    work = Work(concurrency=20, wait_seconds=0.01, cpu_seconds=0.001)
    question = Question(work, wishes, budget_seconds=5.0)
    told = []
    machine = Machine(is_starved)
    inquiry = Inquiry(question, USUAL, "python3", machine, told.append)
    found = inquiry.find()
    assert machine.asked > 2
    return found, notes(found, question)


def test_the_usual_costs_of_the_lock_stand_in_where_tasks_got_no_core():
    """Only the ratio of that step is lost; the rest is measured."""

    def is_starved(spec):
        return spec["function"] == "tasks" and spec["options"].get("steps", 0) > 0

    assert calibrated(is_starved).lock_left == USUAL_LOCK_LEFT
    assert calibrated(lambda spec: False).lock_left[2000] == 1.0


@pytest.mark.parametrize("starved", ["threads", "tasks", "pooled"])
def test_a_machine_without_a_free_core_cannot_be_calibrated(starved):
    """One line with the next step, and no figure that was not measured."""

    def is_starved(spec):
        return spec["function"] == starved

    with pytest.raises(CannotRunError, match=f"no job of '{starved}' was done"):
        calibrated(is_starved)


def test_a_calibration_tries_longer_windows_before_it_gives_up():
    """A busy machine is slow to give a process its first turn."""

    def is_starved(spec):
        return (
            spec["function"] == "threads" and spec["options"].get("seconds", 1.0) < 1.0
        )

    assert calibrated(is_starved).thread_job_seconds == 0.01


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    "wishes",
    [Wishes(), Wishes(p99_seconds=0.2), Wishes(rate_per_second=50.0),
     Wishes(memory_bytes=1e9)],
)  # fmt: skip
@pytest.mark.parametrize("starved", [("threads",), ("tasks",), ("threads", "tasks")])
def test_an_answer_without_any_work_done_is_the_models_and_says_so(
    starved, wishes, monkeypatch
):
    """Neither a failure of a candidate nor a ratio comes from a process without a core.

    Where the system does not tell that others had the cores, as beside other virtual
    machines, the verdict must not rest on it either.
    """
    found, said = answered(
        lambda spec: spec["function"] in starved, wishes, monkeypatch
    )

    assert found.decision.sure is False
    assert found.decision.verdict != "neither"
    assert sum("had no work done" in one for one in said) == len(starved)


def test_a_window_without_work_is_no_round_of_the_ratio(monkeypatch):
    """The others count."""
    turn = iter(range(10**6))

    def is_starved(spec):
        return spec["function"] == "tasks" and next(turn) % 3 == 2

    found, _ = answered(is_starved, Wishes(), monkeypatch)

    assert found.ratio.value == pytest.approx(1.0)


def test_kept_costs_are_used_at_the_speed_of_this_minute(monkeypatch):
    """A shared machine is a third slower or faster from one minute to the next."""

    class Half(Machine):
        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def readings(self, specs, ahead=()):
            for one in super().readings(specs, ahead):
                [turn] = one.turns
                told = turn["values"] | {"steps_per_second": 2.5e7}
                yield Reading("ok", turns=({"values": told},))

    monkeypatch.setattr(calibrating, "Launcher", lambda: Half(lambda spec: False))
    found = calibrating.at_this_speed(USUAL, HERE)

    assert found.steps_per_second == 2.5e7
    assert found.task_job_seconds == 2 * USUAL.task_job_seconds
    assert found.task_late_seconds == USUAL.task_late_seconds
