"""Accesses are recorded as soon as another worker can race with them, not before."""

import pytest

from bench.correctness import explore
from bench.correctness.engine.operations import Operations

PROGRAM = """
import {module}

class LateWrite:
    def __init__(self):
        self.ready = False
        self.mode = "old"
        self.seen = []
    {word}def read(self):
        first = self.mode
        self.seen = [first, self.mode]
    {word}def announce(self):
        self.ready = True
    {word}def change(self):
        if self.ready:
            {write}
    workers = (read, announce, change)

class GivenAway:
    def __init__(self):
        self.lock = threading.Lock()
        self.waiting = threading.Condition(self.lock)
        self.seen = []
    def tell(self):
        self.lock.acquire()
        try:
            self.waiting.notify()
        except RuntimeError:
            self.seen.append("lost")
    def give_up(self):
        if self.lock.locked():
            self.lock.release()
    workers = (tell, give_up)
"""
INSIDE = """
import asyncio

items = []

class Own(asyncio.Queue):
    def _init(self, maxsize): self._queue = items
    def _get(self): return self._queue.pop(0)

class Inside:
    def __init__(self):
        items.clear()
        self.queue, self.lock = {queue}(), asyncio.Lock()
        self.seen = None
    async def use(self):
        async with self.lock:
            await self.queue.put(1)
            await asyncio.sleep(0)
    async def look(self):
        self.seen = {look}
    workers = (use, look)
"""
LOOKS = {
    "a container of its own": ("Own", "len(items)"),
    "a queue": ("asyncio.Queue", "len(self.queue._queue)"),
    "a count": ("asyncio.Queue", "self.queue._unfinished_tasks"),
    "a lock": ("asyncio.Queue", "self.lock._locked"),
}
WRITES = {
    "assignment": "self.mode = 'new'",
    "setattr": "setattr(self, 'mo' + 'de', 'new')",
    "dict": "vars(self)['mode'] = 'new'",
    "update": "self.__dict__.update(mode='new')",
}


@pytest.fixture
def explored(tmp_path):
    def both(name, write="pass", word=""):
        module = "asyncio, threading" if word else "threading"
        path = tmp_path / "program.py"
        path.write_text(PROGRAM.format(module=module, word=word, write=write))
        return [
            {
                row.state
                for row in explore(f"{path}:{name}", search=s, keep_going=True).outcomes
            }
            for s in ("dpor", "brute")
        ]

    return both


@pytest.mark.long
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("word", ["", "async "], ids=["threads", "tasks"])
def test_a_reading_counts_as_soon_as_any_schedule_writes_what_it_reads(
    explored, word, write
):
    """Only one order of the other two writes it, and the reader came before."""
    dpor, brute = explored("LateWrite", write, word)

    assert dpor == brute
    assert any("'new'" in state for state in dpor)
    assert any("['old', 'old']" in state for state in dpor)


def test_a_lock_that_is_held_is_looked_at_where_others_give_it_up(explored):
    """Its holder need not look, unless somebody takes it away in between."""
    dpor, brute = explored("GivenAway")

    assert dpor == brute == {"seen=[]", "seen=['lost']"}


@pytest.mark.parametrize(("queue", "look"), LOOKS.values(), ids=LOOKS)
def test_who_looks_into_a_primitive_of_asyncio_is_seen(queue, look, tmp_path):
    """Of its own code only is told that it runs: what it changes counts as well."""
    path = tmp_path / "inside.py"
    path.write_text(INSIDE.format(queue=queue, look=look), encoding="utf-8")

    for search in ("dpor", "brute"):
        verdict = explore(path, search=search)
        assert len(verdict.outcomes) == 2, search


def test_what_is_passed_over_is_lost_when_no_writing_is_noted(explored, monkeypatch):
    """The check itself is tried: without its mark the late writing goes unseen."""
    monkeypatch.setattr(Operations, "note_written", lambda self, key: None)

    dpor, _ = explored("LateWrite", WRITES["assignment"])

    assert not any("['old', 'new']" in state for state in dpor)
