"""A loop in a thread of its own, which others hand work to, stop and close."""

import asyncio
import threading


class InAThread:
    """What they share: a loop, and the thread that runs it."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.serve)
        self.count = 0

    def serve(self):
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    def ask(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop)

    def end(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


class AwaitsBetweenLookAndWrite(InAThread):
    """The loop's thread is one; an await between two accesses is enough to race.

    Symptom: AssertionError
    """

    def __init__(self):
        super().__init__()
        self.thread.start()

    async def add(self):
        seen = self.count
        await self.store()
        self.count = seen + 1

    async def store(self):
        await asyncio.sleep(0)

    def work(self):
        self.ask(self.add()).result()

    workers = (work, work)

    def check(self):
        self.end()
        assert self.count == 2


class AwaitsBetweenLookAndWriteMended(AwaitsBetweenLookAndWrite):
    """It stores what it has counted."""

    async def add(self):
        self.count += 1
        await self.store()


class HandedOverInSilence(InAThread):
    """`call_soon` from another thread wakes no loop that is asleep.

    Symptom: deadlock
    """

    def __init__(self):
        super().__init__()
        self.done = threading.Event()
        self.thread.start()

    def add(self):
        self.count += 1
        self.done.set()

    def work(self):
        self.hand_over()
        self.done.wait()
        self.end()

    def hand_over(self):
        self.loop.call_soon(self.add)

    workers = (work,)


class HandedOverInSilenceMended(HandedOverInSilence):
    """`call_soon_threadsafe`."""

    def hand_over(self):
        self.loop.call_soon_threadsafe(self.add)


class StoppedInSilence(InAThread):
    """`stop` from another thread is not heard before the loop wakes.

    Symptom: deadlock
    """

    def work(self):
        self.thread.start()
        self.stop()
        self.thread.join()
        self.loop.close()

    def stop(self):
        self.loop.stop()

    workers = (work,)


class StoppedInSilenceMended(StoppedInSilence):
    """The loop stops itself when it is told to."""

    def stop(self):
        self.loop.call_soon_threadsafe(self.loop.stop)


class StoppedBeforeItsTask(InAThread):
    """The loop is stopped after it was given a coroutine, perhaps before it begins.

    Symptom: AssertionError
    """

    async def add(self):
        self.count += 1

    def work(self):
        self.thread.start()
        self.give()
        self.end()
        assert self.count == 1

    def give(self):
        self.ask(self.add())

    workers = (work,)


class StoppedBeforeItsTaskMended(StoppedBeforeItsTask):
    """It waits for the result."""

    def give(self):
        self.ask(self.add()).result()


class HandedOverToAClosedLoop(InAThread):
    """A loop ends by itself, and another thread still tells it something.

    Symptom: RuntimeError
    """

    def serve(self):
        self.loop.run_until_complete(asyncio.sleep(0))
        self.loop.close()

    def tell(self):
        self.loop.call_soon_threadsafe(self.hear)

    def hear(self):
        self.count += 1

    workers = (serve, tell)


class HandedOverToAClosedLoopMended(HandedOverToAClosedLoop):
    """It ends when it was told."""

    def __init__(self):
        super().__init__()
        self.told = self.loop.create_future()

    def serve(self):
        self.loop.run_until_complete(self.told)
        self.loop.close()

    def hear(self):
        super().hear()
        self.told.set_result(None)

    workers = (serve, HandedOverToAClosedLoop.tell)


class LoopPublishedTooLate:
    """The event that says the loop is there is set before it is.

    Symptom: AttributeError
    """

    def __init__(self):
        self.loop = None
        self.there = threading.Event()

    def serve(self):
        self.there.set()
        self.loop = asyncio.new_event_loop()
        self.loop.run_forever()
        self.loop.close()

    def use(self):
        self.there.wait()
        self.loop.call_soon_threadsafe(self.loop.stop)

    workers = (serve, use)


class LoopPublishedTooLateMended(LoopPublishedTooLate):
    """The loop says so itself, once it runs."""

    def serve(self):
        self.loop = asyncio.new_event_loop()
        self.loop.call_soon(self.there.set)
        self.loop.run_forever()
        self.loop.close()

    workers = (serve, LoopPublishedTooLate.use)


class FutureSetFromOutside(InAThread):
    """A future's `set_result` in another thread does not wake the loop.

    Symptom: deadlock
    """

    def __init__(self):
        super().__init__()
        self.future = self.loop.create_future()

    def serve(self):
        assert self.loop.run_until_complete(self.future) == 42
        self.loop.close()

    def give(self):
        self.future.set_result(42)

    workers = (serve, give)


class FutureSetFromOutsideMended(FutureSetFromOutside):
    """The loop sets it."""

    def give(self):
        self.loop.call_soon_threadsafe(self.future.set_result, 42)

    workers = (FutureSetFromOutside.serve, give)


async def calling(function):
    function()


class LoopsShareACount:
    """Each thread has a loop: what no task can come between, a thread can.

    Symptom: AssertionError
    """

    def __init__(self):
        self.count = 0
        self.lock = threading.Lock()

    def add(self):
        self.count += 1

    def work(self):
        loop = asyncio.new_event_loop()
        loop.run_until_complete(calling(self.add))
        loop.close()

    def check(self):
        assert self.count == 2

    workers = (work, work)


class LoopsShareACountMended(LoopsShareACount):
    """A lock of threads."""

    def add(self):
        with self.lock:
            super().add()


class CalledLaterInSilence(InAThread):
    """`call_later` from another thread does not wake the loop either.

    Symptom: deadlock
    """

    def serve(self):
        self.loop.run_forever()
        self.loop.close()

    def end_later(self):
        self.loop.call_later(1, self.loop.stop)

    workers = (serve, end_later)


class CalledLaterInSilenceMended(CalledLaterInSilence):
    """The loop is asked to set the timer itself."""

    def end_later(self):
        self.loop.call_soon_threadsafe(self.loop.call_later, 1, self.loop.stop)

    workers = (CalledLaterInSilence.serve, end_later)


class ClosedWhileItRuns(InAThread):
    """A loop is closed by who knows that it has begun, not that it has ended.

    Symptom: RuntimeError
    """

    def __init__(self):
        super().__init__()
        self.moment = threading.Event()

    def tell(self):
        self.moment.set()

    def serve(self):
        self.loop.run_until_complete(calling(self.tell))

    def close(self):
        self.moment.wait()
        self.loop.close()

    workers = (serve, close)


class ClosedWhileItRunsMended(ClosedWhileItRuns):
    """It tells when it has ended."""

    def serve(self):
        self.loop.run_until_complete(calling(int))
        self.tell()

    workers = (serve, ClosedWhileItRuns.close)


class RunByTwoThreads(InAThread):
    """Two threads run one loop.

    Symptom: RuntimeError
    """

    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def serve(self):
        self.loop.run_until_complete(calling(int))

    workers = (serve, serve)

    def check(self):
        self.loop.close()


class RunByTwoThreadsMended(RunByTwoThreads):
    """One after the other."""

    def serve(self):
        with self.lock:
            super().serve()

    workers = (serve, serve)
