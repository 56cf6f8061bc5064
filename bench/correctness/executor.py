"""What a module under exploration gets for `concurrent.futures`.

A future is one object with one lock's worth of state, so each of its methods is one
step; the pool starts a thread for each job until it has as many as it may, and prefers
an idle one, as CPython's does.
"""

import concurrent.futures
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, InvalidStateError
from typing import Any

from bench.correctness.calls import handed_over
from bench.correctness.kernel import kernel
from bench.correctness.primitives import Primitive
from bench.correctness.threads import Thread, module, refuse

FIRST_COMPLETED = concurrent.futures.FIRST_COMPLETED
FIRST_EXCEPTION = concurrent.futures.FIRST_EXCEPTION
ALL_COMPLETED = concurrent.futures.ALL_COMPLETED


class Future(Primitive):
    """The outcome of a job that another worker does."""

    def __init__(self) -> None:
        super().__init__()
        self.state = "PENDING"
        self._result: Any = None
        self._exception: BaseException | None = None
        self._callbacks: list[Callable[[Any], object]] = []

    def touch(self, verb: str, write: bool) -> None:
        kernel.step(self.name, None, write, (self.name, verb), (verb, self))

    def over(self) -> bool:
        return self.state in ("FINISHED", "CANCELLED")

    def cancel(self) -> bool:
        self.touch("cancels", True)
        if self.state in ("RUNNING", "FINISHED"):
            return False
        if self.state != "CANCELLED":
            self.state = "CANCELLED"
            self.finish()
        return True

    def cancelled(self) -> bool:
        self.touch("looks at", False)
        return self.state == "CANCELLED"

    def running(self) -> bool:
        self.touch("looks at", False)
        return self.state == "RUNNING"

    def done(self) -> bool:
        self.touch("looks at", False)
        return self.over()

    def await_end(self, timeout: float | None) -> None:
        """Wait until there is an outcome.  Raises TimeoutError when time is up."""
        what = ("waits for", self)
        mark = (self.name, "waits")
        if timeout is None:
            # A wait that is over has only one outcome: it comes after the end, and
            # cannot be anywhere else, so there is nothing that it races with.
            waits = (self.name, "waits")
            kernel.step(waits, None, False, mark, what, self.over, self)
        elif timeout <= 0:
            self.touch("looks at", False)
            if not self.over():
                raise TimeoutError
        elif not kernel.wait(self.name, mark, what, self.over, timeout, self):
            raise TimeoutError
        if self.state == "CANCELLED":
            raise CancelledError

    def result(self, timeout: float | None = None) -> Any:
        self.await_end(timeout)
        if self._exception is not None:
            raise self._exception
        return self._result

    def exception(self, timeout: float | None = None) -> BaseException | None:
        self.await_end(timeout)
        return self._exception

    def add_done_callback(self, fn: Callable[[Any], object]) -> None:
        self.touch("asks to be told by", True)
        if self.over():
            self.call(fn)
        else:
            self._callbacks.append(fn)

    def call(self, fn: Callable[[Any], object]) -> None:
        try:
            handed_over(fn, self)
        except Exception as error:
            kernel.log.append(error)

    def set_running_or_notify_cancel(self) -> bool:
        self.touch("starts", True)
        if self.state == "CANCELLED":
            return False
        if self.state != "PENDING":
            raise RuntimeError("Future in unexpected state")
        self.state = "RUNNING"
        return True

    def set_result(self, result: Any) -> None:
        self.settle(result, None)

    def set_exception(self, exception: BaseException | None) -> None:
        self.settle(None, exception)

    def settle(self, result: Any, exception: BaseException | None) -> None:
        self.touch("settles", True)
        if self.over():
            raise InvalidStateError(f"{self.state}: {self!r}")
        self._result, self._exception = result, exception
        self.state = "FINISHED"
        self.finish()

    def finish(self) -> None:
        """Tell those who wait, and then those who asked to be called."""
        self.hand_over()
        callbacks, self._callbacks = self._callbacks, []
        for fn in callbacks:
            self.call(fn)


Job = tuple[Future, Any, Any, Any]


class ThreadPoolExecutor(Primitive):
    """Threads that take jobs from one queue."""

    def __init__(
        self,
        max_workers: int | None = None,
        thread_name_prefix: str = "",
        initializer: Callable[..., object] | None = None,
        initargs: tuple[Any, ...] = (),
    ) -> None:
        super().__init__()
        if max_workers is None:
            max_workers = min(32, (os.cpu_count() or 1) + 4)
        if max_workers <= 0:
            raise ValueError("max_workers must be greater than 0")
        if initializer is not None and not callable(initializer):
            raise TypeError("initializer must be a callable")
        self._max_workers = max_workers
        self.prefix = thread_name_prefix
        self.initializer, self.initargs = initializer, initargs
        self.jobs: deque[Job] = deque()
        self.threads: list[Thread] = []
        self.closed = False
        self.state = (self.name, "state")  # who submits, in order, and who closes
        self.queue = (self.name, "jobs")  # what waits for a thread

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future:
        kernel.step(
            self.state, None, True, (self.name, "submits"), ("submits to", self)
        )
        if self.closed:
            raise RuntimeError("cannot schedule new futures after shutdown")
        future = Future()
        job = future, fn, args, kwargs
        if len(self.threads) < self._max_workers:
            self.begin_thread(job)
        else:
            kernel.also(self.queue, True, (self.name, "submits"))
            self.jobs.append(job)
            self.hand_over()
        return future

    def begin_thread(self, job: Job) -> None:
        """Start a thread with its first job.

        CPython would rather give it to an idle thread; which one does it makes no
        difference, and this way nobody has to choose.
        """
        count = len(self.threads)
        name = f"{self.prefix}_{count}" if self.prefix else None
        thread = Thread(target=self.work, name=name, args=(job,))
        self.threads.append(thread)
        thread.start()
        assert thread._worker is not None
        if name is None:
            thread._worker.label = thread.name = f"pool thread {count + 1}"

    def wanted(self) -> bool:
        return bool(self.jobs) or self.closed

    def work(self, job: Job) -> None:
        """Do jobs until there are no more and the pool is closed."""
        if self.initializer is not None:
            self.initializer(*self.initargs)
        what, mark = ("takes a job of", self), (self.name, "takes")
        while True:
            self.do(*job)
            kernel.step(self.queue, None, True, mark, what, self.wanted, self)
            if not self.jobs:
                return
            job = self.jobs.popleft()

    def do(self, future: Future, fn: Any, args: Any, kwargs: Any) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            result = handed_over(fn, *args, **kwargs)
        except BaseException as error:
            if kernel.stop is not None:
                raise
            future.set_exception(error)
        else:
            future.set_result(result)

    def map(
        self,
        fn: Callable[..., Any],
        *iterables: Iterable[Any],
        timeout: float | None = None,
        chunksize: int = 1,
        **_: Any,
    ) -> Iterator[Any]:
        end = None if timeout is None else kernel.read_clock() + timeout
        futures = [self.submit(fn, *args) for args in zip(*iterables, strict=False)]

        def results() -> Iterator[Any]:
            try:
                futures.reverse()
                while futures:
                    left = None if end is None else end - kernel.read_clock()
                    yield futures.pop().result(left)
            finally:
                for future in futures:
                    future.cancel()

        return results()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        kernel.step(self.state, None, True, (self.name, "closes"), ("closes", self))
        self.closed = True
        self.hand_over()
        if cancel_futures:
            while self.jobs:
                self.jobs.popleft()[0].cancel()
        if wait:
            for thread in self.threads:
                thread.join()

    def __enter__(self) -> "ThreadPoolExecutor":
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown(wait=True)


def wait(
    fs: Iterable[Future],
    timeout: float | None = None,
    return_when: str = ALL_COMPLETED,
) -> Any:
    """Wait for all, the first, or the first that fails."""
    futures = set(fs)
    if return_when not in (ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION):
        raise ValueError(f"Invalid return condition: {return_when!r}")

    def enough() -> bool:
        over = [future for future in futures if future.over()]
        return (
            len(over) == len(futures)
            or (return_when == FIRST_COMPLETED and bool(over))
            or (
                return_when == FIRST_EXCEPTION
                and any(f._exception is not None for f in over)
            )
        )

    await_futures(futures, enough, timeout)
    done = {future for future in futures if future.over()}
    return concurrent.futures.wait.__globals__["DoneAndNotDoneFutures"](
        done, futures - done
    )


def await_futures(
    futures: Iterable[Future], enough: Callable[[], bool], timeout: float | None
) -> bool:
    """Wait on several futures at once; False when time is up."""
    place = ("futures", kernel.child_name("wait"))
    names = [future.name for future in futures]
    what = ("waits for", "futures")
    in_time = True
    if timeout is None:
        kernel.step(place, None, True, place, what, enough)
    elif timeout > 0:
        in_time = kernel.wait(place, place, what, enough, timeout, None, tuple(names))
    else:
        kernel.step(place, None, True, place, what)
        in_time = enough()
    for future in futures:
        kernel.also(future.name, False, (future.name, "waits"))
        if future.over():
            kernel.current.past |= future.past
    return in_time


def as_completed(
    fs: Iterable[Future], timeout: float | None = None
) -> Iterator[Future]:
    """Yield futures as they come to an end."""
    left = list(dict.fromkeys(fs))
    end = None if timeout is None else kernel.read_clock() + timeout
    count = len(left)
    while left:
        remaining = None if end is None else end - kernel.read_clock()
        await_futures(left, lambda: any(f.over() for f in left), remaining)
        over = [future for future in left if future.over()]
        if not over:
            raise TimeoutError(f"{len(left)} (of {count}) futures unfinished")
        for future in over:
            left.remove(future)
            yield future


def wrap(future: Future, loop: Any) -> Any:
    """A future of the loop that follows one of a thread."""
    made = loop.create_future()

    def tell(_: Future) -> None:
        loop.call_soon_threadsafe(copy)

    def copy() -> None:
        if made.cancelled():
            return
        if future.state == "CANCELLED":
            made.cancel()
        elif future._exception is not None:
            made.set_exception(future._exception)
        else:
            made.set_result(future._result)

    def cancel(_: Any) -> None:
        if made.cancelled():
            future.cancel()

    future.add_done_callback(tell)
    made.add_done_callback(cancel)
    return made


def threadsafe(coroutine: Any, loop: Any) -> Future:
    """Run a coroutine on a loop from another thread."""
    future = Future()
    kernel.coroutines.append(coroutine)

    def begin() -> None:
        try:
            task = loop.create_task(coroutine)
        except BaseException as error:
            if future.set_running_or_notify_cancel():
                future.set_exception(error)
            return
        task.add_done_callback(copy)
        future.add_done_callback(lambda _: cancel(task))

    def cancel(task: Any) -> None:
        if future.state == "CANCELLED":
            loop.call_soon_threadsafe(task.cancel)

    def copy(task: Any) -> None:
        if future.over():
            return
        if task.cancelled():
            future.cancel()
        elif future.set_running_or_notify_cancel():
            error = task.exception()
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(task.result())

    loop.call_soon_threadsafe(begin)
    return future


FUTURES = module(
    "concurrent.futures",
    concurrent.futures,
    Future=Future,
    ThreadPoolExecutor=ThreadPoolExecutor,
    Executor=ThreadPoolExecutor,
    wait=wait,
    as_completed=as_completed,
    ProcessPoolExecutor=refuse("concurrent.futures.ProcessPoolExecutor"),
    InterpreterPoolExecutor=refuse("concurrent.futures.InterpreterPoolExecutor"),
)
CONCURRENT = module("concurrent", concurrent, futures=FUTURES)
