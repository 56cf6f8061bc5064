"""Advice for calls that block: what to use in asyncio.  A test runs each line.

`{call}` is the name of the call, `{method}` its last part, `{kind}` the class.
"""

ADVICE = {
    "sleep": "await asyncio.sleep(...)",
    "thread": "await asyncio.to_thread({call}, ...)",
    "method in thread": "await asyncio.to_thread(x.{method}, ...)",
    "list in thread": "await asyncio.to_thread(lambda: list({call}(...)))",
    "method list in thread": "await asyncio.to_thread(lambda: list(x.{method}(...)))",
    "lines in thread": (
        "await asyncio.to_thread(x.readlines), or the whole loop in a plain function"
        " that runs in asyncio.to_thread"
    ),
    "loop in thread": (
        "await asyncio.to_thread(function), where function is a plain one that has the"
        " whole loop"
    ),
    "block in thread": (
        "await asyncio.to_thread(function), where the plain function takes and releases"
        " the lock: the lock belongs to the thread that took it"
    ),
    "with process lock": (
        "await asyncio.to_thread(lock.acquire), then try: ... finally: lock.release()"
    ),
    "one thread": (
        "await loop.run_in_executor(one_thread, ...), where one_thread is a"
        " ThreadPoolExecutor(1) that makes the connection too"
    ),
    "shell": (
        "process = await asyncio.create_subprocess_shell(...), then"
        " await process.wait()"
    ),
    "shell output": (
        "process = await asyncio.create_subprocess_shell(..., stdout=PIPE), then"
        " await process.communicate()"
    ),
    "process": (
        "process = await asyncio.create_subprocess_exec(...), then"
        " await process.communicate()"
    ),
    "process.wait": (
        "await process.{method}() of a process from"
        " await asyncio.create_subprocess_exec(...)"
    ),
    "connection": "reader, writer = await asyncio.open_connection(...)",
    "secure connection": (
        "reader, writer = await asyncio.open_connection(..., ssl=context)"
    ),
    "stream read": (
        "await reader.{method}(...), of the reader from asyncio.open_connection(...)"
    ),
    "stream write": (
        "writer.{method}(...), then await writer.drain(), of the writer from"
        " asyncio.open_connection(...)"
    ),
    "stream flush": (
        "await writer.drain(), of the writer from asyncio.open_connection(...)"
    ),
    "close": "writer.close(), then await writer.wait_closed()",
    "getaddrinfo": "await loop.getaddrinfo(...)",
    "getnameinfo": "await loop.getnameinfo(...)",
    "readiness": "loop.add_reader(...), and await a future that it sets",
    "signal": "loop.add_signal_handler(...), and await an asyncio.Event that it sets",
    "wait": "await asyncio.wait(...)",
    "as_completed": "for next_one in asyncio.as_completed(...): await next_one",
    "aiohttp": "aiohttp: async with session.{method}(...) as response",
    "aiohttp get": "aiohttp: async with session.get(...) as response",
    "httpx": "async with httpx.AsyncClient() as client: await client.{method}(...)",
    "httpx stream": (
        "async with httpx.AsyncClient() as client, client.stream(...) as response"
    ),
    "httpx client": "await client.{method}(...) of an httpx.AsyncClient",
    "httpx client stream": "async with client.stream(...) of an httpx.AsyncClient",
    "coroutine": "await the coroutine",
    "other loop": "await it: this loop runs already, and can run it",
    "with lock": "async with an asyncio.{kind}",
    "with rlock": (
        "async with an asyncio.Lock, taken once: asyncio has no RLock, and a method"
        " that is called while it is held must not take it again"
    ),
    "acquire": "await lock.acquire() of an asyncio.{kind}, or async with",
    "condition.wait": "await condition.{method}(...) of an asyncio.Condition",
    "event.wait": "await event.wait() of an asyncio.Event",
    "barrier.wait": "await barrier.{method}() of an asyncio.Barrier",
    "queue": "await queue.{method}(...) of an asyncio.Queue",
    "join": "await the task, best by async with asyncio.TaskGroup()",
    "future": "await asyncio.wrap_future(future)",
    "pool": "async with asyncio.TaskGroup() as group, with one task for each call",
    "pool map": (
        "await asyncio.gather(*(asyncio.to_thread(function, item) for item in items))"
    ),
    "pool shutdown": "await asyncio.to_thread(pool.shutdown)",
    "sock": "await loop.sock_{method}(sock, ...), the socket set to non-blocking",
    "sock sendall": "await loop.sock_sendall(sock, ...), the socket non-blocking",
    "awaitable": "an awaitable in its place",
}


def instead(key: str, call: str) -> str:
    """The advice for a call by its absolute name."""
    owner, _, method = call.rpartition(".")
    kind = method if key.startswith("with ") else owner.rpartition(".")[2]
    return ADVICE[key].format(call=call, method=method, kind=kind or method)
