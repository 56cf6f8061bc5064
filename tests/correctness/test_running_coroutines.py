"""A run may end while a thread is inside a coroutine, which then still runs.

Before Python 3.13, `close` of a coroutine that runs may crash the process.  So each
program here runs in a process of its own.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CALLS = """
import asyncio, threading


class Calls:
    def __init__(self):
        self.log, self.lock = [], threading.Lock()

    def worker(self):
        async def step(n):
            await asyncio.sleep(0)
            with self.lock:
                self.log.append(n)

        {calls}

    workers = (worker, worker)

    def check(self):
        assert self.log {expected}
"""
FUNCTION = """
import asyncio, threading


def scenario():
    log, lock = [], threading.Lock()

    async def step(n):
        await asyncio.sleep(0)
        with lock:
            log.append(n)

    def worker():
        for n in (1, 2):
            asyncio.run(step(n))

    threads = [threading.Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert log {expected}
"""
WAYS = {
    "run": "asyncio.run(step(1)); asyncio.run(step(2))",
    "loop": "for n in (1, 2): asyncio.run(step(n))",
    "runner": "with asyncio.Runner() as own: own.run(step(1)); own.run(step(2))",
    "run_until_complete": (
        "own = asyncio.new_event_loop(); own.run_until_complete(step(1));"
        " own.run_until_complete(step(2)); own.close()"
    ),
}
PROGRAMS = {way: CALLS.replace("{calls}", calls) for way, calls in WAYS.items()}
PROGRAMS["function"] = FUNCTION
CLOSES = """
from bench.correctness.engine.kernel import close_coroutine


class Closes:
    def __enter__(self): pass
    def __exit__(self, *error): close_coroutine(running)


async def runs():
    for _ in range(4000):  # the counter of the call takes every value
        with Closes(): pass


running = runs()
try:
    running.send(None)
except StopIteration:
    print("ended")
"""


def python(*arguments: str, where: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=where,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=60,  # seconds
        check=False,
    )


CASES = [*((program, "greenlet") for program in PROGRAMS), ("run", "threads")]


@pytest.mark.parametrize(("program", "carrier"), CASES)
def test_loops_in_two_threads_have_a_verdict(program, carrier, tmp_path):
    """The first run is abandoned while both threads are inside a coroutine."""
    source = PROGRAMS[program].format(expected="in ([1, 1, 2, 2], [1, 2, 1, 2])")
    (tmp_path / "program.py").write_text(source, encoding="utf-8")
    place = "program.py:scenario" if program == "function" else "program.py"

    ended = python(
        "-m", "bench", "explore", place, "--carrier", carrier, where=tmp_path
    )

    assert "holds: 6 schedules, all of them" in ended.stdout, ended.stderr
    assert ended.returncode == 0


@pytest.mark.parametrize("program", ["run", "function"])
def test_an_order_of_two_loops_is_found_broken(program, tmp_path):
    """Each thread runs its first coroutine before the other runs its second."""
    source = PROGRAMS[program].format(expected="== [1, 1, 2, 2]")
    (tmp_path / "program.py").write_text(source, encoding="utf-8")
    place = "program.py:scenario" if program == "function" else "program.py"

    ended = python("-m", "bench", "explore", place, where=tmp_path)

    assert "broken" in ended.stdout, ended.stderr
    assert ended.returncode == 1


def test_a_coroutine_that_runs_is_not_closed(tmp_path):
    ended = python("-c", CLOSES, where=tmp_path)

    assert (ended.returncode, ended.stdout) == (0, "ended\n")
