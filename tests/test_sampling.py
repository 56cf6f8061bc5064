"""What is marked `sampled` is run by one of the two commands, and some by each."""

import pytest

from tests.sampling import pytest_collection_modifyitems


class Case:
    """Stands in for an item of pytest."""

    def __init__(self, test, case, *marks):
        self.name = f"{test}[{case}]"
        self.nodeid = f"tests/test_file.py::{self.name}"
        self.marks = {mark.name: mark.mark for mark in marks}

    def get_closest_marker(self, name):
        return self.marks.get(name)

    def add_marker(self, mark):
        self.marks[mark.name] = mark.mark

    @property
    def is_long(self):
        return "long" in self.marks


def shared_out(*cases):
    pytest_collection_modifyitems(list(cases))
    return [one.name for one in cases if not one.is_long]


def test_about_as_many_cases_as_were_asked_for_run_at_once():
    """The names decide, as a draw would: all cases of one kind are not one sample."""
    cases = [Case("test", number, pytest.mark.sampled(3)) for number in range(300)]

    assert 75 < len(shared_out(*cases)) < 125


def test_a_case_does_not_move_when_another_is_added():
    """Or each new case would change what `make test` runs."""
    cases = [Case("test", number, pytest.mark.sampled(3)) for number in range(30)]
    again = [Case("test", number, pytest.mark.sampled(3)) for number in range(31)]

    assert set(shared_out(*cases)) <= set(shared_out(*again))


def test_of_few_cases_one_runs_at_once():
    """Of each kind something is seen to work before the long tests run."""
    cases = [Case("test", number, pytest.mark.sampled(10**9)) for number in range(3)]
    others = [Case("other", number, pytest.mark.sampled(10**9)) for number in range(3)]

    assert shared_out(*cases, *others) == ["test[0]", "other[0]"]


def test_what_is_long_is_no_part_of_the_sample():
    """Or a test whose only case in the sample is long would not run at once."""
    marks = pytest.mark.sampled(10**9), pytest.mark.long

    assert shared_out(
        Case("test", 0, *marks), Case("test", 1, marks[0]), Case("test", 2, marks[0])
    ) == ["test[1]"]


def test_what_is_not_sampled_stays():
    """A test without the mark is as it was."""
    cases = [Case("test", number) for number in range(3)]

    assert len(shared_out(*cases)) == 3
