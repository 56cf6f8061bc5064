"""The model of `concurrent.futures`.

A pool starts a thread for a job if no thread is idle and the pool has fewer threads
than its maximum.  A program can distinguish an idle thread from a new one only if it
reads the current thread, or if threads have their own state.  Only then does the model
track idle threads.  Otherwise it starts a thread for each job, up to the maximum.
"""

import concurrent.futures
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures.thread import BrokenThreadPool
from typing import Any

from bench.correctness.engine.kernel import kernel, publish
from bench.correctness.engine.refusals import refuse
from bench.correctness.models.substitution import module
from bench.correctness.models.threading_.future import Future, as_completed, wait
from bench.correctness.models.threading_.primitive import Primitive
from bench.correctness.models.threading_.thread import (
    THREAD_IDENTITY,
    THREAD_NAMES,
    Thread,
    numbered,
)
from bench.correctness.tracking.calls import call_callback

Job = tuple[Future, Any, Any, Any]


class Executor:
    """`concurrent.futures.Executor`: what a program's own executor builds on."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError

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
                    yield result_or_cancel(futures.pop(), left)
            finally:
                for future in futures:
                    future.cancel()

        return results()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Do nothing, because this class has nothing to free."""

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown(wait=True)


class ThreadPoolExecutor(Primitive, Executor):
    """`concurrent.futures.ThreadPoolExecutor`: threads that take jobs from a queue."""

    _x_in_python = True

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
        self.__prefix = thread_name_prefix
        self.__serial = 0 if thread_name_prefix else numbered("ThreadPoolExecutor") - 1
        self.__initializer, self.__initargs = initializer, initargs
        self.__jobs: deque[tuple[Job, int]] = deque()  # each with its submitter's clock
        self.__first_jobs: list[Future] = []  # the first job of each thread
        self.__pool_threads: list[Thread] = []
        self.__closed = False
        self.__broken = ""
        # Places.  `state`: the pool's threads, and whether it is closed or broken.  A
        # submission writes this place, because the order of submissions matters.
        # `queue`: the jobs that wait for a thread.  `idle`: the number of idle threads.
        self.__state = (self._x_name, "state")
        self.__queue = (self._x_name, "jobs")
        self.__idle_place = (self._x_name, "idle")
        self.__idle = 0  # threads that have run a job and got no other
        if initializer is not None:
            kernel.discover(THREAD_IDENTITY)

    @property
    def _threads(self) -> set[Thread]:
        """CPython's private attribute, for a program that reads it nevertheless."""
        # A submission starts no thread if a thread of the pool is idle.  The model
        # tracks idle threads only if THREAD_IDENTITY is known.  Without this point, the
        # pool could have more threads than in CPython.
        kernel.discover(THREAD_IDENTITY)
        point = (self._x_name, "reads threads")
        kernel.operation(self.__state, None, False, point, ("reads threads of", self))
        return set(self.__pool_threads)

    @property
    def _broken(self) -> Any:
        """CPython's private attribute: why the pool is broken, or False."""
        point = (self._x_name, "reads broken")
        kernel.operation(self.__state, None, False, point, ("looks at", self))
        return self.__broken or False

    @property
    def _work_queue(self) -> Any:
        refuse("ThreadPoolExecutor._work_queue")()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future:
        kernel.operation(
            self.__state, None, True, (self._x_name, "submits"), ("submits to", self)
        )
        if self.__broken:
            raise BrokenThreadPool(self.__broken)
        if self.__closed:
            raise RuntimeError("cannot schedule new futures after shutdown")
        future = Future()
        job = future, fn, args, kwargs
        if self.__distinguishes_threads:
            self.__queue_job(job)
        elif len(self.__pool_threads) < self._max_workers:
            self.__start_thread(job)
        else:
            kernel.also_access(self.__queue, True, (self._x_name, "submits"))
            self.__jobs.append((job, publish()))
        return future

    @property
    def __distinguishes_threads(self) -> bool:
        return THREAD_IDENTITY in kernel.points

    def __queue_job(self, job: Job) -> None:
        """Put a job into the queue, from which any thread of the pool may take it.

        Start a thread if no thread is idle and the pool has fewer than its maximum.
        """
        kernel.also_access(self.__queue, True, (self._x_name, "submits"))
        kernel.also_access(self.__idle_place, True, (self._x_name, "submits"))
        self.__jobs.append((job, publish()))
        if self.__idle:
            self.__idle -= 1
        elif len(self.__pool_threads) < self._max_workers:
            self.__start_thread(None)

    def __start_thread(self, job: Job | None) -> None:
        """Start a thread.

        job: the first job of the thread.  If it is None, the thread takes its first job
        from the queue.
        """
        count = len(self.__pool_threads)
        prefix = self.__prefix or f"ThreadPoolExecutor-{self.__serial}"
        thread = PoolThread(
            target=self.__run_jobs, name=f"{prefix}_{count}", args=([job],)
        )
        self.__pool_threads.append(thread)
        if job is not None:
            self.__first_jobs.append(job[0])
        thread._x_begin()  # one operation: CPython starts the thread under a lock
        assert thread._x_worker is not None
        if not self.__prefix:
            thread._x_worker.label = f"pool thread {count + 1}"

    def __wanted(self) -> bool:
        return bool(self.__jobs) or self.__closed

    def __run_jobs(self, first: list[Job | None]) -> None:
        """Run jobs until there are no more and the pool is closed.

        The thread drops its references to a job that has run, and to the job's result.
        """
        job = first.pop()
        if self.__initializer is not None and not self.__initialize(job):
            return
        what, point = ("takes a job from", self), (self._x_name, "takes")
        while True:
            if job is not None:
                self.__run_job(*job)
                job = None
                if self.__distinguishes_threads:
                    kernel.operation(
                        self.__idle_place, None, True, (self._x_name, "is idle")
                    )
                    self.__idle += 1
            kernel.add_idle_pool_thread(self.__wanted)
            kernel.operation(self.__queue, None, True, point, what, self.__wanted)
            kernel.remove_idle_pool_thread(self.__wanted)
            if not self.__jobs:
                kernel.learn(self.hb_clock)  # the clock of the shutdown
                return
            job, hb_clock = self.__jobs.popleft()
            kernel.learn(hb_clock)

    def __initialize(self, job: Job | None) -> bool:
        """Call the initializer in a new thread; an exception breaks the pool."""
        try:
            call_callback(self.__initializer, *self.__initargs)
        except Exception:
            kernel.operation(self.__state, None, True, (self._x_name, "breaks"))
            kernel.also_access(self.__queue, True, (self._x_name, "breaks"))
            self.__broken = (
                "A thread initializer failed, the thread pool is not usable anymore"
            )
            left = [*([job] if job else []), *(job for job, _ in self.__jobs)]
            self.__jobs.clear()
            for future, *_ in left:
                future.set_exception(BrokenThreadPool(self.__broken))
            return False
        return True

    def __run_job(self, future: Future, fn: Any, args: Any, kwargs: Any) -> None:
        begun = future._x_begin_job()
        if future in self.__first_jobs:
            self.__first_jobs.remove(future)
        if not begun:
            return
        try:
            result = call_callback(fn, *args, **kwargs)
        except BaseException as error:
            if kernel.stop is not None:
                raise
            future.set_exception(error)
            del future  # otherwise the exception and this frame refer to each other
        else:
            future.set_result(result)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        kernel.operation(
            self.__state, None, True, (self._x_name, "closes"), ("closes", self)
        )
        self.__closed = True
        self._x_publish()
        if cancel_futures:
            kernel.also_access(self.__queue, True, (self._x_name, "closes"))
            waiting = [job[0] for job, _ in self.__jobs]
            self.__jobs.clear()
            for future in self.__first_jobs:
                future._x_drain()  # `_x_drain` ignores a job that has begun
            for future in waiting:
                future.cancel()
        if wait:
            for thread in self.__pool_threads:
                thread.join()


class PoolThread(Thread):
    """A thread of a pool; CPython names it after the number of its pool."""

    @property
    def name(self) -> str:
        kernel.discover(THREAD_NAMES)
        return super().name

    @name.setter
    def name(self, name: str) -> None:
        self._name = str(name)


def result_or_cancel(future: Future, seconds: float | None) -> Any:
    """Return the result of a future; cancel the future if that fails."""
    try:
        return future.result(seconds)
    except BaseException:
        future.cancel()
        raise


FUTURES = module(
    "concurrent.futures",
    concurrent.futures,
    Future=Future,
    ThreadPoolExecutor=ThreadPoolExecutor,
    Executor=Executor,
    BrokenThreadPool=BrokenThreadPool,
    wait=wait,
    as_completed=as_completed,
    ProcessPoolExecutor=refuse("concurrent.futures.ProcessPoolExecutor"),
    InterpreterPoolExecutor=refuse("concurrent.futures.InterpreterPoolExecutor"),
)
CONCURRENT = module("concurrent", concurrent, futures=FUTURES)
