"""What is told of a verdict: text that a terminal can show, bounds, and misfits."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.correctness import explore, replay
from bench.correctness.explain.plain_text import plain, plain_json
from bench.correctness.explain.render import verdict_text
from bench.correctness.explain.verdict_json import KEYS, as_line
from bench.correctness.programs.end_state import symptom_of
from bench.correctness.records.verdict import Refusal
from bench.errors import CannotRunError
from bench.pairs.explore_one import Explorable, certificate
from bench.records.certificates import Certificate
from bench.report.words.findings import claim

COUNTER = """
class Counter:
    def __init__(self): self.value = 0
    def add(self): self.value += 1
    workers = (add, add)
    def check(self): assert self.value == 2
"""


def written(directory: Path, source: str) -> Path:
    path = directory / "told.py"
    path.write_text(source, encoding="utf-8")
    return path


def failing(directory: Path, raised: str) -> Path:
    return written(
        directory,
        "class Told:\n    def work(self): pass\n    workers = (work,)\n"
        f"    def check(self): raise {raised}\n",
    )


def command(path: Path, *options: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-m", "bench", "explore", str(path), *options],
        cwd=path.parent,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        timeout=60,  # seconds
        check=False,
    )


HOSTILE = {
    "an escape": r"ValueError('\x1b[31mred\x1b]0;owned\x07')",
    "a NUL": r"ValueError('a\x00b')",
    "an override of the direction": r"ValueError('abc\u202edef\u2066')",
    "a C1 control": r"ValueError('\x9b31m')",
    "a lone surrogate": r"ValueError('\ud800')",
    "a carriage return": r"ValueError('good\rbad')",
    "a name": r"type('E\x1b[2J', (Exception,), {})('x')",
    "a repr": r"ValueError(type('R', (), {'__repr__': lambda s: '\x1b[2J'})())",
    "a delete": r"ValueError('a\x7fb')",
    "a zero width space": r"ValueError('a\u200bb')",
}


@pytest.mark.long
@pytest.mark.parametrize("raised", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_text_of_a_program_reaches_no_terminal_raw(raised, form, tmp_path):
    """It could change the terminal, or what a reader sees."""
    ended = command(failing(tmp_path, raised), *form)
    text = ended.stdout.decode() + ended.stderr.decode()

    assert ended.returncode == 1
    assert all(one.isprintable() or one == "\n" for one in text)
    if form:
        json.loads(text)


@pytest.mark.long
def test_a_message_of_ten_million_characters_is_cut(tmp_path):
    """What is cut keeps what tells it from another."""
    path = failing(tmp_path, "ValueError('x' * 10_000_000)")

    ended = command(path)
    verdict = explore(path)

    assert len(ended.stdout) < 5_000
    assert "(10,000,000 characters, CRC " in verdict.failure.symptom
    assert len(as_line(verdict)) < 10_000


@pytest.mark.parametrize(
    ("raised", "symptom"),
    [
        (
            "type('E', (Exception,), {'__str__': lambda s: 1 / 0})()",
            "E: its text is unknown",
        ),
        ("AssertionError", "AssertionError: assert"),
    ],
)
def test_an_exception_without_a_text_is_told_all_the_same(raised, symptom, tmp_path):
    """Its `__str__` is the program's, and may fail."""
    assert explore(failing(tmp_path, raised)).failure.symptom.startswith(symptom)


CALLS = {
    "a keyword twice": "(lambda a: a)(**{'a': 1}, a=2)",
    "a keyword twice, of a class": "dict(**{'a': 1}, a=2)",
    "no mapping": "dict(**1)",
    "no mapping, of a method": "[].append(**1)",
    "no iterable": "print(*1)",
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_an_exception_names_the_function_that_cpython_names(call, tmp_path):
    """The hook of a call is given the arguments in the function's place."""
    source = f"class Told:\n    def work(self): {call}\n    workers = (work,)\n"
    file = written(tmp_path, source)
    program = {"__name__": Path(file).stem}
    exec(source, program)
    with pytest.raises(TypeError) as real:
        program["Told"]().work()
    assert explore(str(file)).failure.symptom == f"TypeError: {real.value}"


NUMBERS = {
    "a number": ("10**5_000", "-(10**5_000)"),
    "within a list": ("[10**5_000]", "[1]"),
    "within a set": ("{10**5_000, 1}", "{1}"),
}


@pytest.mark.parametrize(("first", "other"), NUMBERS.values(), ids=NUMBERS)
def test_numbers_that_are_too_long_to_be_shown_are_told_apart(first, other, tmp_path):
    """Python raises where such a number is shown."""
    source = COUNTER.replace("self.value += 1", f"self.value = {first}")
    other_worker = f"    def set(self): self.value = {other}\n    workers"
    source = source.replace("    workers", other_worker)
    source = source.replace("(add, add)", "(add, set)").replace("== 2", "!= 2")
    verdict = explore(written(tmp_path, source), keep_going=True)

    assert verdict.outcome == "holds"
    assert len({outcome.state for outcome in verdict.outcomes}) == 2


def test_a_bare_assert_outside_the_program_is_shown_as_such(tmp_path):
    """Its condition is not one of the program's lines, and its place says so."""
    library = tmp_path / "library.py"
    library.write_text("def look(n):\n    assert n == 1  # so far\n", encoding="utf-8")
    names: dict[str, Any] = {}
    exec(compile(library.read_text("utf-8"), str(library), "exec"), names)

    with pytest.raises(AssertionError) as raised:
        names["look"](2)

    place = f"{tmp_path.name}/library.py:2"
    assert symptom_of(raised.value) == f"AssertionError: assert n == 1 (in {place})"


@pytest.mark.long
def test_too_many_workers_are_told_in_words(tmp_path):
    """The recursion that they would cost is the explorer's own affair."""
    many = COUNTER.replace("(add, add)", "(add,) * 2_000")
    ended = command(written(tmp_path, many))

    assert ended.returncode == 2
    assert b"Counter has 2,000 workers, and at most 400 can be explored" in ended.stderr
    assert b"Recursion" not in ended.stderr


def test_json_has_every_key_in_every_line(tmp_path):
    """Of a refusal too; what it does not have is null."""
    verdict = explore(written(tmp_path, COUNTER))
    lines = [
        json.loads(as_line(verdict, "replay")),
        json.loads(as_line(replace(verdict, failure=None))),
        json.loads(as_line(Refusal(scenario="x", reason="because"))),
    ]

    assert [line.keys() for line in lines] == [dict.fromkeys(KEYS).keys()] * 3
    assert lines[0]["failure"].keys() >= {"symptom", "steps", "waiters", "replay"}
    assert lines[2]["outcome"] == "refused"


def test_plain_text_leaves_what_is_plain():
    """Letters of any language are."""
    assert plain("Größe 大小 ✓") == "Größe 大小 ✓"
    assert json.loads(plain_json('"\\u001b\u202e\x7f"')) == "\x1b\u202e\x7f"


@pytest.mark.long
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("add", "increase"),
        ("self.value += 1", "self.total = getattr(self, 'total', 0) + 1"),
        ("self.value += 1", "pass"),
        ("(add, add)", "(add,)"),
    ],
    ids=["a worker renamed", "an attribute renamed", "nothing shared", "one worker"],
)
def test_a_schedule_that_does_not_fit_any_more_says_so(before, after, tmp_path):
    """ "It no longer fails" would be taken for a repair."""
    path = written(tmp_path, COUNTER)
    command(path, "--save", str(tmp_path / "kept"))
    [kept] = (tmp_path / "kept").glob("*.json")
    source = COUNTER.replace(before, after)
    written(tmp_path, source.replace("self.value == 2", "self.value in (0, 1, 2)"))

    ended = command(path, "--replay", str(kept))

    assert ended.returncode == 2, ended.stdout
    assert b"the schedule does not apply: " in ended.stderr
    assert b" steps missed" in ended.stderr
    with pytest.raises(CannotRunError, match="does not apply"):
        replay(path, kept)


@pytest.mark.long
def test_a_schedule_that_fits_and_ends_well_no_longer_fails(tmp_path):
    """The check was wrong, and is mended: each step was taken."""
    path = written(tmp_path, COUNTER)
    command(path, "--save", str(tmp_path / "kept"))
    [kept] = (tmp_path / "kept").glob("*.json")
    written(tmp_path, "# moved\n" + COUNTER.replace("== 2", "in (1, 2)"))

    ended = command(path, "--replay", str(kept))

    assert ended.returncode == 0
    assert b"the schedule no longer fails: value=1" in ended.stdout


def test_a_bound_and_a_reason_reach_the_record_and_the_report(tmp_path):
    """A proof that left something out is told as one."""
    holds = explore(written(tmp_path, COUNTER.replace("== 2", "in (1, 2)")))
    bounded = replace(holds, bound="at most 1 preemptions", reason="no more time")
    made = certificate(Explorable("lock", "threads"), "count=1", bounded)

    assert isinstance(made, Certificate)
    assert (made.workload, made.bound) == ("count=1", "at most 1 preemptions")
    assert "at most 1 preemptions; no more time" in claim(made).evidence
    assert "no more time" in verdict_text(bounded, 80)


def test_a_search_that_ran_nothing_says_why(tmp_path):
    """ "0 schedules" alone is a riddle."""
    path = written(
        tmp_path,
        "import threading\nclass Long:\n    def __init__(self):\n"
        "        self.n = 0\n        self.lock = threading.Lock()\n"
        "    def work(self):\n        for _ in range(2_000):\n"
        "            with self.lock: self.n += 1\n    workers = (work, work)\n",
    )
    verdict = explore(path, limit_seconds=0.3)

    assert (verdict.outcome, verdict.schedules) == ("cut", 0)
    assert "stopped after 1,000 steps" in verdict.reason
    assert "no schedule was run to its end" in verdict_text(verdict, 80)


CALLBACK = """
import asyncio
class Told:
    def __init__(self): self.table = {}
    async def job(self): pass
    async def main(self):
        future = asyncio.get_running_loop().create_future()
        def done(task):
            del self.table["k"]
            future.set_result(None)
        task = asyncio.create_task(self.job())
        task.add_done_callback(done)
        await future
    workers = (main,)
"""


@pytest.mark.parametrize(
    ("source", "function"),
    [
        (CALLBACK, "done"),
        (
            CALLBACK.replace("async def job(self): pass", "async def job(self): 1 / 0")
            .replace('del self.table["k"]', "return")
            .replace("task = asyncio", "self.task = task = asyncio"),
            "job",
        ),
    ],
    ids=["a callback", "a task"],
)
def test_a_deadlock_tells_the_exception_before_it(source, function, tmp_path):
    """The wait that never ends is what follows from it."""
    verdict = explore(written(tmp_path, source))
    [unseen] = verdict.failure.unseen

    assert verdict.failure.symptom == "deadlock"
    assert unseen.function == function
    assert unseen.error in ("KeyError: 'k'", "ZeroDivisionError: division by zero")
    assert f"before that, not yet seen: {unseen.error} in {function}" in verdict_text(
        verdict, 100
    )


SLEEPERS = """
import asyncio

class Sleepers:
    def __init__(self):
        self.seen = []

    async def work(self):
        for _ in range(6):
            await asyncio.sleep(1)
            self.seen.append(len(self.seen))

    workers = (work, work, work, work)
"""


@pytest.mark.parametrize(("timers", "named"), [("any", True), ("idle", False)])
def test_a_search_that_timers_make_long_names_what_may_do(timers, named, tmp_path):
    """Timers that may be late multiply the schedules of a program."""
    path = tmp_path / "sleepers.py"
    path.write_text(SLEEPERS, encoding="utf-8")

    verdict = explore(path, limit_seconds=0.01, timers=timers, jobs=1)

    assert verdict.outcome == "cut"
    assert ("--timers idle" in verdict.reason) is named
