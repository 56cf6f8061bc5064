"""The rules of locks, over threading, asyncio and anyio alike; ours among them.

A held lock is shown to be waited for by the order of what is done on both sides.
"""

import asyncio
import threading

import anyio
import pytest
from actors import TaskActor, ThreadActor, finished

import asyncio_impl.on_anyio.reentrant
import asyncio_impl.reentrant

LOCKS = [
    pytest.param(ThreadActor, threading.Lock, id="threading"),
    pytest.param(TaskActor, asyncio.Lock, id="asyncio"),
    pytest.param(TaskActor, anyio.Lock, id="anyio"),
]
RLOCKS = [
    pytest.param(ThreadActor, threading.RLock, id="threading-rlock"),
    pytest.param(TaskActor, asyncio_impl.reentrant.RLock, id="asyncio-rlock"),
    pytest.param(TaskActor, asyncio_impl.on_anyio.reentrant.RLock, id="anyio-rlock"),
]
any_lock = pytest.mark.parametrize(("actor", "lock_type"), LOCKS + RLOCKS)
plain_lock = pytest.mark.parametrize(("actor", "lock_type"), LOCKS)
re_entrant_lock = pytest.mark.parametrize(("actor", "lock_type"), RLOCKS)


@any_lock
async def test_a_free_lock_is_taken_at_once_and_a_held_one_waited_for(actor, lock_type):
    """What the holder does before its release comes before what the waiter does."""
    lock, order = lock_type(), []
    async with actor() as ann, actor() as ben:
        await ann.do(lock.acquire)
        waiting = ben.begin(lock.acquire)
        await ann.do(lambda: order.append("ann"))
        await ann.do(lock.release)
        await finished(waiting)
        await ben.do(lambda: order.append("ben"))
        await ben.do(lock.release)

    assert order == ["ann", "ben"]


@any_lock
async def test_releasing_a_free_lock_is_an_error(actor, lock_type):
    """A release too many is a mistake somewhere else, and said at once."""
    async with actor() as ann:
        with pytest.raises(RuntimeError):
            await ann.do(lock_type().release)


@plain_lock
async def test_who_may_release_a_lock_that_another_holds(actor, lock_type):
    """Anybody in threads and in asyncio; on anyio only who holds it."""
    lock = lock_type()
    async with actor() as ann, actor() as ben:
        await ann.do(lock.acquire)
        if lock_type is anyio.Lock:
            with pytest.raises(RuntimeError):
                await ben.do(lock.release)
            await ann.do(lock.release)
        else:
            await ben.do(lock.release)

        await ben.do(lock.acquire)
        await ben.do(lock.release)


@any_lock
async def test_with_releases_a_lock_whatever_happens(actor, lock_type):
    """The same as acquire and release but for exceptions: there it is better."""
    lock = lock_type()

    def fail_inside():
        with lock:
            raise ArithmeticError

    async def fail_inside_async():
        async with lock:
            raise ArithmeticError

    async with actor() as ann, actor() as ben:
        with pytest.raises(ArithmeticError):
            await ann.do(fail_inside if actor is ThreadActor else fail_inside_async)

        await ben.do(lock.acquire)
        await ben.do(lock.release)


@re_entrant_lock
@pytest.mark.parametrize("times", [1, 2, 5])
async def test_an_owner_enters_again_and_leaves_as_often(actor, lock_type, times):
    """Only the last release lets another in."""
    lock, order = lock_type(), []
    async with actor() as ann, actor() as ben:
        for _ in range(times):
            await ann.do(lock.acquire)
        waiting = ben.begin(lock.acquire)
        for n in range(times):
            assert not waiting.done()
            await ann.do(lambda n=n: order.append(n))
            await ann.do(lock.release)
        await finished(waiting)
        await ben.do(lambda: order.append("ben"))
        await ben.do(lock.release)

    assert order == [*range(times), "ben"]


@re_entrant_lock
@pytest.mark.parametrize("depth", [1, 2])
async def test_only_the_owner_may_release_a_re_entrant_lock(actor, lock_type, depth):
    """And who tries in vain changes nothing."""
    lock = lock_type()
    async with actor() as ann, actor() as ben:
        for _ in range(depth):
            await ann.do(lock.acquire)

        with pytest.raises(RuntimeError):
            await ben.do(lock.release)

        for _ in range(depth):
            await ann.do(lock.release)
        with pytest.raises(RuntimeError):
            await ann.do(lock.release)


@re_entrant_lock
async def test_a_failure_in_an_inner_with_leaves_the_outer_one_held(actor, lock_type):
    """Each `with` gives back its own entry."""
    lock = lock_type()

    def fail_inside():
        with lock:
            raise ArithmeticError

    async def fail_inside_async():
        async with lock:
            raise ArithmeticError

    async with actor() as ann, actor() as ben:
        await ann.do(lock.acquire)
        with pytest.raises(ArithmeticError):
            await ann.do(fail_inside if actor is ThreadActor else fail_inside_async)

        waiting = ben.begin(lock.acquire)
        assert not waiting.done()
        await ann.do(lock.release)
        await finished(waiting)
        await ben.do(lock.release)
