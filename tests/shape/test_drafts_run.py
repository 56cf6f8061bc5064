# ruff: noqa: E501  # a program on one line is easier to compare than a wrapped one
"""The draft of an ordinary threaded program is a program, and prints the same."""

import asyncio
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from textwrap import dedent

import pytest

from bench.shape.colour.graph import CallGraph
from bench.shape.port.draft.drafts import drafts
from bench.shape.port.mistakes.check import mistakes
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program

PROGRAMS = sorted(Path(__file__).parent.joinpath("threaded").glob("*.py"))
# Every sixth by `make test`, the others by `make long`.
SOME_LATER = [
    pytest.param(one, marks=[pytest.mark.long] if number % 6 else [], id=one.stem)
    for number, one in enumerate(PROGRAMS)
]


def graph_of(text):
    return CallGraph(Program({"": from_text("jobs.py", dedent(text).lstrip("\n"))}))


def printed(file):
    """What a program prints, run alone; its exit status must be 0."""
    ended = subprocess.run(
        [sys.executable, "-W", "error", file],
        capture_output=True,
        text=True,
        timeout=60,  # seconds
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


@pytest.mark.parametrize("program", SOME_LATER)
def test_a_draft_prints_what_the_threads_print(program, tmp_path):
    """Each is a shape that people write; nothing of a draft is mended by hand."""
    text = program.read_text(encoding="utf-8")
    (draft,) = drafts(graph_of(text))
    ported = tmp_path / "ported.py"
    ported.write_text(draft, encoding="utf-8")

    expected = printed(program)
    assert expected
    assert printed(ported) == expected


@pytest.mark.parametrize("program", SOME_LATER)
def test_a_draft_has_no_usual_mistake_but_calls_that_block(program):
    """What it awaits and keeps is right; local files and short locks may stay."""
    (draft,) = drafts(graph_of(program.read_text(encoding="utf-8")))

    found = {one.rule for one in mistakes(graph_of(draft)) if not one.is_note}
    assert found <= {"blocking-call"}


@pytest.mark.parametrize("program", SOME_LATER)
def test_a_draft_keeps_no_statement_that_does_nothing(program):
    """`thread.start()` and the loop around it go; a reader would ask what `pass` is for."""
    text = program.read_text(encoding="utf-8")
    (draft,) = drafts(graph_of(text))
    lines = draft.splitlines()

    assert "pass" in text or not [
        line
        for before, line in pairwise(lines)
        if line.strip().startswith("pass") and "except" not in before
    ]


STARTS = {
    "a loop": "for t in crew: t.start()",
    "a loop of two lines": "for t in crew:\n        t.start()",
    "a daemon": "crew[0].daemon = True; crew[0].start()",
    "a loop that does more": "for t in crew:\n        t.start()\n        print('on')",
    "a loop whose variable is used": "for t in crew: t.start()\n    print(t is crew[-1])",
    "a condition": "if crew: crew[0].start()\n    crew[1].start()",
    "an alternative": "if not crew:\n        pass\n    else:\n        crew[0].start()\n"
    "        print('started')\n    crew[1].start()",
}


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_what_goes_leaves_a_program(start):
    """A block must have a statement, and a name that is used its loop."""
    text = (
        "import threading, time\ndef work(): time.sleep(0)\ndef main():\n"
        "    crew = [threading.Thread(target=work) for _ in range(2)]\n"
        f"    {start}\n    return 'end'\n"
    )
    (draft,) = drafts(graph_of(text))
    space = {"__name__": "draft"}
    exec(compile(draft, "draft", "exec"), space)

    assert asyncio.run(asyncio.wait_for(space["main"](), 5)) == "end"
    assert "for t in crew:\n        pass" not in draft or "print(t is" in draft


HEAD = """
import queue, threading, time
class A:
    def __init__(self):
        self.q, self.full = queue.Queue(), queue.Queue(1)
        self.room, self.free = threading.Semaphore(2), threading.Lock()
        self.stop, self.cond = threading.Event(), threading.Condition()
    def __len__(self):
        with self.cond: return 1
    def held(self):
        with self.free: time.sleep(1)
    def work(self):
        time.sleep(0)
"""
BECOMES = [
    ("self.q.put(1)", "self.q.put_nowait(1)"),
    ("self.full.put(1)", "await self.full.put(1)"),
    ("self.full.put(1, block=False)", "self.full.put_nowait(1)"),
    ("x = self.q.get(False)", "x = self.q.get_nowait()"),
    ("if not self.stop.wait(2): pass", "if not await ended_in_time(self.stop.wait(), 2)"),
    ("return self.q.get(timeout=2)", "return await in_time(self.q.get(), 2, asyncio.QueueEmpty)"),
    ("return [self.q.get(timeout=2)]", "[await in_time(self.q.get(), 2, asyncio.QueueEmpty)]"),
    ("with self.room: pass", "async with self.room: pass"),
    ("return self.room.acquire()", "return await self.room.acquire()"),
    ("if self.free.acquire(False): pass", "(not self.free.locked() and await self.free"),
    ("threading.Thread(target=self.work).start()", "kept_task(reporting(self.work))\n"),
    ("for x in iter(self.q.get, 0): pass", "while (x := await self.q.get()) != 0: pass"),
    ("return any(self.q.get() for _ in x)", "await any_of(await self.q.get() for _ in x)"),
    ("return sum(self.q.get() for _ in x)", "sum([await self.q.get() for _ in x])"),
    ("return len(self)", "return len(self)\n"),
    ("self.full.put(\n            1,\n            timeout=3)", "await in_time(self.full.put(1), 3, asyncio.QueueFull)"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "becomes"), BECOMES, ids=[one for one, _ in BECOMES])
def test_a_wait_becomes_what_asyncio_has_for_it(line, becomes):
    """A queue without a size never waits, a time limit is not an argument."""
    text = f"{HEAD}    def do(self, x=()):\n        self.q.get()\n        {line}\n"
    (draft,) = drafts(graph_of(text))

    assert becomes in draft
    compile(draft, "draft", "exec")


def test_a_generator_that_hands_on_another_awaits_each_item():
    """An async generator has no `yield from`."""
    text = """
        import time
        def inner():
            time.sleep(0)
            yield 1
            yield 2
        def outer():
            yield from inner()
            yield from [3]
        def collect():
            return [n for n in outer()]
    """
    (draft,) = drafts(graph_of(text))
    space = {}
    exec(compile(draft, "draft", "exec"), space)

    assert asyncio.run(space["collect"]()) == [1, 2, 3]


def test_a_loop_over_what_is_given_is_told_where_it_may_become_async():
    """Only the caller knows; a loop over a list is not told of."""
    text = """
        import time
        from typing import Iterable
        class Parts:
            def __iter__(self):
                time.sleep(0)
                yield 1
        class Body:
            def __init__(self, parts: Iterable[int]): self.parts = parts
            def __iter__(self):
                time.sleep(0)
                for part in self.parts: yield part
        def total(parts: Iterable[int], more: list[int]):
            time.sleep(0)
            for one in parts: print(one)
            for one in more: print(one)
    """
    (draft,) = drafts(graph_of(text))
    lines = draft.splitlines()

    told = [n for n, line in enumerate(lines) if "# port: async for" in line]
    assert [lines[n + 1].strip() for n in told] == [
        "for part in self.parts: yield part",
        "for one in parts: print(one)",
    ]


def test_a_method_that_python_calls_stays_plain():
    """`len` cannot wait for a lock; what its block does is done at once."""
    (draft,) = drafts(graph_of(HEAD))

    assert "    def __len__(self):" in draft
    assert "if True: return 1" in draft
