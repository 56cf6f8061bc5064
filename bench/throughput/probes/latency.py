"""Latency at a fixed rate of arrivals, from the moment each request was due.

Another process (`load`) sends each request when it is due, even if earlier ones are not
answered.  So a stall counts for all requests that are due during the stall.  A load
that waits for each answer would count it for one request only (Tene's "coordinated
omission").  Unanswered requests are counted.
"""

import asyncio
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from time import sleep

from bench.throughput.jobs import compute, steps_in
from bench.throughput.probes.load import REQUEST
from bench.throughput.probes.quantiles import quantiles

Values = dict[str, float | list[float]]
LOAD = """\
import sys
sys.path[:0] = {path}
from bench.throughput.probes.load import main
main()
"""


def threads(
    rate_per_second: float,
    seconds: float,
    workers: int,
    wait_seconds: float,
    cpu_seconds: float,
) -> Values:
    """A pool of threads; one more thread reads the requests."""
    steps = steps_in(cpu_seconds)
    ours, theirs = socket.socketpair()
    sending = threading.Lock()

    def answer(request: bytes) -> None:
        sleep(wait_seconds)
        compute(steps)
        with sending:
            ours.sendall(request)

    load = _load(theirs, rate_per_second, seconds)
    with ThreadPoolExecutor(workers) as pool, ours.makefile("rb") as requests:
        while request := requests.read(REQUEST.size):
            pool.submit(answer, request)
    return _values(load, ours)


async def asyncio_(
    rate_per_second: float,
    seconds: float,
    workers: int,
    wait_seconds: float,
    cpu_seconds: float,
) -> Values:
    """A task for each request; at most `workers` requests are served at a time."""
    steps = steps_in(cpu_seconds)
    ours, theirs = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=ours.dup())
    places = asyncio.Semaphore(workers)

    async def answer(request: bytes) -> None:
        async with places:
            await asyncio.sleep(wait_seconds)
            compute(steps)
            writer.write(request)

    load = _load(theirs, rate_per_second, seconds)
    async with asyncio.TaskGroup() as answers:
        while not reader.at_eof():
            try:
                request = await reader.readexactly(REQUEST.size)
            except asyncio.IncompleteReadError:
                break
            answers.create_task(answer(request))
    await writer.drain()
    writer.close()
    return await asyncio.to_thread(_values, load, ours)


def _load(end: socket.socket, rate: float, seconds: float) -> "subprocess.Popen[str]":
    """Start the process that sends requests on this end of a socket pair."""
    process = subprocess.Popen(
        [sys.executable, "-c", LOAD.format(path=sys.path), str(rate), str(seconds)],
        stdin=end.fileno(),
        stdout=subprocess.PIPE,
        text=True,
    )
    end.close()
    return process


def _values(load: "subprocess.Popen[str]", ours: socket.socket) -> Values:
    """The latencies measured by the load, after the last answer."""
    ours.shutdown(socket.SHUT_WR)
    output, _ = load.communicate()
    ours.close()
    measured: Mapping[str, list[float]] = json.loads(output)
    return {
        **quantiles("latency", measured["seconds"]),
        "latency": measured["seconds"],
        "unanswered": float(measured["sent"][0] - len(measured["seconds"])),
        "send_late_max_seconds": max(measured["late"], default=0.0),
    }
