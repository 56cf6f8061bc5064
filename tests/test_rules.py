"""The rules of conditions, semaphores, events and queues, in every model alike."""

import asyncio
import queue
import threading

import anyio
import pytest
from actors import TaskActor, ThreadActor, finished, until


def each(*kinds):
    ids = [f"{kind.__module__.partition('.')[0]}-{kind.__name__}" for _, kind in kinds]
    return pytest.mark.parametrize(("actor", "kind"), kinds, ids=ids)


conditions = each(
    (ThreadActor, threading.Condition),
    (TaskActor, asyncio.Condition),
    (TaskActor, anyio.Condition),
)
semaphores = each(
    (ThreadActor, threading.Semaphore),
    (ThreadActor, threading.BoundedSemaphore),
    (TaskActor, asyncio.Semaphore),
    (TaskActor, asyncio.BoundedSemaphore),
    (TaskActor, anyio.Semaphore),
)
events = each((ThreadActor, threading.Event), (TaskActor, asyncio.Event))
queues = each((ThreadActor, queue.Queue), (TaskActor, asyncio.Queue))


def waiters(event) -> int:
    """How many wait for an event, of which the interpreter keeps its own list."""
    return len(getattr(event, "_cond", event)._waiters)


@conditions
async def test_wait_gives_the_lock_away_and_notify_does_not(actor, kind):
    """Who is notified goes on only when who notified has left."""
    condition, order = kind(), []
    async with actor() as ann, actor() as ben:
        await ann.do(condition.acquire)
        waiting = ann.begin(condition.wait)
        await ben.do(condition.acquire)  # which ann holds until she waits
        await ben.do(condition.notify)
        assert not waiting.done()
        await ben.do(lambda: order.append("ben"))
        await ben.do(condition.release)
        await finished(waiting)
        await ann.do(lambda: order.append("ann"))
        await ann.do(condition.release)

    assert order == ["ben", "ann"]


@conditions
async def test_who_returns_from_wait_has_the_state_to_itself(actor, kind):
    """That is what an event does not give: there all go on at once."""
    condition, order = kind(), []
    async with actor() as ann, actor() as ben:
        await ann.do(condition.acquire)
        waiting = ann.begin(condition.wait)
        await ben.do(condition.acquire)
        await ben.do(condition.notify_all)
        await ben.do(condition.release)
        await finished(waiting)
        entering = ben.begin(condition.acquire)
        assert not entering.done()
        await ann.do(lambda: order.append("ann"))
        await ann.do(condition.release)
        await finished(entering)
        await ben.do(lambda: order.append("ben"))
        await ben.do(condition.release)

    assert order == ["ann", "ben"]


@conditions
async def test_a_notify_without_a_waiter_is_not_kept(actor, kind):
    """So a consumer must look before it waits."""
    condition = kind()
    async with actor() as ann, actor() as ben:
        await ben.do(condition.acquire)
        await ben.do(condition.notify)
        await ben.do(condition.release)
        await ann.do(condition.acquire)
        waiting = ann.begin(condition.wait)
        await ben.do(condition.acquire)
        assert not waiting.done()
        await ben.do(condition.notify)
        await ben.do(condition.release)
        await finished(waiting)
        await ann.do(condition.release)


@conditions
@pytest.mark.parametrize("method", ["notify", "notify_all", "wait"])
async def test_a_condition_is_used_with_its_lock_held(actor, kind, method):
    """Without it, a look and the wait after it could be torn apart."""
    condition = kind()
    async with actor() as ann:
        with pytest.raises(RuntimeError):
            await ann.do(getattr(condition, method))


@semaphores
@pytest.mark.parametrize("places", [1, 3])
async def test_a_semaphore_lets_in_as_many_as_there_are_places(actor, kind, places):
    """A counter with a condition: the next waits until one leaves."""
    semaphore, order = kind(places), []
    async with actor() as ann, actor() as ben:
        for _ in range(places):
            await ann.do(semaphore.acquire)
        waiting = ben.begin(semaphore.acquire)
        await ann.do(lambda: order.append("ann"))
        await ann.do(semaphore.release)
        await finished(waiting)
        await ben.do(lambda: order.append("ben"))

    assert order == ["ann", "ben"]


@semaphores
async def test_only_a_bounded_semaphore_notices_a_release_too_many(actor, kind):
    """The others have a place more from then on."""
    for bounded in [True, False] if kind is anyio.Semaphore else [None]:
        semaphore = kind(1) if bounded is None else kind(1, max_value=bounded or None)
        async with actor() as ann:
            if bounded or kind.__name__ == "BoundedSemaphore":
                with pytest.raises(ValueError, match="released too many times"):
                    await ann.do(semaphore.release)
            else:
                await ann.do(semaphore.release)
                await ann.do(semaphore.acquire)
            await ann.do(semaphore.acquire)


@events
@pytest.mark.parametrize("then", [[], ["clear"]], ids=["set", "set-and-clear"])
async def test_set_wakes_all_who_wait_even_if_cleared_at_once(actor, kind, then):
    """Often feared for; it is who comes later that is forgotten."""
    event = kind()
    async with actor() as ann, actor() as ben, actor() as eve:
        waiting = [ann.begin(event.wait), ben.begin(event.wait)]
        await until(lambda: waiters(event) == 2)
        for method in ["set", *then]:
            await eve.do(getattr(event, method))

        assert [await finished(one) for one in waiting] == [True, True]


@events
async def test_who_comes_after_set_and_clear_waits(actor, kind):
    """An event is a state, not a message: what is not looked at is not kept."""
    event, order = kind(), []
    async with actor() as ann, actor() as eve:
        await eve.do(event.set)
        await ann.do(event.wait)  # as long as it is set no task waits
        await eve.do(event.clear)
        waiting = ann.begin(event.wait)
        await until(lambda: waiters(event) == 1)
        await eve.do(lambda: order.append("set again"))
        await eve.do(event.set)
        await finished(waiting)
        await ann.do(lambda: order.append("woken"))

    assert order == ["set again", "woken"]


async def test_an_event_of_anyio_cannot_be_cleared():
    """It is used once; a new one takes its place, as our mailbox does."""
    assert not hasattr(anyio.Event(), "clear")


@queues
async def test_put_waits_for_room_and_get_for_something(actor, kind):
    """The queue does the waiting, in the order in which things were put."""
    items = kind(1)
    async with actor() as ann, actor() as ben:
        getting = ben.begin(items.get)
        await ann.do(lambda: items.put(1))
        assert await finished(getting) == 1
        await ann.do(lambda: items.put(2))
        putting = ann.begin(lambda: items.put(3))
        assert await ben.do(items.get) == 2
        await finished(putting)
        assert await ben.do(items.get) == 3


@queues
async def test_join_waits_until_what_was_put_is_done_and_not_just_taken(actor, kind):
    """The queue cannot know: it is told, once for each."""
    items, order = kind(), []
    async with actor() as ann, actor() as ben:
        for n in range(2):
            await ann.do(lambda n=n: items.put(n))
        joining = ann.begin(items.join)
        for _ in range(2):
            await ben.do(items.get)
        for _ in range(2):
            assert not joining.done()
            await ben.do(lambda: order.append("done"))
            await ben.do(items.task_done)
        await finished(joining)

    assert order == ["done", "done"]


@queues
async def test_one_task_done_too_many_is_an_error(actor, kind):
    """Else the next join would end too early."""
    async with actor() as ann:
        with pytest.raises(ValueError, match="called too many times"):
            await ann.do(kind().task_done)
