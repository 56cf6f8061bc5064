"""What is said of the inside of each primitive, and the line that must prove it."""

import asyncio
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass

from bench.records.models import Model

HOLDS, WAITS, WAKES = "holds", "a waiter waits on", "is woken by"
REFUSES = "a release too many"


@dataclass(frozen=True)
class Claim:
    """A statement of ours, and the line of source that must be there to prove it."""

    model: Model
    question: str
    words: str
    code: Callable[..., object] | type
    line: str  # a regular expression


LOCK = (
    Claim(
        "asyncio",
        HOLDS,
        "a flag; no lock of the system",
        asyncio.Lock.__init__,
        r"self\._locked = False",
    ),
    Claim(
        "asyncio",
        WAITS,
        "a future of its own, in a deque",
        asyncio.Lock.acquire,
        r"create_future\(\)",
    ),
    Claim(
        "asyncio",
        WAKES,
        "release, which gives the first future its result; its task takes the lock",
        asyncio.Lock,
        r"fut\.set_result\(True\)",
    ),
)
RLOCK = (
    Claim(
        "threads",
        HOLDS,
        "an owner and a count beside a lock (the C version does as this Python one)",
        threading._RLock.__init__,
        r"self\._owner = None",
    ),
    Claim(
        "threads",
        WAITS,
        "the lock inside; the owner only counts up",
        threading._RLock.acquire,
        r"self\._block\.acquire\(",
    ),
    Claim(
        "threads",
        WAKES,
        "the release that brings the count to zero",
        threading._RLock.release,
        r"self\._block\.release\(\)",
    ),
)
CONDITION = (
    Claim(
        "threads",
        HOLDS,
        "a lock, an RLock unless one is given, and a deque of waiters",
        threading.Condition.__init__,
        r"lock = RLock\(\)",
    ),
    Claim(
        "asyncio",
        HOLDS,
        "a Lock, and a deque of futures",
        asyncio.Condition.__init__,
        r"lock = Lock\(\)",
    ),
    Claim(
        "threads",
        WAITS,
        "a fresh lock, taken at once, so that taking it again waits",
        threading.Condition.wait,
        r"waiter = _allocate_lock\(\)",
    ),
    Claim(
        "asyncio",
        WAITS,
        "a future of its own",
        asyncio.Condition.wait,
        r"create_future\(\)",
    ),
    Claim(
        "threads",
        WAKES,
        "notify, which releases that fresh lock and keeps the condition's own",
        threading.Condition.notify,
        r"waiter\.release\(\)",
    ),
    Claim(
        "asyncio",
        WAKES,
        "notify, which gives the future its result and keeps the lock",
        asyncio.Condition,
        r"fut\.set_result\(False\)",
    ),
)
SEMAPHORE = (
    Claim(
        "threads",
        HOLDS,
        "a Condition over a Lock, and a counter",
        threading.Semaphore.__init__,
        r"self\._cond = Condition\(Lock\(\)\)",
    ),
    Claim(
        "asyncio",
        HOLDS,
        "a counter, and a deque of futures; no lock at all",
        asyncio.Semaphore.__init__,
        r"self\._value = value",
    ),
    Claim(
        "threads",
        WAITS,
        "that condition, while the counter is zero",
        threading.Semaphore.acquire,
        r"self\._cond\.wait\(",
    ),
    Claim(
        "asyncio",
        WAITS,
        "a future of its own",
        asyncio.Semaphore.acquire,
        r"create_future\(\)",
    ),
    Claim(
        "threads",
        WAKES,
        "release, through the condition",
        threading.Semaphore.release,
        r"self\._cond\.notify\(",
    ),
    Claim(
        "asyncio",
        WAKES,
        "release, which hands its unit to the first future",
        asyncio.Semaphore,
        r"fut\.set_result\(True\)",
    ),
)
BOUNDED_SEMAPHORE = (
    Claim(
        "threads",
        HOLDS,
        "a Semaphore that remembers where it began",
        threading.BoundedSemaphore.__init__,
        r"self\._initial_value = value",
    ),
    Claim(
        "asyncio",
        HOLDS,
        "a Semaphore that remembers where it began",
        asyncio.BoundedSemaphore.__init__,
        r"self\._bound_value = value",
    ),
    Claim(
        "threads",
        REFUSES,
        "is a ValueError",
        threading.BoundedSemaphore.release,
        r"raise ValueError\(.Semaphore released",
    ),
    Claim(
        "asyncio",
        REFUSES,
        "is a ValueError",
        asyncio.BoundedSemaphore.release,
        r"raise ValueError\(",
    ),
)
EVENT = (
    Claim(
        "threads",
        HOLDS,
        "a Condition over a Lock, and a flag",
        threading.Event.__init__,
        r"self\._cond = Condition\(Lock\(\)\)",
    ),
    Claim(
        "asyncio",
        HOLDS,
        "a flag, and a deque of futures",
        asyncio.Event.__init__,
        r"self\._value = False",
    ),
    Claim(
        "threads",
        WAITS,
        "that condition, once, while the flag is down",
        threading.Event.wait,
        r"self\._cond\.wait\(",
    ),
    Claim(
        "asyncio",
        WAITS,
        "a future of its own",
        asyncio.Event.wait,
        r"create_future\(\)",
    ),
    Claim(
        "threads",
        WAKES,
        "set, which wakes all",
        threading.Event.set,
        r"self\._cond\.notify_all\(\)",
    ),
    Claim(
        "asyncio",
        WAKES,
        "set, which gives every future its result",
        asyncio.Event.set,
        r"fut\.set_result\(True\)",
    ),
)
QUEUE = (
    Claim(
        "threads",
        HOLDS,
        "one Lock under three conditions: not_empty, not_full, all_tasks_done",
        queue.Queue.__init__,
        r"self\.mutex = threading\.Lock\(\)",
    ),
    Claim(
        "asyncio",
        HOLDS,
        "two deques of futures, for getters and for putters; no lock",
        asyncio.Queue.__init__,
        r"self\._getters = collections\.deque\(\)",
    ),
    Claim(
        "threads",
        WAITS,
        "not_full in put, not_empty in get",
        queue.Queue.put,
        r"self\.not_full\.wait\(\)",
    ),
    Claim(
        "asyncio",
        WAITS,
        "a future among the putters or the getters",
        asyncio.Queue.put,
        r"create_future\(\)",
    ),
    Claim(
        "threads",
        WAKES,
        "put, which notifies not_empty; get, which notifies not_full",
        queue.Queue.put,
        r"self\.not_empty\.notify\(\)",
    ),
    Claim(
        "asyncio",
        WAKES,
        "put, which gives the first getter's future its result; get, a putter's",
        asyncio.Queue,
        r"waiter\.set_result\(None\)",
    ),
)
