# ruff: noqa: E501  # a program on one line is easier to compare than a wrapped one
"""Loops that end when another worker sets a flag, or at a time: tasks must run."""

from textwrap import dedent

import pytest

from bench.shape.colour.graph import CallGraph
from bench.shape.port.draft.drafts import drafts
from bench.shape.port.mistakes.check import mistakes
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program
from tests.shape.test_port_names import HEAD, graph_of, same

SPINS = {
    "a flag of the module": """
        done = False
        def background():
            global done
            time.sleep(0.001)
            done = True
        thread = threading.Thread(target=background)
        thread.start()
        while not done:
            pass
        thread.join()
        print("done")
    """,
    "a producer with a flag": """
        running = True
        jobs = queue.Queue()
        def produce():
            while running:
                jobs.put("item")
        thread = threading.Thread(target=produce)
        thread.start()
        while jobs.qsize() < 3:
            time.sleep(0.001)
        running = False
        thread.join()
        print(jobs.get())
    """,
    "a flag of an object": """
        class Producer:
            def __init__(self):
                self.running = True
                self.jobs = queue.Queue()
            def run(self):
                while self.running:
                    self.jobs.put(1)
            def stop(self):
                self.running = False
        one = Producer()
        thread = threading.Thread(target=one.run)
        thread.start()
        while one.jobs.qsize() < 3:
            time.sleep(0.001)
        one.stop()
        thread.join()
        print(one.jobs.get())
    """,
    "a flag that leaves the loop": """
        import itertools
        class Producer:
            def __init__(self):
                self.running = True
                self.jobs = queue.Queue()
            def run(self):
                for n in itertools.count():
                    if not self.running:
                        break
                    self.jobs.put(n)
        one = Producer()
        thread = threading.Thread(target=one.run)
        thread.start()
        while one.jobs.qsize() < 3:
            time.sleep(0.001)
        one.running = False
        thread.join()
        print(one.jobs.get())
    """,
    "a list that grows": """
        found = []
        def work(n):
            time.sleep(0.001)
            found.append(n)
        for n in range(3):
            threading.Thread(target=work, args=(n,)).start()
        while len(found) < 3:
            pass
        print(sorted(found))
    """,
    "a loop until a time": """
        ticks = []
        stop = threading.Event()
        def tick():
            while not stop.wait(0.001):
                ticks.append(1)
        thread = threading.Thread(target=tick)
        thread.start()
        end = time.monotonic() + 0.05
        count = 0
        while time.monotonic() < end:
            count += 1
        stop.set()
        thread.join()
        print(len(ticks) > 0, count > 0)
    """,
}


@pytest.mark.parametrize("body", SPINS.values(), ids=SPINS)
def test_a_loop_that_waits_for_others_lets_them_run(body, tmp_path):
    """It never waits by itself: `await asyncio.sleep(0)` stands at its begin."""
    draft = same(body, tmp_path)

    assert not mistakes(graph_of(draft))
    assert "await asyncio.sleep(0)\n" in draft


def mended(body):
    text = dedent("import asyncio, time\n" + dedent(body))
    graph = CallGraph(Program({"": from_text("ajobs.py", text)}))
    return [one.rule for one in mistakes(graph)]


HAND_MADE = {
    "a flag": ("while self.on:\n            self.jobs.put_nowait(1)", ["spins"]),
    "a time": ("while time.monotonic() < end:\n            n += 1", ["spins"]),
    "a flag with an await": ("while self.on:\n            await asyncio.sleep(0)", []),
    "a flag that it sets": ("while self.on:\n            self.on = n > 3", []),
    "a call that may set it": ("while self.on:\n            self.step()", []),
    "its own name": ("while n:\n            n -= 1", []),
    "a list that it empties": ("while n.rest:\n            found.append(n.rest.pop())", []),
}  # fmt: skip


@pytest.mark.parametrize("loop", HAND_MADE)
def test_such_a_loop_of_a_port_is_named(loop):
    """Not what the loop itself, or what it calls, may change."""
    line, rules = HAND_MADE[loop]
    body = f"""
    class Jobs:
        def stop(self):
            self.on = False
        async def work(self, n, end, found):
            {line.replace(chr(10), chr(10) + "    ")}
            await asyncio.sleep(0)
    """
    assert mended(body) == rules


def test_a_function_that_stays_plain_is_told():
    """The loop calls it: there is nothing to await in it."""
    body = """
        done = []
        def background():
            time.sleep(0.001)
            done.append(1)
        def ready():
            while not done:
                pass
            return True
        def main():
            thread = threading.Thread(target=background)
            thread.start()
            print(ready())
            thread.join()
        main()
    """
    (draft,) = drafts(graph_of(HEAD + dedent(body)))
    lines = draft.splitlines()
    (told,) = [n for n, line in enumerate(lines) if "# port: this loop lets no" in line]

    assert lines[told + 1].strip() == "while not done:"
    assert "undecided" in {one.rule for one in mistakes(graph_of(draft))}


def test_a_loop_of_its_own_names_is_left(tmp_path):
    """A count, what it reads: nothing that others do ends it."""
    body = """
        class Line:
            def __init__(self):
                self.at = 0
            def step(self):
                self.at += 1
            def last(self):
                while self.at < 9:
                    self.step()
                return self.at
        def count(n):
            time.sleep(0)
            print(Line().last())
            while n:
                n -= 1
            line = Line()
            while line.at < 3:
                line.step()
            rest = [1, 2]
            while rest:
                print(rest.pop())
        count(3)
    """
    draft = same(body, tmp_path)
    assert draft.count("asyncio.sleep(0)") == 1
    assert "# port: " not in draft
