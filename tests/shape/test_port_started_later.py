"""A task starts when it is made: where a thread starts later, so must its task."""

from textwrap import dedent, indent

import pytest

from bench.shape.colour.graph import CallGraph
from bench.shape.port.draft.drafts import drafts
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program

HEAD = """
import queue, threading, time
jobs = queue.Queue()
def work(n=0): time.sleep(n)
def start_all(crew):
    for t in crew: t.start()
def main():
"""
AT_ONCE = {
    "one after its making": "t = Thread(target=work); t.start(); t.join()",
    "a name that is used again": """
        t = Thread(target=work); t.start(); t.join()
        t = Thread(target=work); t.start(); t.join()
    """,
    "a loop": """
        crew = [Thread(target=work, args=(n,)) for n in range(3)]
        for t in crew: t.start()
        for t in crew: t.join()
    """,
    "a list that grows": """
        crew = []
        for n in range(3): crew.append(Thread(target=work, args=(n,)))
        crew += [Thread(target=work)]
        crew.extend(Thread(target=work) for _ in range(2))
        for number, t in enumerate(crew): t.start()
        for t in crew: t.join()
    """,
    "two lists": """
        first, rest = Thread(target=work), [Thread(target=work) for _ in range(2)]
        for t in [first, *rest]: t.start()
        first.join()
    """,
    "names by a dict": """
        crew = {n: Thread(target=work) for n in "ab"}
        for name, t in crew.items(): t.start()
        for t in crew.values(): t.join()
    """,
    "each turn": """
        for n in range(3):
            t = Thread(target=work); t.start()
            t.join()
    """,
    "a comprehension": """
        crew = [Thread(target=work) for _ in range(3)]
        [t.start() for t in crew]
        [t.join() for t in crew]
    """,
    "a name in the call": "(t := Thread(target=work)).start(); t.join()",
}
LATER = {
    "another is waited for": """
        a, b = Thread(target=work), Thread(target=work)
        a.start(); a.join()
        b.start(); b.join()
    """,
    "an item is waited for": """
        a = Thread(target=work)
        jobs.get()
        a.start()
    """,
    "a loop that waits": """
        crew = [Thread(target=work) for _ in range(2)]
        for t in crew: t.start(); t.join()
    """,
    "a loop that makes and waits": """
        crew = []
        for n in range(3):
            crew.append(Thread(target=work))
            work()
        for t in crew: t.start()
    """,
    "batches": """
        crew = [Thread(target=work) for _ in range(6)]
        for n in range(0, 6, 2):
            for t in crew[n:n + 2]: t.start()
            for t in crew[n:n + 2]: t.join()
    """,
    "the other order": """
        a, b = Thread(target=work), Thread(target=work)
        b.start(); a.start()
    """,
    "reversed": """
        crew = [Thread(target=work) for _ in range(2)]
        for t in reversed(crew): t.start()
    """,
    "one by one from the end": """
        crew = [Thread(target=work) for _ in range(2)]
        while crew: crew.pop().start()
    """,
    "a loop that is left": """
        crew = [Thread(target=work) for _ in range(2)]
        for n, t in enumerate(crew):
            if n: break
            t.start()
    """,
    "a function that is left": """
        t = Thread(target=work)
        if jobs.empty(): return
        t.start()
    """,
    "asked before it starts": """
        t = Thread(target=work)
        print(t.is_alive())
        t.start()
    """,
    "made in pairs": """
        ins, outs = [], []
        for n in range(3):
            ins.append(Thread(target=work)); outs.append(Thread(target=work))
        for t in ins: t.start()
        for t in outs: t.start()
    """,
    "started by another function": "start_all([Thread(target=work)])",
}


def draft_of(body):
    body = dedent(body).strip("\n").replace("Thread(", "threading.Thread(")
    text = HEAD.lstrip("\n") + indent(body, "    ") + "\n"
    (draft,) = drafts(CallGraph(Program({"": from_text("jobs.py", text)})))
    compile(draft, "draft", "exec")
    return draft


@pytest.mark.parametrize("body", AT_ONCE.values(), ids=AT_ONCE)
def test_a_thread_that_starts_where_it_is_made_is_a_task(body):
    """Between the making and the first await no task runs: nothing differs."""
    draft = draft_of(body)

    assert "asyncio.create_task(" in draft
    assert "TaskThread" not in draft


@pytest.mark.parametrize("body", LATER.values(), ids=LATER)
def test_a_thread_that_starts_later_keeps_its_start(body):
    """A task of its own would run while the function still waits for another."""
    assert "class TaskThread:" in draft_of(body)
