"""A small interface to dask.distributed: its workers, and tasks that run on them.

Only this module and `connecting` import dask, and only at the first use.
"""

import logging
import os
import threading
import time
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import Any

from bench.errors import CannotRunError
from bench.hosts.connecting import (
    CONNECT_SECONDS,
    LOCAL,
    check_address,
    check_scheduler,
    no_answer,
    root_cause,
)

WORKER_SECONDS = 30.0  # how long to wait for the first worker, and for all answers
SILENT_SECONDS = 20.0  # a worker without a heartbeat for so long counts as lost
SILENT = logging.CRITICAL + 1
LOGGERS = "distributed", "distributed.client"  # each logger has its own level
INSTALL = "--on needs dask.distributed; install it: pip install 'distributed>=2025.1'"
MEASURING = "measuring"  # the worker's resource that a measurement takes
# By default each dask process samples its own stack a hundred times a second, which
# would take time from searches and measurements.
QUIET = {"distributed.worker.profile.enabled": False}


@dataclass(frozen=True)
class Worker:
    """A worker process of the cluster."""

    name: str
    address: str
    threads: int


class Engine:
    """A connection to a cluster; `close` also ends an embedded cluster."""

    def __init__(self, on: str, local_workers: int | None = None) -> None:
        """Connect.  Raises CannotRunError if that is not possible.

        local_workers: the number of processes of an embedded cluster; None: one
        worker within this process, which is enough to start a run.
        """
        check_address(on)
        try:
            import distributed
        except ImportError:
            raise CannotRunError(INSTALL) from None
        for logger in LOGGERS:
            logging.getLogger(logger).setLevel(SILENT)
        # dask would print a table of versions; `check` reports differences in one line.
        warnings.filterwarnings("ignore", "Mismatched versions found")
        if on != LOCAL:
            check_scheduler(on)
        self.on = on
        # how many workers must be there before `check` continues
        self.expected = (local_workers or 1) if on == LOCAL else 1
        # the last heartbeat of each worker, and when it was noticed
        self.heard: dict[str, tuple[object, float]] = {}
        self.distributed: Any = distributed
        self.cluster: Any = None
        address = self.start(local_workers) if on == LOCAL else on
        try:
            self.client: Any = self.distributed.Client(
                address, timeout=CONNECT_SECONDS, set_as_default=False
            )
        except (OSError, TimeoutError, ValueError) as problem:
            self.stop()
            raise CannotRunError(no_answer(on, root_cause(problem))) from None

    def start(self, workers: int | None) -> Any:
        """Start a cluster on this machine."""
        self.scratch = TemporaryDirectory(
            prefix="bench-cluster-", ignore_cleanup_errors=True
        )
        import dask

        with dask.config.set(QUIET):
            self.cluster = self.distributed.LocalCluster(
                n_workers=workers or 1,
                threads_per_worker=1,
                processes=workers is not None,
                host=None if workers is None else "127.0.0.1",
                dashboard_address="127.0.0.1:0",
                silence_logs=SILENT,
                resources={MEASURING: 1},
                local_directory=self.scratch.name,
            )
        return self.cluster

    def stop(self) -> None:
        if self.cluster is not None:
            with suppress(Exception):
                self.cluster.close(timeout=CONNECT_SECONDS)
            with suppress(OSError):
                self.scratch.cleanup()

    def close(self) -> None:
        with suppress(Exception):
            self.client.close(timeout=CONNECT_SECONDS)
        self.stop()

    def workers(self) -> list[Worker]:
        """Return the workers that are there now, sorted by name.

        A worker whose process is stopped is left out after SILENT_SECONDS.
        """
        with suppress(Exception):
            known = self.client.scheduler_info(n_workers=-1)["workers"]
            found = [
                Worker(str(facts["name"]), address, int(facts["nthreads"]))
                for address, facts in known.items()
                if self.is_heard(address, facts["last_seen"], len(known))
            ]
            return sorted(found, key=lambda one: one.name)
        return []

    def is_heard(self, address: str, last_seen: object, workers: int) -> bool:
        """Whether a worker sent a heartbeat lately, by the clock of this host.

        The more workers a cluster has, the less often each of them sends a heartbeat.
        So above a thousand workers, the limit grows with their number.
        """
        now = time.monotonic()
        before, since = self.heard.get(address, (None, now))
        if before != last_seen:
            self.heard[address] = last_seen, now
            return True
        return now - since < SILENT_SECONDS * max(1.0, workers / 1000)

    def is_connected(self) -> bool:
        """Whether the scheduler is connected."""
        return str(self.client.status) == "running"

    def each(
        self, workers: Sequence[Worker], function: Callable[..., Any], *args: Any
    ) -> list[Any]:
        """Run a function on each worker; return its results, or the exceptions.

        For a worker that did not answer in time, the result is a TimeoutError.
        """
        tasks = [self.submit(function, *args, worker=one.address) for one in workers]
        until = time.monotonic() + WORKER_SECONDS
        answers: list[Any] = []
        for task in tasks:
            try:
                left = max(0.1, until - time.monotonic())
                answers.append(task.result(timeout=left))
            except Exception as problem:
                answers.append(problem)
        return answers

    def call(
        self,
        function: Callable[..., Any],
        *args: Any,
        workers: Sequence[str] | None = None,
        seconds: float = 0.0,
    ) -> threading.Thread:
        """Call a function on these workers, or on all, while their tasks run.

        The results are dropped.  This method waits for the call for `seconds` at most,
        because a stopped worker never answers.  The returned thread ends when the call
        ends.
        """

        def run() -> None:
            with suppress(BaseException):  # dask's cancellation is not an Exception
                self.client.run(function, *args, workers=workers)

        calling = threading.Thread(target=run, daemon=True)
        calling.start()
        calling.join(seconds)
        return calling

    def submit(
        self,
        function: Callable[..., Any],
        *args: Any,
        worker: str | None = None,
        resources: dict[str, float] | None = None,
        done: Callable[[Any], object] | None = None,
    ) -> Any:
        """Run a function on any worker, or on the given one; return dask's future."""
        pinned = {"workers": [worker], "allow_other_workers": False} if worker else {}
        future = self.client.submit(
            function, *args, pure=False, resources=resources, **pinned
        )
        if done is not None:
            future.add_done_callback(done)
        return future

    def listen(self, topic: str, hear: Callable[[Any], object]) -> None:
        """Call a function, in another thread, with each message that workers `tell`."""
        self.client.subscribe_topic(topic, lambda event: hear(event[1]))

    def allow_measuring(self, workers: Sequence[Worker]) -> None:
        """Give each worker the resource for one measurement, if it has none yet."""
        known = self.client.scheduler_info(n_workers=-1)["workers"]
        lacking = [
            one.address
            for one in workers
            if MEASURING not in known.get(one.address, {}).get("resources", {})
        ]
        if lacking:
            self.client.run(set_measuring, workers=lacking)


async def set_measuring(dask_worker: Any) -> None:
    """On a worker: allow one measurement at a time."""
    await dask_worker.set_resources(**{MEASURING: 1})


def tell(topic: str, message: Any) -> None:
    """On a worker, within a task: send a message to the listeners of a topic."""
    from distributed import get_worker

    get_worker().log_event(topic, message)


def is_wanted() -> bool:
    """On a worker, within a task: whether the client still wants its result.

    dask does not end a running task when the task is cancelled or its client ends.
    """
    from distributed import get_worker

    worker = get_worker()
    task = worker.state.tasks.get(worker.get_current_task())
    is_there = worker.status.name in ("running", "paused", "closing_gracefully")
    return is_there and task is not None and task.state != "cancelled"


def scratch_of_worker() -> str:
    """On a worker, within a task: its folder, which dask removes at the end."""
    from distributed import get_worker

    return str(get_worker().local_directory)


def result_of(future: Any) -> Any:
    """Return the result of a task that is done, or the exception that ended it."""
    try:
        return future.result(timeout=CONNECT_SECONDS)
    except Exception as problem:
        if getattr(problem, "reason", "") == "scheduler-connection-lost":
            return ConnectionError("the connection to the scheduler was lost")
        return problem
    except BaseException as problem:  # dask's cancellation
        return RuntimeError(type(problem).__name__)


def usable_cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
