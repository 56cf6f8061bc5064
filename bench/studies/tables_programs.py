"""The programs behind published tables: one figure each, on any Python from 3.11 on.

    python tables_programs.py FUNCTION [ARGUMENT]...

Standard library only, except for the fetches and for uvloop.  Prints {"figure":
number}.
"""

import asyncio
import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# for the modules of this project that the fetches need
ROOT = Path(__file__).resolve().parents[2]


def memory_of_tasks(count: str) -> float:
    """Peak bytes with `count` tasks asleep."""

    async def main() -> None:
        await asyncio.gather(*(asyncio.sleep(0.5) for _ in range(int(count))))

    asyncio.run(main())
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return float(line.split()[1]) * 1024
    raise ValueError("the system does not tell the peak of memory")


def square_of_threads(count: str) -> float:
    """Seconds until `count` threads have each started and joined `count` threads."""

    def nothing() -> None:
        pass

    def start_all() -> None:
        for _ in range(int(count)):
            thread = threading.Thread(target=nothing)
            thread.start()
            thread.join()

    begin = time.perf_counter()
    threads = [threading.Thread(target=start_all) for _ in range(int(count))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - begin


def four_jobs(kind: str, threads: str) -> float:
    """Seconds for four jobs on `threads` threads."""

    def job(_: int) -> None:
        if kind == "sleep":
            time.sleep(0.1)
        else:
            total = 0
            for step in range(2_000_000):
                total += step

    with ThreadPoolExecutor(int(threads)) as pool:
        begin = time.perf_counter()
        list(pool.map(job, range(4)))
        return time.perf_counter() - begin


def echo(loop: str) -> float:
    """Seconds for 5,000 messages of 1 KB to a server on streams and back."""
    message = b"x" * 1024

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while got := await reader.read(65536):
            writer.write(got)
            await writer.drain()
        writer.close()

    async def main() -> float:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        begin = time.perf_counter()
        for _ in range(5_000):
            writer.write(message)
            await reader.readexactly(len(message))
        elapsed = time.perf_counter() - begin
        writer.close()
        await writer.wait_closed()
        server.close()
        return elapsed

    new_loop = asyncio.new_event_loop
    if loop == "uvloop":
        import uvloop

        new_loop = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(main())


def fetches(model: str) -> float:
    """Seconds for 500 requests, 20 at once, of an origin that answers after 8 ms."""
    sys.path[:0] = [str(ROOT)]
    from bench.origin import Origin

    with Origin() as origin:
        url = f"{origin.base}/bytes/1024?delay=0.008"
        if model == "asyncio":
            return asyncio.run(_with_aiohttp(url))
        import urllib3

        with urllib3.PoolManager(maxsize=20) as manager, ThreadPoolExecutor(20) as pool:
            begin = time.perf_counter()
            list(pool.map(lambda _: manager.request("GET", url).data, range(500)))
            return time.perf_counter() - begin


async def _with_aiohttp(url: str) -> float:
    import aiohttp

    left = iter(range(500))

    async def work(session: aiohttp.ClientSession) -> None:
        for _ in left:
            async with session.get(url) as answer:
                await answer.read()

    async with aiohttp.ClientSession() as session:
        begin = time.perf_counter()
        await asyncio.gather(*(work(session) for _ in range(20)))
        return time.perf_counter() - begin


def tasks_that_return(kind: str) -> float:
    """Seconds for 200,000 tasks that have nothing to wait for."""

    async def nothing() -> None:
        pass

    async def main() -> float:
        if kind == "eager":
            loop = asyncio.get_running_loop()
            loop.set_task_factory(asyncio.eager_task_factory)  # type: ignore[attr-defined]
        begin = time.perf_counter()
        for _ in range(200):
            await asyncio.gather(*(nothing() for _ in range(1_000)))
        return time.perf_counter() - begin

    return asyncio.run(main())


def current_task() -> float:
    """Seconds for a million calls of asyncio.current_task."""

    async def main() -> float:
        ask = asyncio.current_task
        begin = time.perf_counter()
        for _ in range(1_000_000):
            ask()
        return time.perf_counter() - begin

    return asyncio.run(main())


if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    figure = globals()[name](*arguments)
    json.dump({"figure": figure}, sys.stdout)
