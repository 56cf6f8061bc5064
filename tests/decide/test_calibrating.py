"""What a calibration makes of its windows, also where others had the cores."""

import pytest

from bench.decide import calibrating
from bench.decide.calibrating import USUAL_LOCK_LEFT
from bench.errors import CannotRunError
from bench.throughput.launching import Reading
from bench.throughput.runtimes import Interpreter
from tests.decide.costs import USUAL
from tests.decide.stand_in_machine import Machine

HERE = Interpreter((3, 11, 7), "python3", "", free_threaded=False, gil=True)


def calibrated(is_starved):
    bench = calibrating._Bench(Machine(is_starved), HERE)
    return calibrating._costs(bench, HERE, "")


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
