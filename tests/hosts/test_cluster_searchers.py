"""What a search tells of the workers that share it."""

import pytest

from bench.hosts.cluster_searchers import LISTED, ClusterSearchers


@pytest.fixture
def searchers():
    """Searchers without a process; its lines are in `said`."""
    found = object.__new__(ClusterSearchers)
    found.name, found.took_part, found.told_parts = "jobs.py:Pool", [], []
    found.dropping, found.came, found.said = 0, [], []
    found.say = found.said.append
    found.send = lambda *message: None
    return found


def test_the_workers_of_a_search_are_told_once(searchers):
    """A search may begin again, with more points; its workers are the same."""
    searchers.took_part += ["second", "first"]
    searchers.drop()
    searchers.drop()

    assert searchers.said == ["jobs.py:Pool: searched by 2 workers: first, second"]


def test_a_search_that_was_not_shared_names_no_workers(searchers):
    """It is over before it would be worth it."""
    searchers.drop()

    assert searchers.said == []


def test_workers_whose_reports_were_given_up_are_not_told(searchers):
    """The search began again in this process: its result is not theirs."""
    searchers.took_part.append("first")
    searchers.tell("the scheduler is gone")
    searchers.drop()

    assert searchers.said == ["the scheduler is gone"]


def test_of_many_workers_only_the_number_is_told(searchers):
    """A line with a thousand names has no reader."""
    searchers.took_part += map(str, range(LISTED + 1))
    searchers.drop()

    assert searchers.said == [f"jobs.py:Pool: searched by {LISTED + 1} workers"]
