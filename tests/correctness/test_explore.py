"""What explore() and its command promise: verdict, trace, replay, exit status."""

import asyncio
import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bench.correctness import explore
from bench.correctness.explain.replay import replay_schedule
from bench.correctness.programs.discovery import find_scenarios
from bench.correctness.records.schedule import Schedule
from bench.errors import CannotRunError
from tests.correctness import scenarios

FILE = scenarios.__file__
BROKEN = ["Counter", "Crossed", "Torn", "Overtaken"]


def at(name):
    return f"{FILE}:{name}"


def command(*arguments, directory):
    return subprocess.run(
        [sys.executable, "-m", "bench", "explore", *arguments],
        cwd=directory,
        env={"PYTHONPATH": str(Path(FILE).parents[2]), "PATH": "", "COLUMNS": "100"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.long
def test_a_lost_update_is_found_and_shown():
    """The failure is the deliverable: both columns, the source, and how it ends."""
    verdict = explore(at("Counter"))

    assert (verdict.outcome, verdict.exhausted) == ("broken", True)
    assert verdict.failure.symptom == "AssertionError: assert self.value == 2"
    assert verdict.failure.preemptions == 1
    assert [step.action for step in verdict.failure.steps] == [
        "reads value",
        "reads value, writes value",
        "writes value",
    ]
    assert {step.source for step in verdict.failure.steps} == {"self.value += 1"}


def test_the_outcome_table_says_how_often_and_whether_it_is_acceptable():
    """As jcstress prints it: a reader sees how rare the failure is."""
    table = explore(at("Counter")).outcomes

    assert {(row.state, row.acceptable) for row in table} == {
        ("value=2", True),
        ("AssertionError: assert self.value == 2", False),
    }
    assert sum(row.schedules for row in table) == explore(at("Counter")).schedules


def test_a_scenario_that_holds_was_exhausted():
    """Only then may it be said."""
    verdict = explore(at("Locked"))

    assert (verdict.outcome, verdict.exhausted, verdict.failure) == (
        "holds",
        True,
        None,
    )
    assert verdict.granularity == "sync+shared"


def test_a_deadlock_names_who_holds_and_who_waits_and_where():
    """Without that a reader has to find it by himself."""
    failure = explore(at("Crossed")).failure

    waits = {
        (waiter.worker, waiter.waits_for, waiter.held_by.split(" ")[0], waiter.source)
        for waiter in failure.waiters
    }
    assert failure.symptom == "deadlock"
    assert waits == {
        ("leftward", "left", "rightward", "with self.right, self.left:"),
        ("rightward", "right", "leftward", "with self.left, self.right:"),
    }


def test_a_deadlock_of_tasks_names_the_same():
    """asyncio's locks do not know who has them; the reader wants to."""
    waits = {
        (waiter.worker, waiter.waits_for, waiter.held_by, waiter.source)
        for waiter in explore(at("TasksCrossed")).failure.waiters
    }
    left, right = line_of("async with self.left:", 2), line_of("async with self.right:")
    assert waits == {
        ("leftward", "left", f"rightward since line {left}", "async with self.left:"),
        (
            "rightward",
            "right",
            f"leftward since line {right}",
            "async with self.right:",
        ),
    }


def test_a_task_waits_for_a_queue_by_its_name_and_for_a_global_by_its_own():
    """A path to the object says more than its type."""
    waits = {
        (waiter.waits_for, waiter.held_by)
        for waiter in explore(at("TasksStuck")).failure.waiters
    }
    held = f"take since line {line_of('async with PERMIT:')}"
    assert waits == {("queue", None), ("PERMIT", held)}


def line_of(source, count=1):
    """The number of the line that reads so for the count-th time."""
    lines = Path(FILE).read_text(encoding="utf-8").splitlines()
    return [n for n, line in enumerate(lines, 1) if line.strip() == source][count - 1]


@pytest.mark.parametrize("name", ["count", "count_in_tasks"])
def test_a_function_can_be_explored_as_well(name):
    """Its outcome is what it returns."""
    verdict = explore(at(name))

    assert {row.state for row in verdict.outcomes} == {"1", "2"}
    assert explore(getattr(scenarios, name)).outcomes == verdict.outcomes


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Locket", "did you mean Locked[?] it has: Counter, "),
        ("Unemployed", "a tuple of its methods as `workers`, such as workers = "),
        ("count_to", "needs limit"),
    ],
)
def test_what_is_no_scenario_is_told_what_one_is(name, said):
    """Whoever mistypes, or begins, must not have to look it up."""
    with pytest.raises(CannotRunError, match=said):
        explore(at(name))


@pytest.mark.parametrize("name", BROKEN)
def test_a_trace_has_at_most_a_dozen_lines(name):
    """Nobody reads a long one."""
    assert 0 < len(explore(at(name)).failure.steps) <= 12


@pytest.mark.long
@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("carrier", ["greenlet", "threads"])
def test_a_failure_replays_every_time(name, carrier, tmp_path):
    """A schedule that fails now and then helps nobody."""
    verdict = explore(at(name))
    verdict.schedule.save(tmp_path / "schedule.json")
    kept = Schedule.read(tmp_path / "schedule.json")
    (program,) = find_scenarios(at(name))

    symptoms = {replay_schedule(program, kept, carrier).symptom for _ in range(100)}

    assert symptoms == {verdict.failure.symptom}


@pytest.mark.parametrize("made", ["Lock()", "Barrier(1)", "Semaphore()"])
def test_a_schedule_replays_when_more_is_made_before(made, tmp_path):
    """What it says of a lock or a barrier is said of its name in the program."""
    path = tmp_path / "made.py"
    text = (
        "import threading\n"
        "class Crossed:\n    def __init__(self):\n"
        f"        self.one = threading.{made}\n"
        "        self.lock, self.n = threading.Lock(), 0\n"
        "    def use(self):\n        with self.lock: seen = self.n\n"
        "        getattr(self.one, 'abort', self.lock.locked)()\n"
        "        with self.lock: self.n = seen + 1\n"
        "    def check(self): assert self.n == 2\n"
        "    workers = (use, use)\n"
    )
    path.write_text(text, "utf-8")
    schedule = explore(path).schedule
    before = "        self.more = [threading.Lock(), threading.Barrier(2)]\n"
    edited = text.replace("        self.one", f"{before}        self.one", 1)
    path.write_text(edited, "utf-8")

    (program,) = find_scenarios(str(path))
    symptom = replay_schedule(program, schedule, "greenlet").symptom
    assert symptom is not None
    assert symptom.startswith("AssertionError")


def test_a_schedule_through_the_library_replays_on_another_python():
    """Each has its own `asdict`; what they all do is get one field after the other."""
    catalogue = Path(__file__).parents[1] / "mutants"
    (program,) = find_scenarios(f"{catalogue}/threads_library.py:FieldAfterField")
    from_3_11 = Schedule(
        "threads_library.py:FieldAfterField",
        "any",
        (
            "Written(key='x')",
            "Written(key='y')",
            "calls _is_dataclass_instance in _asdict_inner of dataclasses.py #1",
            "calls _is_dataclass_instance in asdict of dataclasses.py #1",
            "calls fields in _asdict_inner of dataclasses.py #1",
            "calls getattr in _asdict_inner of dataclasses.py #1",
            "writes x in move of threads_library.py #1",
            "writes y in move of threads_library.py #1",
        ),
        (
            ("look", "calls getattr of point.x", 1),
            ("move", "writes point.y", 1),
            ("look", "calls getattr of point.y", 1),
            ("main", "waits for the workers", 1),
        ),
    )

    symptom = replay_schedule(program, from_3_11, "greenlet").symptom
    assert symptom is not None
    assert symptom.startswith("AssertionError")


@pytest.mark.long
@pytest.mark.parametrize("name", ["Counter", "Enclosed", "CountedOut"])
def test_a_schedule_replays_after_an_edit_elsewhere(name, tmp_path):
    """It names operations, not lines or bytecodes, nor numbers of this process."""
    path = tmp_path / "edited.py"
    text = Path(FILE).read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    kept = explore(f"{path}:{name}").schedule
    edited = text.replace("import asyncio", "import asyncio\n\n\nLIMIT = 5\n", 1)
    path.write_text(edited.replace("self.value = 0", "self.value = 00 + 0"), "utf-8")
    kept.save(tmp_path / "kept.json")
    replay = ["--replay", str(tmp_path / "kept.json")]

    ended = command(f"{path}:{name}", *replay, directory=tmp_path)

    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert kept.symptom in ended.stdout


@pytest.mark.parametrize(("name", "fifo"), [("Torn", True), ("Overtaken", False)])
def test_a_failure_says_whether_the_stock_loop_shows_it(name, fifo):
    """What only happens when ready tasks overtake is another kind of finding."""
    assert explore(at(name)).failure.fifo is fifo
    assert explore(at(name), order="fifo").outcome == ("broken" if fifo else "holds")


@pytest.mark.parametrize(
    "options",
    [
        {"limit_schedules": 3},
        {"limit_seconds": 1e-9},
        {"search": "random", "limit_schedules": 20},
        {"preemptions": 0},
    ],
    ids=str,
)
def test_a_search_that_was_cut_never_holds(options):
    """A limit or a bound that left something out proves nothing."""
    verdict = explore(at("Large"), **options)

    assert (verdict.outcome, verdict.exhausted) == ("cut", False)


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        ({}, "schedules with more than 1 preemption remain"),
        (
            {"limit_schedules": 1},
            "the limit of 1 schedules was reached, among schedules with at most 1"
            " preemption",
        ),
        (
            {"limit_seconds": 1e-9},
            "the limit of 1e-09 s was reached, among schedules with at most 1"
            " preemption",
        ),
    ],
    ids=["no limit", "schedules", "seconds"],
)
def test_a_bound_is_said_to_be_searched_only_if_it_was(limit, reason):
    """A limit may end the search while schedules within the bound are left."""
    verdict = explore(at("Large"), preemptions=1, **limit)
    assert verdict.reason.split(";")[0] == reason
    assert verdict.bound == (None if limit else "at most 1 preemption")


@pytest.mark.parametrize("search", ["dpor", "brute", "random", "pct"])
@pytest.mark.parametrize("name", ["Counter", "Torn", "Crossed"])
def test_every_search_finds_a_small_failure(search, name):
    """They differ in what they can prove, not in what they see."""
    verdict = explore(at(name), search=search, limit_schedules=500)

    assert verdict.outcome == "broken"
    assert verdict.search == search


def test_the_same_seed_draws_the_same_schedules():
    """Or a failure found at random could not be found again."""
    runs = [
        explore(at("Large"), search="random", seed=7, limit_schedules=30)
        for _ in range(2)
    ]

    assert runs[0].outcomes == runs[1].outcomes


def test_a_timeout_may_come_before_and_after_what_it_waits_for():
    """Both are outcomes when both are due at the same moment."""
    states = {row.state for row in explore(at("Late")).outcomes}

    assert states == {"seen=True", "seen=False"}


def test_what_was_explored_before_leaves_no_trace(tmp_path):
    """An end state may tell of a thread's number: it is the same in every process."""
    file = tmp_path / "elected.py"
    file.write_text(
        "import threading\n"
        "class Elected:\n"
        "    def __init__(self): self.leaders = []\n"
        "    def stand(self): self.leaders.append(threading.get_ident())\n"
        "    workers = (stand, stand)\n"
    )
    explore(at("Crossed"))
    states = {outcome.state for outcome in explore(file).outcomes}
    assert states == {"leaders=[2, 3]", "leaders=[3, 2]"}


def test_a_loop_that_polls_can_be_exhausted():
    """A schedule in which only the poller goes on for ever is no schedule."""
    assert explore(at("Polls")).outcome == "holds"


@pytest.mark.parametrize(
    ("name", "seen"), [("Counts", {2, 3, 4}), ("CountsTasks", {1, 2, 3})]
)
def test_who_is_alive_depends_on_who_has_started_and_who_has_ended(name, seen):
    """Three orders, three answers: main and oneself are always there."""
    assert {row.state for row in explore(at(name)).outcomes} == {
        f"seen={number}" for number in seen
    }


def test_what_a_run_changes_in_a_module_of_the_standard_library_is_undone(tmp_path):
    """Or the next schedule would begin with what this one has left."""
    path = tmp_path / "patches.py"
    path.write_text(
        "import time\n"
        "class Patches:\n"
        "    def __init__(self): self.seen = hasattr(time, 'patched'); self.x = 0\n"
        "    def work(self): self.x += 1; time.patched = time.sleep = lambda _: None\n"
        "    workers = (work, work)\n",
        encoding="utf-8",
    )
    states = {row.state for row in explore(f"{path}:Patches").outcomes}

    assert states == {"seen=False, x=1", "seen=False, x=2"}
    assert explore(at("Late")).outcome == "holds"


@pytest.mark.parametrize(
    "call",
    [
        "asyncio.start_server(None)",
        "threading.settrace(None)",
        "time.process_time()",
    ],
)
def test_what_is_not_modelled_is_named_by_the_name_it_was_called_by(call, tmp_path):
    """Silently running it uncontrolled would make a false proof."""
    path = tmp_path / "refused.py"
    path.write_text(
        "import asyncio, threading, time\n"
        "class Refused:\n"
        f"    def work(self): {call}\n"
        "    workers = (work,)\n",
        encoding="utf-8",
    )

    with pytest.raises(CannotRunError, match=call.partition("(")[0] + " is not model"):
        explore(f"{path}:Refused")


@pytest.mark.parametrize("search", ["dpor", "brute"])
@pytest.mark.parametrize(
    "name",
    [
        "ServesUntilTheCheck",
        "TasksAreServedUntilTheCheck",
        "ServesUntilTheAsyncCheck",
    ],
)
def test_a_thread_that_the_check_ends_may_wait_for_it(name, search):
    """The workers have ended; nobody else could end what serves them."""
    verdict = explore(at(name), search=search)

    assert (verdict.outcome, verdict.failure) == ("holds", None)
    assert {row.state for row in verdict.outcomes} == {"value=2"}


def test_a_thread_that_nobody_ends_is_a_deadlock():
    """A program with such a thread never ends, whatever its check says."""
    verdict = explore(at("ServesForEver"))

    assert verdict.failure.symptom == "deadlock"


KEPT = """
import enum, functools, itertools, threading
with open(__file__ + ".imports", "a") as log:
    log.write(".")
total, seen, NOTHING = [0], {}, object()
numbers = itertools.count(5)


def synchronized(function):
    lock = threading.Lock()
    return lambda self: [lock.acquire(), function(self), lock.release()]


class Kind(enum.Enum):
    ONE = 1


@functools.cache
def double(number):
    return 2 * number


class Kept:
    lock = threading.RLock()
    numbers = itertools.count()

    def __init__(self):
        self.begins = [len(total), len(seen), next(numbers), next(Kept.numbers)]
        self.begins += [double.cache_info().currsize, getattr(Kind.ONE, "extra", None)]

    @synchronized
    def work(self):
        total.append(next(numbers))
        seen[double(len(seen))] = True
        Kind.ONE.extra = 1
        Kept.lock.acquire()

    workers = (work, lambda self: next(numbers))

    def check(self):
        assert total[0] == 0
"""


def test_what_a_file_keeps_is_for_each_run_as_its_import_left_it(tmp_path):
    """And it need not be imported again: that takes long in a large file."""
    path = tmp_path / "kept.py"
    path.write_text(KEPT, encoding="utf-8")

    verdict = explore(f"{path}:Kept", search="random", limit_schedules=50)
    imports = len(Path(f"{path}.imports").read_text(encoding="utf-8"))

    assert verdict.schedules == 50
    assert {row.state for row in verdict.outcomes} == {"begins=[1, 0, 5, 0, 0, None]"}
    assert 0 < imports < 10


def test_a_worker_that_does_not_end_is_a_failure():
    """It must end the exploration, not hang it."""
    assert "does not end" in explore(at("Spins")).failure.symptom


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("NotifiesWithoutTheLock", ["tell: raises RuntimeError"]),
        (
            "CountsInAModule",
            [
                "add 1: reads TOTAL",
                "add 2: reads TOTAL",
                "add 2: writes TOTAL",
                "add 1: writes TOTAL",
            ],
        ),
        ("CancelledHalfway", ["hurry: resumes", "move: resumes"]),
    ],
)
def test_the_trace_tells_what_there_is_to_tell(name, steps):
    """The line that fails, if it is no step; where tasks went on, if none shares."""
    told = [f"{step.worker}: {step.action}" for step in explore(at(name)).failure.steps]

    assert told[: len(steps)] == steps


def test_a_task_that_blocks_its_loop_is_told_of():
    """The others wait for their turn, and it for what one of them has."""
    first, second = explore(at("BlocksItsLoop")).failure.waiters

    assert first.waits_for == "its turn"
    assert second.waits_for == "mutex"
    assert second.held_by.startswith(first.worker)
    assert "with self.mutex" in second.source


@pytest.mark.parametrize("name", ["FailsAndIsAwaited", "FailsAndIsWaitedFor"])
def test_who_waits_for_ever_does_not_hide_why(name):
    """The exception is the cause; that a run does not end came of it."""
    assert explore(at(name)).failure.symptom == "KeyError"


@pytest.mark.parametrize("order", ["any", "fifo"])
def test_a_worker_that_is_cancelled_fails_unless_it_was_asked_to_end(order):
    """Whoever gathers the workers gets the CancelledError."""
    failure = explore(at("AwaitsWhatItCancelled"), order=order).failure

    assert failure.symptom == "CancelledError"
    assert explore(at("CancelledByAnother"), order=order).outcome == "holds"


def test_to_name_what_is_not_modelled_is_fine(tmp_path):
    """A file imports more than each of its scenarios uses."""
    path = tmp_path / "names.py"
    path.write_text(
        "import socket\nfrom multiprocessing.pool import ThreadPool\n"
        "class Names:\n    def use(self):\n"
        "        try: self.kind = ThreadPool.__name__\n"
        "        except socket.gaierror: pass\n"
        "    workers = (use,)\n"
        "class Uses(Names):\n    def use(self): ThreadPool(2)\n    workers = (use,)\n",
        "utf-8",
    )

    assert explore(f"{path}:Names").outcome == "holds"
    with pytest.raises(CannotRunError, match=r"multiprocessing\.pool\.ThreadPool is"):
        explore(f"{path}:Uses")


def test_what_is_not_modelled_is_named():
    """Silently running it uncontrolled would make a false proof."""
    with pytest.raises(CannotRunError, match=r"socket\.create_connection is not model"):
        explore(at("Connected"))


def test_a_scenario_that_differs_from_run_to_run_is_refused(tmp_path):
    """Its schedules mean nothing; the message says at which step it went elsewhere."""
    path = tmp_path / "unstable.py"
    path.write_text(
        "import ctypes, threading\n"
        "class Unstable:\n"
        "    def __init__(self): self.x = 0\n"
        "    def work(self):\n"
        "        ctypes.set_errno(ctypes.get_errno() + 1)\n"
        "        if ctypes.get_errno() % 7: self.x += 1\n"
        "        self.x += 1\n"
        "    workers = (work, work, work)\n",
        encoding="utf-8",
    )

    with pytest.raises(CannotRunError, match="not deterministic"):
        explore(f"{path}:Unstable", keep_going=True)


def test_a_class_object_is_a_scenario_too():
    """A test suite has the class at hand."""
    assert explore(scenarios.Locked).outcome == "holds"


LOUD = """
import sys

class Loud:
    def __init__(self): self.said = 0
    def work(self):
        self.said += sys.stdout.write("loud")
        print("aloud")
    workers = (work, work)
"""


def test_what_a_program_shows_is_not_shown_in_each_schedule(tmp_path, capfd):
    """It would bury the verdict, and break the lines of --json."""
    path = tmp_path / "loud.py"
    path.write_text(LOUD, encoding="utf-8")

    assert "said=8" in [row.state for row in explore(path).outcomes]
    assert capfd.readouterr() == ("", "")


def test_a_replay_for_a_debugger_has_the_screen(tmp_path, capfd):
    """Its prompt must be seen: real threads write where they always do."""
    path = tmp_path / "loud.py"
    path.write_text(
        LOUD + "    def check(self): assert self.said < 8", encoding="utf-8"
    )

    assert explore(path).replay(carrier="threads")
    assert "loudloud" in capfd.readouterr().out


@pytest.mark.long
def test_small_scenarios_are_exhausted():
    """Every order in which three threads can take a lock three times: 9! / 3!³.

    How soon is the benchmark's to say: bench.studies.explorer_speed.
    """
    assert explore(at("Two")).outcome == "holds"
    three = explore(at("Three"))

    assert (three.outcome, three.schedules) == ("holds", 1680)


def test_what_real_threads_end_in_was_explored():
    """An outcome seen in reality and not in the model would refute every proof."""
    explored = {row.state for row in explore(at("Two")).outcomes}
    seen = set()
    for _ in range(50):
        real = scenarios.Two()
        threads = [threading.Thread(target=real.work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seen.add(f"log={real.log!r}")

    assert seen <= explored


@pytest.mark.long
@pytest.mark.parametrize(
    ("target", "options", "status"),
    [
        ("Locked", [], 0),
        ("Counter", [], 1),
        ("Connected", [], 2),
        ("NoSuchName", [], 2),
        ("Large", ["--limit-schedules=2"], 3),
    ],
)
def test_the_exit_status_says_the_outcome(target, options, status, tmp_path):
    """A build needs nothing else."""
    ended = command(at(target), *options, directory=tmp_path)

    assert ended.returncode == status, ended.stderr
    assert "Traceback" not in ended.stderr


def test_no_event_loop_of_the_real_kind_is_made(tmp_path, monkeypatch):
    """Who waits for a condition to the end wants its lock back when it is closed."""
    path = tmp_path / "waits.py"
    path.write_text(
        """
import asyncio

class Waits:
    def __init__(self): self.condition = asyncio.Condition()
    async def wait(self):
        async with self.condition: await self.condition.wait()
    async def hold(self):
        async with self.condition: await asyncio.Event().wait()
    workers = (wait, hold)
""",
        encoding="utf-8",
    )
    made = []
    make = lambda *_: made.append("a loop")  # noqa: E731
    monkeypatch.setattr(asyncio.DefaultEventLoopPolicy, "_loop_factory", make)

    assert explore(path).failure.symptom == "deadlock"
    assert not made


@pytest.mark.long
def test_json_has_what_a_program_needs(tmp_path):
    """One object a scenario, one a line."""
    ended = command(at("Counter"), "--json", directory=tmp_path)
    said = json.loads(ended.stdout)

    assert {
        "scenario",
        "outcome",
        "schedules",
        "exhausted",
        "seconds",
        "granularity",
        "search",
        "outcomes",
        "failure",
    } <= said.keys()
    assert said["failure"]["replay"].startswith("python -m bench explore")


@pytest.mark.long
def test_the_last_line_replays_the_failure(tmp_path):
    """From any directory, on real threads."""
    ended = command(at("Crossed"), directory=tmp_path)
    last = ended.stdout.strip().splitlines()[-1]
    assert last.startswith("replay it: python -m bench explore ")

    again = command(*last.split("explore ")[1].split(), directory=tmp_path)

    assert again.returncode == 1
    assert "deadlock" in again.stdout


@pytest.mark.long
def test_a_file_alone_explores_every_scenario_in_it(tmp_path):
    """The worst status is the command's."""
    path = tmp_path / "both.py"
    path.write_text(
        "class One:\n    def work(self): pass\n    workers = (work,)\n"
        "class Other:\n    def work(self): raise KeyError(1)\n    workers = (work,)\n"
    )
    ended = command(str(path), directory=tmp_path)

    assert ended.returncode == 1
    assert "both.py:One" in ended.stdout
    assert "KeyError: 1" in ended.stdout


def test_a_scenario_that_is_refused_leaves_the_others_their_turn(tmp_path):
    """One that cannot be explored says why, in a line of JSON as well."""
    path = tmp_path / "both.py"
    path.write_text(
        "import socket\n"
        "class One:\n    def work(self): socket.socket()\n    workers = (work,)\n"
        "class Other:\n    def work(self): pass\n    workers = (work,)\n"
    )
    ended = command(str(path), "--json", directory=tmp_path)
    one, other = map(json.loads, ended.stdout.splitlines())

    assert ended.returncode == 2
    assert (one["outcome"], other["outcome"]) == ("refused", "holds")
    assert one["reason"].startswith(f"{path}:One: socket.socket is not modelled")
    assert ended.stderr == f"error: {one['reason']}\n"


FIRST_THEN_SECOND = """
import asyncio
class InTurn:
    async def other(self): pass
    async def wait(self):
        task = asyncio.create_task(self.other())
        await asyncio.sleep(0)
        assert task.done()
    def beside(self): pass
    workers = (wait, beside)
"""


def test_in_fifo_order_a_thread_beside_changes_no_turn(tmp_path):
    """A task made ready before this one goes on first, whatever threads do."""
    path = tmp_path / "turns.py"
    path.write_text(FIRST_THEN_SECOND, encoding="utf-8")

    assert explore(path, order="fifo").outcome == "holds"
    assert explore(path, order="any").outcome == "broken"


@pytest.mark.parametrize(
    ("search", "timers", "said"),
    [("dpor", "any", True), ("dpor", "idle", False), ("random", "any", False)],
)
def test_a_cut_names_the_option_that_leaves_few_schedules(search, timers, said):
    """A reader of the limit alone would only ask for more time."""

    class Retries:
        def __init__(self):
            self.lock = threading.Lock()

        def work(self):
            while not self.lock.acquire(timeout=0.1):
                pass
            self.lock.release()

        workers = (work, work, work)

    verdict = explore(Retries, search=search, timers=timers, limit_schedules=3)

    assert verdict.outcome == "cut"
    assert ("--timers idle" in verdict.reason) == said
