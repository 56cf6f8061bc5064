"""What a search tells of the workers that share it."""

import pytest

from bench.hosts.crews import LISTED, ClusterCrew


@pytest.fixture
def crew():
    """A crew without a process; its lines are in `said`."""
    found = object.__new__(ClusterCrew)
    found.name, found.took_part, found.told_parts = "jobs.py:Pool", [], []
    found.dropping, found.came, found.said = 0, [], []
    found.say = found.said.append
    found.send = lambda *message: None
    return found


def test_the_workers_of_a_search_are_told_once(crew):
    """A search may begin again, with more points; its workers are the same."""
    crew.took_part += ["second", "first"]
    crew.drop()
    crew.drop()

    assert crew.said == ["jobs.py:Pool: searched by 2 workers: first, second"]


def test_a_search_that_was_not_shared_names_no_workers(crew):
    """It is over before it would be worth it."""
    crew.drop()

    assert crew.said == []


def test_workers_whose_reports_were_given_up_are_not_told(crew):
    """The search began again in this process: its result is not theirs."""
    crew.took_part.append("first")
    crew.tell("the scheduler is gone")
    crew.drop()

    assert crew.said == ["the scheduler is gone"]


def test_of_many_workers_only_the_number_is_told(crew):
    """A line with a thousand names has no reader."""
    crew.took_part += map(str, range(LISTED + 1))
    crew.drop()

    assert crew.said == [f"jobs.py:Pool: searched by {LISTED + 1} workers"]
