"""What a program does when it is imported: it runs, once, or it is told in one line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.correctness import explore
from bench.errors import CannotRunError

SCENARIO = """

class Adding:
    def __init__(self):
        self.total = 0

    def work(self):
        self.total += 1

    workers = (work, work)

    def check(self):
        assert self.total == 2
"""
RUNS = {  # the first lines of a program that can be imported
    "sleep": "import time\ntime.sleep(0)\ntime.sleep(3600)",
    "lock": "import threading\nwith threading.Lock():\n    pass",
    "condition": "import threading\nready = threading.Condition()\n"
    "with ready:\n    ready.notify_all()\n    assert not ready.wait(1)",
    "event": "import threading\nevent = threading.Event()\nassert not event.wait(5)",
    "thread": "import threading\nthread = threading.Thread(target=int)\n"
    "thread.start()\nthread.join()",
    "thread_left": "import threading\nthreading.Thread(target=int).start()",
    "daemon": "import threading, time\ndef sweep():\n    while True:\n"
    "        time.sleep(60)\nthreading.Thread(target=sweep, daemon=True).start()",
    "timer": "import threading\ntimer = threading.Timer(1, int)\ntimer.start()",
    "timer_cancelled": "import threading\ntimer = threading.Timer(1, int)\n"
    "timer.start()\ntimer.cancel()",
    "pool": "from concurrent.futures import ThreadPoolExecutor\n"
    "with ThreadPoolExecutor(2) as pool:\n"
    "    assert list(pool.map(int, '12')) == [1, 2]",
    "pool_left": "from concurrent.futures import ThreadPoolExecutor\n"
    "POOL = ThreadPoolExecutor(2)\nassert POOL.submit(int, '3').result() == 3",
    "queue": "import queue\nitems = queue.Queue()\nitems.put(1)\n"
    "assert items.get() == 1",
    "queue_of_threads": "import queue, threading\nitems = queue.Queue()\n"
    "threading.Thread(target=items.put, args=(1,)).start()\nassert items.get() == 1",
    "loop": "import asyncio\nasync def main():\n    return await asyncio.sleep(9, 1)\n"
    "assert asyncio.run(main()) == 1",
    "loop_with_threads": "import asyncio\nasync def main():\n"
    "    return await asyncio.to_thread(int, '4')\nassert asyncio.run(main()) == 4",
    "loop_made": "import asyncio\nloop = asyncio.new_event_loop()\nloop.close()",
    "primitives_of_asyncio": "import asyncio\nitems, event = asyncio.Queue(), "
    "asyncio.Event()",
    "print": "import sys\nprint(__name__, file=sys.stderr)\nprint(sys.argv)",
    "local": "import threading\nlocal = threading.local()\nlocal.n = 1",
    "barrier": "import threading\nbarrier = threading.Barrier(2)\n"
    "threading.Thread(target=barrier.wait).start()\nbarrier.wait()",
}
REASONS = {  # the first lines of one that cannot, and what is told
    "missing": (
        "import no_such_module",
        "No module named 'no_such_module'.*; install it for .*, or name its folder",
    ),
    "missing_name": ("from json import no_such", "cannot import name 'no_such'"),
    "relative": ("from . import sibling", "attempted relative import"),
    "syntax": ("def broken(:", "cannot be read"),
    "raises": ("raise ValueError('too few')", "ValueError: too few"),
    "group": ("raise ExceptionGroup('g', [ValueError(1)])", "ValueError: 1"),
    "asserts": ("assert 1 == 2", "AssertionError: assert 1 == 2"),
    "exits": ("import sys\nsys.exit(0)", r"it ends the process, SystemExit\(0\)"),
    "exit": ("exit()", "it ends the process"),
    "quit": ("quit(3)", "it ends the process"),
    "raises_exit": ("raise SystemExit", "it ends the process"),
    "interrupts": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "parses": (
        "import argparse\nparser = argparse.ArgumentParser()\n"
        "parser.add_argument('n', type=int)\nparser.parse_args()",
        "it ends the process",
    ),
    "deadlock": (
        "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()",
        "waits forever",
    ),
    "empty_queue": ("import queue\nqueue.Queue().get()", "waits forever"),
    "input": ("name = input()", r"input\(\) is not modelled"),
    "socket": ("import socket\nsocket.socket()", "socket.socket is not modelled"),
    "process": (
        "import multiprocessing\nmultiprocessing.Queue()",
        "multiprocessing.Queue is not modelled",
    ),
    "signal": (
        "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_DFL)",
        "signal.signal is not modelled",
    ),
}


@pytest.mark.parametrize("kind", RUNS)
def test_what_a_module_does_at_its_import_is_run(kind, tmp_path):
    """Threads, sleeps and loops of the import are modelled as well."""
    path = tmp_path / "program.py"
    path.write_text(RUNS[kind] + "\n" + SCENARIO, encoding="utf-8")

    verdict = explore(path, jobs=1)

    assert verdict.outcome == "broken"
    assert "self.total == 2" in verdict.failure.symptom


@pytest.mark.parametrize("kind", RUNS)
def test_what_is_right_holds_after_any_import(kind, tmp_path):
    """A thread of the import is one more worker, and disturbs none."""
    path = tmp_path / "program.py"
    right = SCENARIO.replace("self.total += 1", "self.total = 2")
    path.write_text(RUNS[kind] + "\n" + right, encoding="utf-8")

    verdict = explore(path, jobs=1, limit_seconds=60)

    assert (verdict.outcome, verdict.exhausted) == ("holds", True), verdict.failure


@pytest.mark.parametrize("kind", REASONS)
def test_an_import_that_fails_is_told_in_one_line(kind, tmp_path):
    """It says nothing about the scenario: neither broken nor a crash."""
    first, told = REASONS[kind]
    path = tmp_path / "program.py"
    path.write_text(first + "\n" + SCENARIO, encoding="utf-8")

    with pytest.raises(CannotRunError, match=told) as caught:
        explore(path, jobs=1)

    assert "program.py" in str(caught.value) or "is not modelled" in told
    assert "\n" not in str(caught.value)


@pytest.mark.long
@pytest.mark.parametrize("kind", ["missing", "exits", "deadlock", "input"])
def test_an_import_that_fails_has_status_2(kind, tmp_path):
    """1 means broken, and 0 that it holds."""
    path = tmp_path / "program.py"
    path.write_text(REASONS[kind][0] + "\n" + SCENARIO, encoding="utf-8")

    ended = subprocess.run(
        [sys.executable, "-m", "bench", "explore", str(path)],
        env={**os.environ, "NO_COLOR": "1"},
        cwd=Path(__file__).parents[2],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (ended.returncode, ended.stdout) == (2, "")
    assert len(ended.stderr.strip().splitlines()) == 1


def test_a_thread_of_the_import_races_with_the_workers(tmp_path):
    """It goes on while they run, in each schedule anew."""
    path = tmp_path / "program.py"
    path.write_text(
        "import threading\nTABLE = []\n"
        "threading.Thread(target=TABLE.append, args=(1,)).start()\n\n\n"
        "class Looking:\n    def work(self):\n        self.seen = len(TABLE)\n\n"
        "    workers = (work,)\n\n    def check(self):\n"
        "        assert TABLE == [1]\n        assert self.seen == 1\n",
        encoding="utf-8",
    )

    verdict = explore(path, jobs=1, keep_going=True)

    assert {row.acceptable for row in verdict.outcomes} == {True, False}
    assert verdict.failure.symptom == "AssertionError: assert self.seen == 1"
