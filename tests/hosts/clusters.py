"""A scheduler and workers on loopback, started as users start them."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

TOP = Path(__file__).parents[2]
SECONDS = 50


@contextlib.contextmanager
def scheduler(protocol="tcp", **environment):
    """A scheduler; its address."""
    with scheduler_process(protocol, **environment) as (address, _):
        yield address


@contextlib.contextmanager
def scheduler_process(protocol="tcp", **environment):
    """A scheduler; its address and its process."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with process(
        "dask_scheduler", "--host", "127.0.0.1", "--port", str(port),
        "--no-dashboard", "--no-jupyter", "--protocol", protocol,
        **environment,
    ) as started:  # fmt: skip
        yield f"{protocol}://127.0.0.1:{port}", started


@contextlib.contextmanager
def worker(address, name, path=TOP, **environment):
    """A worker with the packages at a path; its process."""
    with process(
        "dask_worker", address, "--name", name, "--no-nanny", "--nthreads", "1",
        "--no-dashboard",
        path=path, **environment,
    ) as started:  # fmt: skip
        yield started


def wait_for(address, *names):
    """Wait until workers of these names are there: a run takes those of its start."""
    import distributed

    until = time.monotonic() + SECONDS
    with distributed.Client(address, timeout=SECONDS, set_as_default=False) as client:
        while True:
            known = client.scheduler_info(n_workers=-1)["workers"].values()
            if {one["name"] for one in known} >= set(names):
                return
            assert time.monotonic() < until, f"no workers {names} at {address}"
            threading.Event().wait(0.05)


@contextlib.contextmanager
def worker_lacking(package, address, name, folder):
    """A worker that has the project, and lacks a package; its process."""
    problem = f"raise ModuleNotFoundError(\"No module named '{package}'\")\n"
    (folder / f"{package}.py").write_text(problem)
    path = os.pathsep.join((str(folder), str(TOP)))
    with worker(address, name, folder, PYTHONPATH=path) as started:
        yield started


@contextlib.contextmanager
def process(module, *arguments, path=TOP, **environment):
    started = subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{module}", *arguments],
        env={**os.environ, "PYTHONPATH": str(path), **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=path,
    )
    try:
        yield started
    finally:
        started.kill()
        started.wait()
