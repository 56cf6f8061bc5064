"""dask.distributed behind a few words: its workers, and tasks that run on them.

With `connecting` the only module that imports dask, and only when it is asked for.
"""

import logging
import os
import pkgutil
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
    first_line,
    no_answer,
    origin,
)
from bench.hosts.sources import project_digest, python_version

WORKER_SECONDS = 30.0  # to wait for the first worker, and for each answer of a check
SILENT = logging.CRITICAL + 1
LOGGERS = "distributed", "distributed.client"  # each has a level of its own
INSTALL = "--on needs dask.distributed; install it: pip install 'distributed>=2025.1'"
MEASURING = "measuring"  # the resource of a worker that one measurement takes


@dataclass(frozen=True)
class Worker:
    """A worker process of the cluster."""

    name: str
    address: str
    threads: int


class Engine:
    """A connection to a cluster.  Close it: an embedded cluster ends with it."""

    def __init__(self, on: str, local_workers: int = 1) -> None:
        """Connect.  Raises CannotRunError where that is not possible."""
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
        self.expected = local_workers if on == LOCAL else 1  # workers, to begin with
        self.distributed: Any = distributed
        self.cluster: Any = None
        address = self.start(local_workers) if on == LOCAL else on
        try:
            self.client: Any = self.distributed.Client(
                address, timeout=CONNECT_SECONDS, set_as_default=False
            )
        except (OSError, TimeoutError, ValueError) as problem:
            self.stop()
            raise CannotRunError(no_answer(on, origin(problem))) from None

    def start(self, workers: int) -> Any:
        """Start a cluster on this machine."""
        self.scratch = TemporaryDirectory(
            prefix="bench-cluster-", ignore_cleanup_errors=True
        )
        self.cluster = self.distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
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
        """The workers that are there now, by name."""
        with suppress(Exception):
            known = self.client.scheduler_info(n_workers=-1)["workers"]
            found = [
                Worker(str(facts["name"]), address, int(facts["nthreads"]))
                for address, facts in known.items()
            ]
            return sorted(found, key=lambda one: one.name)
        return []

    def check(self) -> list[Worker]:
        """Wait for a worker, and check that all are of this version.

        Raises CannotRunError with the first that is not.
        """
        try:
            self.client.wait_for_workers(self.expected, timeout=WORKER_SECONDS)
        except Exception:
            raise CannotRunError(
                f"the scheduler at {self.on} has no workers; start one: dask worker"
                f" {self.on}"
            ) from None
        workers = self.workers()
        names = {one.address: one.name for one in workers}
        self.check_pythons(names)
        self.check_installed(names)
        for worker, digest in zip(
            workers, self.each(workers, project_digest), strict=True
        ):
            if isinstance(digest, Exception):
                raise CannotRunError(
                    f"worker {worker.name} cannot run this project"
                    f" ({first_line(digest)}); install it there, in this version"
                )
            if digest != project_digest():
                raise CannotRunError(
                    f"worker {worker.name} has another version of this project"
                    f" ({digest[:8]}, here {project_digest()[:8]}); install this one"
                    " there, and start the worker again"
                )
        return workers

    def check_pythons(self, names: dict[str, str]) -> None:
        """Raise CannotRunError for a worker whose Python is another."""
        versions = self.client.get_versions(check=False)["workers"]
        mine = python_version()
        for address, name in names.items():
            host = dict(versions.get(address, {}).get("host", ()))
            theirs = ".".join(str(host.get("python", mine)).split(".")[:3])
            if theirs != mine:
                raise CannotRunError(
                    f"worker {name} runs Python {theirs}, and this is {mine}; start it"
                    f" with Python {mine}"
                )

    def check_installed(self, names: dict[str, str]) -> None:
        """Raise CannotRunError for a worker that cannot import the project.

        The first question that needs nothing of the project there: dask tries a task
        whose function cannot be imported again and again before it fails.
        """
        answers = self.client.run(
            pkgutil.resolve_name, "bench.hosts.sources:__name__", on_error="return"
        )
        for address, name in names.items():
            if isinstance(problem := answers.get(address), Exception):
                raise CannotRunError(
                    f"worker {name} cannot run this project ({first_line(problem)});"
                    " install it there, in this version"
                )

    def each(
        self, workers: Sequence[Worker], function: Callable[..., Any], *args: Any
    ) -> list[Any]:
        """What a function returns on each worker, or the exception that it raised."""
        tasks = [self.submit(function, *args, worker=one.address) for one in workers]
        answers: list[Any] = []
        for task in tasks:
            try:
                answers.append(task.result(timeout=WORKER_SECONDS))
            except Exception as problem:
                answers.append(problem)
        return answers

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
