"""Rules of asyncio that CPython keeps, each a function that returns what it saw.

The tests run each as it is and, in the stock loop's order, under the explorer.
"""

import asyncio
import concurrent.futures
import contextlib
import contextvars
import functools

USER = contextvars.ContextVar("user", default="nobody")


def _error(call, *args):
    try:
        made = call(*args)
    except Exception as error:
        return f"{type(error).__name__}: {error}".partition(" <")[0]
    if asyncio.iscoroutine(made):
        made.close()
    return None


async def _turns(count):
    for _ in range(count):
        await asyncio.sleep(0)


# --- Contexts -------------------------------------------------------------------------


def _called_in(register):
    """The user that a done callback sees which is registered as 'ann'."""

    async def main():
        seen = []
        future = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(_turns(1))
        USER.set("ann")
        register(future, task, lambda *_: seen.append(USER.get()))
        USER.set("bob")
        future.set_result(None)
        await task
        await _turns(3)
        return seen

    return asyncio.run(main())


def a_futures_callback_has_the_context_of_its_registration():
    return _called_in(lambda future, _, call: future.add_done_callback(call))


def a_tasks_callback_has_the_context_of_its_registration():
    return _called_in(lambda _, task, call: task.add_done_callback(call))


def a_callback_has_the_context_that_it_is_given():
    context = contextvars.copy_context()
    context.run(USER.set, "eve")
    return _called_in(
        lambda future, _, call: future.add_done_callback(call, context=context)
    )


def a_callback_of_the_loop_has_the_context_of_its_registration():
    return _called_in(lambda *them: asyncio.get_running_loop().call_soon(them[2]))


def a_timer_has_the_context_of_its_registration():
    return _called_in(lambda *them: asyncio.get_running_loop().call_later(0, them[2]))


def the_handler_is_called_in_a_context():
    seen = []

    async def main():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda *_: seen.append(USER.get()))
        USER.set("callback")
        loop.call_soon(lambda: 1 / 0)
        USER.set("later")
        await _turns(2)

    asyncio.run(main())
    return seen


# --- Tasks and futures ----------------------------------------------------------------


def a_task_is_a_future():
    async def main():
        task = asyncio.create_task(_turns(0))
        future = asyncio.get_running_loop().create_future()
        future.cancel()
        await task
        return (
            isinstance(task, asyncio.Future),
            issubclass(asyncio.Task, asyncio.Future),
            isinstance(future, asyncio.Task),
            isinstance(3, asyncio.Future),
            asyncio.isfuture(task),
        )

    return asyncio.run(main())


def what_is_no_coroutine_is_refused():
    async def main():
        loop = asyncio.get_running_loop()
        return (
            _error(asyncio.create_task, _turns),
            _error(asyncio.Task, _turns),
            _error(asyncio.create_task, 3),
            _error(asyncio.ensure_future, 3) is not None,
            _error(asyncio.run_coroutine_threadsafe, 3, loop),
            _error(asyncio.run_coroutine_threadsafe, _turns, loop),
        )

    return asyncio.run(main())


def a_group_refuses_what_is_no_coroutine():
    async def main():
        async with asyncio.TaskGroup() as group:
            group.create_task(_turns)

    try:
        asyncio.run(main())
    except ExceptionGroup as failed:
        return [type(one).__name__ for one in failed.exceptions]
    except TypeError as failed:
        return type(failed).__name__


def a_task_made_by_hand():
    async def main():
        async def job():
            return asyncio.current_task().get_name()

        return await asyncio.Task(job()), await asyncio.Task(job(), name="mine")

    return asyncio.run(main())[1]


def with_a_loop_that_is_set():
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        future, other = asyncio.Future(), concurrent.futures.Future()
        loop.call_soon(future.set_result, 1)
        other.set_result(2)
        wrapped = asyncio.wrap_future(other)
        return loop.run_until_complete(future), loop.run_until_complete(wrapped)
    finally:
        asyncio.set_event_loop(None)
        loop.close()


class _Named:
    """A base before asyncio's own class."""

    def __init__(self, *args, **options):
        self.made = len(args)
        super().__init__(*args, **options)


class _NamedTask(_Named, asyncio.Task):
    pass


class _NamedFuture(_Named, asyncio.Future):
    pass


def tasks_and_futures_with_another_base():
    async def main():
        future = _NamedFuture()
        future.set_result(1)
        task = _NamedTask(_turns(1))
        return task.made, future.made, await future, await task

    return asyncio.run(main())


class _Policy(asyncio.DefaultEventLoopPolicy):
    made = 0

    def new_event_loop(self):
        type(self).made += 1
        return super().new_event_loop()


def a_policy_makes_the_loops():
    asyncio.set_event_loop_policy(_Policy())
    try:
        asyncio.run(_turns(1))
        asyncio.new_event_loop().close()
        name = type(asyncio.get_event_loop_policy()).__name__
    finally:
        made, _Policy.made = _Policy.made, 0
        asyncio.set_event_loop_policy(None)
    return made, name, _error(asyncio.set_event_loop_policy, 3)


def a_runner_has_states():
    runner = asyncio.Runner()
    runner.close()
    runner.run(_turns(1))
    runner.close()
    runner.close()
    return _error(runner.get_loop), _error(runner.__enter__)


def a_run_within_a_run_is_refused():
    async def main():
        inner = _turns(1)
        try:
            return _error(asyncio.run, inner), _error(asyncio.Runner().run, inner)
        finally:
            inner.close()

    return asyncio.run(main())


def a_factory_keeps_name_and_context():
    async def main():
        made = []

        def factory(loop, coroutine, **options):
            made.append(sorted(options))
            return asyncio.Task(coroutine, loop=loop, **options)

        asyncio.get_running_loop().set_task_factory(factory)
        context = contextvars.copy_context()
        context.run(USER.set, "ann")

        async def job():
            return asyncio.current_task().get_name(), USER.get()

        given = await asyncio.create_task(job(), name="job", context=context)
        plain = await asyncio.create_task(job(), name="other")
        async with asyncio.TaskGroup() as group:
            grouped = group.create_task(job(), name="third", context=context)
        return given, plain, grouped.result(), "context" in made[0]

    return asyncio.run(main())


def a_factory_for_a_loop_that_does_not_run_yet():
    async def main():
        # Python 3.13.0 names it None afterwards, whatever the factory called it.
        return asyncio.current_task().get_name() in ("x", "None")

    loop = asyncio.new_event_loop()
    loop.set_task_factory(
        lambda loop, coro, **_: asyncio.Task(coro, loop=loop, name="x")
    )
    try:
        return loop.run_until_complete(main())
    finally:
        loop.close()


def a_factory_makes_the_tasks_that_shut_the_loop_down():
    made, kept = [], []

    def factory(loop, coroutine, **options):
        made.append(getattr(coroutine, "__name__", "closes a generator"))
        return asyncio.Task(coroutine, loop=loop, **options)

    async def numbers():
        yield 1
        yield 2

    async def main(*, generator):
        asyncio.get_running_loop().set_task_factory(factory)
        kept.append(asyncio.create_task(asyncio.Event().wait()))
        if generator:
            kept.append(numbers())
            await anext(kept[-1])

    asyncio.run(main(generator=True))
    asyncio.run(main(generator=False))
    return made


def a_factory_makes_the_tasks_of_a_runner():
    made = []

    def factory(loop, coroutine, **options):
        made.append(coroutine.__name__)
        return asyncio.Task(coroutine, loop=loop, **options)

    def new_loop():
        loop = asyncio.new_event_loop()
        loop.set_task_factory(factory)
        return loop

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(asyncio.sleep(0))
        runner.run(asyncio.sleep(0))
    return made


# --- Eager tasks, from Python 3.12 on -------------------------------------------------


def _eagerly(main):
    """What an async function returns whose tasks are eager; None before 3.12."""
    if not hasattr(asyncio, "eager_task_factory"):
        return None

    async def begin():
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
        return await main()

    return asyncio.run(begin())


def an_eager_task_begins_at_once():
    async def main():
        log = []

        async def job(name, turns):
            log.append(f"{name} begins")
            await _turns(turns)
            log.append(f"{name} ends")

        tasks = [asyncio.create_task(job("a", 1)), asyncio.create_task(job("b", 0))]
        log.append(str([task.done() for task in tasks]))
        await asyncio.gather(*tasks)
        return log

    return _eagerly(main)


def an_eager_task_is_the_current_one():
    async def main():
        outer = asyncio.current_task()

        async def job():
            first = asyncio.current_task()
            known = first in asyncio.all_tasks()
            await _turns(1)
            return first is asyncio.current_task(), first is not outer, known

        task = asyncio.create_task(job())
        back = asyncio.current_task() is outer
        return back, await task

    return _eagerly(main)


def eager_tasks_make_eager_tasks():
    async def main():
        log = []

        async def tree(depth):
            log.append(depth)
            if depth:
                await asyncio.gather(tree(depth - 1), tree(depth - 1))
            return depth

        return await tree(2), log

    return _eagerly(main)


def an_eager_task_that_fails_at_once():
    async def main():
        async def fails():
            raise ValueError("at once")

        task = asyncio.create_task(fails())
        said = str(task.exception())
        both = await asyncio.gather(fails(), _turns(3), return_exceptions=True)
        return said, [type(one).__name__ for one in both]

    return _eagerly(main)


def an_eager_task_is_cancelled():
    async def main():
        log = []

        async def job():
            try:
                await asyncio.Event().wait()
            finally:
                log.append("cleaned")

        task = asyncio.create_task(job())
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        return log, task.cancelled()

    return _eagerly(main)


def eager_tasks_of_a_constructor():
    async def main():
        class Mine(asyncio.Task):
            pass

        loop = asyncio.get_running_loop()
        loop.set_task_factory(asyncio.create_eager_task_factory(Mine))
        task = asyncio.create_task(_turns(1), name="mine")
        kind = type(task).__name__, task.get_name()
        await task
        return kind

    return _eagerly(main)


def a_loop_with_eager_tasks_that_does_not_run_yet():
    if not hasattr(asyncio, "eager_task_factory"):
        return None

    async def main():
        async with asyncio.TaskGroup() as group:
            task = group.create_task(_turns(1))
        return task.done()

    loop = asyncio.new_event_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    try:
        return loop.run_until_complete(main())
    finally:
        loop.close()


# --- The end of a loop ----------------------------------------------------------------


def callbacks_that_are_ready_at_the_end_are_called():
    log = []

    def chain(depth):
        log.append(depth)
        if depth < 3:
            asyncio.get_running_loop().call_soon(chain, depth + 1)

    async def main():
        task = asyncio.create_task(_turns(0))
        task.add_done_callback(lambda _: log.append("done"))
        asyncio.get_running_loop().call_soon(chain, 0)
        await asyncio.sleep(0)

    asyncio.run(main())
    return log


def the_callback_of_a_task_that_is_cancelled_at_the_end():
    log = []

    async def main():
        task = asyncio.create_task(asyncio.Event().wait())
        task.add_done_callback(lambda task: log.append(task.cancelled()))
        await asyncio.sleep(0)

    asyncio.run(main())
    return log


def a_runners_callbacks_are_called_between_its_runs_or_at_its_end():
    log = []

    async def main(name):
        task = asyncio.create_task(_turns(0))
        task.add_done_callback(lambda _: log.append(name))
        await asyncio.sleep(0)

    with asyncio.Runner() as runner:
        runner.run(main("first"))
        runner.run(main("second"))
        log.append("close")
    return log


def the_handler_hears_what_fails_at_the_end():
    heard = []

    async def left():
        try:
            await asyncio.Event().wait()
        finally:
            raise ValueError("left")

    async def main():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, said: heard.append(sorted(said)))
        tasks = [asyncio.create_task(left()) for _ in range(2)]
        await _turns(2)
        heard.append(len(tasks))

    asyncio.run(main())
    return heard


def the_handler_hears_which_callback_failed():
    heard = []

    def fail(*_):
        raise ValueError

    class Object:
        def fail(self):
            raise ValueError

    async def main():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, said: heard.append(said["message"]))
        loop.call_soon(fail)
        await _turns(1)
        loop.call_soon(fail, 1, "two")
        await _turns(1)
        loop.call_soon(functools.partial(fail, 3))
        await _turns(1)
        loop.call_soon(Object().fail)
        await _turns(1)
        loop.call_soon(int, "four")
        await _turns(1)
        future = loop.create_future()
        future.add_done_callback(fail)
        future.set_result(None)
        await _turns(1)
        return heard

    return asyncio.run(main())


def an_exit_in_a_task_ends_the_run_at_once():
    log = []

    async def leave():
        raise SystemExit(3)

    async def main():
        task = asyncio.create_task(leave())
        for turn in range(3):
            await asyncio.sleep(0)
            log.append(turn)
        await task

    try:
        asyncio.run(main())
    except SystemExit as left:
        log.append(left.code)
    return log


def an_exit_in_a_callback_ends_the_run_at_once():
    log = []

    def leave():
        raise SystemExit("callback")

    async def main():
        asyncio.get_running_loop().call_soon(leave)
        await _turns(3)
        log.append("not reached")

    try:
        asyncio.run(main())
    except SystemExit as left:
        log.append(left.code)
    return log


def an_exit_of_the_main_task_leaves_the_loop_usable():
    async def leave():
        raise KeyboardInterrupt

    loop = asyncio.new_event_loop()
    try:
        with contextlib.suppress(KeyboardInterrupt):
            loop.run_until_complete(leave())
        return loop.run_until_complete(asyncio.sleep(0, "again"))
    finally:
        loop.close()


def how_far_a_task_gets_while_another_is_run():
    turns = []

    async def spin():
        for turn in range(9):
            turns.append(turn)
            await asyncio.sleep(0)

    loop = asyncio.new_event_loop()
    task = loop.create_task(spin())
    seen = []
    for count in (0, 1, 2):
        loop.run_until_complete(_turns(count))
        seen.append(len(turns))
    loop.run_until_complete(task)
    loop.close()
    return seen


def what_was_due_before_the_loop_ran():
    calls = []
    loop = asyncio.new_event_loop()
    loop.call_later(-1, calls.append, "a")
    loop.call_later(-2, calls.append, "b")
    loop.call_soon(calls.append, "soon")
    loop.run_until_complete(_turns(0))
    loop.close()
    return calls


# --- Time -----------------------------------------------------------------------------


def timers_of_one_moment_are_called_before_what_they_make_ready():
    async def main():
        loop, order = asyncio.get_running_loop(), []
        when = loop.time() + 0.01

        def first():
            order.append("first")
            loop.call_soon(order.append, "soon")

        loop.call_at(when, first)
        loop.call_at(when, order.append, "second")
        await asyncio.sleep(0.05)
        return order

    return asyncio.run(main())


# --- Threads --------------------------------------------------------------------------


def exceptions_between_threads_and_tasks():
    async def main():
        seen = []

        def cancelled():
            future = concurrent.futures.Future()
            future.cancel()
            return future.result()

        def leave():
            raise SystemExit(3)

        loop = asyncio.get_running_loop()
        for job in (cancelled, leave):
            try:
                await loop.run_in_executor(None, job)
            except BaseException as error:
                seen.append(f"{type(error).__module__}.{type(error).__name__}")
        return seen

    return asyncio.run(main())


def an_executor_that_is_shut_down():
    async def main():
        loop = asyncio.get_running_loop()
        before = await loop.run_in_executor(None, abs, -1)
        await loop.shutdown_default_executor()
        try:
            await loop.run_in_executor(None, abs, -1)
        except RuntimeError as error:
            return before, str(error)

    return asyncio.run(main())
