"""Windows in which other processes had all cores cause no crash, and no verdict."""

import pytest

from bench.decide.deciding import Inquiry
from bench.decide.described.work import Wishes, Work
from bench.decide.findings import Question
from bench.decide.recording import notes
from tests.decide.costs import USUAL
from tests.decide.stand_in_machine import Machine


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
