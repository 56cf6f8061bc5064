"""What is kept in fields, dicts and patterns, and what is asked of it."""

import pytest

from tests.shape.same_output import draft_of, prints_the_same, told

HEAD = """
import contextlib
import queue
import random
import threading
import time
from dataclasses import dataclass, field


def slow(n):
    time.sleep(0.001)
    return n * 2


"""
PROGRAMS = {
    "a field": """
@dataclass
class Job:
    run: object = field(compare=False)

def work(job):
    print(job.run(3))

work(Job(slow))
""",
    "a field that is None at first": """
@dataclass
class Job:
    n: int
    run: object = None

def work(job):
    if job.run is not None:
        print(job.run(job.n))

work(Job(1))
work(Job(3, slow))
""",
    "a dict of names": """
jobs = {}

def work():
    job = jobs["a"]
    print(job["run"](job["n"]))

jobs["a"] = dict(run=slow, n=4)
work()
print(slow(1))
""",
    "a dict that a function gives": """
jobs = {"a": {"run": slow}}

def take(name) -> dict:
    return jobs[name]

print(take("a")["run"](5), slow(1))
""",
    "what closing closes": """
class Pool:
    def __init__(self):
        self.free = queue.Queue()
        self.free.put("connection")

    @contextlib.contextmanager
    def connection(self):
        had = self.free.get()
        try:
            yield had
        finally:
            self.free.put(had)

    def close(self):
        print("closed")

with contextlib.closing(Pool()) as pool:
    with pool.connection() as had:
        print(had)
""",
    "a random one": """
lanes = [queue.Queue(1), queue.Queue(1)]
rng = random.Random(0)

def work():
    for q in lanes:
        print(q.get(timeout=1))

rng.choice(lanes[:1]).put(1)
for q in random.sample(lanes[1:], 1):
    q.put(2)
work()
""",
}
SIGNAL = """
class Signal:
    ready = None

    def __init__(self):
        self.handlers = []

    def add(self, *more):
        self.handlers += [*more]

    def first(self, handler):
        self.handlers += [handler]

    def emit(self, n):
        for handler in self.handlers:
            print(handler(n))
        if self.ready is not None:
            print(self.ready(n))

class Panel:
    def __init__(self, signal):
        self.signal = signal

panel = Panel(Signal())
signal = panel.signal
{put}
signal.emit(1)
"""
PUT = {
    "+=": "signal.handlers += [slow]",
    "+= in a method": "signal.first(slow)",
    "extend": "signal.handlers.extend((slow, str))",
    "append": "signal.handlers.append(slow)",
    "insert": "panel.signal.handlers.insert(0, slow)",
    "= of a list": "signal.handlers = [slow]",
    "= of a function": "signal.ready = slow",
    "= of a far one": "panel.signal.ready = lambda n: slow(n + 1)",
}
ASKED_OF = {
    "a queue that derives": """
class Jobs(queue.Queue):
    pass

jobs = Jobs(maxsize=1)
jobs.put(slow(1), block=False)
try:
    jobs.put(2, False)
except queue.Full:
    print("full", jobs.get(block=False))
""",
    "the shortest queue": """
lanes = [queue.Queue(), queue.Queue()]

def work(q):
    while (item := q.get()) is not None:
        print(item)

lanes[0].put(1)
min(lanes, key=queue.Queue.qsize).put(2)
for q in lanes:
    q.put(None)
    t = threading.Thread(target=work, args=(q,))
    t.start()
    t.join()
""",
    "a thread's run": """
t = threading.Thread(target=lambda: print(slow(2)))
t.run()
print("ran")
""",
    "functions that Python has": """
jobs = queue.Queue()

def work():
    while True:
        fn, args = jobs.get()
        if fn is None:
            return
        print(fn(*args))

def submit(fn, *args):
    jobs.put((fn, args))

submit(slow, 4)
submit(max, 1, 2)
submit(sorted, [2, 1])
submit(None)
t = threading.Thread(target=work)
t.start()
t.join()
""",
}
PATTERNS = {
    "a place": ("Ask(n, reply)", "reply.put(n)", "Ask(1, r)"),
    "a name": ("Ask(reply=there)", "there.put(2)", "Ask(1, r)"),
    "a whole": ("Ask() as ask", "ask.reply.put(3)", "Ask(1, r)"),
    "match_args": ("Told(reply, n)", "reply.put(n)", "Told(4, r)"),
    "a tuple": ("('call', fn, reply)", "reply.put(fn(5))", "('call', slow, r)"),
    "an end": ("[*_, reply]", "reply.put(6)", "[1, 2, r]"),
    "a dict": ("{'reply': reply}", "reply.put(7)", "{'reply': r}"),
    "a pattern in another": (
        "[('deep', Ask(reply=there)), *_]",
        "there.put(8)",
        "[('deep', Ask(1, r)), 3]",
    ),
    "one of two": ("Ask(1, reply) | Ask(2, reply)", "reply.put(9)", "Ask(2, r)"),
}
ASKED = """
@dataclass
class Base:
    n: int

@dataclass
class Ask(Base):
    reply: queue.Queue

class Told:
    __match_args__ = ("reply", "n")

    def __init__(self, n, reply: queue.Queue):
        self.n, self.reply = n, reply

inbox = queue.Queue()

def serve():
    while True:
        match inbox.get():
            case {pattern}:
                {answer}
            case None:
                return

def ask():
    r = queue.Queue(maxsize=1)
    inbox.put({made})
    return r.get(timeout=1)

t = threading.Thread(target=serve)
t.start()
print(ask(), slow(1))
inbox.put(None)
t.join()
"""


@pytest.mark.sampled(3)
@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_what_is_kept_somewhere_is_awaited_where_it_is_called(program, tmp_path):
    """A field, an item and a receiver are what was put there."""
    assert "port:" not in prints_the_same(tmp_path, HEAD + program)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("put", PUT.values(), ids=PUT)
def test_what_is_put_into_an_object_from_outside_is_awaited(put, tmp_path):
    """Who uses a signal gives it its handlers."""
    text = HEAD + SIGNAL.replace("{put}", put)
    assert "port:" not in prints_the_same(tmp_path, text)


@pytest.mark.sampled(2)
@pytest.mark.parametrize("program", ASKED_OF.values(), ids=ASKED_OF)
def test_what_is_asked_of_a_value_is_asked_of_its_port(program, tmp_path):
    """A class that derives, a method of the class, what a helper is given."""
    assert "port:" not in prints_the_same(tmp_path, HEAD + program)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("parts", PATTERNS.values(), ids=PATTERNS)
def test_what_a_pattern_captures_is_known(parts, tmp_path):
    """A field of the class that the pattern asks for, or a part of the subject."""
    pattern, answer, made = parts
    text = HEAD + ASKED.replace("{pattern}", pattern).replace(
        "{answer}", answer
    ).replace("{made}", made)
    assert "port:" not in prints_the_same(tmp_path, text)


def test_a_local_of_each_task_begins_with_what_its_class_says(tmp_path):
    """A default, a property and `vars` are as `threading.local` has them."""
    text = (
        HEAD
        + """
class Context(threading.local):
    depth = 0

    def __init__(self, start):
        self.start = start
        self._own = []

    @property
    def twice(self):
        return self.depth * 2

    @twice.setter
    def twice(self, value):
        self.depth = value // 2

context = Context(5)
seen = []

def nested(n):
    context.depth += 1
    context._own.append(n)
    slow(n)
    if n:
        nested(n - 1)
        return
    seen.append((context.depth, context._own, sorted(vars(context))))
    context.twice = 20
    del context.depth
    seen.append((context.depth, context.start, hasattr(context, "no")))
    try:
        del context.depth
    except AttributeError:
        seen.append("gone")

ts = [threading.Thread(target=nested, args=(3,)) for _ in range(2)]
for t in ts:
    t.start()
for t in ts:
    t.join()
print(sorted(map(str, seen)), context.depth, context._own)
"""
    )
    prints_the_same(tmp_path, text)


UNKNOWN = """
import importlib
jobs = [{"run": slow, "n": 1}]
def copied(job):
    return importlib.import_module("copy").copy(job)
def work(job):
    return copied(job)["run"](job["n"])
def locked(job, lock=threading.Lock()):
    with lock:
        return copied(job)["run"](job["n"])
"""


@pytest.mark.parametrize("more", ["", "print(slow(1))"], ids=["", "called"])
def test_an_item_that_may_become_async_is_told_though_it_is_called_elsewhere(more):
    """A call by its name says nothing of the item."""
    said = told(draft_of(HEAD + UNKNOWN + more))

    assert (
        said.count("the plan does not know which function copied(job)['run'] is here")
        == 2
    )
    assert said.count("take the locks around this line by async with") == 1
