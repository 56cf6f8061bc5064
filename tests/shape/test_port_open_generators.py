"""A generator that a loop leaves early: what it holds ends there, as in threads."""

import asyncio
from textwrap import dedent

import pytest

from bench.shape.colour.graph import CallGraph
from bench.shape.port.draft.drafts import drafts
from bench.shape.port.mistakes.check import mistakes
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program

HEAD = """
import contextlib, queue, threading, time
from concurrent.futures import ThreadPoolExecutor, as_completed
log = []
def work(n):
    time.sleep(n / 100)
    log.append(n)
    return n
def pooled(numbers):
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(work, n) for n in numbers]
        for future in as_completed(futures):
            yield future.result()
def ended(numbers):
    try:
        for n in numbers:
            yield work(n)
    finally:
        time.sleep(0)
        log.append("ended")
def bare(numbers):
    for n in numbers:
        yield work(n)
"""
LOOPS = {
    "a pool": "for n in pooled([0, 1, 2]): break\nreturn [*log]",
    "a finally": "for n in ended([0, 1]): break\nreturn [*log]",
    "a loop of several lines": (
        "for n in ended(\n    [0, 1]\n):\n    if n == 0:\n        break\nelse:\n"
        "    log.append('else')\nreturn [*log]"
    ),
    "a loop in a loop": (
        "for n in ended([0, 1]):\n    for m in ended([2, 3]):\n        break\n"
        "    break\nreturn [*log]"
    ),
    "a loop that has its name already": (
        "items = [0, 1]\nfor n in ended(items): break\nreturn [*log], items"
    ),
    "a loop that is not left": "for n in ended([0, 1]): pass\nreturn [*log]",
    "a break of an inner loop": (
        "for n in ended([0, 1]):\n    for m in (1, 2): break\nreturn [*log]"
    ),
}


def graph_of(text):
    return CallGraph(Program({"": from_text("jobs.py", text)}))


def program(body):
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    return f"{HEAD}def main():\n{lines}"


@pytest.mark.parametrize("body", LOOPS.values(), ids=LOOPS)
def test_what_a_generator_holds_ends_where_its_loop_is_left(body):
    """An async generator that nothing refers to is closed in a task, later."""
    text = program(body)
    threads, port = {"__name__": "threads"}, {"__name__": "port"}
    exec(compile(text, "threads", "exec"), threads)
    (draft,) = drafts(graph_of(text))
    exec(compile(draft, "draft", "exec"), port)

    found = asyncio.run(asyncio.wait_for(port["main"](), 10))
    assert found == threads["main"]()
    assert "# port:" not in draft
    assert mistakes(graph_of(draft)) == []


def test_a_loop_that_a_return_leaves_is_told():
    """No line behind the loop is reached: the generator must be entered."""
    text = program("for n in ended([0, 1]):\n    return n")
    (draft,) = drafts(graph_of(text))

    assert (
        "# port: a return leaves the generator open: async with"
        " contextlib.aclosing(ended([0, 1])) as items: async for n in items: ..."
    ) in draft
    assert "left-open" in {one.rule for one in mistakes(graph_of(draft))}


CLOSED = {
    "a generator that holds nothing": "async for n in bare(): break",
    "one that is entered": (
        "async with contextlib.aclosing(held()) as items:\n"
        "            async for n in items: break"
    ),
    "one that is read to its end": "async for n in held(): print(n)",
}


@pytest.mark.parametrize("loop", CLOSED.values(), ids=CLOSED)
def test_a_loop_that_leaves_nothing_open_is_not_named(loop):
    """A false alarm costs trust."""
    text = dedent(f"""
    import asyncio, contextlib
    async def bare():
        await asyncio.sleep(0)
        yield 1
    async def held():
        try:
            yield 1
        finally:
            await asyncio.sleep(0)
    async def main():
        {loop}
    """)

    assert mistakes(graph_of(text)) == []
