"""What every pair promises, in every form; its own rules are elsewhere."""

import asyncio
import subprocess
import sys
import threading
from importlib import import_module
from itertools import product

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from models import (
    SEVEN,
    each_pair,
    in_both_models,
    in_every_form,
    in_other_loops,
    quiet,
)

import threaded
from bench.pairs.catalogue import PAIRS
from bench.records.models import PACKAGES
from bench.records.workload import Workload

SIZES = [
    Workload(operations=operations, workers=workers, capacity=capacity)
    for operations, workers, capacity in product([0, 1, 2, 50], [1, 3], [None, 1, 2])
]
STORY = {  # some words that each has to log, as a reader finds them in a line
    "candy_machine": ["starting at", "buyer 1 Buying candy... OK", "ended at"],
    "condition": ["producer puts 9", "took 9"],
    "event": ["producer puts 9", "took 9"],
    "bounded_queue": ["producer puts 9", "took 9", "producer sees all 10 done"],
    "lock": ["teller 0 made it 1", "made it 10"],
    "rlock": ["teller 0 made them -1 1", "made them -10 10"],
    "semaphore": ["client 4 comes", "was served as one of 3"],
}

WORKERS = {  # by the first word that each logs
    "candy_machine": ["vendor", "buyer"],
    "condition": ["producer", "consumer"],
    "event": ["producer", "consumer"],
    "bounded_queue": ["producer", "consumer"],
    "lock": ["teller"],
    "rlock": ["teller"],
    "semaphore": ["client"],
}


class WorkerFailedError(Exception):
    """What a log raises in the worker that calls it."""


def sized(operations, workers, capacity):
    return Workload(operations=operations, workers=workers, capacity=capacity)


def fail_for(*workers: str):
    """A log that fails every worker whose name starts with one of these."""

    def log(*words):
        if str(words[0]).startswith(workers):
            raise WorkerFailedError(words[0])

    return log


@pytest.mark.sampled(3)
@in_every_form
@each_pair
def test_the_outcome_is_right_at_every_size(model, pair):
    """None, one and many: of items, of workers, of places."""
    for workload in SIZES:
        options = dict(pair.options(workload))
        assert pair.wrong(model.run(pair, options), options) is None, options


@in_other_loops
@each_pair
def test_the_outcome_does_not_depend_on_the_loop(model, pair):
    """uvloop and eager tasks start and wake what is ready in another order."""
    for workload in SIZES:
        options = dict(pair.options(workload))
        for pause in (0.0, 1e-6):
            outcome = model.run(pair, {**options, "pause": pause})
            assert pair.wrong(outcome, options) is None, (options, pause)


@in_both_models
@each_pair
@settings(max_examples=10, deadline=None)
@given(st.integers(0, 200), st.integers(1, 20), st.integers(1, 10))
def test_the_outcome_is_right_at_any_size(model, pair, operations, workers, capacity):
    """Where the sizes above were chosen, these are not."""
    options = dict(pair.options(sized(operations, workers, capacity)))
    assert pair.wrong(model.run(pair, options), options) is None


@pytest.mark.sampled(3)
@in_every_form
@each_pair
def test_what_is_explored_is_small_and_right(model, pair):
    """The explorer multiplies each of these by thousands."""
    assert pair.explored
    for options in pair.explored:
        options = {**options, "pause": options.get("pause", 0.0) / 1e6}
        assert options["count"] <= 4
        assert pair.wrong(model.run(pair, options), options) is None


@pytest.mark.sampled(3)
@in_every_form
@pytest.mark.parametrize("workers", [2, 5])
@pytest.mark.parametrize(
    ("pair", "who"),
    [
        pytest.param(PAIRS[name], who, id=f"{name}-{who}")
        for name, workers in WORKERS.items()
        for who in workers
    ],
)
def test_an_exception_in_a_worker_reaches_the_caller(model, pair, who, workers):
    """A failure that only its own thread sees is a result that is silently wrong."""
    threads_before = threading.active_count()

    with pytest.raises((WorkerFailedError, ExceptionGroup)) as caught:
        model.run(pair, pair.options(sized(30, workers, 1)), log=fail_for(who))

    assert "WorkerFailedError" in repr(caught.value)
    assert threading.active_count() == threads_before


def test_a_line_for_a_closed_output_is_dropped(monkeypatch):
    """As print() drops it, so that the twins end alike."""
    monkeypatch.setattr("sys.stdout", None)

    threaded.print_line("consumer 1", "took", 7)


def test_a_line_is_printed_in_one_piece(monkeypatch):
    """Between two writes of a print() another thread may write."""
    written = []
    monkeypatch.setattr("sys.stdout.write", written.append, raising=False)

    threaded.print_line("consumer 1", "took", 7)

    assert [*filter(None, written)] == ["consumer 1 took 7\n"]


@pytest.mark.parametrize("count", [0, -1])
@each_pair
@in_every_form
def test_no_worker_at_all_is_refused(model, pair, count):
    """A pool of no threads is an error; a group of none would wait, or do nothing."""
    options = pair.options(sized(5, 77, 3))
    [workers] = [name for name, value in options.items() if value == 77]

    with pytest.raises(ValueError, match=f"{workers} must be at least 1, got {count}"):
        model.drive(lambda: model.module(pair.name).run(None, **{workers: count}))


@pytest.mark.parametrize("name", ["condition", "event", "bounded_queue"])
def test_a_thread_that_cannot_be_started_reaches_the_caller(name, monkeypatch):
    """Those already started wait for integers; the run would wait for them for ever."""
    pair = PAIRS[name]
    start, started = threading.Thread.start, []

    def start_two(thread):
        if len(started) == 2:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        start(thread)

    module = import_module(pair.module("threads"))
    positional, named = pair.arguments(module, pair.options(sized(50, 5, 1)))
    monkeypatch.setattr(threading.Thread, "start", start_two)

    with pytest.raises(RuntimeError, match="can't start new thread"):
        module.run(*positional, **named, log=quiet)

    assert not any(thread.is_alive() for thread in started)


@each_pair
async def test_cancelling_a_run_on_asyncio_leaves_nothing_behind(pair):
    """No task goes on by itself, and no lock stays held."""
    module = import_module(pair.module("asyncio"))
    options = {
        **pair.options(sized(9, 3, 1)),
        "pause": 3600,
    }  # never over
    (state,), named = pair.arguments(module, options)
    running = asyncio.create_task(module.run(state, **named, log=quiet))
    for _ in range(5):  # all workers come to where they wait
        await asyncio.sleep(0)
    assert not running.done()

    running.cancel()

    with pytest.raises(asyncio.CancelledError):
        await running
    assert asyncio.all_tasks() == {asyncio.current_task()}
    if hasattr(state, "guard"):
        async with asyncio.timeout(5), state.guard:
            pass


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@each_pair
def test_cancelling_a_run_on_anyio_leaves_nothing_behind(pair, backend):
    """The same under level cancellation, where every await in a finally fails."""
    module = import_module(pair.module("anyio"))
    options = {
        **pair.options(sized(9, 3, 1)),
        "pause": 3600,
    }  # never over

    async def main():
        (state,), named = pair.arguments(module, options)
        with anyio.CancelScope() as scope:
            async with anyio.create_task_group() as group:
                group.start_soon(lambda: module.run(state, **named, log=quiet))
                await anyio.wait_all_tasks_blocked()
                scope.cancel()
        assert scope.cancelled_caught
        if hasattr(state, "guard"):
            with anyio.fail_after(5):
                async with state.guard:
                    pass

    anyio.run(main, backend=backend)


@pytest.fixture(scope="module")
def programs():
    """Every example as a reader starts it, all at once since they mostly sleep."""
    started = {
        module: subprocess.Popen(
            [sys.executable, "-W", "error", "-m", module],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for module in (f"{package}.{n}" for package in PACKAGES.values() for n in SEVEN)
    }
    yield started
    for process in started.values():
        with process:
            process.kill()


@pytest.mark.long
@pytest.mark.parametrize("package", PACKAGES.values())
@pytest.mark.parametrize("name", SEVEN)
def test_every_example_tells_its_story_and_ends_by_itself(programs, package, name):
    """Run it, says its docstring."""
    program = programs[f"{package}.{name}"]
    told, _ = program.communicate(timeout=60)

    assert program.returncode == 0, told
    for words in STORY[name]:
        assert words in told


def test_a_pause_of_nothing_sleeps_in_no_model(monkeypatch):
    """time.sleep(0) is a nap, asyncio.sleep(0) a turn: neither is part of the work."""
    anyio.run(anyio.sleep, 0)  # its backend imports the real asyncio.sleep by name
    for target in ("time.sleep", "asyncio.sleep", "anyio.sleep"):
        monkeypatch.setattr(target, lambda *_: pytest.fail("slept"))
    for pair, model in product(SEVEN, (p.values[0] for p in in_every_form.args[1][:3])):
        options = dict(PAIRS[pair].options(sized(3, 2, 1)))
        model.run(PAIRS[pair], options)
