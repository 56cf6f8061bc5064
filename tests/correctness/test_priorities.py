"""Random priorities: the highest enabled worker runs, and some become the lowest."""

from itertools import pairwise
from types import SimpleNamespace

import pytest

from bench.correctness.search.pct import PriorityChanges

WORKERS = [SimpleNamespace(number=number) for number in range(1, 5)]
STEPS = 12
MAIN = SimpleNamespace(number=0)  # runs before the first choice


def a_run(search, steps=STEPS, enabled=WORKERS):
    """The numbers of the workers that a search chooses in one run."""
    kernel = SimpleNamespace(choices=[], running=MAIN)
    for _ in range(steps):
        kernel.running = search.choose(kernel, enabled)
        kernel.choices.append(kernel.running)
    search.learn(kernel)
    return [one.number for one in kernel.choices]


def changes_in(numbers):
    return sum(one != other for one, other in pairwise(numbers))


@pytest.mark.parametrize("seed", range(20))
def test_without_a_change_one_worker_runs_to_its_end(seed):
    """Priorities are those of the run, not drawn anew at each step."""
    search = PriorityChanges(seed, changes=0)

    assert all(changes_in(a_run(search)) == 0 for _ in range(5))


def test_every_worker_is_the_first_in_some_run():
    """Of equal priorities the first worker would always win."""
    search = PriorityChanges(0, changes=0)

    assert {a_run(search)[0] for _ in range(60)} == {1, 2, 3, 4}


def test_every_order_of_the_workers_is_drawn():
    """Each worker gives way to the next when it has ended."""
    search = PriorityChanges(0, changes=0)
    orders = set()
    for _ in range(400):
        kernel = SimpleNamespace(choices=[], running=MAIN)
        left = list(WORKERS)
        while left:
            kernel.running = search.choose(kernel, left)
            kernel.choices.append(kernel.running)
            left.remove(kernel.running)
        orders.add(tuple(one.number for one in kernel.choices))
        search.learn(kernel)

    assert len(orders) == 24


@pytest.mark.parametrize("seed", range(10))
def test_a_change_puts_the_running_worker_behind_all_others(seed):
    """And it stays there: it runs again only when no other can."""
    search = PriorityChanges(seed, changes=1)
    search.priorities = {}
    search.change_at = {4}

    numbers = a_run(search)

    assert changes_in(numbers) == 1
    assert numbers[3] != numbers[4]
    assert numbers[3] not in numbers[4:]


@pytest.mark.parametrize("seed", range(10))
def test_of_two_that_were_lowered_the_later_is_the_last(seed):
    """A later change is a lower priority: the first comes back before the second."""
    search = PriorityChanges(seed, changes=2)
    search.change_at = {2, 5}

    numbers = a_run(search, enabled=WORKERS[:2])

    first = numbers[0]
    assert numbers == [first] * 2 + [3 - first] * 3 + [first] * (STEPS - 5)


def test_a_run_has_as_many_changes_as_were_asked_for_at_most():
    """They are what the guarantee of the method counts."""
    search = PriorityChanges(0, changes=2)
    found = [changes_in(a_run(search)) for _ in range(50)]

    assert max(found) == 2
    assert min(found) < 2  # two at one step, or beyond the last


def test_changes_may_come_at_any_step_of_the_longest_run_so_far():
    """In a run that is longer than expected the end would never see one."""
    search = PriorityChanges(0, changes=1)
    a_run(search, steps=40)
    seen = set()
    for _ in range(400):
        seen |= search.change_at
        a_run(search, steps=5)

    assert seen == set(range(40))
