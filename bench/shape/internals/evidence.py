"""Statements about the inside of each primitive, and the line that must prove each."""

import asyncio
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass

from bench.records.models import Model

HOLDS, WAITS, WAKES = "holds", "a waiter waits on", "is woken by"
REFUSES = "a release too many"


@dataclass(frozen=True)
class Evidence:
    """A statement about a primitive, and the line of source that must prove it."""

    model: Model
    question: str
    words: str
    code: Callable[..., object] | type
    line: str  # a regular expression


LOCK = (
    Evidence(
        "asyncio",
        HOLDS,
        "a flag; no lock of the system",
        asyncio.Lock.__init__,
        r"self\._locked = False",
    ),
    Evidence(
        "asyncio",
        WAITS,
        "a future of its own, in a deque",
        asyncio.Lock.acquire,
        r"create_future\(\)",
    ),
    Evidence(
        "asyncio",
        WAKES,
        "release, which gives the first future its result; its task takes the lock",
        asyncio.Lock,
        r"fut\.set_result\(True\)",
    ),
)
RLOCK = (
    Evidence(
        "threads",
        HOLDS,
        "an owner and a count beside a lock (the C version does as this Python one)",
        threading._RLock.__init__,
        r"self\._owner = None",
    ),
    Evidence(
        "threads",
        WAITS,
        "the lock inside; the owner only counts up",
        threading._RLock.acquire,
        r"self\._block\.acquire\(",
    ),
    Evidence(
        "threads",
        WAKES,
        "the release that brings the count to zero",
        threading._RLock.release,
        r"self\._block\.release\(\)",
    ),
)
CONDITION = (
    Evidence(
        "threads",
        HOLDS,
        "a lock, an RLock unless one is given, and a deque of waiters",
        threading.Condition.__init__,
        r"lock = RLock\(\)",
    ),
    Evidence(
        "asyncio",
        HOLDS,
        "a Lock, and a deque of futures",
        asyncio.Condition.__init__,
        r"lock = Lock\(\)",
    ),
    Evidence(
        "threads",
        WAITS,
        "a fresh lock, taken at once, so that taking it again waits",
        threading.Condition.wait,
        r"waiter = _allocate_lock\(\)",
    ),
    Evidence(
        "asyncio",
        WAITS,
        "a future of its own",
        asyncio.Condition.wait,
        r"create_future\(\)",
    ),
    Evidence(
        "threads",
        WAKES,
        "notify, which releases that fresh lock and keeps the condition's own",
        threading.Condition.notify,
        r"waiter\.release\(\)",
    ),
    Evidence(
        "asyncio",
        WAKES,
        "notify, which gives the future its result and keeps the lock",
        asyncio.Condition,
        r"fut\.set_result\(False\)",
    ),
)
SEMAPHORE = (
    Evidence(
        "threads",
        HOLDS,
        "a Condition over a Lock, and a counter",
        threading.Semaphore.__init__,
        r"self\._cond = Condition\(Lock\(\)\)",
    ),
    Evidence(
        "asyncio",
        HOLDS,
        "a counter, and a deque of futures; no lock at all",
        asyncio.Semaphore.__init__,
        r"self\._value = value",
    ),
    Evidence(
        "threads",
        WAITS,
        "that condition, while the counter is zero",
        threading.Semaphore.acquire,
        r"self\._cond\.wait\(",
    ),
    Evidence(
        "asyncio",
        WAITS,
        "a future of its own",
        asyncio.Semaphore.acquire,
        r"create_future\(\)",
    ),
    Evidence(
        "threads",
        WAKES,
        "release, through the condition",
        threading.Semaphore.release,
        r"self\._cond\.notify\(",
    ),
    Evidence(
        "asyncio",
        WAKES,
        "release, which hands its unit to the first future",
        asyncio.Semaphore,
        r"fut\.set_result\(True\)",
    ),
)
BOUNDED_SEMAPHORE = (
    Evidence(
        "threads",
        HOLDS,
        "a Semaphore that stores its first count",
        threading.BoundedSemaphore.__init__,
        r"self\._initial_value = value",
    ),
    Evidence(
        "asyncio",
        HOLDS,
        "a Semaphore that stores its first count",
        asyncio.BoundedSemaphore.__init__,
        r"self\._bound_value = value",
    ),
    Evidence(
        "threads",
        REFUSES,
        "is a ValueError",
        threading.BoundedSemaphore.release,
        r"raise ValueError\(.Semaphore released",
    ),
    Evidence(
        "asyncio",
        REFUSES,
        "is a ValueError",
        asyncio.BoundedSemaphore.release,
        r"raise ValueError\(",
    ),
)
EVENT = (
    Evidence(
        "threads",
        HOLDS,
        "a Condition over a Lock, and a flag",
        threading.Event.__init__,
        r"self\._cond = Condition\(Lock\(\)\)",
    ),
    Evidence(
        "asyncio",
        HOLDS,
        "a flag, and a deque of futures",
        asyncio.Event.__init__,
        r"self\._value = False",
    ),
    Evidence(
        "threads",
        WAITS,
        "that condition, once, if the flag is not set",
        threading.Event.wait,
        r"self\._cond\.wait\(",
    ),
    Evidence(
        "asyncio",
        WAITS,
        "a future of its own",
        asyncio.Event.wait,
        r"create_future\(\)",
    ),
    Evidence(
        "threads",
        WAKES,
        "set, which wakes all",
        threading.Event.set,
        r"self\._cond\.notify_all\(\)",
    ),
    Evidence(
        "asyncio",
        WAKES,
        "set, which gives every future its result",
        asyncio.Event.set,
        r"fut\.set_result\(True\)",
    ),
)
QUEUE = (
    Evidence(
        "threads",
        HOLDS,
        "one Lock under three conditions: not_empty, not_full, all_tasks_done",
        queue.Queue.__init__,
        r"self\.mutex = threading\.Lock\(\)",
    ),
    Evidence(
        "asyncio",
        HOLDS,
        "two deques of futures, for getters and for putters; no lock",
        asyncio.Queue.__init__,
        r"self\._getters = collections\.deque\(\)",
    ),
    Evidence(
        "threads",
        WAITS,
        "not_full in put, not_empty in get",
        queue.Queue.put,
        r"self\.not_full\.wait\(\)",
    ),
    Evidence(
        "asyncio",
        WAITS,
        "a future among the putters or the getters",
        asyncio.Queue.put,
        r"create_future\(\)",
    ),
    Evidence(
        "threads",
        WAKES,
        "put, which notifies not_empty; get, which notifies not_full",
        queue.Queue.put,
        r"self\.not_empty\.notify\(\)",
    ),
    Evidence(
        "asyncio",
        WAKES,
        "put sets the result of a getter's future; get sets that of a putter's future",
        asyncio.Queue,
        r"waiter\.set_result\(None\)",
    ),
)
