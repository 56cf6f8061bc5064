"""dask.distributed behind a few words: its workers, and tasks that run on them.

With `connecting` the only module that imports dask, and only when it is asked for.
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

WORKER_SECONDS = 30.0  # to wait for the first worker, and for the answers of all
SILENT_SECONDS = 20.0  # without a sign of life, before a worker counts as lost
SILENT = logging.CRITICAL + 1
LOGGERS = "distributed", "distributed.client"  # each has a level of its own
INSTALL = "--on needs dask.distributed; install it: pip install 'distributed>=2025.1'"
MEASURING = "measuring"  # the resource of a worker that one measurement takes
# Else each process of dask looks a hundred times a second at what it does.
QUIET = {"distributed.worker.profile.enabled": False}


@dataclass(frozen=True)
class Worker:
    """A worker process of the cluster."""

    name: str
    address: str
    threads: int


class Engine:
    """A connection to a cluster.  Close it: an embedded cluster ends with it."""

    def __init__(self, on: str, local_workers: int | None = None) -> None:
        """Connect.  Raises CannotRunError where that is not possible.

        local_workers: how many processes an embedded cluster has; None for one worker
        within this process, which is enough to start a run.
        """
        check_address(on)
        try:
            import distributed
        except ImportError:
            raise CannotRunError(INSTALL) from None
        for logger in LOGGERS:
            logging.getLogger(logger).setLevel(SILENT)
        # Its table of versions: `check` says in one line what differs.
        warnings.filterwarnings("ignore", "Mismatched versions found")
        if on != LOCAL:
            check_scheduler(on)
        self.on = on
        self.expected = (local_workers or 1) if on == LOCAL else 1  # workers, at first
        self.heard: dict[str, tuple[object, float]] = {}  # of each worker, and when
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
        """The workers that are there now, by name.

        One whose process is stopped is not, as soon as it is silent for a while.
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
        """Whether a worker gave a sign of life lately, by the clock of this host.

        Of more than a thousand each gives one less often.
        """
        now = time.monotonic()
        before, since = self.heard.get(address, (None, now))
        if before != last_seen:
            self.heard[address] = last_seen, now
            return True
        return now - since < SILENT_SECONDS * max(1.0, workers / 1000)

    def is_connected(self) -> bool:
        """Whether the scheduler is there."""
        return str(self.client.status) == "running"

    def each(
        self, workers: Sequence[Worker], function: Callable[..., Any], *args: Any
    ) -> list[Any]:
        """What a function returns on each worker, or the exception that it raised.

        TimeoutError stands for one that did not answer in time.
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
        """Call a function on these workers, or on all, beside their tasks.

        What it returns is dropped.  Waits for its end so long: a worker that is
        stopped does not answer.  The thread that is returned ends with the call.
        """

        def run() -> None:
            with suppress(BaseException):  # dask's cancellation is no Exception
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
        """Run a function on some worker, or on that one only; a future of dask's."""
        pinned = {"workers": [worker], "allow_other_workers": False} if worker else {}
        future = self.client.submit(
            function, *args, pure=False, resources=resources, **pinned
        )
        if done is not None:
            future.add_done_callback(done)
        return future

    def listen(self, topic: str, hear: Callable[[Any], object]) -> None:
        """Have a function called, in another thread, with what workers `tell`."""
        self.client.subscribe_topic(topic, lambda event: hear(event[1]))

    def allow_measuring(self, workers: Sequence[Worker]) -> None:
        """Give each worker the resource that one measurement takes, if it has none."""
        known = self.client.scheduler_info(n_workers=-1)["workers"]
        lacking = [
            one.address
            for one in workers
            if MEASURING not in known.get(one.address, {}).get("resources", {})
        ]
        if lacking:
            self.client.run(set_measuring, workers=lacking)


async def set_measuring(dask_worker: Any) -> None:
    """On a worker: it can make one measurement at a time."""
    await dask_worker.set_resources(**{MEASURING: 1})


def tell(topic: str, message: Any) -> None:
    """On a worker, within a task: send to the listeners of a topic."""
    from distributed import get_worker

    get_worker().log_event(topic, message)


def is_wanted() -> bool:
    """On a worker, within a task: whether its result is still asked for.

    dask does not end a task that runs when it is cancelled, or when its client ends.
    """
    from distributed import get_worker

    worker = get_worker()
    task = worker.state.tasks.get(worker.get_current_task())
    is_there = worker.status.name in ("running", "paused", "closing_gracefully")
    return is_there and task is not None and task.state != "cancelled"


def scratch_of_worker() -> str:
    """On a worker, within a task: its folder, which dask removes after it."""
    from distributed import get_worker

    return str(get_worker().local_directory)


def result_of(future: Any) -> Any:
    """What a task that is done has returned, or the exception it ended with."""
    try:
        return future.result(timeout=CONNECT_SECONDS)
    except Exception as problem:
        if getattr(problem, "reason", "") == "scheduler-connection-lost":
            return ConnectionError("the connection to the scheduler was lost")
        return problem
    except BaseException as problem:  # dask's cancellation
        return RuntimeError(type(problem).__name__)


def usable_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
