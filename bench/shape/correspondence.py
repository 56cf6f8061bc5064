"""What matches what: the primitives of threads beside those of asyncio, anyio, trio.

Nothing here is from memory: each cell of `RULES` is what a small program answers
when the tests run it on the interpreter at hand, both sides of each row, and each
name of `NAMES` is looked up, the missing ones too.
"""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["same", "differs", "missing"]
NONE = "has none"


@dataclass(frozen=True)
class Match:
    """A primitive by its names; an empty one says that there is none."""

    threads: str
    asyncio: str = ""
    anyio: str = ""
    trio: str = ""

    @property
    def primitive(self) -> str:
        """The bare name that `Rule.primitive` refers to."""
        return self.threads.rpartition(".")[2]


@dataclass(frozen=True)
class Rule:
    """What happens in one situation, model by model, and how to port it."""

    key: str
    primitive: str
    situation: str
    threads: str
    asyncio: str
    anyio: str
    trio: str
    port: str = ""  # from threads to asyncio

    @property
    def verdict(self) -> Verdict:
        """Asyncio against threads; "same" also when only anyio or trio differ."""
        if self.asyncio.startswith(NONE):
            return "missing"
        return "same" if self.threads == self.asyncio else "differs"


NAMES = (
    Match("threading.Lock", "asyncio.Lock", "anyio.Lock", "trio.Lock"),
    Match("threading.RLock"),
    Match(
        "threading.Condition", "asyncio.Condition", "anyio.Condition", "trio.Condition"
    ),
    Match(
        "threading.Semaphore", "asyncio.Semaphore", "anyio.Semaphore", "trio.Semaphore"
    ),
    Match(
        "threading.BoundedSemaphore",
        "asyncio.BoundedSemaphore",
        "anyio.Semaphore",  # with max_value
        "trio.Semaphore",
    ),
    Match("threading.Event", "asyncio.Event", "anyio.Event", "trio.Event"),
    Match("threading.Barrier", "asyncio.Barrier"),
    Match("threading.Timer", "asyncio.AbstractEventLoop.call_later"),
    Match(
        "threading.local",
        "contextvars.ContextVar",
        "contextvars.ContextVar",
        "contextvars.ContextVar",
    ),
    Match(
        "threading.Thread",
        "asyncio.create_task",
        "anyio.abc.TaskGroup.start_soon",
        "trio.Nursery.start_soon",
    ),
    Match(
        "queue.Queue",
        "asyncio.Queue",
        "anyio.create_memory_object_stream",
        "trio.open_memory_channel",
    ),
    Match("queue.LifoQueue", "asyncio.LifoQueue"),
    Match("queue.PriorityQueue", "asyncio.PriorityQueue"),
    Match("queue.SimpleQueue"),
    Match("queue.Empty", "asyncio.QueueEmpty", "anyio.WouldBlock", "trio.WouldBlock"),
    Match("queue.Full", "asyncio.QueueFull", "anyio.WouldBlock", "trio.WouldBlock"),
    Match(
        "concurrent.futures.ThreadPoolExecutor",
        "asyncio.TaskGroup",
        "anyio.create_task_group",
        "trio.open_nursery",
    ),
    Match("concurrent.futures.Future", "asyncio.Future", "anyio.Future"),
    Match("concurrent.futures.wait", "asyncio.wait"),
    Match(
        "concurrent.futures.as_completed",
        "asyncio.as_completed",
        "anyio.as_completed",
    ),
    Match("time.sleep", "asyncio.sleep", "anyio.sleep", "trio.sleep"),
)

RULES = (
    Rule(
        "lock-owner",
        "Lock",
        "released by one who does not hold it",
        "is allowed",
        "is allowed",
        "RuntimeError",
        "RuntimeError",
        "either way the lock says nothing: release where you acquired, by async with",
    ),
    Rule(
        "lock-idle",
        "Lock",
        "released while nobody holds it",
        "RuntimeError",
        "RuntimeError",
        "RuntimeError",
        "RuntimeError",
    ),
    Rule(
        "lock-again",
        "Lock",
        "acquired again by its holder",
        "waits for ever",
        "waits for ever",
        "RuntimeError",
        "RuntimeError",
    ),
    Rule(
        "lock-try",
        "Lock",
        "tried without waiting",
        "acquire(blocking=False)",
        "has none",
        "acquire_nowait()",
        "acquire_nowait()",
        "ask locked() and acquire: no other task runs between the two",
    ),
    Rule(
        "lock-timeout",
        "Lock",
        "acquired with a time limit",
        "acquire(timeout=...)",
        "has none",
        "has none",
        "has none",
        "async with asyncio.timeout(...) around it; TimeoutError in place of False",
    ),
    Rule(
        "rlock",
        "RLock",
        "acquired again by its holder",
        "is counted",
        "has none",
        "has none",
        "has none",
        "take the lock outside and call a method that expects it held",
    ),
    Rule(
        "semaphore-try",
        "Semaphore",
        "tried without waiting",
        "acquire(blocking=False)",
        "has none",
        "acquire_nowait()",
        "acquire_nowait()",
        "ask locked() and acquire: no other task runs between the two",
    ),
    Rule(
        "semaphore-many",
        "Semaphore",
        "released several at once",
        "release(2)",
        "has none",
        "has none",
        "has none",
        "release in a loop",
    ),
    Rule(
        "semaphore-overtaken",
        "Semaphore",
        "released and taken at once by the releaser while another waits",
        "the other may be overtaken",
        "the other is first",
        "the other is first",
        "the other is first",
        "nothing: asyncio is fair; do not rely on overtaking",
    ),
    Rule(
        "semaphore-negative",
        "Semaphore",
        "made with a count below zero",
        "ValueError",
        "ValueError",
        "ValueError",
        "ValueError",
    ),
    Rule(
        "bounded-semaphore",
        "BoundedSemaphore",
        "released once too often",
        "ValueError",
        "ValueError",
        "ValueError",
        "ValueError",
    ),
    Rule(
        "condition-unowned",
        "Condition",
        "notified by one who does not hold its lock",
        "RuntimeError",
        "RuntimeError",
        "RuntimeError",
        "RuntimeError",
    ),
    Rule(
        "condition-timeout",
        "Condition",
        "waited for with a time limit",
        "wait(timeout) is False",
        "has none",
        "has none",
        "has none",
        "async with asyncio.timeout(...) around the wait, inside the condition",
    ),
    Rule(
        "condition-again",
        "Condition",
        "entered again by its holder",
        "is counted",
        "waits for ever",
        "RuntimeError",
        "RuntimeError",
        "threading.Condition is made on an RLock: do not enter twice",
    ),
    Rule(
        "condition-wait-for",
        "Condition",
        "waited for until a predicate holds",
        "wait_for(predicate)",
        "wait_for(predicate)",
        "wait_for(predicate)",
        "has none",
    ),
    Rule(
        "event-timeout",
        "Event",
        "waited for with a time limit",
        "wait(timeout) is False",
        "has none",
        "has none",
        "has none",
        "async with asyncio.timeout(...) around it; TimeoutError in place of False",
    ),
    Rule(
        "event-clear",
        "Event",
        "unset",
        "clear()",
        "clear()",
        "has none",
        "has none",
        "with anyio and trio make a new Event",
    ),
    Rule(
        "event-pulse",
        "Event",
        "set and unset at once while one waits",
        "the waiter wakes",
        "the waiter wakes",
        "has none",
        "has none",
    ),
    Rule(
        "event-from-thread",
        "Event",
        "set from another thread",
        "the waiter wakes",
        "RuntimeError in debug mode",
        "anyio.from_thread.run_sync(event.set)",
        "trio.from_thread.run_sync(event.set)",
        "loop.call_soon_threadsafe(event.set): asyncio's primitives are for one thread",
    ),
    Rule(
        "barrier-timeout",
        "Barrier",
        "waited at with a time limit",
        "wait(timeout) breaks it",
        "has none",
        "has none",
        "has none",
        "asyncio.timeout(...) around it, and barrier.abort() when it expires",
    ),
    Rule(
        "barrier-action",
        "Barrier",
        "made with what the last to come shall do",
        "Barrier(2, action)",
        "has none",
        "has none",
        "has none",
        "whoever gets 0 from wait() does it",
    ),
    Rule(
        "queue-timeout",
        "Queue",
        "read with a time limit",
        "get(timeout) raises Empty",
        "has none",
        "has none",
        "has none",
        "asyncio.timeout(...) around it; TimeoutError in place of Empty",
    ),
    Rule(
        "queue-default",
        "Queue",
        "made without a size",
        "is unbounded",
        "is unbounded",
        "hands over one to one",
        "must be given one",
    ),
    Rule(
        "queue-done",
        "Queue",
        "told of one task done too many",
        "ValueError",
        "ValueError",
        "has none",
        "has none",
    ),
    Rule(
        "queue-shutdown",
        "Queue",
        "shut down",
        "shutdown() since 3.13",
        "shutdown() since 3.13",
        "close()",
        "close()",
        "before 3.13 put an end mark, and let each consumer pass it on",
    ),
    Rule(
        "timer",
        "Timer",
        "runs its function",
        "in a thread of its own",
        "in the loop's thread",
        "has none",
        "has none",
        "loop.call_later(...); it must not block and cannot await",
    ),
    Rule(
        "local",
        "local",
        "read in a worker that was started after it was set",
        "is unset",
        "has its parent's value",
        "has its parent's value",
        "has its parent's value",
        "contextvars.ContextVar; a task starts with a copy of its maker's context",
    ),
    Rule(
        "future-timeout",
        "Future",
        "asked for its result before it is done, with a time limit",
        "result(timeout) raises TimeoutError",
        "has none",
        "has none",
        "has none",
        "await it inside asyncio.timeout(...); result() never waits",
    ),
    Rule(
        "future-cancel",
        "Future",
        "cancelled while its worker is waiting",
        "cancel() is False: it runs on",
        "ends at its await",
        "ends at its await",
        "ends at its await",
        "clean up in finally: any await may now raise CancelledError",
    ),
    Rule(
        "group-error",
        "ThreadPoolExecutor",
        "left while one worker failed and another waits",
        "waits for the other, raises nothing",
        "cancels the other, raises an ExceptionGroup",
        "cancels the other, raises an ExceptionGroup",
        "cancels the other, raises an ExceptionGroup",
        "except* in place of result() in try; expect the others cancelled",
    ),
    Rule(
        "worker-error",
        "Thread",
        "waited for after its function raised",
        "join() returns, a hook is told",
        "await raises it",
        "has none",
        "has none",
        "keep every task and await it, best in a group",
    ),
    Rule(
        "sleep-negative",
        "sleep",
        "told to sleep below zero",
        "ValueError",
        "returns",
        "ValueError",
        "ValueError",
        "check the sign where the pause comes from",
    ),
)


def differences(primitive: str) -> tuple[Rule, ...]:
    """The rules of a primitive ("threading.Event") that asyncio does not keep."""
    name = primitive.rpartition(".")[2]
    inherited = {"BoundedSemaphore": "Semaphore", "LifoQueue": "Queue"}
    inherited |= {"PriorityQueue": "Queue"}
    names = {name, inherited.get(name, name)}
    return tuple(r for r in RULES if r.primitive in names and r.verdict != "same")
