"""Rules for loops that a program makes: CPython and our model must follow them."""

import asyncio
import concurrent.futures
import threading


def raised(call, *arguments):
    """What it says when it fails."""
    try:
        answer = call(*arguments)
    except RuntimeError as error:
        return str(error)
    if asyncio.iscoroutine(answer):
        answer.close()
    return None


def the_debug_mode_is_that_of_run():
    async def main():
        return asyncio.get_running_loop().get_debug()

    assert asyncio.run(main(), debug=True)
    assert not asyncio.run(main(), debug=False)
    with asyncio.Runner(debug=True) as runner:
        assert runner.run(main())
        runner.get_loop().set_debug(False)
        assert not runner.run(main())


def in_debug_mode_tasks_and_futures_do_the_same():
    async def later(future):
        await asyncio.sleep(0)
        future.set_result(1)

    async def main():
        future = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(later(future))
        assert await future == 1
        await task
        queue = asyncio.Queue(1)
        await queue.put(2)
        return await asyncio.gather(queue.get(), asyncio.to_thread(int, "3"))

    assert asyncio.run(main(), debug=True) == [2, 3]


def in_debug_mode_another_thread_cannot_call_soon():
    said = []

    def work(loop):
        said.append(raised(loop.call_soon, print))
        said.append(raised(loop.call_later, 1, print))
        said.append(raised(loop.call_soon_threadsafe, int))

    async def main():
        loop = asyncio.get_running_loop()
        thread = threading.Thread(target=work, args=(loop,))
        thread.start()
        await asyncio.sleep(0.1)
        thread.join()

    asyncio.run(main(), debug=True)
    refused = (
        "Non-thread-safe operation invoked on an event loop other than the current one"
    )
    assert said == [refused, refused, None]


def a_stopped_loop_ends_its_lap_and_no_more():
    loop, called = asyncio.new_event_loop(), []

    def first():
        loop.call_soon(called.append, "in the next lap")
        loop.stop()

    loop.call_soon(first)
    loop.call_soon(called.append, "in this lap")
    loop.run_forever()
    loop.close()
    assert called == ["in this lap"]


def a_loop_stopped_before_it_runs_runs_one_lap():
    loop, called = asyncio.new_event_loop(), []
    loop.stop()
    loop.call_soon(called.append, 1)
    loop.run_forever()
    loop.call_soon(loop.stop)
    loop.run_forever()
    loop.close()
    assert called == [1]


def a_loop_stopped_too_early_has_no_result():
    loop = asyncio.new_event_loop()
    forever = loop.create_future()
    loop.call_later(0.001, loop.stop)
    said = raised(loop.run_until_complete, forever)
    loop.close()
    assert said == "Event loop stopped before Future completed."


def a_closed_loop_takes_nothing():
    loop = asyncio.new_event_loop()
    loop.close()
    coroutine = asyncio.sleep(0)
    assert {
        raised(loop.call_soon, print),
        raised(loop.call_later, 1, print),
        raised(loop.call_soon_threadsafe, print),
        raised(loop.create_task, coroutine),
        raised(loop.run_until_complete, coroutine),
        raised(loop.run_forever),
    } == {"Event loop is closed"}
    coroutine.close()
    assert loop.is_closed()


def a_running_loop_is_neither_run_again_nor_closed():
    loop, other = asyncio.new_event_loop(), asyncio.new_event_loop()

    async def main():
        assert loop.is_running()
        assert not other.is_running()
        nothing = asyncio.sleep(0)
        again = raised(loop.run_until_complete, nothing)
        beside = raised(other.run_until_complete, nothing)
        closed = raised(loop.close)
        nothing.close()
        return again, beside, closed

    assert loop.run_until_complete(main()) == (
        "This event loop is already running",
        "Cannot run the event loop while another loop is running",
        "Cannot close a running event loop",
    )
    loop.close()
    other.close()


def a_thread_has_the_loop_that_was_set_in_it():
    loop, seen = asyncio.new_event_loop(), []

    def look():
        seen.append(raised(asyncio.get_event_loop))
        asyncio.set_event_loop(loop)
        seen.append(asyncio.get_event_loop() is loop)

    thread = threading.Thread(target=look, name="looks")
    thread.start()
    thread.join()
    loop.close()
    assert seen == ["There is no current event loop in thread 'looks'.", True]


def callbacks_are_called_in_the_order_in_which_a_thread_hands_them_over():
    loop, called = asyncio.new_event_loop(), []

    def hand_over():
        loop.call_soon_threadsafe(called.append, 1)
        loop.call_soon_threadsafe(called.append, 2)
        loop.call_soon_threadsafe(loop.stop)

    thread = threading.Thread(target=hand_over)
    thread.start()
    loop.run_forever()
    thread.join()
    loop.close()
    assert called == [1, 2]


def a_timer_waits_for_its_loop_to_run_again():
    loop, called = asyncio.new_event_loop(), []
    loop.call_later(0.001, called.append, "due")
    cancelled = loop.call_later(0.001, called.append, "cancelled")
    cancelled.cancel()
    assert called == []
    loop.run_until_complete(asyncio.sleep(0.01))
    loop.call_later(0.001, called.append, "closed before")
    loop.close()
    assert called == ["due"]


def a_future_given_in_a_thread_ends_the_run():
    loop = asyncio.new_event_loop()
    future = loop.create_future()
    give = threading.Thread(
        target=lambda: loop.call_soon_threadsafe(future.set_result, 42)
    )
    give.start()
    assert loop.run_until_complete(future) == 42
    give.join()
    loop.close()


def what_a_thread_waits_for_is_done_by_the_loop_of_another():
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def double(number):
        await asyncio.sleep(0)
        return 2 * number

    assert asyncio.run_coroutine_threadsafe(double(21), loop).result() == 42
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    assert not loop.is_running()
    loop.close()


def a_cancelled_future_of_threads_cancels_what_wraps_it():
    async def main():
        future = concurrent.futures.Future()
        wrapped = asyncio.wrap_future(future)
        future.cancel()
        try:
            await wrapped
        except asyncio.CancelledError:
            return "cancelled"
        return "not cancelled"

    assert asyncio.run(main()) == "cancelled"


def a_run_ends_after_the_threads_of_its_executor():
    done, end = [], threading.Event()

    def work():
        end.wait()
        done.append(True)

    async def main():
        asyncio.get_running_loop().run_in_executor(None, work)
        end.set()

    asyncio.run(main())
    assert done == [True]


def gathered_nothing_belongs_to_the_loop_that_was_set():
    loop = asyncio.new_event_loop()

    def serve():
        asyncio.set_event_loop(loop)
        answers.append(loop.run_until_complete(asyncio.gather()))
        loop.close()

    answers = []
    thread = threading.Thread(target=serve)
    thread.start()
    thread.join()
    assert answers == [[]]


async def rows(ended, name="rows", error=None):
    try:
        yield 1
        yield 2
    finally:
        await asyncio.sleep(0)
        ended.append(name)
        if error is not None:
            raise error


async def take_one(generator, kept):
    kept.append(generator)
    async for row in generator:
        return row


def run_closes_an_async_generator_that_is_still_referenced():
    ended, kept = [], []
    asyncio.run(take_one(rows(ended), kept))
    assert ended == ["rows"]


def a_runner_closes_async_generators_when_it_is_closed():
    ended, kept = [], []
    with asyncio.Runner() as runner:
        runner.run(take_one(rows(ended, "first"), kept))
        runner.run(take_one(rows(ended, "second"), kept))
        assert ended == []
    assert sorted(ended) == ["first", "second"]


def run_closes_no_async_generator_that_has_not_begun():
    ended, kept = [], []

    async def main():
        kept.append(rows(ended))

    asyncio.run(main())
    assert ended == []


def run_closes_no_async_generator_twice():
    ended, kept = [], []

    async def main():
        generator = rows(ended)
        kept.append(generator)
        return [row async for row in generator]

    assert asyncio.run(main()) == [1, 2]
    assert ended == ["rows"]


def an_error_while_a_generator_is_closed_goes_to_the_exception_handler():
    ended, kept, told = [], [], []

    async def main():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: told.append(context))
        await take_one(rows(ended, error=ValueError("no")), kept)

    asyncio.run(main())
    assert ended == ["rows"]
    assert [str(context["exception"]) for context in told] == ["no"]
    assert told[0]["asyncgen"] is kept[0]
    assert told[0]["message"].startswith("an error occurred during closing of")


def a_loop_of_the_program_closes_generators_only_if_asked():
    ended, kept = [], []
    loop = asyncio.new_event_loop()
    loop.run_until_complete(take_one(rows(ended), kept))
    assert ended == []
    loop.run_until_complete(loop.shutdown_asyncgens())
    assert ended == ["rows"]
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()
    assert ended == ["rows"]


HELPERS = (raised, rows, take_one)
RULES = [
    name for name, value in vars().items() if callable(value) and value not in HELPERS
]
