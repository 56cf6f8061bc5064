"""Locks and conditions that their holder takes again: asyncio's would wait for ever."""

import asyncio
from textwrap import dedent

import pytest

from bench.shape.colour.graph import CallGraph
from bench.shape.port.draft.drafts import drafts
from bench.shape.port.mistakes.check import mistakes
from bench.shape.port.plan.plans import plan
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program

WITHIN = 5  # seconds for what takes none
TWICE = """
import threading
class Box:
    def __init__(self):
        {made}
        self.items = []
    def put(self, item):
        with self.full:
            self.items.append(item)
            self.full.notify_all()
    def put_all(self, items):
        with self.full:
            for item in items:
                self.put(item)
    def take(self, count):
        with self.full:
            return self.take_held(count)
    def take_held(self, count):
        with self.full:
            self.full.wait_for(lambda: len(self.items) >= count)
            return self.items[:]
def main():
    box, found = Box(), []
    def take():
        found.append(box.take(2))
    taker = threading.Thread(target=take)
    taker.start()
    putter = threading.Thread(target=box.put_all, args=([1, 2],))
    putter.start()
    taker.join()
    putter.join()
    return found
"""
MADE = {
    "a lock of its own": "self.full = threading.Condition()",
    "one that is made there": "self.full = threading.Condition(threading.RLock())",
    "one that is named": "self.lock = threading.RLock()\n"
    "        self.full = threading.Condition(self.lock)",
    "one by its argument": "self.lock = threading.RLock()\n"
    "        self.full = threading.Condition(lock=self.lock)",
}


def graph_of(text):
    return CallGraph(Program({"": from_text("jobs.py", dedent(text).lstrip("\n"))}))


def draft_of(text):
    (draft,) = drafts(graph_of(text))
    compile(draft, "draft", "exec")
    return draft


def ran(draft):
    space = {"__name__": "draft"}
    exec(compile(draft, "draft", "exec"), space)
    return asyncio.run(asyncio.wait_for(space["main"](), WITHIN))


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_a_condition_that_is_taken_again_counts(made):
    """The lock of `threading.Condition` is an RLock; `wait` releases it completely."""
    draft = draft_of(TWICE.format(made=made))

    assert "class TaskCondition" in draft
    assert "# port:" not in draft
    assert ran(draft) == [[1, 2]]
    assert not [one.rule for one in mistakes(graph_of(draft)) if not one.is_note]


def test_a_condition_of_a_module_that_is_taken_again_counts():
    """A global one, and a function that calls itself under it."""
    draft = draft_of("""
        import threading, time
        TURN = threading.Condition()
        SEEN = []
        def visit(n):
            with TURN:
                SEEN.append(n)
                time.sleep(0)
                if n:
                    visit(n - 1)
                TURN.notify_all()
        def main():
            visit(2)
            return SEEN
    """)

    assert "TURN = TaskCondition()" in draft
    assert ran(draft) == [2, 1, 0]


def test_a_condition_that_an_object_is_given_counts():
    """The caller may hold it, under another name."""
    draft = draft_of("""
        import threading, time
        class Part:
            def __init__(self, turn):
                self.turn, self.n = turn, 0
            def add(self):
                with self.turn:
                    time.sleep(0)
                    self.n += 1
                    self.turn.notify_all()
        class Whole:
            def __init__(self):
                self.changed = threading.Condition()
                self.part = Part(self.changed)
            def add(self):
                with self.changed:
                    self.part.add()
                    return self.part.n
        def main():
            return Whole().add()
    """)

    assert "self.changed = TaskCondition()" in draft
    assert ran(draft) == 1


def test_a_condition_of_a_list_that_is_taken_again_counts():
    """`self.full[n]`: each of the list may be."""
    text = TWICE.replace("{made}", "self.full = [threading.Condition() for _ in 'ab']")
    draft = draft_of(
        text.replace("self.full:", "self.full[0]:").replace(
            "self.full.", "self.full[0]."
        )
    )

    assert "self.full = [TaskCondition() for _ in 'ab']" in draft
    assert ran(draft) == [[1, 2]]


def test_a_condition_that_is_taken_once_is_that_of_asyncio():
    """Another condition of the program may be taken again."""
    text = TWICE.format(made=MADE["a lock of its own"]) + dedent("""
        class Gate:
            def __init__(self):
                self.opened = threading.Condition()
            def wait(self):
                with self.opened:
                    self.opened.wait()
    """)

    assert "self.opened = asyncio.Condition()" in draft_of(text)


def test_the_plan_names_no_rule_that_the_draft_keeps():
    """A reader of the plan has nothing to do about it."""
    (one,) = plan(graph_of(TWICE.format(made=MADE["a lock of its own"])))

    assert [p.asyncio for p in one.primitives if "Condition" in p.threads] == [
        "TaskCondition"
    ]
    assert not next(p.deviations for p in one.primitives if "Condition" in p.threads)


def test_a_wait_without_the_lock_fails_as_in_threads():
    """`RuntimeError`, at once."""
    draft = draft_of(
        TWICE.format(made=MADE["a lock of its own"])
        + "def wrong():\n    Box().full.wait()\n"
    )
    space = {"__name__": "draft"}
    exec(compile(draft, "draft", "exec"), space)

    with pytest.raises(RuntimeError, match="un-acquired lock"):
        asyncio.run(asyncio.wait_for(space["wrong"](), WITHIN))


def test_a_condition_is_held_again_when_its_wait_is_cancelled():
    """The block that is left releases what it took, no more and no less."""
    draft = draft_of(TWICE.format(made=MADE["a lock of its own"]))
    space = {"__name__": "draft"}
    exec(compile(draft, "draft", "exec"), space)

    async def main():
        box = space["Box"]()
        task = asyncio.create_task(box.take(1))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await box.put(3)
        return await box.take(1)

    assert asyncio.run(asyncio.wait_for(main(), WITHIN)) == [3]


RELEASES = {
    "a line": ("room.release(2)", "for _ in range(2):\n        room.release()"),
    "by name": ("room.release(n=two)", "for _ in range(two):\n        room.release()"),
    "once": ("room.release()", "    room.release()\n"),
    "behind a condition": ("if two: room.release(2)", "# port: call room.release()"),
}


@pytest.mark.parametrize(("line", "becomes"), RELEASES.values(), ids=RELEASES)
def test_a_semaphore_that_is_released_several_times(line, becomes):
    """That of asyncio takes no number: TypeError."""
    draft = draft_of(
        "import threading\nroom = threading.Semaphore(2)\ndef main(two=2):\n"
        f"    room.acquire()\n    room.acquire()\n    {line}\n    return two\n"
    )

    assert becomes in draft
    if "# port:" not in draft:
        assert ran(draft) == 2


def test_a_port_that_releases_a_number_is_a_mistake():
    """asyncio raises TypeError there."""
    text = "import asyncio\nroom = asyncio.Semaphore(2)\nroom.release(2)\n"
    found = [one.rule for one in mistakes(graph_of(text))]

    assert found == ["no-count"]
