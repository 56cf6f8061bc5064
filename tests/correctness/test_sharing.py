"""A search in several processes runs the schedules that one process runs."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import given

from bench.correctness.engine.kernel import kernel
from bench.correctness.programs.discovery import find_scenarios
from bench.correctness.records.options import Options
from bench.correctness.search import exploration as exploring
from bench.correctness.search import forked_search as sharing
from bench.correctness.search import program_search
from bench.correctness.search.forked_processes import Team
from bench.correctness.search.program_search import explore_program
from bench.correctness.search.tree import Tree
from bench.errors import CannotRunError
from tests.correctness.programs import task_programs, thread_programs
from tests.correctness.test_equality import THOROUGH, generated

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="nothing is shared"),
    pytest.mark.timeout(7_200 if THOROUGH else 120),
]

SCENARIOS = """
import asyncio, threading

class Counter:
    def __init__(self): self.value = 0
    def work(self):
        for _ in range(2): self.value += 1
    def check(self): assert self.value > 2
    workers = (work, work)

class Locked(Counter):
    def __init__(self): self.value, self.lock = 0, threading.Lock()
    def work(self):
        for _ in range(2):
            with self.lock: self.value += 1
    def check(self): assert self.value == 4
    workers = (work, work)

class Tasks:
    def __init__(self): self.value, self.lock = 0, asyncio.Lock()
    async def work(self):
        async with self.lock: self.value += 1
        seen = self.value
        await asyncio.sleep(0)
        self.value = seen + 1
    workers = (work, work)

class LooksOnlyOnce:
    def __init__(self): self.left, self.lock = 2, threading.Lock()
    def work(self):
        with self.lock: self.left -= 1
        if self.left == 0: self.last = True
    workers = (work, work)
"""
ASKS = """
class ChangesItsMind:
    def __init__(self): self.x = 0; self.flag = False
    async def first(self): self.x = 1
    async def second(self):
        if self.flag: self.x = 3
    async def third(self): self.flag = True
    async def last(self): self.seen = self.x
    workers = (first, second, third, last)
"""
ENDLESS = """
class Many:
    def __init__(self): self.value = 0
    def work(self):
        for _ in range(9): self.value += 1
    workers = (work, work, work)
"""


@pytest.fixture
def eager(monkeypatch):
    """Share at every chance, however little there is; count the forks."""
    forks = []
    fork = Team.fork

    def counted(team, node):
        forks.append(node)
        return fork(team, node)

    monkeypatch.setattr(Team, "fork", counted)
    monkeypatch.setattr(sharing, "WORTHWHILE_SECONDS", 0)
    monkeypatch.setattr(sharing, "jobs_for", lambda options: options.jobs or 1)
    monkeypatch.setattr(exploring, "RUNS_ON_END", 1)
    monkeypatch.setattr(program_search, "jobs_for", sharing.jobs_for)
    return forks


@pytest.fixture
def scenarios(tmp_path):
    path = tmp_path / "scenarios.py"
    path.write_text(SCENARIOS, encoding="utf-8")
    return find_scenarios(str(path))


def seen(program, jobs, **options):
    """What an exploration says of a program that does not depend on the time."""
    verdict = explore_program(program, Options(keep_going=True, jobs=jobs, **options))
    failure = verdict.failure.symptom if verdict.failure else None
    return verdict.outcome, verdict.schedules, verdict.outcomes, failure


@pytest.mark.long
@pytest.mark.parametrize("search", ["dpor", "brute"])
@pytest.mark.parametrize("carrier", ["greenlet", "threads"])
def test_processes_run_the_schedules_that_one_process_runs(
    search, carrier, eager, scenarios
):
    """However the tree is divided, nothing is left out, and nothing is run twice."""
    for program in scenarios:
        alone = seen(program, 1, search=search, carrier=carrier)
        assert seen(program, 3, search=search, carrier=carrier) == alone
    assert eager


@pytest.mark.long
@pytest.mark.parametrize("programs", [thread_programs, task_programs])
def test_generated_programs_end_alike_in_one_process_and_in_several(
    programs, eager, tmp_path
):
    """A reversal that only a child knows of must reach the states above it."""

    @given(source=programs)
    @generated
    def same(source):
        path = tmp_path / "program.py"
        path.write_text(source, encoding="utf-8")
        for program in find_scenarios(str(path)):
            options = Options(limit_schedules=200, keep_going=True)
            if explore_program(program, options).exhausted:
                assert seen(program, 3) == seen(program, 1)

    same()


def test_a_child_that_is_killed_costs_time_and_no_schedule(
    eager, scenarios, monkeypatch
):
    """What it was given is done again, by the process that is left."""
    alone = seen(scenarios[0], 1)
    monkeypatch.setattr(
        sharing.ForkedExploration, "report", lambda _: os.kill(os.getpid(), 9)
    )

    assert seen(scenarios[0], 3) == alone
    assert eager


def test_where_no_process_can_be_made_one_does_all(eager, scenarios, monkeypatch):
    """A machine may refuse at any time."""
    alone = seen(scenarios[0], 1)

    def refuse():
        eager.append(None)
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", refuse)

    assert seen(scenarios[0], 3) == alone
    assert eager


def test_points_that_a_child_finds_are_points_for_all(eager, scenarios, monkeypatch):
    """A search with too few points would claim more than it has seen."""
    alone = seen(scenarios[3], 1)
    search_share = sharing.ForkedExploration.search_share
    told = []

    def finds(shared):
        if shared.team.parent and "new" not in shared.point_ids:
            raise sharing.NewPointsError({"new"})
        told.append("new" in shared.point_ids)
        return search_share(shared)

    monkeypatch.setattr(sharing.ForkedExploration, "search_share", finds)
    begun = []
    begin_again = sharing.ForkedExploration.begin_again
    monkeypatch.setattr(
        sharing.ForkedExploration,
        "begin_again",
        lambda shared, found: (begun.append(set(found)), begin_again(shared, found))[1],
    )

    assert seen(scenarios[3], 3) == alone
    assert {"new"} in begun


def test_what_a_child_cannot_explore_is_refused(eager, scenarios, monkeypatch):
    """The reason is the child's, and reaches the user in one line."""
    search_share = sharing.ForkedExploration.search_share

    def refuses(shared):
        if shared.team.parent:
            raise CannotRunError("not modelled here")
        return search_share(shared)

    monkeypatch.setattr(sharing.ForkedExploration, "search_share", refuses)

    with pytest.raises(CannotRunError, match="not modelled here"):
        seen(scenarios[0], 3)


def test_what_a_child_would_try_above_its_share_its_parent_is_asked_to_try(
    eager, tmp_path, monkeypatch
):
    """Below `first` alone it shows that `third` could come before it, and matter."""
    path = tmp_path / "asks.py"
    path.write_text(ASKS, encoding="utf-8")
    (program,) = find_scenarios(str(path))
    asked = []
    request, take_in = Tree.request, sharing.ForkedExploration.take_in

    def noted(tree, depth, workers):
        asked.append((depth, list(workers)))
        request(tree, depth, workers)

    def taken(shared, child):
        asked.clear()
        take_in(shared, child)
        assert (0, [kernel.number("third")]) in asked

    alone = seen(program, 1)
    monkeypatch.setattr(Tree, "request", noted)
    monkeypatch.setattr(sharing.ForkedExploration, "take_in", taken)

    assert seen(program, 2) == alone
    assert len(eager) == 1


def test_a_limit_counts_what_every_process_has_done(eager, tmp_path):
    """A child whose time is up still tells of what it saw."""
    path = tmp_path / "many.py"
    path.write_text(ENDLESS, encoding="utf-8")
    (program,) = find_scenarios(str(path))
    reported = []
    take_in = sharing.ForkedExploration.take_in

    def taken(shared, child):
        before = shared.tally.schedules
        take_in(shared, child)
        reported.append(shared.tally.schedules - before)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sharing.ForkedExploration, "take_in", taken)
        for limit in (0.3, 1, 3, 10, 30):  # children come late beside other work
            outcome, schedules, *_ = seen(
                program, 2, search="brute", limit_seconds=limit
            )
            assert outcome == "cut"
            if any(reported):
                break
            reported.clear()

    assert 0 < sum(reported) < schedules


@pytest.mark.long
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
def test_when_an_exploration_is_ended_its_children_end(sign, tmp_path):
    """A child of a parent that is gone would search for nobody."""
    (tmp_path / "many.py").write_text(ENDLESS, encoding="utf-8")
    program = textwrap.dedent("""
        import signal
        from bench.correctness.search import forked_processes as children
        from bench.correctness import explore
        fork = children.Team.fork
        def told(team, node):
            is_child = fork(team, node)
            if not is_child:
                print("a child", flush=True)
            return is_child
        children.Team.fork = told
        signal.signal(signal.SIGINT, signal.default_int_handler)
        explore("many.py", search="brute", jobs=2, limit_seconds=60)
    """)
    parent = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"a child\n"
        parent.send_signal(sign)
        # The pipe is the child's as well: it ends when both processes have ended.
        parent.communicate(timeout=60)
    finally:
        parent.kill()
        parent.wait()
