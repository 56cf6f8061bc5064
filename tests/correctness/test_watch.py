"""An exploration in a process of its own: the limit holds, and no loss is a verdict."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bench.correctness.programs.discovery import find_scenarios
from bench.correctness.records.options import Options
from bench.correctness.records.verdict import Refusal
from bench.correctness.search.exploration import Exploration
from bench.correctness.watch import exploring_process
from bench.correctness.watch.doing import doing, how_it_ended
from bench.correctness.watch.exploring_process import explore_from, explore_watched
from bench.correctness.watch.one import explore_one_watched, one_program
from bench.correctness.watch.process import OPEN, EndedError, Watched, can_fork
from bench.errors import CannotRunError
from bench.pairs.catalogue import PAIRS
from bench.pairs.explore_all import explore_pairs
from bench.pairs.explore_one import explorables
from bench.records.certificates import Certificate

LIMIT = 0.3  # seconds
ROUNDS = 12  # processes of a thread that starts and kills them

# Each ends only with the process: the source of a worker's body.
STUCK = {
    "a sum of what has no end": "import itertools; sum(itertools.repeat(1))",
    "a great power": "9 ** 9 ** 9",
    "a regular expression": "import re; re.match('(a+)+$', 'a' * 40 + 'b')",
    "a list of what has no end": "import itertools; 1 in itertools.repeat(0)",
    "a pattern of bytes": "import re; re.search(rb'(x+x+)+y', b'x' * 60)",
    "a deque": "import collections, itertools as i; collections.deque(i.count(), 0)",
    "any": "import itertools; any(itertools.repeat(0))",
    "max": "import itertools; max(itertools.repeat(0))",
    "a product": "import itertools; sum(1 for _ in [0] if 1 in itertools.repeat(2))",
    "digits": "import sys; sys.set_int_max_str_digits(0); str(7 ** 7 ** 8)",
}


def bench_explore(path: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "bench", "explore", str(path), *options],
        cwd=path.parent,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=60,  # seconds
        check=False,
    )


def written(directory: Path, source: str) -> Path:
    path = directory / "tried.py"
    path.write_text(source, encoding="utf-8")
    return path


def scenario(body: str, name: str = "Tried", check: str = "pass") -> str:
    return (
        f"class {name}:\n"
        "    def __init__(self): self.value = 0\n"
        f"    def work(self):\n        {body}\n        self.value += 1\n"
        "    workers = (work, work)\n"
        f"    def check(self): {check}\n"
    )


@pytest.mark.long
@pytest.mark.parametrize("body", STUCK.values(), ids=STUCK)
def test_a_call_that_does_not_return_is_ended_and_named(body, tmp_path):
    """The limit is kept by another process: nothing in this one could."""
    path = written(tmp_path, scenario(body))

    began = time.monotonic()
    verdict = explore_one_watched(path, limit_seconds=LIMIT)
    seconds = time.monotonic() - began

    assert (verdict.outcome, verdict.exhausted) == ("cut", False)
    assert "did not come back within 0.3 s: it was at tried.py:4" in verdict.reason
    assert body[:30] in verdict.reason
    assert seconds < 60  # it came back: how soon is for a quiet machine to say


@pytest.mark.long
def test_a_scenario_that_is_stuck_leaves_the_others_their_turn(tmp_path):
    """A new process explores those that are left."""
    source = scenario("9 ** 9 ** 9", "Stuck") + scenario(
        "pass", "Lost", "assert self.value == 2"
    )
    path = written(tmp_path, source)

    ended = bench_explore(path, "--limit-seconds", "1.5", "--json")
    first, second = map(json.loads, ended.stdout.splitlines())

    assert ended.returncode == 1
    assert (first["outcome"], second["outcome"]) == ("cut", "broken")
    assert first.keys() == second.keys()


@pytest.mark.long
@pytest.mark.parametrize("at", ["import", "run"])
@pytest.mark.parametrize("status", [0, 1, 3])
def test_a_process_that_ends_without_a_verdict_is_no_success(at, status, tmp_path):
    """It may end with the status of success: nothing was shown by that."""
    leave = f"import ctypes; ctypes.CDLL(None)._exit({status})"
    source = scenario(leave if at == "run" else "pass")
    path = written(tmp_path, source + (leave if at == "import" else ""))

    ended = bench_explore(path)

    assert ended.returncode == 2
    assert f"ended with status {status}" in ended.stderr


@pytest.mark.long
def test_a_process_that_is_killed_says_where_it_was(tmp_path):
    """So does one that the system kills, but for the place."""
    path = written(tmp_path, scenario("import ctypes; ctypes.string_at(0)"))

    ended = bench_explore(path)

    assert ended.returncode == 2
    assert "crashed (SIGSEGV) at tried.py:4, in work" in ended.stderr
    assert "memory" in how_it_ended(-signal.SIGKILL)


@pytest.mark.long
def test_a_lost_process_costs_only_its_own_pair(monkeypatch):
    """One that is killed for its memory must not lose the results of the others."""
    wanted = explorables([PAIRS["lock"]])
    found: dict[Any, list[Any]] = {}
    for explorable, records in explore_pairs(wanted):
        rows = found.setdefault(explorable, [])
        rows += [one for one in records if isinstance(one, Certificate)]
        for child in list(OPEN):
            child.kill()  # as the system would, in the middle of the others
    outcomes = [one.outcome for rows in found.values() for one in rows]

    assert len(found) == len(wanted)
    assert set(outcomes) <= {"holds", "broken", "cut"}
    for rows in found.values():
        for one in rows:
            assert one.outcome != "cut" or "SIGKILL" in one.reason


@pytest.mark.long
def test_a_status_is_not_lost_to_a_thread_that_starts_a_process():
    """Starting one reads how the others ended, and a status can be read once."""
    statuses = []

    def kill_one() -> None:
        for _ in range(ROUNDS):
            with Watched(job_that_tells, fork=False) as child:
                assert child.receive() == "told"
                child.kill()
                with pytest.raises(EndedError) as ended:
                    child.receive()
                statuses.append(ended.value.status)

    threads = [threading.Thread(target=kill_one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [-signal.SIGKILL] * ROUNDS * len(threads)


@pytest.mark.long
def test_ctrl_c_ends_what_does_not_return(tmp_path):
    """One press is enough, also within a call of C code."""
    path = written(tmp_path, scenario("print('begun', flush=True); 9 ** 9 ** 9"))
    exploring_it = subprocess.Popen(
        [sys.executable, "-m", "bench", "explore", str(path)],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        for _ in range(600):
            if children_of(exploring_it.pid):
                break
            time.sleep(0.05)
        [child] = children_of(exploring_it.pid)
        os.kill(exploring_it.pid, signal.SIGINT)
        shown, said = exploring_it.communicate(timeout=60)
    finally:
        exploring_it.kill()

    assert (exploring_it.returncode, shown) == (130, "")
    assert said.split() == ["interrupted"]
    assert not Path(f"/proc/{child}").exists()


def children_of(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(one) for one in found.split()]


@pytest.mark.long
def test_a_watched_process_ends_with_its_parent(tmp_path):
    """A command that is killed leaves nothing behind that takes a core."""
    path = written(tmp_path, scenario("9 ** 9 ** 9"))
    parent = subprocess.Popen(
        [sys.executable, "-m", "bench", "explore", str(path)],
        cwd=Path(__file__).parents[2],
        start_new_session=True,
    )
    try:
        for _ in range(600):
            if children_of(parent.pid):
                break
            time.sleep(0.05)
        [child] = children_of(parent.pid)
    finally:
        parent.kill()
        parent.wait()
    for _ in range(600):
        if not Path(f"/proc/{child}").exists():
            break
        time.sleep(0.05)

    assert not Path(f"/proc/{child}").exists()


@pytest.mark.long
def test_a_failure_that_was_found_is_kept_when_a_later_run_hangs():
    """What is broken stays broken, though its trace is lost."""

    def stuck(programs, options, start, send):
        send(("listed", [[("tried.py:Tried", "tried.py:Tried")]]))
        send(("begin",))
        send(("found", "ValueError: lost"))
        time.sleep(60)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(exploring_process, "explore_from", stuck)
        [found] = explore_watched(list, Options(limit_seconds=LIMIT), fork=True)

    assert found.answer.outcome == "broken"
    assert found.answer.failure.symptom == "ValueError: lost"


def test_a_defect_of_the_explorer_is_no_verdict(tmp_path, monkeypatch):
    """It says what happened, never "broken"; the others have their turn."""
    path = written(tmp_path, scenario("pass", "One") + scenario("pass", "Other"))
    verdict, failed = Exploration.verdict, []

    def fails_once(self):
        result = verdict(self)
        if not failed:
            failed.append(self.program.name)
            raise TypeError("no such thing")
        return result

    monkeypatch.setattr(Exploration, "verdict", fails_once)
    sent = []
    explore_from(
        lambda: [[one] for one in find_scenarios(str(path))],
        Options(jobs=1),
        (0, 0),
        sent.append,
    )
    first, second = [told[1] for told in sent if told[0] == "answer"]

    assert isinstance(first, Refusal)
    assert "One: the explorer itself failed: TypeError: no such thing" in first.reason
    assert "Traceback" in first.traceback
    assert second.outcome == "holds"


@pytest.mark.parametrize("fork", [True, False], ids=["fork", "server"])
def test_what_a_process_tells_does_not_depend_on_how_it_began(fork, tmp_path):
    """Beside threads a copy of the process would find their locks held."""
    path = written(tmp_path, scenario("pass", check="assert self.value == 2"))
    if fork and not can_fork():
        pytest.skip("other threads run in this process")
    [found] = explore_watched(partial(one_program, path), Options(), fork=fork)

    assert found.answer.outcome == "broken"
    assert found.answer.failure.steps


def test_a_watched_verdict_replays_here(tmp_path):
    """The schedule comes back with it; the program is loaded again."""
    path = written(tmp_path, scenario("pass", check="assert self.value == 2"))

    verdict = explore_one_watched(path)

    assert verdict.replay() == "AssertionError: assert self.value == 2"


def test_loading_that_does_not_return_is_told(tmp_path):
    """The import of a file is part of what is limited."""
    path = written(tmp_path, "import itertools\nsum(itertools.repeat(1))\n")

    with pytest.raises(CannotRunError, match=r"not loaded within 0.3 s \(it was at "):
        explore_one_watched(path, limit_seconds=LIMIT)


def test_the_place_in_a_stack_is_the_program_s(tmp_path):
    """Neither the library's line that it called, nor the explorer's own."""
    path = written(tmp_path, "one\ntwo\n")
    stack = (
        "Current thread 0x1 (most recent call first):\n"
        f'  File "{os.__file__}", line 3 in inner\n'
        f'  File "{path}", line 2 in work\n'
        f'  File "{exploring_process.__file__}", line 9 in explore\n'
    )

    assert doing(stack) == "tried.py:2, in work, within inner: two"
    assert doing("") == ""


def test_the_place_in_a_stack_is_not_that_of_the_caller(tmp_path):
    """The process is a fork: its stack ends with the code that called the explorer."""
    caller = written(tmp_path, "verdict = explore(Counter)\n")
    stack = (
        "Current thread 0x1 (most recent call first):\n"
        f'  File "{exploring_process.__file__}", line 9 in explore\n'
        f'  File "{caller}", line 1 in test\n'
    )

    assert doing(stack) == "exploring_process.py:9, in explore, of the explorer itself"


def job_that_tells(send):
    send("told")
    time.sleep(60)


def test_a_watched_job_is_ended_when_it_is_left():
    """Nothing that was started outlives its use."""
    with Watched(job_that_tells) as child:
        assert child.receive() == "told"
        process = child.process

    assert not process.is_alive()
