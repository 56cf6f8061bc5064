"""The size of a port on three small programs, held to counts made by hand."""

import asyncio
from pathlib import Path

import pytest

from bench.shape import compare_two
from bench.shape.reading.packages import find
from tests.shape.programs.tasks import crawler as async_crawler
from tests.shape.programs.tasks import pool as async_pool
from tests.shape.programs.threads import crawler, pool

PROGRAMS = Path(__file__).parent / "programs"


def port(name):
    return compare_two(
        name,
        find(str(PROGRAMS / "threads" / f"{name}.py")),
        find(str(PROGRAMS / "tasks" / f"{name}.py")),
    )


def counts(shape):
    return (
        shape.lines,
        shape.coroutines,
        shape.suspension_points,
        shape.synchronization_points,
        shape.life_cycle_statements,
        shape.error_handling,
    )


@pytest.mark.parametrize(
    ("name", "threads", "tasks"),
    [
        ("crawler", (31, 0, 0, 6, 3, 0), (26, 3, 8, 5, 2, 0)),
        ("chat", (29, 0, 0, 3, 1, 2), (25, 3, 6, 0, 3, 2)),
        ("pool", (19, 0, 0, 1, 3, 0), (18, 2, 4, 1, 3, 0)),
    ],
)
def test_the_figures_are_those_counted_by_hand(name, threads, tasks):
    """Lines, async defs, suspensions, synchronization, life cycle, errors."""
    found = port(name)

    assert (counts(found.threads), counts(found.asyncio)) == (threads, tasks)


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("crawler", {"primitive": 5, "colour": 10, "life cycle": 8}),
        ("chat", {"primitive": 6, "colour": 3, "life cycle": 4, "else": 10}),
        ("pool", {"primitive": 6, "colour": 2, "life cycle": 4}),
    ],
)
def test_the_rows_that_change_are_those_counted_by_hand(name, changed):
    """The size of a port, and why it is so large: locks go, groups come."""
    found = dict(port(name).changed_lines)
    del found["same"]

    assert found == changed


@pytest.mark.parametrize(
    ("name", "forced"),
    [
        ("crawler", {"Crawler.add", "Crawler.work", "Crawler.run"}),
        ("chat", {"Room.tell", "Room.serve", "main"}),
        ("pool", {"Tally.count", "work", "run"}),  # count's lock goes, in the port
    ],
)
def test_the_functions_that_must_become_async_are_known_beforehand(name, forced):
    """From the threaded file alone; a lock that guards no await may go instead."""
    assert {one.function for one in port(name).coloured} == forced


def test_what_lost_its_lock_is_told():
    """The port of the crawler writes what it shares without a guard."""
    (before,) = port("crawler").threads.shared
    (after,) = port("crawler").asyncio.shared

    assert (before.guards, before.unguarded_lines) == (("self.guard",), ())
    assert (after.guards, after.unguarded_lines) == ((), (16,))


def test_the_programs_do_what_they_say():
    """What is measured are ports of the same job, not two texts."""
    site = {"/": ["/a", "/b"], "/a": ["/b", "/"], "/b": ["/c"], "/c": []}

    async def fetch(page):
        return site[page]

    async def job():
        return 1

    assert crawler.Crawler(site.get, 2).run("/") == set(site)
    assert asyncio.run(async_crawler.Crawler(fetch, 2).run("/")) == set(site)
    assert pool.run([lambda: 1] * 3, 2, 5) == ([1] * 3, 3)
    assert asyncio.run(async_pool.run([job] * 3, 2, 5)) == ([1] * 3, 3)
