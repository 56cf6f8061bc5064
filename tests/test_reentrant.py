"""Our RLock where asyncio can break a lock: order, cancellation, hand-over, groups."""

import asyncio
from itertools import product

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import asyncio_impl.on_anyio.reentrant
from asyncio_impl.reentrant import RLock


async def settle():
    """Let every task go as far as it can."""
    for _ in range(10):
        await asyncio.sleep(0)


class Queue:
    """A lock held by the test, with waiters behind it; who got in is written down."""

    def __init__(self, waiters, depth=1):
        self.lock, self.depth, self.entered = RLock(), depth, []
        self.tasks = [asyncio.create_task(self.enter(n)) for n in range(waiters)]

    async def enter(self, name):
        async with self.lock, self.lock:
            self.entered.append(name)

    async def __aenter__(self):
        for _ in range(self.depth):
            await self.lock.acquire()
        await settle()
        return self

    def let_go(self):
        for _ in range(self.depth):
            self.lock.release()

    async def __aexit__(self, *raised):
        async with asyncio.timeout(5):
            await asyncio.gather(*self.tasks, return_exceptions=True)
            async with self.lock:  # free, whatever happened
                pass


async def test_waiters_enter_in_the_order_in_which_they_came():
    """First come, first served: no worker starves."""
    async with Queue(5) as queue:
        queue.let_go()

    assert queue.entered == [0, 1, 2, 3, 4]


async def test_who_has_just_left_does_not_overtake_who_waits():
    """The lock is handed over, not put up for grabs."""
    async with Queue(2) as queue:
        queue.let_go()
        async with queue.lock:
            queue.entered.append("again")

    assert queue.entered == [0, 1, "again"]


@pytest.mark.parametrize(("depth", "victim"), [*product([1, 3], [0, 1, 2])])
async def test_a_waiter_cancelled_while_it_waits_is_passed_over(depth, victim):
    """The others do not notice."""
    async with Queue(3, depth) as queue:
        queue.tasks[victim].cancel()
        queue.let_go()

    assert queue.entered == [n for n in range(3) if n != victim]
    assert queue.tasks[victim].cancelled()


@pytest.mark.parametrize("depth", [1, 3])
async def test_a_waiter_cancelled_just_after_it_was_woken_wakes_the_next(depth):
    """The wake-up is passed on, or all the others would wait for ever."""
    async with Queue(3, depth) as queue:
        queue.let_go()
        queue.tasks[0].cancel()

    assert queue.entered == [1, 2]


async def test_every_waiter_may_be_cancelled_and_the_lock_is_free():
    """No owner is left that does not exist any more."""
    async with Queue(3) as queue:
        queue.let_go()
        for task in queue.tasks:
            task.cancel()

    assert queue.entered == []


async def test_an_owner_cancelled_inside_gives_the_lock_back():
    """As often as it had entered."""
    lock = RLock()

    async def hold():
        async with lock, lock:
            await asyncio.Event().wait()

    holder = asyncio.create_task(hold())
    await settle()
    holder.cancel()

    async with asyncio.timeout(5), lock:
        assert holder.done()


async def test_an_acquire_that_times_out_leaves_the_lock_as_it_was():
    """asyncio.timeout cancels: the owner still owns, and the next waiter is first."""
    lock = RLock()
    async with lock:

        async def impatient():
            async with asyncio.timeout(0):
                await lock.acquire()

        with pytest.raises(TimeoutError):
            await asyncio.create_task(impatient())
        lock.release()  # still ours to release ...
        await lock.acquire()  # ... and to take again


async def test_a_group_that_fails_leaves_the_lock_free():
    """Holder, waiters and the failing one all go; the lock stays usable."""
    lock = RLock()

    async def hold():
        async with lock:
            await asyncio.Event().wait()

    async def fail():
        await settle()
        raise ArithmeticError

    async def group_up():
        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(hold())
            group.create_task(fail())

    with pytest.raises(ExceptionGroup):
        await group_up()

    async with asyncio.timeout(5), lock:
        pass


async def test_a_child_does_not_share_the_lock_of_its_parent():
    """Owned by a task: what it starts are other tasks."""
    lock = RLock()
    async with lock:
        child = asyncio.create_task(lock.acquire())
        await settle()
        assert not child.done()
        child.cancel()


async def test_a_callback_owns_nothing():
    """Outside of any task there is no owner, and no lock is anybody's by that."""
    raised = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: raised.append(context["exception"]))

    loop.call_soon(RLock().release)
    await settle()

    assert [type(error) for error in raised] == [RuntimeError]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.integers(0, 3), st.integers(0, 12)), max_size=6
    )
)
def test_whoever_is_cancelled_whenever_one_at_a_time_is_inside(plan):
    """Any depth, any length of stay, any moment of cancellation."""

    async def main():
        lock, inside = RLock(), []

        async def visit(name, depth, stay):
            for _ in range(depth):
                await lock.acquire()
            try:
                inside.append(name)
                for _ in range(stay):
                    await asyncio.sleep(0)
                    assert inside == [name]
                inside.remove(name)
            except asyncio.CancelledError:
                inside.remove(name)
                raise
            finally:
                for _ in range(depth):
                    lock.release()

        tasks = [
            asyncio.create_task(visit(name, depth, stay))
            for name, (depth, stay, _) in enumerate(plan)
        ]
        for turn in range(13):
            for task, (_, _, when) in zip(tasks, plan, strict=True):
                if when == turn:
                    task.cancel()
            await asyncio.sleep(0)
        async with asyncio.timeout(5):
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            async with lock:
                assert inside == []
        assert {type(end) for end in ended} <= {type(None), asyncio.CancelledError}

    asyncio.run(main())


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_on_anyio_a_cancelled_waiter_is_passed_over_and_the_order_kept(backend):
    """The same promises where a cancelled scope fails every await."""
    entered = []

    async def main():
        lock = asyncio_impl.on_anyio.reentrant.RLock()
        scopes = [anyio.CancelScope() for _ in range(3)]

        async def enter(n):
            with scopes[n]:
                async with lock, lock:
                    entered.append(n)

        with anyio.fail_after(5):
            async with anyio.create_task_group() as group:
                async with lock, lock:
                    for n in range(3):
                        group.start_soon(enter, n)
                        await anyio.wait_all_tasks_blocked()
                    scopes[1].cancel()
                with pytest.raises(RuntimeError):
                    lock.release()
            async with lock:
                pass

    anyio.run(main, backend=backend)
    assert entered == [0, 2]
