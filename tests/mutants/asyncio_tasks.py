"""Tasks and futures: lost, left running, read too soon, cancelled in vain."""

import asyncio
from asyncio import FIRST_COMPLETED, CancelledError, create_task
from contextlib import suppress


class TaskNotAwaited:
    """The task is started, and its result read without awaiting it.

    Symptom: AssertionError
    """

    def __init__(self):
        self.saved = False

    async def save(self):
        await asyncio.sleep(0)
        self.saved = True

    async def work(self):
        task = create_task(self.save())
        await self.settle(task)
        assert self.saved
        await task

    async def settle(self, task):
        pass

    workers = (work,)


class TaskNotAwaitedMended(TaskNotAwaited):
    """Awaited first."""

    async def settle(self, task):
        await task


class OneTurnTakenForTheEnd:
    """`sleep(0)` lets the task take one step, and it needs two.

    Symptom: InvalidStateError
    """

    async def compute(self):
        await asyncio.sleep(0)
        return 42

    async def work(self):
        task = create_task(self.compute())
        await self.let_run(task)
        assert task.result() == 42

    async def let_run(self, task):
        await asyncio.sleep(0)

    workers = (work,)


class OneTurnTakenForTheEndMended(OneTurnTakenForTheEnd):
    """`wait` waits for the end."""

    async def let_run(self, task):
        await asyncio.wait([task])


class FailureSwallowed:
    """`return_exceptions=True`, and the list is not looked at.

    Symptom: AssertionError
    """

    def __init__(self):
        self.sum, self.failed = 0, False

    async def add(self, text):
        await asyncio.sleep(0)
        self.sum += int(text)

    async def work(self):
        results = await asyncio.gather(
            self.add("1"), self.add("two"), return_exceptions=True
        )
        self.look(results)

    def look(self, results):
        pass

    def check(self):
        assert self.sum == 3 or self.failed

    workers = (work,)


class FailureSwallowedMended(FailureSwallowed):
    """It is."""

    def look(self, results):
        self.failed = any(isinstance(result, Exception) for result in results)


class SiblingsLeftRunning:
    """`gather` raises at the first failure, the other goes on writing.

    Symptom: AssertionError
    """

    def __init__(self):
        self.closed = self.written_late = False

    async def fail(self):
        raise OSError("disk full")

    async def write(self):
        await asyncio.sleep(1)
        self.written_late = self.closed

    async def run_both(self):
        await asyncio.gather(self.fail(), self.write())

    async def work(self):
        try:
            await self.run_both()
        except* OSError:
            pass
        self.closed = True
        await asyncio.sleep(2)
        assert not self.written_late

    workers = (work,)


class SiblingsLeftRunningMended(SiblingsLeftRunning):
    """A TaskGroup cancels and awaits them."""

    async def run_both(self):
        async with asyncio.TaskGroup() as group:
            group.create_task(self.write())
            group.create_task(self.fail())


class SiblingCancelledHalfway:
    """A TaskGroup cancels the sibling of a task that fails: half a transfer.

    Symptom: AssertionError
    """

    def __init__(self):
        self.ada, self.bob = 50, 50

    async def transfer(self):
        self.ada -= 10
        await self.confirm()
        self.bob += 10

    async def confirm(self):
        await asyncio.sleep(1)

    async def fail(self):
        await asyncio.sleep(0)
        raise OSError("connection reset")

    async def work(self):
        with suppress(ExceptionGroup):
            async with asyncio.TaskGroup() as group:
                group.create_task(self.transfer())
                group.create_task(self.fail())

    def check(self):
        assert self.ada + self.bob == 100

    workers = (work,)


class SiblingCancelledHalfwayMended(SiblingCancelledHalfway):
    """It takes back what it cannot finish."""

    async def transfer(self):
        self.ada -= 10
        try:
            await self.confirm()
        except CancelledError:
            self.ada += 10
            raise
        self.bob += 10


class FirstTakenForBoth:
    """`wait` returns when one is done, and both are read.

    Symptom: InvalidStateError
    """

    until = FIRST_COMPLETED

    async def fetch(self, seconds):
        await asyncio.sleep(seconds)
        return seconds

    async def work(self):
        tasks = [create_task(self.fetch(seconds)) for seconds in (1, 2)]
        await asyncio.wait(tasks, return_when=self.until)
        assert [task.result() for task in tasks] == [1, 2]

    workers = (work,)


class FirstTakenForBothMended(FirstTakenForBoth):
    """When all are done."""

    until = asyncio.ALL_COMPLETED


class WaitTimedOut:
    """`wait` does not raise when its time is up.

    Symptom: InvalidStateError
    """

    timeout = 1

    async def fetch(self):
        await asyncio.sleep(2)
        return "page"

    async def work(self):
        task = create_task(self.fetch())
        done, pending = await asyncio.wait({task}, timeout=self.timeout)
        assert task.result() == "page"
        assert (len(done), len(pending)) == (1, 0)

    workers = (work,)


class WaitTimedOutMended(WaitTimedOut):
    """No limit."""

    timeout = None


class AsCompletedTakenForOrder:
    """Results come as they are ready, and are taken for what was asked.

    Symptom: AssertionError
    """

    async def fetch(self, name, seconds):
        await asyncio.sleep(seconds)
        return name

    async def gather(self, *jobs):
        return [await job for job in asyncio.as_completed(jobs)]

    async def work(self):
        names = await self.gather(self.fetch("a", 2), self.fetch("b", 1))
        assert names == ["a", "b"]

    workers = (work,)


class AsCompletedTakenForOrderMended(AsCompletedTakenForOrder):
    """`gather` keeps the order of asking."""

    async def gather(self, *jobs):
        return await asyncio.gather(*jobs)


class CancelNotAwaited:
    """`cancel` only asks; the task is still in its `finally`.

    Symptom: AssertionError
    """

    def __init__(self):
        self.open = True

    async def serve(self):
        try:
            await asyncio.sleep(3600)
        finally:
            await asyncio.sleep(0)
            self.open = False

    async def work(self):
        task = create_task(self.serve())
        await asyncio.sleep(0)
        task.cancel()
        await self.settle(task)
        assert not self.open or task.cancelled()

    async def settle(self, task):
        pass

    workers = (work,)


class CancelNotAwaitedMended(CancelNotAwaited):
    """Asked, and awaited."""

    async def settle(self, task):
        with suppress(CancelledError):
            await task


class CancellationSwallowed:
    """A retry loop catches its own cancellation, and waits once more.

    Symptom: deadlock
    """

    retried = BaseException

    def __init__(self):
        self.begun, self.answer = asyncio.Event(), asyncio.Event()

    async def fetch(self):
        for _ in range(2):
            self.begun.set()
            try:
                await self.answer.wait()
            except self.retried:
                continue

    async def work(self):
        task = create_task(self.fetch())
        await self.begun.wait()
        task.cancel()
        await asyncio.wait([task])

    workers = (work,)


class CancellationSwallowedMended(CancellationSwallowed):
    """`Exception` does not catch it."""

    retried = Exception


class TimeoutSwallowed:
    """The body catches the CancelledError by which `timeout` ends it.

    Symptom: AssertionError
    """

    def __init__(self):
        self.log, self.answer = [], asyncio.Event()

    async def body(self):
        with suppress(CancelledError):
            await self.answer.wait()
        self.log.append("went on")

    async def work(self):
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await self.body()
        assert self.log == []

    workers = (work,)


class TimeoutSwallowedMended(TimeoutSwallowed):
    """It lets it through."""

    async def body(self):
        await self.answer.wait()
        self.log.append("went on")


class CleanUpCancelled:
    """The clean-up awaits, and a second cancellation ends it halfway.

    Symptom: AssertionError
    """

    def __init__(self):
        self.begun, self.answer = asyncio.Event(), asyncio.Event()
        self.flushed = False

    async def flush(self):
        for _ in range(3):
            await asyncio.sleep(0)
        self.flushed = True

    async def clean_up(self):
        await self.flush()

    async def serve(self):
        self.begun.set()
        try:
            await self.answer.wait()
        finally:
            await self.clean_up()

    async def work(self):
        task = create_task(self.serve())
        await self.begun.wait()
        task.cancel()
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        assert self.flushed

    workers = (work,)


class CleanUpCancelledMended(CleanUpCancelled):
    """Shielded, and waited for."""

    async def clean_up(self):
        flushing = create_task(self.flush())
        try:
            await asyncio.shield(flushing)
        finally:
            await asyncio.wait([flushing])


class ShieldForgotten:
    """The caller's timeout cancels the write that others rely on.

    Symptom: AssertionError
    """

    def __init__(self):
        self.written = False

    async def write(self):
        await asyncio.sleep(2)
        self.written = True

    def guarded(self, task):
        return task

    async def work(self):
        writing = create_task(self.write())
        with suppress(TimeoutError):
            await asyncio.wait_for(self.guarded(writing), 1)
        await asyncio.wait([writing])
        assert self.written

    workers = (work,)


class ShieldForgottenMended(ShieldForgotten):
    """`shield` keeps the timeout from it."""

    def guarded(self, task):
        return asyncio.shield(task)


class FutureAnsweredTwice:
    """Both saw it open before they awaited.

    Symptom: InvalidStateError
    """

    def __init__(self):
        self.answer = None

    def open(self):
        if self.answer is None:
            self.answer = asyncio.get_running_loop().create_future()
        return not self.answer.done()

    async def reply(self):
        if self.open():
            await asyncio.sleep(0)
            self.set_answer()

    def set_answer(self):
        self.answer.set_result(1)

    workers = (reply, reply)


class FutureAnsweredTwiceMended(FutureAnsweredTwice):
    """Looks again after the await."""

    def set_answer(self):
        if self.open():
            super().set_answer()


class FutureNeverAnswered:
    """The one who promised failed, and left the promise open.

    Symptom: deadlock
    """

    def __init__(self):
        self.promised = asyncio.Event()
        self.promise = None

    async def keep(self):
        self.promise = asyncio.Future()
        self.promised.set()
        try:
            self.promise.set_result({}["missing"])
        except KeyError as error:
            self.tell(error)

    def tell(self, error):
        pass

    async def rely(self):
        await self.promised.wait()
        with suppress(KeyError):
            await self.promise

    workers = (keep, rely)


class FutureNeverAnsweredMended(FutureNeverAnswered):
    """The cancelled or failed promise is an answer too."""

    def tell(self, error):
        self.promise.set_exception(error)


class FutureResultOfACancelledWaiter:
    """The waiter timed out, its future is cancelled, and the answer comes.

    Symptom: InvalidStateError
    """

    def __init__(self):
        self.waiting = {}

    async def ask(self):
        self.waiting[1] = asyncio.get_running_loop().create_future()
        with suppress(TimeoutError):
            await asyncio.wait_for(self.waiting[1], 1)

    async def answer(self):
        await asyncio.sleep(2)
        if 1 in self.waiting:
            self.reply(self.waiting[1])

    def reply(self, future):
        future.set_result("late")

    workers = (ask, answer)


class FutureResultOfACancelledWaiterMended(FutureResultOfACancelledWaiter):
    """Answered only while it is open."""

    def reply(self, future):
        if not future.done():
            future.set_result("late")


class AwaitsEachOther:
    """Two tasks await one another.

    Symptom: deadlock
    """

    def __init__(self):
        self.tasks = {}

    async def other(self, name):
        await asyncio.sleep(0)
        await self.await_task(name)

    async def await_task(self, name):
        await self.tasks[name]

    async def work(self):
        self.tasks["a"] = create_task(self.other("b"))
        self.tasks["b"] = create_task(self.other("a"))
        await asyncio.wait(self.tasks.values())

    workers = (work,)


class AwaitsEachOtherMended(AwaitsEachOther):
    """Only the second awaits the first."""

    async def await_task(self, name):
        if name == "a":
            await self.tasks[name]


class LaterThanItsCancel:
    """A `call_later` is not cancelled when the answer has come.

    Symptom: AssertionError
    """

    def __init__(self):
        self.answered = False
        self.timed_out = []

    def time_out(self):
        self.timed_out.append(self.answered)

    async def work(self):
        handle = asyncio.get_running_loop().call_later(5, self.time_out)
        await asyncio.sleep(1)
        self.answer(handle)
        await asyncio.sleep(10)
        assert True not in self.timed_out

    def answer(self, handle):
        self.answered = True

    workers = (work,)


class LaterThanItsCancelMended(LaterThanItsCancel):
    """Cancelled with the answer: no await in between, so it cannot run any more."""

    def answer(self, handle):
        handle.cancel()
        self.answered = True


class SoonTakenForNow:
    """`call_soon` calls in the next round, not now.

    Symptom: AssertionError
    """

    def __init__(self):
        self.log = []
        self.called = asyncio.Event()

    def call(self):
        self.log.append("called")
        self.called.set()

    async def work(self):
        asyncio.get_running_loop().call_soon(self.call)
        await self.wait()
        assert self.log == ["called"]

    async def wait(self):
        pass

    workers = (work,)


class SoonTakenForNowMended(SoonTakenForNow):
    """Waits until it has been called."""

    async def wait(self):
        await self.called.wait()


class CallbackBeforeATask:
    """A callback is thought to be called before the task that was made after it.

    Symptom: AssertionError, in any order only
    """

    def __init__(self):
        self.log = []

    def call(self):
        self.log.append("callback")

    async def go(self):
        self.log.append("task")

    async def work(self):
        asyncio.get_running_loop().call_soon(self.call)
        await self.follow()
        assert self.log == ["callback", "task"]

    async def follow(self):
        await create_task(self.go())

    workers = (work,)


class CallbackBeforeATaskMended(CallbackBeforeATask):
    """The callback makes the task."""

    def call(self):
        super().call()
        self.task = create_task(self.go())
        self.task.add_done_callback(self.done.set_result)

    async def follow(self):
        self.done = asyncio.get_running_loop().create_future()
        await self.done


class TasksInOrderOfCreation:
    """A task is thought to begin before the one created after it.

    Symptom: ExceptionGroup or AssertionError, in any order only
    """

    def __init__(self):
        self.config = None
        self.loaded = asyncio.Event()

    async def load(self):
        self.config = {"port": 80}
        self.loaded.set()

    async def serve(self):
        await self.ready()
        assert self.config

    async def ready(self):
        pass

    async def work(self):
        async with asyncio.TaskGroup() as group:
            group.create_task(self.load())
            group.create_task(self.serve())

    workers = (work,)


class TasksInOrderOfCreationMended(TasksInOrderOfCreation):
    """It waits until there is a configuration."""

    async def ready(self):
        await self.loaded.wait()


class LoopVariableInTasks:
    """Tasks created in a loop read its variable when they get to it.

    Symptom: AssertionError
    """

    def __init__(self):
        self.seen = []

    async def see(self, name):
        self.seen.append(name)

    def jobs(self):
        async def job():
            await self.see(name)

        for name in "ab":  # noqa: B007  (the defect: it is read when the job runs)
            yield create_task(job())

    async def work(self):
        await asyncio.gather(*self.jobs())
        assert sorted(self.seen) == ["a", "b"]

    workers = (work,)


class LoopVariableInTasksMended(LoopVariableInTasks):
    """Each has its name as an argument."""

    def jobs(self):
        return [create_task(self.see(name)) for name in "ab"]


class GatherSharesState:
    """The jobs of one `gather` share a list index over an await.

    Symptom: AssertionError
    """

    def __init__(self):
        self.rows = []

    async def append(self, row):
        at = len(self.rows)
        self.rows.append(None)
        await self.fill(at, row)

    async def fill(self, at, row):
        await asyncio.sleep(0)
        self.rows[len(self.rows) - 1] = row

    async def work(self):
        await asyncio.gather(*map(self.append, "ab"))
        assert sorted(filter(None, self.rows)) == ["a", "b"]

    workers = (work,)


class GatherSharesStateMended(GatherSharesState):
    """Each writes where it appended."""

    async def fill(self, at, row):
        await asyncio.sleep(0)
        self.rows[at] = row


class CancelledByTheLoop:
    """The loop is asked to cancel a task, which has not come to its `try`.

    Symptom: AssertionError
    """

    def __init__(self):
        self.open = 0

    async def use(self):
        self.open += 1
        await self.settle()
        try:
            await asyncio.sleep(1)
        finally:
            self.open -= 1

    async def settle(self):
        await asyncio.sleep(1)

    async def work(self):
        task = create_task(self.use())
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_soon(task.cancel)
        await asyncio.wait([task])

    def check(self):
        assert self.open == 0

    workers = (work,)


class CancelledByTheLoopMended(CancelledByTheLoop):
    """Nothing is awaited before the `try`."""

    async def settle(self):
        pass


class LateStepOfATaskLeft:
    """A task left to itself may take one step before the end, or none.

    Symptom: AssertionError, in any order only
    """

    def __init__(self):
        self.told = []
        self.kept = set()

    async def tell(self):
        self.told.append("told")

    async def work(self):
        task = create_task(self.tell())
        self.kept.add(task)
        task.add_done_callback(self.kept.discard)
        await self.settle(task)

    async def settle(self, task):
        await asyncio.sleep(0)

    def check(self):
        assert self.told
        assert not self.kept

    workers = (work,)


class LateStepOfATaskLeftMended(LateStepOfATaskLeft):
    """Awaited; its callbacks are called before the loop stops."""

    async def settle(self, task):
        await task


class GathersWhatNobodySets:
    """One of those that are gathered is a future that nobody sets.

    Symptom: deadlock
    """

    async def answer(self, future):
        pass

    async def work(self):
        future = asyncio.get_running_loop().create_future()
        await asyncio.gather(future, self.answer(future))

    workers = (work,)


class GathersWhatNobodySetsMended(GathersWhatNobodySets):
    """The other sets it."""

    async def answer(self, future):
        future.set_result(None)


class AwaitsItself:
    """A task awaits the task that is at work, which is itself.

    Symptom: RuntimeError
    """

    async def other(self):
        return asyncio.current_task()

    async def work(self):
        await (await self.other())

    workers = (work,)


class AwaitsItselfMended(AwaitsItself):
    """It asks for another, which has ended or will."""

    async def other(self):
        return create_task(asyncio.sleep(0))


class UpBeforeTheSleeper:
    """A task that nobody waits for sleeps as long, and may be up first.

    Symptom: AssertionError
    """

    def __init__(self):
        self.closed = False

    async def close(self):
        await asyncio.sleep(1)
        self.closed = True

    async def work(self):
        task = create_task(self.close())
        await asyncio.sleep(1)
        self.stop(task)
        assert not self.closed

    def stop(self, task):
        pass

    workers = (work,)


class UpBeforeTheSleeperMended(UpBeforeTheSleeper):
    """It sets the state that it wants, and nobody can come between."""

    def stop(self, task):
        task.cancel()
        self.closed = False


class TakenAlongByWhatItCancels:
    """Awaits the task that it cancelled, and the rest is never done.

    Symptom: CancelledError
    """

    def __init__(self):
        self.closed = False

    async def stop(self):
        task = asyncio.create_task(asyncio.sleep(1))
        task.cancel()
        await task
        self.closed = True

    workers = (stop,)


class TakenAlongByWhatItCancelsMended(TakenAlongByWhatItCancels):
    """Expects as much."""

    async def stop(self):
        task = asyncio.create_task(asyncio.sleep(1))
        task.cancel()
        with suppress(CancelledError):
            await task
        self.closed = True

    workers = (stop,)


class ChargedForEachTry:
    """A try that is out of time has charged already.

    Symptom: AssertionError
    """

    def __init__(self):
        self.charged, self.paid = 0, False

    async def pay(self):
        while not self.paid:
            with suppress(TimeoutError):
                async with asyncio.timeout(2):
                    self.charged += 1
                    await asyncio.sleep(1)
                    self.paid = True

    def check(self):
        assert self.charged == 1

    workers = (pay,)


class ChargedForEachTryMended(ChargedForEachTry):
    """Charges when nothing can come between any more."""

    async def pay(self):
        while not self.paid:
            with suppress(TimeoutError):
                async with asyncio.timeout(2):
                    await asyncio.sleep(1)
                    self.charged += 1
                    self.paid = True

    workers = (pay,)
