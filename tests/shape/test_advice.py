"""Every "instead" of the tables is executed: advice that fails is worse than none."""

import ast
import asyncio
import fileinput
import glob
import inspect
import multiprocessing
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bench.shape.colour import stops_the_loop
from bench.shape.reading.source import from_text
from bench.shape.tables.advice import ADVICE, instead
from bench.shape.tables.blocking import ENTERED, FUNCTIONS, ITERATED, METHODS

SECONDS = 5
TRIED = {}


def tries(*keys):
    """Register a program for advice; it returns what was got that way."""

    def register(program):
        for key in keys:
            assert key not in TRIED
            TRIED[key] = program
        return program

    return register


@tries("sleep")
async def _():
    return await asyncio.sleep(0, "slept")


@tries("thread")
async def _():
    return await asyncio.to_thread(len, "abc")


@tries("method in thread")
async def _():
    lock = __import__("multiprocessing").Lock()
    return await asyncio.to_thread(lock.acquire)


@tries("list in thread", "method list in thread")
async def _():
    here = Path(__file__).parent
    names = await asyncio.to_thread(lambda: list(os.scandir(here)))
    paths = await asyncio.to_thread(lambda: list(here.iterdir()))
    return {one.name for one in names} == {one.name for one in paths} != set()


@tries("lines in thread")
async def _():
    with await asyncio.to_thread(open, __file__, encoding="utf-8") as file:
        lines = await asyncio.to_thread(file.readlines)
    return lines == inspect.getsource(sys.modules[__name__]).splitlines(keepends=True)


@tries("loop in thread")
async def _():
    def function():
        with fileinput.input(__file__, encoding="utf-8") as lines:
            return [line for line in lines if line.startswith("import asyncio")]

    return await asyncio.to_thread(function) == ["import asyncio\n"]


@tries("block in thread")
async def _():
    lock = multiprocessing.RLock()

    def function():
        with lock:
            return "taken"

    assert await asyncio.to_thread(lock.acquire)  # in another thread: never again free
    with pytest.raises(AssertionError, match="not owned"):
        lock.release()
    lock = multiprocessing.RLock()
    return await asyncio.to_thread(function)


@tries("with process lock")
async def _():
    lock = multiprocessing.Lock()
    await asyncio.to_thread(lock.acquire)
    try:
        assert not lock.acquire(block=False)  # it is held
    finally:
        lock.release()
    return lock.acquire(block=False)


@tries("one thread")
async def _():
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1) as one_thread:
        run = partial(loop.run_in_executor, one_thread)
        connection = await run(sqlite3.connect, ":memory:")
        await run(connection.execute, "create table t (n)")
        await run(connection.execute, "insert into t values (3)")
        found = await run(lambda: connection.execute("select n from t").fetchall())
        await run(connection.close)
    return found == [(3,)]


@tries("stream read", "stream write", "stream flush")
async def _():
    async def answer(reader, writer):
        writer.writelines([b"> ", await reader.readline()])
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        address = server.sockets[0].getsockname()
        reader, writer = await asyncio.open_connection(*address)
        writer.write(b"a\n")
        await writer.drain()
        found = await reader.read()
        writer.close()
        await writer.wait_closed()
    return found == b"> a\n"


@tries("shell")
async def _():
    process = await asyncio.create_subprocess_shell("exit 3")
    assert "await process.wait()" in instead("shell", "os.system")  # else a zombie
    return await process.wait() == 3


@tries("shell output")
async def _():
    process = await asyncio.create_subprocess_shell(
        "echo a | cat", stdout=subprocess.PIPE
    )
    output, _ = await process.communicate()
    return output.strip() == b"a"


@tries("process")
async def _():
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "print(1)", stdout=asyncio.subprocess.PIPE
    )
    return (await process.communicate())[0].strip() == b"1"


@tries("process.wait")
async def _():
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    return await process.wait() == 0


async def echo(reader, writer):
    writer.write(await reader.read(1))
    writer.close()
    await writer.wait_closed()


@tries("secure connection")
async def _():
    """The same call with one argument more, which the loop takes."""
    loop = asyncio.get_running_loop()
    return "ssl" in inspect.signature(loop.create_connection).parameters


@tries("connection", "close")
async def _():
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"x")
        found = await reader.read(1)
        writer.close()
        await writer.wait_closed()
    return found == b"x"


@tries("getaddrinfo")
async def _():
    loop = asyncio.get_running_loop()
    return await loop.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM)


@tries("getnameinfo")
async def _():
    loop = asyncio.get_running_loop()
    flags = socket.NI_NUMERICHOST | socket.NI_NUMERICSERV
    return await loop.getnameinfo(("127.0.0.1", 80), flags)


@tries("readiness")
async def _():
    loop = asyncio.get_running_loop()
    left, right = socket.socketpair()
    with left, right:
        ready = loop.create_future()
        loop.add_reader(left, lambda: ready.done() or ready.set_result("ready"))
        right.send(b"x")
        try:
            return await asyncio.wait_for(ready, SECONDS)
        finally:
            loop.remove_reader(left)


@tries("signal")
async def _():
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGUSR2, told.set)
    try:
        signal.raise_signal(signal.SIGUSR2)
        return await asyncio.wait_for(told.wait(), SECONDS)
    finally:
        loop.remove_signal_handler(signal.SIGUSR2)


@tries("wait")
async def _():
    done, pending = await asyncio.wait([asyncio.create_task(asyncio.sleep(0))])
    return len(done) == 1 and not pending


@tries("as_completed")
async def _():
    started = asyncio.as_completed([asyncio.sleep(0, n) for n in (1, 2)])
    return sorted([await next_one for next_one in started]) == [1, 2]


@tries("aiohttp", "aiohttp get")
async def _():
    async def hello(request):
        return web.Response(text=request.method)

    app = web.Application()
    app.router.add_route("*", "/", hello)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        port = runner.addresses[0][1]
        found = []
        async with aiohttp.ClientSession() as session:
            for method in ("get", "post", "put", "patch", "delete", "options"):
                ask = getattr(session, method)
                async with ask(f"http://127.0.0.1:{port}/") as response:
                    found.append(await response.text())
        return found == ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    finally:
        await runner.cleanup()


def answering(httpx):
    return httpx.MockTransport(lambda request: httpx.Response(200, text="hello"))


@tries("httpx", "httpx client")
async def _():
    httpx = pytest.importorskip("httpx")
    async with httpx.AsyncClient(transport=answering(httpx)) as client:
        return (await client.get("http://x/")).text == "hello"


@tries("httpx stream", "httpx client stream")
async def _():
    httpx = pytest.importorskip("httpx")
    client = httpx.AsyncClient(transport=answering(httpx))
    async with client, client.stream("GET", "http://x/") as response:
        return await response.aread() == b"hello"


@tries("coroutine", "other loop", "awaitable")
async def _():
    return await asyncio.sleep(0, "awaited")


@tries("with lock", "with rlock")
async def _():
    for kind in ("Lock", "Condition", "Semaphore", "BoundedSemaphore"):
        async with getattr(asyncio, kind)():
            pass
    return not hasattr(asyncio, "RLock")


@tries("acquire")
async def _():
    for kind in ("Lock", "Condition", "Semaphore", "BoundedSemaphore"):
        assert await getattr(asyncio, kind)().acquire()
    return True


@tries("condition.wait")
async def _():
    condition, ready = asyncio.Condition(), []

    async def notify():
        async with condition:
            ready.append(1)
            condition.notify()

    async with condition:
        task = asyncio.create_task(notify())
        await condition.wait()
        await condition.wait_for(lambda: ready)
    await task
    return True


@tries("event.wait")
async def _():
    event = asyncio.Event()
    asyncio.get_running_loop().call_soon(event.set)
    return await event.wait()


@tries("barrier.wait")
async def _():
    barrier = asyncio.Barrier(1)
    await barrier.abort()
    await barrier.reset()
    return await barrier.wait() == 0


@tries("queue")
async def _():
    queue = asyncio.Queue(1)
    await queue.put(3)
    found = await queue.get()
    queue.task_done()
    await queue.join()
    return found == 3


@tries("join", "pool")
async def _():
    async with asyncio.TaskGroup() as group:
        task = group.create_task(asyncio.sleep(0, 3))
    return task.result() == 3


@tries("future")
async def _():
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(len, "abc")
        return await asyncio.wrap_future(future) == 3


@tries("pool map")
async def _():
    items = ["a", "bc"]
    found = await asyncio.gather(*(asyncio.to_thread(len, item) for item in items))
    return found == [1, 2]


@tries("pool shutdown")
async def _():
    pool = ThreadPoolExecutor(1)
    pool.submit(threading.Event().is_set)
    await asyncio.to_thread(pool.shutdown)
    return pool._shutdown


@tries("sock", "sock sendall")
async def _():
    loop = asyncio.get_running_loop()
    listener = socket.create_server(("127.0.0.1", 0))
    client = socket.socket()
    with listener, client:
        listener.setblocking(False)
        client.setblocking(False)
        await loop.sock_connect(client, listener.getsockname())
        peer, _ = await loop.sock_accept(listener)
        with peer:
            await loop.sock_sendall(client, b"xy")
            buffer = bytearray(1)
            first = await loop.sock_recv(peer, 1)
            await loop.sock_recv_into(peer, buffer)
    with socket.socket(type=socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        one.setblocking(False)
        await loop.sock_sendto(one, b"z", one.getsockname())
        datagram, _ = await loop.sock_recvfrom(one, 1)
    return (first, bytes(buffer), datagram) == (b"x", b"y", b"z")


@pytest.mark.parametrize("key", ADVICE)
async def test_the_advice_works_when_it_is_followed(key):
    """Each line of the table, in a loop, on the interpreter at hand."""
    assert await asyncio.wait_for(TRIED[key](), SECONDS * 4)


def test_no_program_is_without_its_advice():
    """Advice that is taken out takes its program with it, and none is unused."""
    used = {advice for advice, _ in FUNCTIONS.values()}
    used |= {advice for *_, advice, _ in (*METHODS, *ENTERED, *ITERATED)}

    assert set(TRIED) == set(ADVICE)
    assert set(ADVICE) - used <= {"awaitable"}  # of calls that the user names


LAZY = [
    "os.walk(here)",
    "os.scandir(here)",
    "glob.iglob(here+'/*')",
    "Path(here).rglob('*')",
    "Path(here).glob('*')",
    "Path(here).iterdir()",
]


@pytest.mark.parametrize("call", LAZY)
async def test_advice_for_a_lazy_call_reads_the_files_in_the_thread(call):
    """In `to_thread(os.walk, top)` no file is read: the loop over it would stop all."""
    text = f"import glob, os\nfrom pathlib import Path\nasync def f(here): {call}"
    (found,) = stops_the_loop(from_text("test", text))
    given = call.rpartition("(")[2].removesuffix(")")
    code = found.instead.replace("...", given)
    space = {"asyncio": asyncio, "glob": glob, "os": os, "Path": Path}
    space |= {"here": str(Path(__file__).parent), "x": Path(__file__).parent}
    read = []
    space["list"] = lambda lazy: read.append(threading.get_ident()) or list(lazy)
    flag = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    got = await eval(compile(code, "advice", "eval", flags=flag), space)

    assert got
    assert isinstance(got, list)
    assert read
    assert read[0] != threading.get_ident()


ENTERED_OR_ITERATED = [
    "with multiprocessing.Lock(): pass",
    "with multiprocessing.RLock(): pass",
    "with multiprocessing.Condition(): pass",
    "for line in x: pass",
]


@pytest.mark.parametrize("body", ENTERED_OR_ITERATED)
def test_advice_for_a_block_does_not_name_its_class_as_a_function(body):
    """`to_thread(multiprocessing.Lock)` makes a lock and takes none."""
    text = f"import multiprocessing, typing\nasync def f(x: typing.TextIO):\n    {body}"
    (found,) = stops_the_loop(from_text("test", text))

    kind = found.call.rpartition(" ")[2]
    assert f"to_thread({kind}" not in found.instead
    assert "to_thread(" in found.instead


SOCK = sorted(
    method
    for kinds, methods, advice, _ in METHODS
    for method in methods
    if advice == "sock"
)


@pytest.mark.parametrize("method", SOCK)
def test_a_method_of_a_socket_has_its_twin_in_the_loop(method):
    """`loop.sock_send` and `loop.sock_makefile` do not exist."""
    text = instead("sock", f"socket.socket.{method}")
    name = re.search(r"loop\.(\w+)", text).group(1)

    assert hasattr(asyncio.AbstractEventLoop, name)


async def test_a_lock_that_is_tried_without_waiting_is_tried_so():
    """`locked()` and then `acquire()` waits where another task is about to get it."""
    lock = asyncio.Lock()
    async with asyncio.timeout(0):
        await lock.acquire()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await lock.acquire()

    waiter = asyncio.create_task(lock.acquire())
    await asyncio.sleep(0)
    lock.release()
    assert not lock.locked()  # and still the waiter is first
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await lock.acquire()
    await waiter
